"""The word line: kind × state × audience × what meets the clock (FACES 5.4)."""

from dataclasses import replace
from datetime import datetime

import pytest

from troth.engine import Audience, Case, Clock, Pause, Reader, Timer, Tone, word_line
from troth.hours import local_instant
from troth.policy.vocabulary import ClockKind, ClockState, Goals, Status

ZONE = "Europe/Copenhagen"
FORBIDDEN = ("breach", "sla", "ticket", "pending", "on hold", "dismissed", "unfortunately", "please note", "!")


def at(text: str) -> int:
    """Return a local time of the desk in UTC seconds."""
    return local_instant(datetime.fromisoformat(text), ZONE)


NOW = at("2026-03-09 09:00")
CLOCK = Clock(
    "respond", ClockKind.TARGET, ClockState.RUNNING, "targets/respond", at("2026-03-06 16:30"), "4 hours", "support",
    at("2026-03-09 11:00"),
)  # fmt: skip
CASE = Case(opened_at=CLOCK.started_at, is_covered=True, goals=Goals.TARGETS, events=1)


def reader(audience: Audience, met_by: tuple[str, ...] = ("reply",)) -> Reader:
    """A reader in the desk's own zone."""
    return Reader(audience, ZONE, NOW, {"respond": met_by}, {"2": "our second level"})


def case_with(clock: Clock | None = None, **changes: object) -> Case:
    """The case with one clock, and some fields changed."""
    case = CASE.copy()
    if clock is not None:
        case.clocks = {clock.name: clock}
    for name, value in changes.items():
        setattr(case, name, value)
    return case


MISSED = replace(CLOCK, state=ClockState.MISSED, missed_at=CLOCK.due_at)
PAUSED = replace(CLOCK, state=ClockState.PAUSED, due_at=None, pauses=(Pause(NOW, None, "contact unavailable"),))


@pytest.mark.parametrize(
    ("clock", "met_by", "customer", "agent"),
    [
        (
            CLOCK,
            ("reply",),
            "Our target: a person answers by Mon 9 Mar 11:00.",
            "Target: respond by Mon 9 Mar 11:00",
        ),
        (
            CLOCK,
            ("confirmation", "reply"),
            "Our target: you get your case number by Mon 9 Mar 11:00.",
            "Target: respond by Mon 9 Mar 11:00",
        ),
        (
            replace(CLOCK, kind=ClockKind.PROMISE),
            ("reply",),
            "A person answers by Mon 9 Mar 11:00.",
            "Promise: respond by Mon 9 Mar 11:00",
        ),
        (
            replace(CLOCK, kind=ClockKind.INTERNAL),
            ("reply",),
            "We aim to answer within 4 working hours.",
            "Internal: respond by Mon 9 Mar 11:00",
        ),
        (
            MISSED,
            ("reply",),
            "This is taking longer than our target (Mon 9 Mar 11:00). It is now with our second level.",
            "Target missed: respond Mon 9 Mar 11:00",
        ),
        (
            replace(MISSED, kind=ClockKind.PROMISE),
            ("reply",),
            "We promised an answer by Mon 9 Mar 11:00 and have not kept it. It is now with our second level.",
            "Promise not kept: respond Mon 9 Mar 11:00",
        ),
        (
            replace(MISSED, kind=ClockKind.INTERNAL),
            ("reply",),
            "We are working on it. It is now with our second level.",
            "Internal aim missed: respond Mon 9 Mar 11:00",
        ),
        (
            PAUSED,
            ("reply",),
            "Waiting for you; our clock is stopped.",
            "Target: respond paused, contact unavailable",
        ),
    ],
)
def test_each_kind_and_state_is_said_to_each_reader(
    clock: Clock, met_by: tuple[str, ...], customer: str, agent: str
) -> None:
    """FACES 5.4, row by row."""
    case = case_with(clock, level="2")
    assert word_line(case, reader(Audience.CUSTOMER, met_by)).sentence == customer
    assert word_line(case, reader(Audience.AGENT, met_by)).sentence == agent


def test_a_line_names_the_clause_it_rests_on() -> None:
    """So that a page can put the clause mark beside it."""
    assert word_line(case_with(CLOCK), reader(Audience.CUSTOMER)).clause == "targets/respond"


def test_the_last_hour_is_said_by_tone_too() -> None:
    """More than an hour ahead is calm, an hour is soon."""
    line = word_line(case_with(CLOCK), reader(Audience.AGENT))
    later = Reader(Audience.AGENT, ZONE, at("2026-03-09 10:00"), {}, {})
    assert (line.tone, word_line(case_with(CLOCK), later).tone) == (Tone.CALM, Tone.SOON)


def test_a_reader_elsewhere_gets_the_time_of_his_own_wall() -> None:
    """Absolute times stand in the reader's zone."""
    tokyo = Reader(Audience.CUSTOMER, "Asia/Tokyo", NOW, {"respond": ("reply",)}, {})
    assert "Mon 9 Mar 19:00" in word_line(case_with(CLOCK), tokyo).sentence


def test_another_year_is_named() -> None:
    """A due time of next year says its year."""
    clock = replace(CLOCK, due_at=at("2027-01-04 11:00"))
    assert "Mon 4 Jan 2027 11:00" in word_line(case_with(clock), reader(Audience.AGENT)).sentence


@pytest.mark.parametrize(
    ("changes", "customer"),
    [
        ({"goals": Goals.NONE}, "We answer as soon as we can; no time applies."),
        ({"is_covered": False}, "Not covered by the policy; a person looks at it all the same."),
        ({"status": Status.RESOLVED}, "Solved. Tell us if it is not."),
        ({"status": Status.CLOSED, "closed_because": "resolved"}, "Solved and closed."),
        (
            {"status": Status.CLOSED, "closed_because": "silence"},
            "Closed because we heard nothing. Reopen takes it up again.",
        ),
        ({"status": Status.CLOSED, "is_unread": True}, "We have your message and read it."),
        (
            {"status": Status.WAITING, "waiting_on": "customer", "waiting_since": NOW},
            "Waiting for your answer since Mon 9 Mar 09:00.",
        ),
        (
            {"status": Status.WAITING, "waiting_on": "third party", "waiting_since": NOW, "waiting_for": "ACME-77"},
            "Waiting for another company (ACME-77) since Mon 9 Mar 09:00.",
        ),
        (
            {"status": Status.MONITORING, "timers": {"review": Timer("review", at("2026-05-03 09:00"), 1, "closing")}},
            "Watching until Sun 3 May 09:00.",
        ),
        (
            {
                "status": Status.WAITING,
                "waiting_on": "customer",
                "waiting_since": NOW,
                "timers": {"close": Timer("close", at("2026-03-13 09:00"), 2, "silence")},
            },
            "If we hear nothing by Fri 13 Mar 09:00 we close it; any answer keeps it open, also afterwards.",
        ),
    ],
)
def test_statuses_are_said_not_labelled(changes: dict[str, object], customer: str) -> None:
    """FACES 5.4: subject, time, reason."""
    assert word_line(case_with(**changes), reader(Audience.CUSTOMER)).sentence == customer


def test_no_sentence_to_a_customer_holds_a_forbidden_word() -> None:
    """Over every status, goal, kind and state a case can be in."""
    for status in Status:
        for goals in Goals:
            for kind in ClockKind:
                for clock in (CLOCK, MISSED, PAUSED):
                    case = case_with(replace(clock, kind=kind), status=status, goals=goals, closed_because="silence")
                    case.waiting_on = "customer" if status is Status.WAITING else None
                    said = word_line(case, reader(Audience.CUSTOMER)).sentence.lower()
                    assert not [word for word in FORBIDDEN if word in said], said


@pytest.mark.parametrize(
    ("attempts", "agent"), [(0, "Closed: no answer came."), (1, "Dismissed, 1 attempt."), (3, "Dismissed, 3 attempts.")]
)
def test_a_dismissal_tells_an_agent_how_often_it_was_tried(attempts: int, agent: str) -> None:
    """The customer reads that nothing was heard, and how to take it up again."""
    case = case_with(status=Status.CLOSED, closed_because="silence", attempts=attempts)
    assert word_line(case, reader(Audience.AGENT)).sentence == agent
