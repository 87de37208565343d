"""Clocks: start, amount, pauses (LANGUAGE, decisions 1 to 8)."""

from datetime import date

from tests.engine.story import Story
from troth.engine import Contract
from troth.engine.facts import Partner
from troth.hours import HoursSpec
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Found, Role

CRITICAL = {"environment": "production", "workaround": "none"}
PACK = Contract("support and maintenance", date(2026, 1, 1))


def critical(netop: Policy) -> Story:
    """A critical case on the Friday afternoon of LANGUAGE §3."""
    story = Story(netop, product="Netop Remote Control", version="12.0", answers=CRITICAL)
    story.opens("2026-03-06 16:30")
    return story


def test_a_confirmation_meets_response_and_time_alone_escalates(netop: Policy) -> None:
    """The example of LANGUAGE §3."""
    story = critical(netop)
    assert story.clock("respond").state is ClockState.MET
    assert story.due("resolve at level 1") == "2026-03-13 16:30"
    assert story.until("2026-03-13 16:29").level == "1"
    assert story.until("2026-03-13 16:30").level == "2"


def test_a_due_time_moves_on_by_the_working_time_of_its_pauses(netop: Policy) -> None:
    """Decision 1: two hours of Friday and one of Monday waited; the weekend between them does not count."""
    story = critical(netop)
    story.does("2026-03-06 16:40", "ask")
    assert story.clock("resolve at level 1").state is ClockState.PAUSED
    assert story.due("resolve at level 1") is None
    story.does("2026-03-09 10:00", "customer reply", role=Role.CUSTOMER)
    assert story.due("resolve at level 1") == "2026-03-16 09:50"


def test_pausing_outside_hours_costs_no_working_time(netop: Policy) -> None:
    """A question at night that is answered before morning moves nothing."""
    story = critical(netop)
    story.does("2026-03-06 20:00", "ask")
    story.does("2026-03-07 08:00", "customer reply", role=Role.CUSTOMER)
    assert story.due("resolve at level 1") == "2026-03-13 16:30"


def test_a_pause_over_easter_counts_no_holiday(netop: Policy) -> None:
    """Maundy Thursday to Easter Monday are no working time in Denmark."""
    story = Story(netop, answers=CRITICAL)
    story.opens("2026-03-31 09:00")
    story.does("2026-04-01 16:00", "ask")
    story.does("2026-04-07 10:00", "customer reply", role=Role.CUSTOMER)
    assert story.due("resolve at level 1") == "2026-04-10 11:00"


def test_an_act_at_the_very_instant_of_a_deadline_is_in_time(netop: Policy) -> None:
    """Decision 8: acts come first at one instant."""
    story = critical(netop)
    story.does("2026-03-13 16:30", "reply", gives="workaround")
    assert story.clock("resolve at level 1").state is ClockState.MET
    assert story.until("2026-03-20 09:00").level == "1"


def test_one_second_later_it_is_missed_and_met_after_its_time(netop: Policy) -> None:
    """Decision 4: met after missed stays missed, with when it was met."""
    story = Story(netop, answers=CRITICAL, confirmation="fails")
    story.opens("2026-03-06 16:30")
    story.does("2026-03-09 10:30:01", "reply")
    clock = story.clock("respond")
    assert (clock.state, story.local(clock.missed_at)) == (ClockState.MISSED, "2026-03-09 10:30")
    assert clock.met_at == story.instant("2026-03-09 10:30:01")


def test_a_milder_severity_gives_the_longer_amount_from_the_same_start(netop: Policy) -> None:
    """Decision 2: the same formula with the new amount."""
    story = critical(netop)
    story.does("2026-03-09 09:00", "set", severity="high")
    assert story.due("resolve at level 1") == "2026-03-20 16:30"


def test_a_graver_severity_whose_time_is_over_is_missed_at_the_change(netop: Policy) -> None:
    """Decision 2: due now and missed now; and what missing it does is done."""
    story = Story(netop, answers={"environment": "lab"})
    story.opens("2026-03-02 09:00")
    story.does("2026-03-10 09:00", "set", severity="critical")
    clock = story.clock("resolve at level 1")
    assert (clock.state, story.local(clock.due_at)) == (ClockState.MISSED, "2026-03-10 09:00")
    assert story.case.level == "2"


def test_a_verdict_is_never_changed_by_a_new_severity(netop: Policy) -> None:
    """Decision 4: judged clocks keep their due."""
    story = critical(netop)
    before = story.clock("respond")
    story.does("2026-03-09 09:00", "set", severity="low")
    assert story.clock("respond") == before


def test_leaving_a_level_ends_its_clock_and_a_return_gives_it_the_rest(netop: Policy) -> None:
    """Decision 6: a first arrival starts, a return resumes; time away is not counted."""
    story = critical(netop)
    story.does("2026-03-09 16:30", "escalate")
    assert story.clock("resolve at level 1").state is ClockState.ENDED
    story.does("2026-03-10 09:00", "find", cause="error")
    story.does("2026-03-10 16:30", "hand over", to="product management")
    story.does("2026-03-11 16:30", "hand over", to="vendor")
    assert (story.case.level, story.clock("resolve at level 2").state) == ("2", ClockState.RUNNING)
    # Twenty business days from 9 March pass Easter; the working day with product management is added.
    assert story.due("resolve at level 2") == "2026-04-10 16:30"


def test_reopening_gives_the_rest_and_revives_no_verdict(netop: Policy) -> None:
    """Decision 7."""
    story = critical(netop)
    story.does("2026-03-09 16:30", "close", because="withdrawn")
    assert story.clock("resolve at level 1").state is ClockState.ENDED
    story.does("2026-03-11 16:30", "reopen", role=Role.CUSTOMER)
    assert story.due("resolve at level 1") == "2026-03-17 16:30"
    assert story.clock("respond").state is ClockState.MET


def test_a_partners_hours_carry_level_one_in_the_partners_zone(netop: Policy) -> None:
    """`hours: {support: partner}` on level 1; the spec is pinned in the case's facts."""
    spec = HoursSpec.parse({"zone": "Europe/London", "days": "mon-fri", "from": "08:00", "to": "16:00"})
    story = Story(netop, answers=CRITICAL, confirmation="fails", partner=Partner("Isle IT", spec.to_json()))
    story.opens("2026-03-06 16:30")  # 15:30 in London: half an hour is left there
    assert story.case.worked_by == "partner"
    assert story.due("respond") == "2026-03-09 10:30"  # 09:30 in London
    story.does("2026-03-09 09:30", "escalate", role=Role.PARTNER)
    assert (story.case.level, story.case.worked_by) == ("2", "support")
    assert story.clock("resolve at level 2").hours == "support"


def test_a_day_of_eight_hours_is_working_time_across_a_holiday(syncro: Policy) -> None:
    """SYN-04: 1 day is 8 working hours; 1 December is a holiday in Romania."""
    story = Story(syncro, contract=PACK, answers={"product_state": "impaired", "workaround": "hard"})
    story.opens("2026-11-27 15:00")
    assert story.case.severity == "high"
    assert story.due("respond") == "2026-12-02 15:00"


def test_new_hours_keep_the_working_time_already_used(netop: Policy) -> None:
    """Decision 3: two hours of four were used on the desk's hours; two remain on the partner's."""
    story = Story(netop, answers={"environment": "lab"}, confirmation="fails")
    story.opens("2026-03-02 15:00")
    spec = HoursSpec.parse({"zone": "Europe/Copenhagen", "days": "mon-fri", "from": "12:00", "to": "20:00"})
    story.does("2026-03-02 17:00", "set", partner={"name": "Late IT", "hours": spec.to_json()})
    assert story.due("respond") == "2026-03-02 19:00"


def test_every_clock_ruling_cites_a_clause_that_exists(netop: Policy) -> None:
    """A citation is a section, and an entry of it."""
    story = critical(netop)
    story.until("2026-06-01 09:00")
    for event in story.events:
        clause = getattr(event, "clause", None)
        assert clause is None or clause.split("/")[0] in netop.clauses
    assert story.rulings(Found.CLOCK_MISSED)
