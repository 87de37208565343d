"""Acts: what each verb does and when it is refused (LANGUAGE, decisions 12 to 29)."""

from datetime import date

import pytest

from tests.engine.story import Story
from troth.engine import Contract, Licence, Refusal, owner_of, rank
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Found, Goals, Role, Status

PACK = Contract("support and maintenance", date(2026, 1, 1))


def supported(syncro: Policy, **facts: object) -> Story:
    """A normal case under the pack, opened on a Monday morning."""
    story = Story(syncro, contract=PACK, product="Oxygen XML Editor", answers={"product_state": "unusable"}, **facts)
    story.opens("2026-03-02 10:00")
    return story


def code(result: object) -> str:
    """Return why an act was refused."""
    assert isinstance(result, Refusal), f"not refused: {result}"
    return result.code


# Replies, requests, silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "data"), [("reply", {}), ("ask", {}), ("call", {}), ("resolve", {"by": "assistance"})]
)
def test_what_counts_as_a_reply_by_a_person(syncro: Policy, verb: str, data: dict[str, str]) -> None:
    """Decision 13: a reply, a question, a call that reached the customer, a solution."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", verb, **data)
    assert story.clock("respond").state is ClockState.MET


@pytest.mark.parametrize(("verb", "data"), [("attempt", {}), ("call", {"reached": False})])
def test_what_does_not_count_as_a_reply(syncro: Policy, verb: str, data: dict[str, bool]) -> None:
    """Decision 13: an attempt, and a call nobody took."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", verb, **data)
    assert story.clock("respond").state is ClockState.RUNNING


def test_silence_closes_five_working_days_after_the_second_request(syncro: Policy) -> None:
    """SYN-10: the first request starts nothing, the second starts the count."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "ask")
    assert not story.case.timers
    story.does("2026-03-04 11:00", "ask")
    assert story.next() == ("close", "2026-03-11 11:00")
    assert story.until("2026-03-11 10:59").status is Status.WAITING
    case = story.until("2026-03-11 11:00")
    assert (case.status, case.closed_because) == (Status.CLOSED, "silence")


def test_an_answer_starts_the_count_anew(syncro: Policy) -> None:
    """Decision 15: an answer forgets requests and attempts."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-04 11:00", "ask")
    story.does("2026-03-05 11:00", "customer reply", role=Role.CUSTOMER)
    story.does("2026-03-05 12:00", "ask")
    assert (story.case.requests, dict(story.case.timers)) == (1, {})
    assert story.until("2026-04-30 12:00").status is Status.WAITING


def test_an_announced_delay_holds_the_schedule_and_its_rest_runs_on(syncro: Policy) -> None:
    """Decision 21: a delay is no answer; two of five days were used before it."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-04 11:00", "ask")
    story.does("2026-03-06 11:00", "delay", role=Role.CUSTOMER, until=story.instant("2026-03-16 11:00"))
    assert story.next() == ("delay", "2026-03-16 11:00")
    assert story.case.status is Status.WAITING
    story.until("2026-03-16 11:00")
    assert story.next() == ("close", "2026-03-19 11:00")


def test_a_delay_is_refused_where_nothing_waits(syncro: Policy) -> None:
    """Decision 28."""
    story = supported(syncro)
    assert code(story.does("2026-03-02 11:00", "delay", until=story.instant("2026-03-09 11:00"))) == "not-waiting"


def test_a_dismissal_waits_until_the_mail_has_been_read(syncro: Policy) -> None:
    """Decision 29: nothing is dismissed past the instant up to which the mailboxes have been read."""
    from troth.engine import advance  # noqa: PLC0415

    story = supported(syncro)
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-04 11:00", "ask")
    now, heard = story.instant("2026-03-12 09:00"), story.instant("2026-03-11 10:59")
    assert advance(syncro, story.case, now, heard) == ()
    rulings = advance(syncro, story.case, now, story.instant("2026-03-11 11:00"))
    assert {ruling.at for ruling in rulings} == {story.instant("2026-03-11 11:00")}


# Waiting on others ----------------------------------------------------------------------------------------------


def test_a_wait_on_a_third_party_survives_the_customers_reply(syncro: Policy) -> None:
    """Decision 15; the ledger gives the time to the third party."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "wait", on="third party", ref="ACME-77")
    story.does("2026-03-03 11:00", "customer reply", role=Role.CUSTOMER)
    assert (story.case.status, story.case.waiting_on) == (Status.WAITING, "third party")
    assert owner_of(story.case) == "third party"


def test_monitoring_touches_no_clock_and_ends_at_its_date(syncro: Policy) -> None:
    """Decision 28, SYN-11."""
    story = supported(syncro)
    before = story.due("respond")
    story.does("2026-03-02 11:00", "monitor", until=story.instant("2026-03-20 09:00"))
    assert (story.case.status, story.due("respond")) == (Status.MONITORING, before)
    assert story.until("2026-03-20 09:00").status is Status.OPEN


def test_an_older_minor_waits_for_the_upgrade_once_it_is_confirmed(syncro: Policy) -> None:
    """SYN-16: not by itself at opening; setting the newest version lets the clock run on."""
    releases = syncro.catalogue.of_product("Oxygen XML Editor")
    newest = max(releases, key=lambda release: release.released).version
    older = min((r for r in releases if r.version.split(".")[0] == newest.split(".")[0]), key=lambda r: r.released)
    assert older.version != newest
    story = Story(syncro, contract=PACK, product="Oxygen XML Editor", answers={"product_state": "unusable"})
    story.opens("2026-11-02 10:00")
    story.does("2026-11-02 11:00", "set", version=older.version)
    assert (story.case.waiting_on, story.clock("respond").state) == ("upgrade", ClockState.PAUSED)
    story.does("2026-11-03 11:00", "set", role=Role.CUSTOMER, version=newest)
    assert (story.case.status, story.clock("respond").state) == (Status.OPEN, ClockState.RUNNING)
    assert story.due("respond") == "2026-11-04 10:00"


def test_an_unavailable_contact_stops_a_critical_clock_and_the_time_is_the_customers(syncro: Policy) -> None:
    """Decision 20, SYN-18: the status stays; it is over when the severity drops."""
    story = Story(syncro, contract=PACK, answers={"product_state": "unusable", "affects": "everyone"})
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "contact", available=False)
    assert (story.case.status, story.clock("respond").state) == (Status.OPEN, ClockState.PAUSED)
    assert owner_of(story.case) == "customer"
    story.does("2026-03-02 12:00", "set", severity="high")
    assert story.clock("respond").state is ClockState.RUNNING
    assert owner_of(story.case) == "level 1"


def test_an_excused_interval_moves_only_clocks_without_a_verdict(syncro: Policy) -> None:
    """Decision 26, SYN-24: it may begin in the past."""
    story = Story(syncro, contract=PACK, answers={"product_state": "unusable", "affects": "everyone"})
    story.opens("2026-03-02 10:00")
    at = [story.instant("2026-03-02 10:30"), story.instant("2026-03-02 12:30")]
    story.does("2026-03-02 13:00", "excuse", **{"from": at[0], "until": at[1], "cause": "power cut"})
    assert story.due("respond") == "2026-03-02 16:00"
    story.does("2026-03-02 15:00", "reply")
    judged = story.clock("respond")
    story.does("2026-03-02 16:00", "excuse", **{"from": at[0], "until": at[1], "cause": "again"})
    assert story.clock("respond") == judged


# Cover ----------------------------------------------------------------------------------------------------------


def test_a_trial_gets_best_effort_until_it_ends_and_courtesy_after(syncro: Policy) -> None:
    """SYN-08, decision 17: a basis that names its end ends at the midnight after its last day."""
    trial = Licence("trial", date(2026, 3, 1), date(2026, 3, 3))
    story = Story(syncro, licence=trial)
    story.opens("2026-03-02 10:00")
    assert (story.case.basis, story.case.goals) == ("trial", Goals.BEST_EFFORT)
    assert story.next() == ("cover", "2026-03-04 00:00")
    case = story.until("2026-03-04 00:00")
    assert (case.basis, case.goals, case.clocks["respond"].state) == ("courtesy", Goals.NONE, ClockState.ENDED)


def test_cover_may_come_later_and_clocks_start_then(netop: Policy) -> None:
    """Decision 17: a set of the licence may turn uncovered into covered."""
    story = Story(netop, licence=Licence(key="unknown"), answers={"environment": "production"})
    story.opens("2026-03-02 10:00")
    assert (story.case.is_covered, story.case.offered, story.case.clocks) == (False, ("proof of purchase",), {})
    story.does("2026-03-03 10:00", "set", role=Role.SYSTEM, licence={"kind": "commercial", "key": "valid"})
    assert story.case.is_covered
    assert story.due("resolve at level 1") == "2026-03-10 10:00"


def test_cover_is_never_taken_away_by_a_changed_licence(netop: Policy) -> None:
    """Decision 17: never the reverse."""
    story = Story(netop, answers={"environment": "production"})
    story.opens("2026-03-02 10:00")
    story.does("2026-03-03 10:00", "set", role=Role.SYSTEM, licence={"kind": "commercial", "key": "pirated"})
    assert story.case.is_covered


def test_a_channel_that_opens_no_case_is_refused_unless_staff_open_it(netop: Policy) -> None:
    """Decision 18."""
    story = Story(netop, channel="remote")
    assert code(story.opens("2026-03-02 10:00")) == "channel"
    assert not story.events
    assert not isinstance(story.opens("2026-03-02 10:00", role=Role.STAFF), Refusal)


# Severity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ({"environment": "production"}, "critical"),
        ({"environment": "production", "workaround": "hard"}, "critical"),
        ({"environment": "production", "workaround": "available"}, "high"),
        ({"environment": "lab", "workaround": "none"}, "high"),
        ({"environment": "lab", "workaround": "available"}, "medium"),
        ({}, "medium"),
        ({"workaround": "available"}, "medium"),
    ],
)
def test_netops_answers_give_a_severity_and_a_way_round_lowers_it_once(
    netop: Policy, answers: dict[str, str], severity: str
) -> None:
    """NET-12; a customer's own word does not count there (decision 19)."""
    story = Story(netop, answers=answers, severity="low")
    story.opens("2026-03-02 10:00")
    assert story.case.severity == severity


def test_an_agents_word_is_not_lowered_by_a_later_answer(netop: Policy) -> None:
    """Decision 19: the agent's word stands before all answers."""
    story = Story(netop, answers={"environment": "lab"})
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "set", severity="critical")
    story.does("2026-03-02 12:00", "set", role=Role.CUSTOMER, answers={"workaround": "available"})
    assert (story.case.severity, story.case.severity_from) == ("critical", "staff")


def test_a_severity_the_policy_does_not_know_is_refused(netop: Policy) -> None:
    """A refusal says what would be allowed."""
    story = Story(netop)
    story.opens("2026-03-02 10:00")
    refusal = story.does("2026-03-02 11:00", "set", severity="urgent")
    assert code(refusal) == "unknown-severity"
    assert isinstance(refusal, Refusal)
    assert "critical" in refusal.allowed


def test_a_critical_case_misses_a_call_until_one_was_taken(netop: Policy) -> None:
    """NET-07: also when it becomes critical later."""
    story = Story(netop, answers={"environment": "lab"})
    story.opens("2026-03-02 10:00")
    assert story.case.missing == ()
    story.does("2026-03-02 11:00", "set", severity="critical")
    assert story.case.missing == ("call",)
    story.does("2026-03-02 11:10", "call", **{"from": "customer"})
    assert story.case.missing == ()


# Levels, scope, escalation --------------------------------------------------------------------------------------


def test_only_a_proven_error_is_handed_to_product_management_by_a_person(netop: Policy) -> None:
    """NET-04; time alone needs no proof."""
    story = Story(netop)
    story.opens("2026-03-02 10:00")
    assert code(story.does("2026-03-02 11:00", "hand over", to="product management")) == "no-error-found"
    story.does("2026-03-02 12:00", "escalate")
    assert code(story.does("2026-03-02 12:30", "escalate")) == "no-error-found"
    story.does("2026-03-02 13:00", "find", cause="error")
    story.does("2026-03-02 13:30", "hand over", to="product management")
    assert story.case.level == "product management"
    assert code(story.does("2026-03-02 14:00", "escalate")) == "top-level"


def test_a_found_error_goes_to_the_specialists(syncro: Policy) -> None:
    """SYN-03."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "find", cause="error")
    assert story.case.level == "2"


def test_declined_is_open_until_one_reply_then_closed_out_of_policy(syncro: Policy) -> None:
    """Decision 24: clocks end, a person answers, the answer closes."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "exclude", as_="unauthorised-use")
    assert (story.case.outcome, story.case.status) == ("declined", Status.OPEN)
    assert story.clock("respond").state is ClockState.ENDED
    story.does("2026-03-02 12:00", "reply")
    assert (story.case.status, story.case.closed_because) == (Status.CLOSED, "out of policy")


def test_guidance_closes_at_the_reply_after_which_its_time_is_used_up(syncro: Policy) -> None:
    """SYN-20, decision 24."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "exclude", as_="customer-files")
    assert story.case.allowance == 30
    story.does("2026-03-02 11:30", "log", minutes=20, activity="out of scope")
    story.does("2026-03-02 11:31", "reply")
    assert (story.case.status, story.case.allowance) == (Status.OPEN, 10)
    story.does("2026-03-02 12:00", "log", minutes=10, activity="out of scope")
    assert story.case.status is Status.OPEN
    story.does("2026-03-02 12:01", "reply")
    assert story.case.closed_because == "out of policy"


def test_the_customers_own_path_has_its_order_and_its_needs(syncro: Policy) -> None:
    """SYN-12, decision 23: it leaves the level."""
    story = supported(syncro)
    customer = Role.CUSTOMER
    assert code(story.does("2026-03-02 11:00", "escalate", role=customer, to="executive")) == "too-early"
    assert code(story.does("2026-03-02 11:00", "escalate", role=customer, to="manager")) == "incomplete"
    story.does("2026-03-02 11:00", "escalate", role=customer, to="staff")
    story.does("2026-03-02 12:00", "escalate", role=customer, to="executive")
    assert (story.case.path, story.case.level) == (("staff", "executive"), "1")


def test_no_automatic_mail_where_the_policy_sends_none(syncro: Policy) -> None:
    """SYN-06: nothing is sent by itself, and a confirmation cannot be recorded."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "ask")
    story.does("2026-03-02 12:00", "resolve", by="assistance")
    assert not story.rulings(Found.NOTICE)
    assert code(supported(syncro).does("2026-03-02 11:00", "confirm")) == "no-confirmation"


# Ending ---------------------------------------------------------------------------------------------------------


def test_solving_closes_and_another_way_of_solving_is_refused(syncro: Policy) -> None:
    """SYN-09, decision 14."""
    story = supported(syncro)
    assert code(story.does("2026-03-02 11:00", "resolve", by="fix")) == "not-a-solution"
    story.does("2026-03-02 11:00", "resolve", by="own workaround")
    assert (story.case.status, story.case.closed_because) == (Status.CLOSED, "resolved")


def test_a_thank_you_after_the_end_reopens_nothing_and_stands_unread(syncro: Policy) -> None:
    """Decision 16: no status and no clock changes; only `reopen` or `no action` clears it."""
    story = supported(syncro)
    story.does("2026-03-02 11:00", "resolve", by="workaround")
    clocks = dict(story.case.clocks)
    story.does("2026-03-02 12:00", "customer reply", role=Role.CUSTOMER)
    assert (story.case.status, story.case.is_unread, story.case.clocks) == (Status.CLOSED, True, clocks)
    assert owner_of(story.case) == "level 1"
    story.does("2026-03-02 13:00", "no action")
    assert not story.case.is_unread
    assert code(story.does("2026-03-02 13:01", "no action")) == "nothing-unread"


def test_a_case_is_taken_up_again_within_thirty_days_only(syncro: Policy) -> None:
    """Decision 16: later, a linked case is opened instead."""
    story = supported(syncro)
    assert code(story.does("2026-03-02 11:00", "reopen")) == "not-closed"
    story.does("2026-03-02 11:00", "resolve", by="workaround")
    assert code(story.does("2026-04-02 11:01", "reopen")) == "too-late"
    story.does("2026-03-30 11:00", "reopen")
    assert story.case.status is Status.OPEN


def test_refused_acts_leave_no_trace(netop: Policy) -> None:
    """A refusal is a value: the events are what they were."""
    story = Story(netop)
    story.opens("2026-03-02 10:00")
    before = list(story.events)
    story.does("2026-03-02 10:00", "resume")
    story.does("2026-03-02 10:00", "buy", what="incident")
    story.does("2026-03-02 10:00", "grant access")
    assert story.events == before


def test_the_queue_puts_the_graver_first_and_among_equals_the_one_due_sooner(netop: Policy) -> None:
    """`rank`: lane, then the most urgent due time."""
    stories = []
    for opened, environment in (
        ("2026-03-02 10:00", "lab"),
        ("2026-03-02 11:00", "production"),
        ("2026-03-02 12:00", "production"),
    ):
        story = Story(netop, answers={"environment": environment})
        story.opens(opened)
        stories.append(story)
    ranked = sorted(stories, key=lambda story: rank(story.case))
    assert [story.local(story.case.opened_at) for story in ranked] == [
        "2026-03-02 11:00",
        "2026-03-02 12:00",
        "2026-03-02 10:00",
    ]
