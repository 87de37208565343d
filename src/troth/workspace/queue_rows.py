"""The rows of the queue as they are drawn, and kept while nothing of them changed.

A list is asked for again every ten seconds by everybody who has it open, and of fifty rows hardly one is another.
What a row is made of (the case read in, its events) is kept while the columns that lists read are the same; the drawn
row for as long as a minute, for a due time counts down by minutes. Both are bounded, and a process has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from troth.desk.adopting import policy_of
from troth.desk.models import Case as CaseRow
from troth.desk.readers import line_for
from troth.desk.reads import FACE, events_of
from troth.desk.store import stored_state
from troth.engine import Audience, Reader, first_clock, spoken_time
from troth.engine.case import Case, Clock
from troth.engine.events import Event
from troth.faces.marks import QueueRow
from troth.faces.strip import strip_of
from troth.faces.words import severity_title
from troth.hours import Instant, instant
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Status
from troth.workspace.pages import Shift
from troth.workspace.words import level_words, owner_words

MINUTE: Final = 60
MOST_READ: Final = 400
MOST_DRAWN: Final = 4000
DUE_AT: Final = FACE.index("due_at")

Face = tuple[Any, ...]
"""The columns of a case that lists read (`desk.reads.FACE`), its key first."""


@dataclass(frozen=True, slots=True)
class ReadIn:
    """A case read in: its row, its policy, as the engine left it, what happened on it."""

    row: CaseRow
    policy: Policy
    state: Case
    events: tuple[Event, ...]


@dataclass(slots=True)
class Kept:
    """What this process has read and drawn lately."""

    read: dict[Face, ReadIn] = field(default_factory=dict)
    drawn: dict[tuple[Any, ...], SafeString] = field(default_factory=dict)
    minute: int = 0

    def at(self, now: Instant) -> dict[tuple[Any, ...], SafeString]:
        """What was drawn in this minute."""
        if self.minute != now // MINUTE or len(self.drawn) > MOST_DRAWN:
            self.minute, self.drawn = now // MINUTE, {}
        return self.drawn

    def forget(self) -> None:
        """As if nothing had been read or drawn."""
        self.read, self.drawn = {}, {}


kept: Final = Kept()


def drawn(shift: Shift, faces: Sequence[Face], now: Instant) -> list[SafeString]:
    """The rows of these cases, each as the page shows it; only what is not known is asked of the database."""
    whose = shift.desk.slug, shift.desk.vendor, shift.desk.zone, shift.zone
    known = kept.at(now)
    keys = [(*whose, is_late(face, now), *face) for face in faces]
    new = [face for key, face in zip(keys, faces, strict=True) if key not in known]
    read = read_in(shift, new)
    template = get_template("workspace/row.html")
    for key, face in zip(keys, faces, strict=True):
        if key not in known and face in read:  # else it went out of sight between two questions
            zones = {"desk_zone": shift.desk.zone, "reader_zone": shift.zone}
            known[key] = mark_safe(template.render({**zones, **row_of(shift, read[face], now)}))  # noqa: S308 (what the template made is safe already)
    return [known[key] for key in keys if key in known]


def is_late(face: Face, now: Instant) -> bool:
    """Whether its due time has passed: that is seen at once, not at the next minute."""
    due_at = face[DUE_AT]
    return due_at is not None and instant(due_at) < now


def read_in(shift: Shift, faces: Sequence[Face]) -> dict[Face, ReadIn]:
    """These cases read in, those that are not kept by two questions for all."""
    known = kept.read  # which other threads of this process add to, and replace
    found = {face: one for face in faces if (one := known.get(face)) is not None}
    missing = {face[0]: face for face in faces if face not in found}
    if missing:
        rows = {row.pk: row for row in shift.cases().filter(pk__in=missing)}
        events = events_of(rows)
        new = {
            missing[pk]: ReadIn(row, policy_of(row), stored_state(row), events.get(pk, ())) for pk, row in rows.items()
        }
        if len(kept.read) + len(new) > MOST_READ:
            kept.read = {}
        kept.read.update(new)
        found |= new
    return found


def row_of(shift: Shift, one: ReadIn, now: Instant) -> dict[str, Any]:
    """One case in the list: due time, severity in words, title, account, life, level, owner."""
    row, policy, state = one.row, one.policy, one.state
    line = line_for(policy, state, audience=Audience.AGENT, at=now, zone=shift.zone)
    due_at, mark = due_of(state, now)
    level = row.partner.name if state.worked_by == "partner" and row.partner is not None else level_words(row.level)
    return {
        "row": QueueRow(
            number=row.label,
            title=row.title,
            href=f"{shift.root}desk/cases/{row.label}",
            account=row.account.name if row.account is not None else "",
            severity=severity_title(policy, row.severity),
            level=level,
            owner=str(row.owner) if row.owner is not None else "",
            sentence="" if mark == "missed" else without_time(line.sentence, state, shift.zone, now),
            due_at=due_at,
            state=mark,  # type: ignore[arg-type]
            strip=strip_of(
                policy, state, one.events, now, audience="staff", name_of=partial(owner_words, state), is_fine=False
            ),
        ),
        "is_free": row.owner_id is None and state.status is not Status.CLOSED,
        "is_unread": row.is_unread,
        "missed": ", ".join(one.name for one in missed_of(state)),
    }


def without_time(sentence: str, state: Case, zone: str, now: Instant) -> str:
    """The word line without the due time that stands beside it already."""
    clock = first_clock(state)
    if clock is None or clock.due_at is None:
        return sentence.removesuffix(".")
    due = spoken_time(clock.due_at, Reader(Audience.AGENT, zone, now, {}, {}))
    return sentence.removesuffix(".").removesuffix(f" by {due}")


def missed_of(state: Case) -> tuple[Clock, ...]:
    """The clocks whose time has passed while what they wait for is still owed; none of a case that is closed."""
    if state.status is Status.CLOSED:
        return ()
    return tuple(one for one in state.clocks.values() if one.state is ClockState.MISSED and one.met_at is None)


def due_of(state: Case, now: Instant) -> tuple[Instant | None, str]:
    """The time a row shows and how it stands: what runs, else what was missed and is still owed."""
    if state.status is Status.CLOSED:
        return None, "none"
    clock = first_clock(state)
    if clock is not None and clock.state is ClockState.RUNNING:
        return clock.due_at, "missed" if clock.due_at is not None and clock.due_at < now else "running"
    owed = missed_of(state)
    if owed and clock is None and state.status is Status.OPEN:
        last = max(owed, key=lambda one: one.missed_at or 0)
        return (last.due_at, "missed") if last.level in {None, state.level} else (None, "none")
    return None, "paused" if clock is not None or state.status is Status.WAITING else "none"
