"""Where two decisions meet: what a reviewer found broken, each with the rule it broke."""

from datetime import date

import pytest

from tests.engine.story import Story
from troth.engine import Contract, Facts, Licence, Partner, Refusal, Ruling, come_into_force, fold
from troth.hours import HoursSpec
from troth.policy import Policy, parse_policy
from troth.policy.vocabulary import ClockState, Found, Role, Status, Verb

PACK = Contract("support and maintenance", date(2026, 1, 1))
OSLO = Partner(
    "Nordic IT", HoursSpec.parse({"days": "mon-fri", "from": "08:00", "to": "16:00"}, "Europe/Oslo").to_json()
)
SUNDAY = Partner(
    "Sun Desk", HoursSpec.parse({"days": "sun-thu", "from": "09:00", "to": "17:00"}, "Europe/Oslo").to_json()
)


def opened(policy: Policy, local: str = "2026-03-02 10:00", **facts: object) -> Story:
    """A case on a Monday morning, under the pack where the desk sells one."""
    story = Story(policy, **{"contract": PACK, **facts})
    story.opens(local)
    return story


def code(result: object) -> str:
    """Return why an act was refused."""
    assert isinstance(result, Refusal), f"not refused: {result}"
    return result.code


# Silence, delays, reviews ---------------------------------------------------------------------------------------


def test_a_delay_announced_before_the_second_request_holds_its_schedule_too(syncro: Policy) -> None:
    """SYN-10: an announced delay holds the silence schedule until its date, whichever came first."""
    story = opened(syncro)
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-02 12:00", "delay", role=Role.CUSTOMER, until=story.instant("2026-03-16 09:00"))
    story.does("2026-03-03 10:00", "ask")
    assert story.next() == ("delay", "2026-03-16 09:00")
    story.until("2026-03-16 09:00")
    assert story.next() == ("close", "2026-03-20 17:00")


def test_a_wait_for_the_upgrade_forgets_the_count_of_silence(syncro: Policy) -> None:
    """Decision 15: nobody waits for the customer's answer any more, so nothing closes for want of it."""
    story = opened(syncro, "2026-03-19 10:00", product="Oxygen XML Editor", version="26.0")
    story.does("2026-03-19 11:00", "ask")
    story.does("2026-03-19 12:00", "ask")
    story.does("2026-03-19 13:00", "set", version="26.0")
    assert (story.case.waiting_on, story.case.timers) == ("upgrade", {})


@pytest.mark.parametrize(("verb", "data"), [("ask", {}), ("exclude", {"as_": "customer-files"}), ("refer", {})])
def test_what_ends_the_watch_forgets_its_date(syncro: Policy, verb: str, data: dict[str, str]) -> None:
    """SYN-11: a date of review belongs to monitoring alone."""
    story = opened(syncro)
    story.does("2026-03-02 11:00", "monitor", until=story.instant("2026-03-20 09:00"))
    story.does("2026-03-02 12:00", verb, **data)
    assert "review" not in story.case.timers


# Cover won and lost ---------------------------------------------------------------------------------------------


def test_a_clock_that_ended_with_the_trial_runs_on_under_the_pack_bought_since(syncro: Policy) -> None:
    """Decision 17: better cover brings its clocks; one that had ended gets its rest, as everywhere."""
    story = opened(syncro, contract=None, licence=Licence("trial", ends=date(2026, 3, 3)))
    assert story.until("2026-03-04 00:00").clocks["respond"].state is ClockState.ENDED
    story.does("2026-03-05 10:00", "set", contract={"plan": "support and maintenance", "starts": "2026-03-05"})
    assert (story.clock("respond").state, story.due("respond")) == (ClockState.RUNNING, "2026-03-06 11:00")


def test_clocks_that_never_ran_start_when_a_reopened_case_is_covered(netop: Policy) -> None:
    """Decision 17: a reopening is ruled again, and cover starts the clocks."""
    story = opened(netop, licence=Licence(key="unknown"))
    story.does("2026-03-02 11:00", "close", because="withdrawn")
    covering = Facts(licence=Licence(bought=date(2026, 3, 2))).to_json()
    story.does("2026-03-03 10:00", "reopen", role=Role.CUSTOMER, facts=covering)
    assert story.clock("resolve at level 1").started_at == story.instant("2026-03-03 10:00")


@pytest.mark.parametrize("way", ["reopen", "level"])
def test_an_exclusion_keeps_its_clocks_ended(netop: Policy, way: str) -> None:
    """Decision 24: exclusions end the clocks; neither a reopening nor a return to a level revives them."""
    story = opened(netop, partner=OSLO)
    story.does("2026-03-02 11:00", "hand over", to="vendor")
    story.does("2026-03-02 12:00", "exclude", as_="third-party-or-network")
    if way == "reopen":
        story.does("2026-03-02 13:00", "close")
        story.does("2026-03-02 14:00", "reopen", role=Role.CUSTOMER)
    else:
        story.does("2026-03-02 14:00", "hand over", to="partner")
    assert {clock.state for clock in story.case.clocks.values()} == {ClockState.MET, ClockState.ENDED}


# Clocks ---------------------------------------------------------------------------------------------------------


def test_a_clock_that_runs_on_after_a_return_has_the_severity_of_now(netop: Policy) -> None:
    """Decisions 2 and 6: the rest is that of the amount which the severity gives today."""
    story = opened(netop, partner=OSLO, answers={"environment": "production"})
    story.does("2026-03-02 11:00", "hand over", to="vendor")
    story.does("2026-03-02 11:00", "set", severity="low")
    story.does("2026-03-02 11:00", "hand over", to="partner")
    assert story.due("resolve at level 1") == "2026-03-30 10:00"


def test_a_standing_clock_whose_time_is_over_is_missed_at_the_change(netop: Policy) -> None:
    """Decision 2: past is past, whether the clock runs or stands."""
    story = opened(netop)
    story.does("2026-03-12 10:00", "ask")
    story.does("2026-03-13 10:00", "set", severity="critical")
    assert story.clock("resolve at level 1").state is ClockState.MISSED
    assert story.due("resolve at level 1") == "2026-03-13 10:00"
    assert (story.case.level, story.clock("resolve at level 2").state) == ("2", ClockState.PAUSED)


def test_another_partners_hours_count_from_the_change(netop: Policy) -> None:
    """Decision 3: what was used stays used, and the rest counts on the hours of the partner of now."""
    story = opened(netop, "2026-03-06 15:00", partner=OSLO, answers={"environment": "production"}, confirmation="fails")
    assert story.due("respond") == "2026-03-09 09:00"
    story.does("2026-03-07 12:00", "set", partner=SUNDAY.to_json())
    assert story.due("respond") == "2026-03-08 10:00"


def test_hours_that_were_closed_all_along_used_nothing(netop: Policy) -> None:
    """Decision 3: with nothing used, new hours count from the change, not from the opening."""
    story = opened(netop, "2026-03-07 18:00", answers={"environment": "production"}, confirmation="fails")
    always = Partner(
        "Round the clock", HoursSpec.parse({"days": "mon-sun", "from": "00:00", "to": "24:00"}, "UTC").to_json()
    )
    story.does("2026-03-08 12:00", "set", partner=always.to_json())
    assert story.due("respond") == "2026-03-08 14:00"


def test_a_clock_started_in_an_excused_interval_stands_through_it(netop: Policy) -> None:
    """SYN-24: clocks pause in the interval, those too that begin in it."""
    story = opened(netop, answers={"environment": "production"})
    span = {"from": story.instant("2026-03-02 11:00"), "until": story.instant("2026-03-03 11:00")}
    story.does("2026-03-02 12:00", "excuse", role=Role.MANAGER, **span)
    story.does("2026-03-02 13:00", "escalate")
    assert story.due("resolve at level 2") == "2026-03-31 11:00"


def test_a_clock_that_had_ended_keeps_what_was_excused_before(netop: Policy) -> None:
    """Decision 26: every clock without a verdict is moved, and one that ended has none."""
    story = opened(netop, answers={"environment": "production"})
    story.does("2026-03-03 10:00", "close")
    span = {"from": story.instant("2026-03-02 10:00"), "until": story.instant("2026-03-03 10:00")}
    story.does("2026-03-03 11:00", "excuse", role=Role.MANAGER, cause="storm", **span)
    story.does("2026-03-03 12:00", "reopen", role=Role.CUSTOMER)
    assert story.due("resolve at level 1") == "2026-03-10 12:00"


# Acts -----------------------------------------------------------------------------------------------------------


def test_an_agent_may_take_their_severity_back(netop: Policy) -> None:
    """Decision 19: without the agent's word the answers count again."""
    story = opened(netop, answers={"environment": "production"})
    story.does("2026-03-02 11:00", "set", severity="low")
    story.does("2026-03-02 12:00", "set", severity=None)
    assert (story.case.severity, story.case.severity_from) == ("critical", "answers")


@pytest.mark.parametrize(("verb", "data"), [("reply", {"gives": ["explanation"]}), ("ask", {})])
def test_a_customers_message_is_neither_reply_nor_request(netop: Policy, verb: str, data: dict[str, object]) -> None:
    """LANGUAGE §3: a reply is by staff; what a customer writes is a customer reply."""
    assert code(opened(netop).does("2026-03-02 11:00", verb, role=Role.CUSTOMER, **data)) == "not-yours"


def test_what_the_desk_sends_by_itself_is_no_persons_reply(syncro: Policy) -> None:
    """SYN-04: the response is met by a person only."""
    story = opened(syncro)
    story.does("2026-03-02 11:00", "reply", role=Role.SYSTEM)
    assert story.clock("respond").state is ClockState.RUNNING


def test_a_solution_the_customer_found_meets_no_clock(netop: Policy) -> None:
    """Decision 13: what a person of the desk gives counts as given."""
    story = opened(netop)
    story.does("2026-03-02 11:00", "resolve", role=Role.CUSTOMER, by="workaround")
    assert (story.case.status, story.clock("resolve at level 1").state) == (Status.CLOSED, ClockState.ENDED)


def test_nothing_is_handed_to_a_partner_where_partners_work_on_no_level(syncro: Policy) -> None:
    """SYN-03: a consultant, then a specialist; a partner stands in no level."""
    assert code(opened(syncro, partner=OSLO).does("2026-03-02 11:00", "hand over", to="partner")) == "no-partner-level"


def test_thirty_days_end_at_the_same_time_of_day_in_summer_time(netop: Policy) -> None:
    """Decision 16: a change of the clocks takes no hour from the customer."""
    story = opened(netop)
    story.does("2026-03-02 11:00", "close")
    assert code(story.does("2026-04-01 11:01", "reopen", role=Role.CUSTOMER)) == "too-late"
    assert isinstance(story.does("2026-04-01 11:00", "reopen", role=Role.CUSTOMER), tuple)
    winter = opened(netop, "2026-10-12 10:00")
    winter.does("2026-10-12 11:00", "close")
    assert isinstance(winter.does("2026-11-11 11:00", "reopen", role=Role.CUSTOMER), tuple)


def test_a_month_to_reopen_ends_at_the_same_time_of_day_in_winter_time(netop: Policy) -> None:
    """Decision 16, for a time in months: the hour that autumn adds is the customer's too."""
    by_month = parse_policy(netop.source.replace("within: 30 days", "within: 1 month"), "netop.md")
    story = opened(by_month, "2026-10-12 10:00")
    story.does("2026-10-12 11:00", "close")
    assert code(story.does("2026-11-11 11:01", "reopen", role=Role.CUSTOMER)) == "too-late"
    assert isinstance(story.does("2026-11-11 11:00", "reopen", role=Role.CUSTOMER), tuple)


def test_what_was_excused_before_a_new_promise_counts_for_it_too(netop: Policy) -> None:
    """Decisions 11 and 26: a target that counts from the opening has the pause of every other clock."""
    look = "first look: {kind: target, hours: support, from: opening, met by: [workaround], within: 3 business days}"
    text = netop.source.replace("resolve at level 1:\n", f"{look}\nresolve at level 1:\n", 1)
    text = text.replace("{hours: from now}", "{hours: from now, targets: from the start}")
    later = parse_policy(text.replace("version: 2026-11-01", "version: 2027-01-01"), "netop.md")
    story = opened(netop)
    storm = {"from_": story.instant("2026-03-02 11:00"), "until": story.instant("2026-03-02 16:00")}
    story.does("2026-03-03 16:00", "excuse", cause="storm", **storm)
    _, events = come_into_force(netop, later, story.case, story.instant("2026-03-04 09:00"))
    assert story.local(fold([*story.events, *events]).clocks["first look"].due_at) == "2026-03-05 15:00"


# What is missing ------------------------------------------------------------------------------------------------


def test_a_product_and_version_on_the_case_are_not_missing_and_what_is_filled_in_adds_up(syncro: Policy) -> None:
    """SYN-17: gaps are what nobody has told yet."""
    asks = [str(item) for item in syncro.intake.at({}).asks]
    told = tuple(item for item in asks if item not in {"product", "version", "steps", "error text"})
    story = opened(syncro, product="Oxygen XML Editor", version="26.1", information=told)
    assert set(story.case.missing) == {"steps", "error text"}
    story.does("2026-03-02 11:00", "set", role=Role.CUSTOMER, information=["steps"])
    assert story.case.missing == ("error text",)


def test_a_critical_case_opened_by_telephone_misses_no_call(netop: Policy) -> None:
    """NET-07: the call has been made."""
    assert opened(netop, channel="phone", answers={"environment": "production"}).case.missing == ()


def test_an_act_without_a_cause_says_so(netop: Policy) -> None:
    """SYN-24: an excused interval without a cause is recorded, and its ruling says that none was named."""
    story = opened(netop)
    span = {"from": story.instant("2026-03-02 10:00"), "until": story.instant("2026-03-02 11:00")}
    rulings = story.does("2026-03-02 11:00", Verb.EXCUSE, role=Role.MANAGER, **span)
    assert isinstance(rulings, tuple)
    assert [r.reason for r in rulings if isinstance(r, Ruling) and r.found is Found.EXCUSED] == ["no cause named"]


# What cannot be understood --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "data", "expected"),
    [
        ("contact", {}, "incomplete"),
        ("contact", {"available": "no"}, "unreadable"),
        ("delay", {"until": "tomorrow"}, "unreadable"),
        ("monitor", {}, "incomplete"),
        ("excuse", {"from": 1}, "incomplete"),
        ("excuse", {"from": None, "until": None}, "incomplete"),
        ("wait", {"on": "nowhere"}, "unreadable"),
        ("log", {"minutes": "z", "activity": "out of scope"}, "unreadable"),
        ("log", {"minutes": -5, "activity": "out of scope"}, "unreadable"),
        ("reply", {"gives": ["nonsense"]}, "unreadable"),
        ("call", {"from": "nobody"}, "unreadable"),
        ("close", {"because": "odd"}, "unreadable"),
        ("find", {"cause": 7}, "unreadable"),
        ("buy", {}, "incomplete"),
        ("set", {"contract": {"x": 1}}, "unreadable"),
        ("set", {"licence": "a"}, "unreadable"),
        ("set", {"answers": 5}, "unreadable"),
        ("set", {"information": 5}, "unreadable"),
        ("set", {"severity": 7}, "unreadable"),
        ("reopen", {"facts": {"colour": "red"}}, "unreadable"),
        ("exclude", {"as": None}, "incomplete"),
    ],
)
def test_an_act_that_cannot_be_understood_is_refused_with_a_sentence(
    netop: Policy, verb: str, data: dict[str, object], expected: str
) -> None:
    """A refusal is a value: whatever a program sends, no act is half understood."""
    refusal = opened(netop).does("2026-03-02 11:00", verb, **data)
    assert code(refusal) == expected
    assert isinstance(refusal, Refusal)
    assert verb in refusal.sentence
