"""The word line: one sentence that says whose turn it is, until when, and on which clause.

One function serves page, mail, API and feed (FACES 5.4). Subject first, then time, then reason; the words a
customer never reads (breach, SLA, ticket, pending, on hold) are not in here to be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from troth.engine.case import Case, Clock
from troth.hours import Instant, moment
from troth.policy.vocabulary import ClockKind, ClockState, Given, Goals, Status, WaitingOn


class Audience(StrEnum):
    """Who reads the sentence."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Tone(StrEnum):
    """How a page may colour it; the words always say it too."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"
    KEPT = "kept"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class WordLine:
    """The sentence, the clause it rests on (None where the case alone says it) and its tone."""

    sentence: str
    clause: str | None
    tone: Tone


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a sentence is made: audience, zone and now; `met_by` tells of each clock what meets it.

    `levels` gives a level's name in words, `closes_by_silence` and the like come from the case itself.
    """

    audience: Audience
    zone: str
    now: Instant
    met_by: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]


SOON = 3600
_LEVEL_WORDS = {"1": "level 1", "2": "level 2", "3": "level 3"}


def spoken_time(at: Instant, reader: Reader) -> str:
    """Return `Mon 9 Mar 11:00` in the reader's zone, with the year where it is not this one."""
    local, now = moment(at, reader.zone), moment(reader.now, reader.zone)
    day = f"{local:%a} {local.day} {local:%b}"
    year = f" {local.year}" if local.year != now.year else ""
    return f"{day}{year} {_clock_time(local)}"


def _clock_time(local: datetime) -> str:
    return f"{local:%H:%M}"


def first_clock(case: Case) -> Clock | None:
    """Return the clock a promise is told by: the running one due first, else one that stands still."""
    running = [c for c in case.clocks.values() if c.state is ClockState.RUNNING and c.due_at is not None]
    if running:
        return min(running, key=lambda c: (c.due_at or 0, c.order))
    paused = [c for c in case.clocks.values() if c.state is ClockState.PAUSED]
    return min(paused, key=lambda c: c.order) if paused else None


def word_line(case: Case, reader: Reader) -> WordLine:
    """Return the sentence for a case as it stands: what has ended, who is waited for, else what is owed by when."""
    said = _ended(case, reader) or _waits(case, reader)
    if said is not None:
        return said
    if case.is_covered is False:
        return WordLine("Not covered by the policy; a person looks at it all the same.", "entitlement", Tone.CALM)
    clock = first_clock(case)
    if clock is not None:
        return clock_line(case, clock, reader)
    late = _last_missed(case)
    if late is not None:
        return clock_line(case, late, reader)
    return _no_clock(case, reader)


def _ended(case: Case, reader: Reader) -> WordLine | None:
    is_customer = reader.audience is Audience.CUSTOMER
    if case.is_unread:
        who = "We have your message and read it" if is_customer else "Unread: the customer wrote after the end"
        return WordLine(f"{who}.", "reopening", Tone.SOON)
    if case.status is Status.CLOSED:
        return WordLine(_closing_words(case, is_customer=is_customer), "closing", Tone.KEPT)
    if case.status is Status.RESOLVED:
        return WordLine(
            "Solved. Tell us if it is not." if is_customer else "Solved; not closed yet.",
            "closing",
            Tone.KEPT,
        )
    return None


def _closing_words(case: Case, *, is_customer: bool) -> str:
    if case.closed_because == "silence":
        if is_customer:
            return "Closed because we heard nothing. Reopen takes it up again."
        tries = "1 attempt" if case.attempts == 1 else f"{case.attempts} attempts"
        return f"Dismissed, {tries}." if case.attempts else "Closed: no answer came."
    words = {
        "resolved": "Solved and closed.",
        "out of policy": "Closed: the policy does not cover this.",
        "withdrawn": "Closed: withdrawn.",
        "merged": "Closed: it goes on in another case.",
    }
    return words.get(case.closed_because or "", "Closed.")


def _waits(case: Case, reader: Reader) -> WordLine | None:
    is_customer = reader.audience is Audience.CUSTOMER
    if case.status is Status.MONITORING:
        review = case.timers.get("review")
        until = f" until {spoken_time(review.at, reader)}" if review is not None else ""
        return WordLine(f"Watching{until}.", "closing", Tone.CALM)
    if case.status is not Status.WAITING:
        return None
    since = spoken_time(case.waiting_since or case.at, reader)
    what = case.waiting_for
    if case.waiting_on == WaitingOn.CUSTOMER:
        return _waits_for_customer(case, reader, since)
    if case.waiting_on == WaitingOn.THIRD_PARTY:
        who = f"another company ({what})" if what else "another company"
        return WordLine(f"Waiting for {who} since {since}{_stopped(case)}.", None, Tone.PAUSED)
    if case.waiting_on == WaitingOn.UPGRADE:
        update = f"version {what}" if what else "the latest version"
        who = "Waiting for you to update to" if is_customer else "Waits for the customer to update to"
        return WordLine(f"{who} {update}, since {since}{_stopped(case)}.", "lifecycle", Tone.PAUSED)
    bought = what or "a purchase"
    return WordLine(f"Waiting for {bought} since {since}.", "scope", Tone.PAUSED)


def _waits_for_customer(case: Case, reader: Reader, since: str) -> WordLine:
    is_customer = reader.audience is Audience.CUSTOMER
    closing, attempt, delay = (case.timers.get(name) for name in ("close", "attempt", "delay"))
    if delay is not None:
        until = spoken_time(delay.at, reader)
        words = f"You asked for time until {until}" if is_customer else f"Delay announced until {until}"
        return WordLine(f"{words}.", delay.clause, Tone.PAUSED)
    if is_customer and closing is not None:
        return WordLine(
            f"If we hear nothing by {spoken_time(closing.at, reader)} we close it; any answer keeps it open, "
            "also afterwards.",
            closing.clause,
            Tone.SOON,
        )
    if is_customer:
        return WordLine(f"Waiting for your answer since {since}{_stopped(case, our=True)}.", None, Tone.PAUSED)
    ahead = attempt or closing
    if ahead is None:
        return WordLine(f"Waits for the customer since {since}.", None, Tone.PAUSED)
    what = f"attempt {case.attempts + 1}" if attempt is not None else "closes"
    return WordLine(
        f"Waits for the customer since {since}; {what} {spoken_time(ahead.at, reader)}.",
        ahead.clause,
        Tone.PAUSED,
    )


def _stopped(case: Case, *, our: bool = False) -> str:
    if any(clock.state is ClockState.PAUSED for clock in case.clocks.values()):
        return "; our clock is stopped" if our else "; the clock stands still"
    return ""


def clock_line(case: Case, clock: Clock, reader: Reader) -> WordLine:
    """Return the sentence for one clock, as FACES 5.4 words it by kind, state and audience."""
    if reader.audience is Audience.AGENT:
        return WordLine(_agent_words(case, clock, reader), clock.clause, _tone(clock, reader))
    return WordLine(_customer_words(case, clock, reader), clock.clause, _tone(clock, reader))


def _tone(clock: Clock, reader: Reader) -> Tone:
    if clock.state is ClockState.PAUSED:
        return Tone.PAUSED
    if clock.state is ClockState.MISSED:
        return Tone.LATE
    if clock.state is ClockState.MET:
        return Tone.KEPT
    return Tone.SOON if clock.due_at is not None and clock.due_at - reader.now <= SOON else Tone.CALM


def _customer_words(case: Case, clock: Clock, reader: Reader) -> str:
    deed = _deed(clock, reader)
    if clock.state is ClockState.PAUSED:
        return "Waiting for you; our clock is stopped."
    due = spoken_time(clock.due_at, reader) if clock.due_at is not None else ""
    if clock.state is ClockState.MISSED:
        return _customer_late(case, clock, reader, due)
    if case.goals is Goals.BEST_EFFORT:
        return "We answer as soon as we can; no time applies."
    if clock.kind is ClockKind.PROMISE:
        return f"{deed[0].upper()}{deed[1:]} by {due}."
    if clock.kind is ClockKind.INTERNAL:
        return f"We aim to answer within {clock.amount.replace(' hours', ' working hours')}."
    return f"Our target: {deed} by {due}."


def _customer_late(case: Case, clock: Clock, reader: Reader, due: str) -> str:
    now_with = f"It is now with {_level(case, reader)}."
    if clock.kind is ClockKind.INTERNAL or case.goals is Goals.BEST_EFFORT:
        return f"We are working on it. {now_with}"
    if clock.kind is ClockKind.PROMISE:
        return f"We promised {_noun(clock, reader)} by {due} and have not kept it. {now_with}"
    return f"This is taking longer than our target ({due}). {now_with}"


def _level(case: Case, reader: Reader) -> str:
    if case.worked_by == "partner":
        return "your partner"
    return reader.levels.get(case.level) or _LEVEL_WORDS.get(case.level, case.level)


def _deed(clock: Clock, reader: Reader) -> str:
    """Say what somebody does to meet the clock: `a person` only where a confirmation would not do."""
    met_by = set(reader.met_by.get(clock.name, ()))
    if Given.CONFIRMATION in met_by:
        return "you get your case number"
    if met_by and met_by <= {Given.EXPLANATION, Given.WORKAROUND, Given.ASSISTANCE}:
        return "you get an explanation or a workaround"
    if met_by and met_by <= {Given.SENIOR_REPLY, Given.SENIOR_CALL}:
        return "a senior answers"
    return "a person answers"


def _noun(clock: Clock, reader: Reader) -> str:
    met_by = set(reader.met_by.get(clock.name, ()))
    return "a case number" if Given.CONFIRMATION in met_by else "an answer"


def _agent_words(case: Case, clock: Clock, reader: Reader) -> str:
    kind = {"promise": "Promise", "target": "Target", "internal": "Internal"}[clock.kind]
    due = spoken_time(clock.due_at, reader) if clock.due_at is not None else ""
    met = f"; met {spoken_time(clock.met_at, reader)}" if clock.met_at is not None else ""
    if case.goals is Goals.BEST_EFFORT:
        if clock.state is ClockState.MISSED:
            return f"Best effort: {clock.name} late, not counted{met}"
        return f"Best effort: {clock.name} (as target {due})" if due else f"Best effort: {clock.name}"
    if clock.state is ClockState.PAUSED:
        cause = clock.pauses[-1].cause if clock.pauses else "waiting"
        return f"{kind}: {clock.name} paused, {cause}"
    if clock.state is ClockState.MISSED:
        failed = {
            "promise": "Promise not kept",
            "target": "Target missed",
            "internal": "Internal aim missed",
        }[clock.kind]
        return f"{failed}: {clock.name} {due}{met}"
    if clock.state is ClockState.MET:
        return f"{kind} kept: {clock.name}{met}"
    if clock.state is ClockState.ENDED:
        return f"{kind}: {clock.name} ended without a verdict"
    return f"{kind}: {clock.name} by {due}"


def _last_missed(case: Case) -> Clock | None:
    missed = [c for c in case.clocks.values() if c.state is ClockState.MISSED and c.met_at is None]
    return max(missed, key=lambda c: c.missed_at or 0) if missed else None


def _no_clock(case: Case, reader: Reader) -> WordLine:
    if reader.audience is Audience.CUSTOMER:
        if case.goals is Goals.NONE:
            return WordLine("We answer as soon as we can; no time applies.", "entitlement", Tone.CALM)
        return WordLine("We are working on it.", None, Tone.CALM)
    return WordLine("No clock runs.", None, Tone.CALM)
