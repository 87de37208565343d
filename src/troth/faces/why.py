"""Why a clock is due when it is: the engine's proof as facts, spans and pauses one can read and check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from troth.engine import Proof, Reader, spoken_time
from troth.faces.moments import ShownTime, hours_words, said_date, shown_time
from troth.hours import Instant, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """For whom a proof is told, and what this face calls what it says."""

    reader: Reader
    desk_zone: str
    counted_in: str
    policy: str
    met: str
    missed: str
    kind: str = ""
    undue: str = ""
    cause_words: Callable[[str], str] = str
    has_event_numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the rule: a name, and words or an instant."""

    name: str
    text: str = ""
    time: ShownTime | None = None
    aside: str = ""


def why_context(proof: Proof, telling: Telling) -> dict[str, Any]:
    """What `faces/why.html` shows of a proof; what stands around it, the page adds."""
    return {
        "rule": rule_of(proof, telling),
        "zone": proof.zone.replace("_", " "),
        "spans": spans_of(proof),
        "spans_left_out": proof.spans_left_out,
        "stands": [
            {
                "from": one.from_at,
                "to": one.to_at,
                "cause": telling.cause_words(one.cause),
                "counted": hours_words(one.counted) if one.counted else "",
                "began": one.began_with if telling.has_event_numbers else None,
                "ended": one.ended_with,
            }
            for one in proof.stands
        ],
        "skipped": [f"{day:%a} {said_date(day)}" for day in proof.skipped],
        "changes": proof.changes,
    }


def rule_of(proof: Proof, telling: Telling) -> tuple[Fact, ...]:
    """What was given, from when to when, and how much of it is used."""
    used = hours_words(proof.used) if proof.used else "nothing yet"
    left = f", {hours_words(proof.remaining)} left" if proof.remaining else ""
    facts = (
        Fact(name="Kind", text=telling.kind),
        Fact(name="Time given", text=proof.amount),
        Fact(name="Counted in", text=telling.counted_in),
        Fact(name="Begins", time=said_at(proof.started_at, telling)),
        Fact(
            name="Due", text=telling.undue, time=said_at(proof.due_at, telling), aside=due_there(proof, telling.reader)
        ),
        Fact(name=telling.met if proof.state == "met" else telling.missed, time=said_at(proof.judged_at, telling)),
        Fact(name="Used", text=used + left),
        Fact(name="Policy", text=telling.policy),
    )
    return tuple(fact for fact in facts if fact.text or fact.time)


def spans_of(proof: Proof) -> list[dict[str, str]]:
    """The spans with their lengths and running sum, on the clock's own zone."""
    total, spans = 0, []
    for start, end in proof.spans:
        total += end - start
        first, last = moment(start, proof.zone), moment(end, proof.zone)
        until = f"{last:%H:%M}" if last.date() == first.date() else f"{day_words(end, proof.zone)} {last:%H:%M}"
        lengths = {"length": hours_words(end - start), "sum": hours_words(total)}
        spans.append({"day": day_words(start, proof.zone), "from": f"{first:%H:%M}", "to": until, **lengths})
    return spans


def said_at(at: Instant | None, telling: Telling) -> ShownTime | None:
    """An instant with its date, however near: a proof may be read long after. The desk's own time on hover."""
    if at is None:
        return None
    return replace(shown_time(at, desk_zone=telling.desk_zone), text=spoken_time(at, telling.reader))


def due_there(proof: Proof, reader: Reader) -> str:
    """The due time on the clocks that count, where the reader's own show another: the spans end with it."""
    if (
        proof.due_at is None
        or not proof.spans
        or _offset(proof.due_at, reader.zone) == _offset(proof.due_at, proof.zone)
    ):
        return ""
    return f"({moment(proof.due_at, proof.zone):%H:%M} on those clocks)"


def _offset(at: Instant, zone: str) -> timedelta | None:
    return moment(at, zone).utcoffset()


def day_words(at: Instant, zone: str) -> str:
    """The day of an instant on that zone's wall."""
    local = moment(at, zone)
    return f"{local:%a} {local.day} {local:%b}"
