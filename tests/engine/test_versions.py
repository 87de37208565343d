"""A new policy version and the cases already open (LANGUAGE, decision 11)."""

from dataclasses import replace
from datetime import date

from tests.engine.story import Story
from troth.engine import Act, Contract, Partner, adopt, evolve
from troth.hours import Amount, HoursSpec
from troth.policy import Policy
from troth.policy.choices import Table
from troth.policy.rules import UpdatesRule
from troth.policy.versions import blend
from troth.policy.vocabulary import ClockState, Found, Role, Status, Verb


def with_hours(policy: Policy, **changes: object) -> Policy:
    """The same policy with other office hours."""
    spec = HoursSpec.parse(
        {"zone": policy.zone, "days": "mon-fri", "from": "09:00", "to": "17:00", "holidays": "DK", **changes}
    )
    return replace(policy, hours={**policy.hours, "support": spec}, _calendars={})


def opened(netop: Policy, **answers: str) -> Story:
    """A case whose confirmation failed, so that its response clock runs."""
    story = Story(netop, answers=answers, confirmation="fails")
    story.opens("2026-03-02 15:00")
    return story


def updating(policy: Policy, **how: str) -> Policy:
    """The same policy with another word on what it does with open cases."""
    return replace(policy, updates=UpdatesRule(open_cases={"hours": "leave", **how}))


def with_targets(policy: Policy, name: str, **changes: object) -> Policy:
    """The same policy with something else in one of its targets, in every row of it."""
    table = policy.targets[name]
    rows = {key: rule.model_copy(update=changes) for key, rule in table.rows.items()}
    only = table.only.model_copy(update=changes) if table.only is not None else None
    return replace(policy, targets={**policy.targets, name: Table(table.dimensions, rows, only)})


def taken_over(story: Story, after: Policy, local: str, hours: str = "from now") -> Story:
    """The new version comes into force at a local time."""
    story.until(local)
    if hours != "from now":
        after = updating(after, hours=hours)
    act = Act(story.instant(local), Verb.PUBLISH, Role.MANAGER, {"policy": after.ref})
    rulings = adopt(story.policy, after, story.case, act)
    for event in (act, *rulings):
        story.events.append(event)
        story._case = evolve(story._case, event)  # noqa: SLF001 - the story goes on under the new version
    story.policy = after
    return story


def test_new_hours_from_now_keep_the_working_time_already_used(netop: Policy) -> None:
    """An hour of four was used; the rest runs in the new hours, and the timeline says why."""
    story = taken_over(opened(netop, environment="lab"), with_hours(netop, to="16:00"), "2026-03-02 16:00")
    assert story.due("respond") == "2026-03-03 12:00"
    moved = [r for r in story.rulings(Found.CLOCK_MOVED) if r.data["clock"] == "respond"]
    assert "the hours changed" in moved[0].reason


def test_business_days_are_counted_anew_from_the_start_in_the_new_calendar(netop: Policy) -> None:
    """A new closed day inside a five-day target moves it by a business day."""
    after = with_hours(netop, holidays={"country": "DK", "plus": ["2026-03-05"]})
    story = taken_over(opened(netop, environment="production"), after, "2026-03-03 10:00")
    assert story.due("resolve at level 1") == "2026-03-10 15:00"


def test_a_clock_that_would_be_over_is_missed_now_and_not_before(netop: Policy) -> None:
    """Counted from the start, longer hours may have it due in the past: it is missed at the change."""
    story = opened(netop, environment="lab")
    story = taken_over(story, with_hours(netop, to="23:00"), "2026-03-03 09:30", "from the start")
    clock = story.clock("respond")
    assert (clock.state, story.local(clock.missed_at)) == (ClockState.MISSED, "2026-03-03 09:30")


def test_verdicts_and_left_alone_calendars_do_not_change(netop: Policy) -> None:
    """`leave` moves nothing; a judged clock keeps its due whatever comes."""
    story = opened(netop, environment="production")
    story.does("2026-03-02 15:30", "reply")
    judged, running = story.clock("respond"), story.clock("resolve at level 1")
    story = taken_over(story, with_hours(netop, to="16:00"), "2026-03-03 10:00", "leave")
    assert (story.clock("respond"), story.clock("resolve at level 1")) == (judged, running)


def test_a_version_with_the_same_hours_moves_no_clock(netop: Policy) -> None:
    """What does not change is not told: the timeline names the new version and nothing else."""
    story = taken_over(opened(netop, environment="lab"), with_hours(netop), "2026-03-02 16:00")
    assert story.rulings(Found.CLOCK_MOVED) == []
    assert len(story.rulings(Found.ADOPTED)) == 1


def test_elapsed_amounts_know_no_hours(netop: Policy) -> None:
    """Twenty-four elapsed hours end where they did, whatever the office does."""
    policy = with_targets(netop, "respond", within=Amount.parse("24 elapsed hours"))
    story = taken_over(opened(policy, environment="lab"), with_hours(policy, to="12:00"), "2026-03-02 16:00")
    assert story.due("respond") == "2026-03-03 15:00"
    assert [r.data["clock"] for r in story.rulings(Found.CLOCK_MOVED)] == ["resolve at level 1"]


def paused(netop: Policy, name: str, **answers: str) -> Story:
    """A case that waits for its holder since 15:30, and one of its clocks with it."""
    story = Story(with_targets(netop, name, paused_while=("waiting on customer",), met_by=()), answers=answers)
    story.opens("2026-03-02 15:00")
    story.does("2026-03-02 15:30", "ask")
    return story


def test_a_paused_clock_keeps_what_it_used_and_runs_on_in_the_new_hours(netop: Policy) -> None:
    """Half an hour of four was used; the time it stood counts in neither calendar."""
    story = paused(netop, "respond", environment="lab")
    used = story.clock("respond")
    assert used.state is ClockState.PAUSED
    taken_over(story, with_hours(story.policy, to="16:00"), "2026-03-03 10:00")
    assert story.clock("respond").due_at is None
    story.does("2026-03-03 13:00", "customer reply", role=Role.CUSTOMER)
    assert story.due("respond") == "2026-03-04 09:30"


def test_an_excused_time_that_lasts_beyond_the_change_counts_once(netop: Policy) -> None:
    """Excused from 15:30 to noon of the next day, changed at 10:00: half an hour is used, the rest runs from noon."""
    story = opened(netop, environment="lab")
    start, end = story.instant("2026-03-02 15:30"), story.instant("2026-03-03 12:00")
    story.does("2026-03-02 15:30", "excuse", **{"from": start, "until": end, "cause": "power failure"})
    taken_over(story, with_hours(netop, to="16:00"), "2026-03-03 10:00")
    assert story.due("respond") == "2026-03-03 15:30"


def test_a_partners_hours_are_its_own(netop: Policy) -> None:
    """They are pinned with the case: the desk's new hours do not move what runs on the partner's."""
    spec = HoursSpec.parse({"zone": "Europe/Copenhagen", "days": "mon-fri", "from": "08:00", "to": "16:00"}, "UTC")
    story = Story(netop, answers={"environment": "lab"}, partner=Partner("Nordic IT", spec.to_json()))
    story.opens("2026-03-02 15:00")
    before = dict(story.case.clocks)
    assert any(clock.hours == "partner" for clock in before.values())
    taken_over(story, with_hours(netop, to="12:00"), "2026-03-02 16:00")
    theirs = {name for name, clock in before.items() if clock.hours == "partner" and clock.is_alive}
    assert theirs
    assert all(story.clock(name) == before[name] for name in theirs)


def test_a_clock_that_ended_resumes_with_the_rest_it_had(netop: Policy) -> None:
    """Closed after an hour, the hours change while it is closed or before it returns: three hours are left."""
    story = opened(netop, environment="lab")
    story.does("2026-03-02 16:00", "close", because="withdrawn")
    taken_over(story, with_hours(netop, to="16:00"), "2026-03-03 10:00")
    story.does("2026-03-04 09:00", "reopen", role=Role.CUSTOMER)
    assert story.due("respond") == "2026-03-04 12:00"


def test_new_targets_are_left_alone_unless_the_version_says_otherwise(netop: Policy) -> None:
    """What the engine is given is the blended policy; the clocks keep what they were promised."""
    story = opened(netop, environment="lab")
    taken_over(story, blend(netop, with_targets(netop, "respond", within=Amount.parse("1 hour"))), "2026-03-02 15:30")
    assert story.due("respond") == "2026-03-03 11:00"


def test_new_targets_from_now_count_from_the_clocks_own_start(netop: Policy) -> None:
    """Decision 2: the same formula with the new amount; what is past by then is missed now."""
    shorter = updating(with_targets(netop, "respond", within=Amount.parse("2 hours")), targets="from now")
    story = taken_over(opened(netop, environment="lab"), shorter, "2026-03-02 15:30")
    assert story.due("respond") == "2026-03-02 17:00"
    late = taken_over(opened(netop, environment="lab"), shorter, "2026-03-03 09:15")
    clock = late.clock("respond")
    assert (clock.state, late.local(clock.missed_at)) == (ClockState.MISSED, "2026-03-03 09:15")


def test_new_hours_and_a_longer_target_miss_nothing_between_them(netop: Policy) -> None:
    """Both change at one instant: what only the half of the change would have missed is not missed."""
    longer = with_targets(with_hours(netop, to="23:00"), "respond", within=Amount.parse("20 hours"))
    story = opened(netop, environment="lab")
    after = replace(longer, updates=UpdatesRule(open_cases={"hours": "from the start", "targets": "from now"}))
    taken_over(story, after, "2026-03-03 09:30")
    assert story.clock("respond").state is ClockState.RUNNING
    assert story.due("respond") == "2026-03-03 21:00"


def test_a_target_that_is_new_starts_only_from_the_start(netop: Policy) -> None:
    """From now it waits for its next occasion; from the start it counts from the opening, which has been."""
    word = next(iter(netop.targets["respond"].rows.values())).model_copy(
        update={"within": Amount.parse("6 hours"), "by": None, "for_": {}, "met_by": ("resolve",), "when_missed": None}
    )
    more = replace(netop, targets={**netop.targets, "answer": Table.of(word)})
    now = taken_over(opened(netop, environment="lab"), updating(more, targets="from now"), "2026-03-02 16:00")
    assert "answer" not in now.case.clocks
    start = taken_over(opened(netop, environment="lab"), updating(more, targets="from the start"), "2026-03-02 16:00")
    assert start.due("answer") == "2026-03-03 13:00"
    assert start.local(start.clock("answer").started_at) == "2026-03-02 15:00"


def promising_an_answer(netop: Policy) -> Policy:
    """The same policy, but that it promises an answer within six hours of the opening; waiting does not count."""
    word = next(iter(netop.targets["respond"].rows.values())).model_copy(
        update={
            "within": Amount.parse("6 hours"),
            "met_by": ("resolve",),
            "paused_while": ("waiting on customer",),
            "when_missed": None,
        }
    )
    more = replace(netop, targets={**netop.targets, "answer": Table.of(word)})
    return updating(more, targets="from the start")


def test_a_target_that_is_new_does_not_run_while_the_case_waits(netop: Policy) -> None:
    """One hour ran before the question: whatever the version's date, five are left once the customer answers."""
    story = opened(netop, environment="lab")
    story.does("2026-03-02 16:00", "ask")
    taken_over(story, promising_an_answer(netop), "2026-03-03 12:00")
    assert story.clock("answer").state is ClockState.PAUSED
    story.does("2026-03-04 10:00", "customer reply")
    assert story.due("answer") == "2026-03-04 15:00"


def test_a_target_that_is_new_leaves_out_the_time_the_case_has_waited(netop: Policy) -> None:
    """The wait was over before the version came: it moves the new clock as it moved those that ran through it."""
    story = opened(netop, environment="lab")
    story.does("2026-03-02 16:00", "ask")
    story.does("2026-03-03 11:00", "customer reply")
    taken_over(story, promising_an_answer(netop), "2026-03-03 12:00")
    assert story.due("answer") == "2026-03-03 16:00"


def test_a_new_target_that_waiting_used_up_is_not_missed_by_it(netop: Policy) -> None:
    """Its six hours passed while the customer was asked: they were not the desk's."""
    story = opened(netop, environment="lab")
    story.does("2026-03-02 16:00", "ask")
    taken_over(story, promising_an_answer(netop), "2026-03-05 12:00")
    story.does("2026-03-06 10:00", "customer reply")
    assert story.clock("answer").state is ClockState.RUNNING
    assert story.due("answer") == "2026-03-06 15:00"


def test_new_severities_are_ruled_at_the_change_and_an_agents_word_stays(netop: Policy) -> None:
    """From the change on the new rows say how severe it is; the clocks follow."""
    otherwise = netop.severities.model_copy(update={"first_of": (), "otherwise": "low"})
    after = updating(replace(netop, severities=otherwise), severities="from now")
    story = taken_over(opened(netop, environment="production"), after, "2026-03-02 15:30")
    assert (story.case.severity, story.case.severity_from) == ("low", "otherwise")
    held = opened(netop, environment="production")
    held.does("2026-03-02 15:10", "set", severity="high")
    assert taken_over(held, after, "2026-03-02 15:30").case.severity == "high"


def test_a_severity_that_is_no_longer_on_the_scale_is_ruled_anew(netop: Policy) -> None:
    """Also where an agent set it: there is no such word any more."""
    after = updating(
        replace(
            netop,
            severities=netop.severities.model_copy(
                update={"scale": ("grave", "low"), "first_of": (), "one_step_lower": None, "otherwise": "low"}
            ),
        ),
        severities="from now",
    )
    story = opened(netop, environment="production")
    story.does("2026-03-02 15:10", "set", severity="high")
    assert taken_over(story, after, "2026-03-02 15:30").case.severity == "low"


def test_a_schedule_of_silence_is_exchanged_under_way(syncro: Policy) -> None:
    """The step that is due next is the new schedule's, counted from the same request."""
    contract = Contract(plan="support and maintenance", starts=date(2026, 1, 1))
    story = Story(syncro, contract=contract)
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-03 11:00", "ask")
    assert story.case.timers["close"]
    table = syncro.silence[0]
    step = table.only.steps[-1].model_copy(update={"after": Amount.parse("216 elapsed hours")})
    rule = table.only.model_copy(update={"steps": (step,)})
    after = updating(replace(syncro, silence=(Table.of(rule),)), silence="from now")
    taken_over(story, after, "2026-03-04 10:00")
    assert story.local(story.case.timers["close"].at) == "2026-03-12 11:00"


def test_a_closed_case_only_takes_note(netop: Policy) -> None:
    """It has no word left to keep; should it be opened again, it is under the version then in force."""
    story = opened(netop, environment="lab")
    story.does("2026-03-02 16:00", "close", because="withdrawn")
    after = replace(with_hours(netop, to="16:00"), laid_on="+2027-01-01")
    taken_over(story, after, "2026-03-03 10:00")
    assert story.case.policy == after.ref
    assert story.case.status is Status.CLOSED
