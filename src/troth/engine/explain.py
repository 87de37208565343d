"""The proof of a due time: clause, amount, working spans used, holidays skipped, pauses, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from troth.engine.case import Clock, Draft, Pause
from troth.engine.clocks import calendar_of, due_of, target_of
from troth.engine.events import Event, Ruling
from troth.engine.evolve import apply
from troth.engine.hearing import Hearing
from troth.hours import Amount, AmountUnit, Instant
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Found

MANY = 60
"""As many spans a proof lists one by one; beyond, it gives the first and the last and says how many lie between."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A time a clock stood still, why, and the events (counted from 1) that began and ended it."""

    from_at: Instant
    to_at: Instant | None
    cause: str
    began_with: int | None
    ended_with: int | None
    counted: int


@dataclass(frozen=True, slots=True)
class Proof:
    """How a clock came to be due when it is; every instant in UTC seconds, `used` and `of` in working seconds."""

    clock: str
    kind: str
    state: str
    clause: str
    policy: str
    amount: str
    hours: str
    zone: str
    started_at: Instant
    due_at: Instant | None
    judged_at: Instant | None
    spans: tuple[tuple[Instant, Instant], ...]
    spans_left_out: int
    skipped: tuple[date, ...]
    stands: tuple[Stand, ...]
    used: int
    remaining: int | None
    changes: str

    def to_json(self) -> dict[str, Any]:
        """Return the proof as JSON, dates in ISO form."""
        out = asdict(self)
        out["skipped"] = [day.isoformat() for day in self.skipped]
        return out


def explain(policy: Policy, events: Sequence[Event], name: str, at: Instant) -> Proof:
    """Return the proof of clock `name` as it stood at `at` (UTC seconds); KeyError where it did not run yet."""
    case, rulings = Draft.begun(), {}
    for number, event in enumerate(events, start=1):
        if event.at > at:
            break
        apply(case, (event,))
        if isinstance(event, Ruling) and event.data.get("clock") == name:
            rulings[event.found, event.at] = number
    clock = case.clocks[name]
    h = Hearing(policy, case.done(), at)
    calendar = calendar_of(h, clock.hours)
    unit = Amount.parse(clock.amount).unit
    due = clock.due_at if clock.due_at is not None else due_of(clock, calendar, at)
    judged = clock.met_at if clock.state is ClockState.MET else clock.missed_at
    end = judged or clock.ended_at or due
    spans = calendar.spans(clock.started_at, max(end, clock.started_at))
    left_out = max(0, len(spans) - MANY)
    shown = spans if not left_out else [*spans[: MANY - 1], spans[-1]]
    stands = tuple(_stand(p, rulings, calendar.measure(unit, p.from_at, p.to_at or at)) for p in clock.pauses)
    stood = sum(stand.counted for stand in stands)
    until = min(at, judged or clock.ended_at or at)
    is_elapsed = unit is AmountUnit.ELAPSED
    remaining = calendar.measure(unit, at, due) if clock.is_alive else None
    return Proof(
        clock=name,
        kind=str(clock.kind),
        state=str(clock.state),
        clause=clock.clause,
        policy=case.policy,
        amount=clock.amount,
        hours="around the clock" if is_elapsed else clock.hours,
        zone=calendar.spec.zone or policy.zone,
        started_at=clock.started_at,
        due_at=clock.due_at,
        judged_at=judged,
        spans=() if is_elapsed else tuple(shown),
        spans_left_out=0 if is_elapsed else left_out,
        skipped=() if is_elapsed else tuple(calendar.skipped(clock.started_at, max(due, clock.started_at))),
        stands=stands,
        used=max(0, calendar.measure(unit, clock.started_at, until) - stood),
        remaining=remaining,
        changes=_what_changes(h, clock),
    )


def _stand(pause: Pause, rulings: dict[tuple[Found, Instant], int], counted: int) -> Stand:
    began = rulings.get((Found.CLOCK_PAUSED, pause.from_at)) or rulings.get((Found.CLOCK_ENDED, pause.from_at))
    ended = rulings.get((Found.CLOCK_RESUMED, pause.to_at)) if pause.to_at is not None else None
    return Stand(pause.from_at, pause.to_at, pause.cause, began, ended, counted)


def _what_changes(h: Hearing, clock: Clock) -> str:
    """Say what would meet, stop or move the clock next."""
    if clock.is_judged:
        return "Nothing changes a verdict."
    if clock.state is ClockState.ENDED:
        return "It ended without a verdict; reopening the case, or a return to its level, gives it the rest."
    target = target_of(h, clock.name)
    if target is None:
        return "Nothing in the policy speaks of it any more."
    met = " or ".join(target.met_by) or "nothing: it ends with the case"
    stops = " or ".join(target.paused_while)
    sentence = f"Met by {met}."
    if clock.state is ClockState.PAUSED and clock.pauses:
        return f"{sentence} It stands still while {clock.pauses[-1].cause} and runs on after."
    return f"{sentence} It stands still while {stops}." if stops else sentence
