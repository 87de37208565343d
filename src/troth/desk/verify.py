"""The proof that what is stored of a case equals its events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from troth.desk.adopting import policy_of
from troth.desk.models import Case, ClockRow
from troth.desk.store import CASE_COLUMNS, CLOCK_COLUMNS, clock_row, set_columns
from troth.engine import fold
from troth.journal.jobs import AmissError

CHUNK: Final = 100
NOT_OF_THE_FOLD: Final = frozenset({"lease_by", "lease_until"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored of a case that its events do not give."""

    case: str
    what: str
    stored: object
    folded: object

    def __str__(self) -> str:
        return f"{self.case}: {self.what} is stored as {self.stored!r}, its events give {self.folded!r}"


def verify(cases: QuerySet[Case]) -> Iterator[Difference]:
    """Every difference between these cases and the fold of their events; none when all is well."""
    for row in (
        cases.select_related("desk", "policy_version", "amendment")
        .prefetch_related("clocks", "events")
        .iterator(chunk_size=CHUNK)
    ):
        yield from verify_one(row)


def verify_all(at: datetime) -> str:
    """Every case equals its events, or AmissError: the job of each night.

    A case that changes while it is read may seem to differ; so each that does is looked at again under its lock.
    """
    seeming = {difference.case for difference in verify(Case.objects.all())}
    wrong = [label for label in sorted(seeming) if is_amiss(label)]
    if wrong:
        raise AmissError(f"Cases that are not what their events give: {len(wrong)}.")
    return f"cases looked at: {Case.objects.count()}; all are what their events give"


def is_amiss(label: str) -> bool:
    """Whether the case differs from its events while nobody can change it."""
    prefix, _, number = label.rpartition("-")
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("desk", "policy_version")
        row = rows.get(desk__prefix=prefix, number=int(number))
        return any(True for _ in verify_one(row))


def verify_one(row: Case) -> Iterator[Difference]:
    """The differences of one case: gaps among its events, columns, policy, clocks."""
    events = list(row.events.all())
    numbers = [event.sequence for event in events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Difference(row.label, "the run of events", numbers, list(range(1, len(numbers) + 1)))
        return
    if not events:
        yield Difference(row.label, "the number of events", row.event_count, 0)
        return
    stored = {name: getattr(row, name) for name in CASE_COLUMNS}
    state = fold(event.to_engine() for event in events)
    set_columns(row, state)
    for name in CASE_COLUMNS:
        folded = getattr(row, name)
        if name not in NOT_OF_THE_FOLD and stored[name] != folded:
            yield Difference(row.label, name, stored[name], folded)
    pinned = policy_of(row).ref
    if state.policy != pinned:
        yield Difference(row.label, "the policy", pinned, state.policy)
    yield from verify_clocks(row, {name: clock_row(row, clock) for name, clock in state.clocks.items()})


def verify_clocks(row: Case, folded: dict[str, ClockRow]) -> Iterator[Difference]:
    """The differences between the clock rows and the clocks of the fold."""
    stored = {clock.name: clock for clock in row.clocks.all()}
    for name in sorted(stored.keys() | folded.keys()):
        if name not in stored or name not in folded:
            yield Difference(row.label, f"clock {name!r}", name in stored, name in folded)
            continue
        for column in CLOCK_COLUMNS:
            kept, given = getattr(stored[name], column), getattr(folded[name], column)
            if kept != given:
                yield Difference(row.label, f"{column} of clock {name!r}", kept, given)
