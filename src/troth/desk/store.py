"""Writes what was decided: events, the case as it now stands, its clocks and the notices owed, all at once.

Nothing here decides anything. Every function must be called inside a transaction that holds the case's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from troth.desk.models import Case, ClockRow, Message, Notice
from troth.desk.models import Event as EventRow
from troth.desk.notices import DELIVER, Occasion, Roster, notices_for
from troth.desk.purchases import keep_purchases
from troth.engine import case_from_json, case_to_json, fold, next_timer, rank
from troth.engine.case import FORMAT, Clock
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Event
from troth.hours import Instant, moment
from troth.journal.bulk_rows import BulkRows, Row
from troth.journal.jobs import MAIL, queue
from troth.people.models import Person
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Role, Status

CASE_COLUMNS: Final = (
    "state",
    "format",
    "event_count",
    "last_event_at",
    "status",
    "waiting_on",
    "severity",
    "level",
    "worked_by",
    "basis",
    "plan",
    "is_covered",
    "is_unread",
    "closed_at",
    "is_listed",
    "is_waiting",
    "lane",
    "ranked_at",
    "due_at",
    "wake_at",
    "product",
    "lease_by",
    "lease_until",
    "adopted",
    "latest_version_id",
)
CLOCK_COLUMNS: Final = (
    "kind",
    "state",
    "clause",
    "started_at",
    "due_at",
    "met_at",
    "missed_at",
    "order",
)
EVENT_COLUMNS: Final = (
    "case_id",
    "desk_id",
    "sequence",
    "at",
    "data",
    "is_act",
    "word",
    "role",
    "actor_id",
    "clause",
    "policy",
    "reason",
)
NOTICE_COLUMNS: Final = (
    "case_id",
    "desk_id",
    "sequence",
    "kind",
    "recipient",
    "person_id",
    "address",
    "message_id",
    "subject",
    "body",
    "queued_at",
    "state",
    "failed_at",
    "failure",
)
CASES: Final = BulkRows(Case, CASE_COLUMNS)
CLOCKS: Final = BulkRows(ClockRow, ("case_id", "desk_id", "name", *CLOCK_COLUMNS))
EVENTS: Final = BulkRows(EventRow, EVENT_COLUMNS)
NOTICES: Final = BulkRows(Notice, NOTICE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Step:
    """One case's new events: what stood before, what stands after; each with the case as its instant left it."""

    row: Case
    policy: Policy
    before: EngineCase | None
    after: EngineCase
    events: tuple[tuple[int, Event, EngineCase], ...]
    actor: Person | None = None
    message: Message | None = None


def step_of(
    row: Case,
    policy: Policy,
    before: EngineCase | None,
    events: Iterable[Event],
    *,
    actor: Person | None = None,
    message: Message | None = None,
) -> Step:
    """The events folded on, each numbered on from what the case already had."""
    state = before
    steps: list[tuple[int, Event, EngineCase]] = []
    for _, together in groupby(events, key=lambda event: event.at):
        some = tuple(together)
        first = state.events + 1 if state is not None else 1
        state = fold(some, state)
        steps += [(number, event, state) for number, event in enumerate(some, first)]
    if state is None:
        raise ValueError("a case is made of at least one event")
    return Step(row, policy, before, state, tuple(steps), actor, message)


def stored_state(row: Case) -> EngineCase:
    """The case as the engine last left it."""
    return case_from_json(row.state)


def set_columns(row: Case, state: EngineCase) -> None:
    """The columns that lists need follow from the state; none of them is a truth of its own."""
    lane, ranked = rank(state)
    timer = next_timer(state)
    running = [
        clock.due_at
        for clock in state.clocks.values()
        if clock.state is ClockState.RUNNING and clock.due_at is not None
    ]
    row.state = case_to_json(state)
    row.format = FORMAT
    row.event_count = state.events
    row.last_event_at = moment(state.at)
    row.status = str(state.status)
    row.waiting_on = state.waiting_on or ""
    row.severity = state.severity or ""
    row.level = state.level
    row.worked_by = state.worked_by
    row.basis = state.basis or ""
    row.plan = state.plan or ""
    row.is_covered = state.is_covered
    row.is_unread = state.is_unread
    row.closed_at = at_or_none(state.closed_at)
    row.is_listed = int(state.status is not Status.CLOSED or state.is_unread)
    row.is_waiting = int(state.status in {Status.WAITING, Status.MONITORING})
    row.lane = lane
    row.ranked_at = at_or_none(ranked)
    row.due_at = at_or_none(min(running, default=None))
    row.wake_at = at_or_none(timer.at if timer is not None else None)
    row.product = state.facts.product or ""
    row.lease_by = ""
    row.lease_until = None


def at_or_none(at: Instant | None) -> datetime | None:
    """An instant as the database keeps it."""
    return moment(at) if at is not None else None


def save_steps(steps: Sequence[Step]) -> None:
    """Events, cases, clocks and notices of all these cases are written, each table in one go."""
    owed: list[Notice] = []
    roster = Roster()
    for step in steps:
        set_columns(step.row, step.after)
        owed += notices_for(Occasion(step.row, step.policy, step.message, roster), step.events)
        keep_purchases(step.row, step.policy, step.events, actor=step.actor)
    EVENTS.insert(row for step in steps for row in event_rows(step))
    save_rows([step.row for step in steps if step.before is not None])
    save_clocks(steps)
    NOTICES.insert([getattr(notice, column) for column in NOTICE_COLUMNS] for notice in owed)
    queue_notices(owed)


def queue_notices(notices: Iterable[Notice], *, after: datetime | None = None) -> None:
    """Each of these notices that can reach somebody will leave as a job, from its own instant on or from `after`.

    The job names it by what makes it one; its number nobody knows who wrote it among many.
    """
    calls = [(identity(notice), after or notice.queued_at) for notice in notices if notice.person_id is not None]
    if calls:
        queue(DELIVER, calls, to=MAIL)


def identity(notice: Notice) -> tuple[int, int, str, str]:
    """What makes a notice one: case, event, kind and recipient."""
    return notice.case_id, notice.sequence, notice.kind, notice.recipient


def save_clocks(steps: Iterable[Step]) -> None:
    """The clocks that are not as they were stand as they are."""
    rows = (row for step in steps for row in clock_rows(step))
    CLOCKS.insert(rows, unless=("case_id", "name"), change=CLOCK_COLUMNS)


def save_rows(rows: Iterable[Case]) -> None:
    """The cases' columns are written; a case just opened has been, with the same state, when it got its number."""
    CASES.update([*(getattr(row, name) for name in CASE_COLUMNS), row.pk] for row in rows)


def event_rows(step: Step) -> Iterator[Row]:
    """The events as rows; only the act carries the person, for only the act was somebody's doing."""
    case, desk = step.row.pk, step.row.desk_id
    actor = step.actor.pk if step.actor is not None else None
    for sequence, event, _ in step.events:
        at, data = moment(event.at), dict(event.data)
        if isinstance(event, Act):
            # What the desk did on the way (a version in force, a purchase heard of) was nobody's doing on this case.
            by = actor if event.by is not Role.SYSTEM else None
            yield case, desk, sequence, at, data, True, str(event.verb), str(event.by), by, "", "", ""
        else:
            word = str(event.found)
            yield case, desk, sequence, at, data, False, word, "", None, event.clause, event.policy, event.reason


def clock_rows(step: Step) -> Iterator[Row]:
    """The clocks that are not as they were."""
    old = step.before.clocks if step.before is not None else {}
    for name, clock in step.after.clocks.items():
        if clock != old.get(name):
            row = clock_row(step.row, clock)
            yield step.row.pk, step.row.desk_id, name, *(getattr(row, column) for column in CLOCK_COLUMNS)


def clock_row(row: Case, clock: Clock) -> ClockRow:
    """A clock as lists and reports read it."""
    return ClockRow(
        case=row,
        desk_id=row.desk_id,
        name=clock.name,
        kind=str(clock.kind),
        state=str(clock.state),
        clause=clock.clause,
        started_at=moment(clock.started_at),
        due_at=at_or_none(clock.due_at),
        met_at=at_or_none(clock.met_at),
        missed_at=at_or_none(clock.missed_at),
        order=clock.order,
    )
