"""None of the engine's 29 decisions stands without a test of the engine and scenarios of a vendor that run both ways.

*Both ways*: in one the rule does what it says, in the other it does not hold, or holds for another case.
"""

import ast
from dataclasses import dataclass
from functools import cache

import pytest

from tests.clauses.shipped import failures_of, file_of
from tests.conftest import ROOT


@dataclass(frozen=True)
class Decision:
    """What was decided, the test of the engine that holds it, and two scenarios: where it shows, and where it ends."""

    says: str
    test: str
    desk: str
    shows: str
    ends: str


NETOP, NTP, NUMARA, SMARTER, SYNCRO = "netop", "ntp-software", "numara", "smartertools", "syncro-soft"
DECISIONS = {
    1: Decision(
        "a due time moves on by the working time of its pauses",
        "test_a_due_time_moves_on_by_the_working_time_of_its_pauses",
        NETOP,
        "the clock stands still while we wait for the customer, over Easter too",
        "five days across Easter",
    ),
    2: Decision(
        "a new amount counts from the same start, and what is over is missed at the change",
        "test_a_graver_severity_whose_time_is_over_is_missed_at_the_change",
        NETOP,
        "a case made graver when its time has passed already is missed at once and moves up",
        "a way round found later moves the running targets",
    ),
    3: Decision(
        "new hours keep the working time used",
        "test_new_hours_from_now_keep_the_working_time_already_used",
        NETOP,
        "new hours count from now, and the time used is kept",
        "a new holiday moves the business days from the day it is in force",
    ),
    4: Decision(
        "a judged clock keeps its due, and missed stays missed",
        "test_one_second_later_it_is_missed_and_met_after_its_time",
        NETOP,
        "a reply one second late is late, and stays so",
        "a reply at the very instant it is due is in time",
    ),
    5: Decision(
        "a clock with a condition starts when that first holds",
        "test_a_clock_that_gave_way_does_not_come_back_beside_its_successor",
        NUMARA,
        "the senior's time begins when the case becomes a system down",
        "no senior is promised without a system down",
    ),
    6: Decision(
        "leaving a level ends its clocks, and a return gives them the rest",
        "test_leaving_a_level_ends_its_clock_and_a_return_gives_it_the_rest",
        NETOP,
        "a partner asks for help, gets it, and takes the case back with the rest of its time",
        "time alone takes a case to level 2 and to product management",
    ),
    7: Decision(
        "reopening gives the rest and revives no verdict",
        "test_reopening_gives_the_rest_and_revives_no_verdict",
        NETOP,
        "a case that is withdrawn and opened again has the rest of its time",
        "opening again revives no verdict",
    ),
    8: Decision(
        "at one instant an act goes before a deadline, and a closing before a clock",
        "test_an_act_at_the_very_instant_of_a_deadline_is_in_time",
        NTP,
        "a dismissal at the same instant as the tenth day wins",
        "a second too late is too late",
    ),
    9: Decision(
        "round the clock a business day is a day and a night",
        "test_an_add_on_goes_with_a_plan_in_force_that_has_it",
        NUMARA,
        "with round-the-clock support a FootPrints case is counted day and night",
        "on another product the same contract keeps the hours of the desk",
    ),
    10: Decision(
        "of a term the first day counts",
        "test_a_contract_of_the_automatic_plan_runs_as_long_as_that",
        NUMARA,
        "the day of purchase is the first of the thirty, and the last is covered to its end",
        "on the thirty-first day nothing covers without a plan",
    ),
    11: Decision(
        "of a new version only the hours reach open cases, unless it says otherwise",
        "test_new_targets_are_left_alone_unless_the_version_says_otherwise",
        NETOP,
        "new promises leave an open case alone",
        "promises from now count from each clock's own start",
    ),
    12: Decision(
        "a confirmation counts when it was handed over",
        "test_a_confirmation_meets_response_and_time_alone_escalates",
        NETOP,
        "a confirmation handed over on the next day still meets both",
        "a confirmation that fails keeps the case number owed, weekend or not",
    ),
    13: Decision(
        "a question and a call that reached are replies by a person, a confirmation is not",
        "test_what_counts_as_a_reply_by_a_person",
        NUMARA,
        "a call that reaches the client is an answer",
        "a person answers within a business day, and the confirmation is no answer",
    ),
    14: Decision(
        "solving closes only where the policy says so",
        "test_solving_closes_and_another_way_of_solving_is_refused",
        NETOP,
        "an explanation meets the level's clock, and resolving closes",
        "assistance alone is no solution here",
    ),
    15: Decision(
        "an answer opens the case and forgets requests; a wait on others survives it",
        "test_a_wait_on_a_third_party_survives_the_customers_reply",
        SYNCRO,
        "a third party's time shows on the case and outlasts a word from the customer",
        "an answer in between begins the count anew",
    ),
    16: Decision(
        "a word after the end changes nothing until somebody looks",
        "test_a_thank_you_after_the_end_reopens_nothing_and_stands_unread",
        NETOP,
        "a word after the end changes nothing until somebody looks",
        "a case that is withdrawn and opened again has the rest of its time",
    ),
    17: Decision(
        "cover is judged at opening: it may come later and is not taken away",
        "test_cover_is_never_taken_away_by_a_changed_licence",
        NETOP,
        "losing the key's good name later takes nothing away",
        "a key nobody knows gives no cover, and a proof of purchase mends that",
    ),
    18: Decision(
        "want of cover is no refusal; a channel that opens no case is, unless staff open it",
        "test_a_channel_that_opens_no_case_is_refused_unless_staff_open_it",
        SMARTER,
        "on the day after that no standard ticket is taken",
        "staff may open one all the same, without cover",
    ),
    19: Decision(
        "severity is the agent's word, else the answers, else the customer's where it counts",
        "test_an_agents_word_is_not_lowered_by_a_later_answer",
        SYNCRO,
        "answers go before a proposal, and an agent before both",
        "without answers the customer's proposal counts",
    ),
    20: Decision(
        "a contact out of reach pauses the clocks that name it",
        "test_an_unavailable_contact_stops_a_critical_clock_and_the_time_is_the_customers",
        SYNCRO,
        "while a critical case's contact is out of reach the clock stands still",
        "a case that is less severe needs no contact on call",
    ),
    21: Decision(
        "a delay stops the silence, whose rest runs on from its end",
        "test_an_announced_delay_holds_the_schedule_and_its_rest_runs_on",
        SYNCRO,
        "an announced delay holds the count, and its rest runs on",
        "silence after the second request closes",
    ),
    22: Decision(
        "an attempt is made only if fewer are on record than steps are due",
        "test_a_call_that_is_due_counts_only_when_somebody_made_it",
        NTP,
        "attempts that a person has made are not made twice",
        "three attempts in nine days, and on the tenth the case is dismissed",
    ),
    23: Decision(
        "a customer's escalation takes their path and leaves the level",
        "test_the_customers_own_path_has_its_order_and_its_needs",
        SYNCRO,
        "the path goes from staff to manager to the executives",
        "a customer who names no step begins with the staff, and the level stays",
    ),
    24: Decision(
        "what is left out ends the clocks, and is closed after an answer at the earliest",
        "test_declined_is_open_until_one_reply_then_closed_out_of_policy",
        SYNCRO,
        "the reply after the allowance is used up closes",
        "outside: custom-features is given limited time",
    ),
    25: Decision(
        "where no senior is free another clock takes over",
        "test_a_clock_that_gave_way_does_not_come_back_beside_its_successor",
        NUMARA,
        "where none is free later, the two hours run from then",
        "Premium Care puts a system down through to a senior within two hours",
    ),
    26: Decision(
        "excused time moves only what is not judged",
        "test_an_excused_interval_moves_only_clocks_without_a_verdict",
        SYNCRO,
        "an interval a manager excuses does not count",
        "what was judged stays judged when time is excused later",
    ),
    27: Decision(
        "a version newer than the catalogue is unknown; a release counts from its own midnight",
        "test_a_release_counts_from_local_midnight_of_its_date",
        SYNCRO,
        "a version nobody released is unknown",
        "a release counts from its own morning",
    ),
    28: Decision(
        "watching touches no clock; a delay takes a case that waits",
        "test_monitoring_touches_no_clock_and_ends_at_its_date",
        SYNCRO,
        "a case that cannot be repeated is watched until a date",
        "an announced delay holds the count, and its rest runs on",
    ),
    29: Decision(
        "nobody is dismissed to whom the vendor owes the answer",
        "test_a_dismissal_waits_until_the_mail_has_been_read",
        SYNCRO,
        "an answer at the very instant of closing keeps the case open",
        "silence after the second request closes",
    ),
}


@cache
def engine_tests() -> frozenset[str]:
    """Return the names of all tests of the engine."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests" / "engine").glob("test_*.py"))
    return frozenset(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))


def test_each_decision_is_in_the_table():
    """A thirtieth needs its row, and no row may go."""
    assert list(DECISIONS) == list(range(1, 30))


@pytest.mark.parametrize("number", DECISIONS)
def test_each_decision_has_a_test_of_the_engine(number):
    """A test renamed or taken out is missed here."""
    assert DECISIONS[number].test in engine_tests()


@pytest.mark.parametrize("number", DECISIONS)
def test_each_decision_has_scenarios_that_run_both_ways(number):
    """Two of a vendor's own, and both come as expected."""
    decision = DECISIONS[number]
    assert decision.shows != decision.ends
    for name in (decision.shows, decision.ends):
        assert failures_of(decision.desk, file_of(decision.desk).scenario(name).name) == []
