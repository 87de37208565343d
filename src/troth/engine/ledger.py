"""The ledger: every second of a case belongs to someone, inside or outside hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from troth.engine.case import Case, Draft
from troth.engine.events import Event
from troth.engine.evolve import apply
from troth.hours import Calendar, Instant
from troth.policy.vocabulary import Status, WaitingOn

CUSTOMER = "customer"
THIRD_PARTY = "third party"
EXCUSED = "excused"
PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time [from_at, to_at) in UTC seconds that was one owner's, and how much of it was working time."""

    owner: str
    from_at: Instant
    to_at: Instant
    working_seconds: int


def owner_of(case: Case) -> str | None:
    """Return whose turn it is; None once the case is closed and nobody has written since."""
    vendor = _vendor(case)
    if case.status in {Status.CLOSED, Status.RESOLVED}:
        if case.is_unread:
            return vendor
        return None if case.status is Status.CLOSED else CUSTOMER
    if case.status is Status.WAITING:
        return THIRD_PARTY if case.waiting_on == WaitingOn.THIRD_PARTY else CUSTOMER
    if case.status is Status.MONITORING or not case.is_contact_available:
        return CUSTOMER
    return vendor


def _vendor(case: Case) -> str:
    if case.worked_by == PARTNER:
        return PARTNER
    return case.level if case.level == "product management" else f"level {case.level}"


def ledger(events: Sequence[Event], hours: Callable[[str], Calendar], until: Instant) -> list[Stretch]:
    """Return who had the case from when to when, up to `until`; `hours` gives an owner's calendar.

    Excused intervals stand over whoever had it. Neighbours of one owner are one stretch; empty ones are left out.
    """
    case, turns = Draft.begun(), []
    for event in events:
        apply(case, (event,))
        turns.append((event.at, owner_of(case)))
    spans = list(_joined(turns, max(until, case.at)))
    for start, end, _cause in case.excused:
        spans = list(_laid_over(spans, start, end))
    return [Stretch(owner, a, b, hours(owner).between(a, b)) for owner, a, b in spans]


Span = tuple[str, Instant, Instant]


def _joined(turns: Sequence[tuple[Instant, str | None]], until: Instant) -> Iterable[Span]:
    """Yield the turns as spans, the last of one instant winning and neighbours of one owner joined."""
    held: Span | None = None
    for index, (at, owner) in enumerate(turns):
        end = turns[index + 1][0] if index + 1 < len(turns) else until
        if owner is None or end <= at:
            continue
        if held is not None and held[0] == owner and held[2] == at:
            held = (owner, held[1], end)
            continue
        if held is not None:
            yield held
        held = (owner, at, end)
    if held is not None:
        yield held


def _laid_over(spans: Iterable[Span], start: Instant, end: Instant) -> Iterable[Span]:
    """Yield the spans with [start, end) given to nobody's fault."""
    for owner, a, b in spans:
        if b <= start or a >= end:
            yield owner, a, b
            continue
        if a < start:
            yield owner, a, start
        yield EXCUSED, max(a, start), min(b, end)
        if b > end:
            yield owner, end, b
