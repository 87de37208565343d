"""A case as who works on it reads it: words on their papers, acts and rulings as single lines between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from troth.desk.models import Case as CaseRow
from troth.desk.models import Message
from troth.desk.reads import Entry
from troth.engine import Reader, evolve
from troth.engine.case import Case
from troth.engine.events import Act, Ruling
from troth.faces.attached import attached_files
from troth.faces.clauses import mark_of
from troth.faces.marks import TimelineEntry
from troth.hours import Instant, instant
from troth.policy import Policy
from troth.policy.vocabulary import Role, Verb
from troth.workspace.pages import Shift
from troth.workspace.rulings import TOGETHER, Told, told_act, told_rulings

Place = tuple[Instant, int, int]


@dataclass(frozen=True, slots=True)
class Laid:
    """A case laid open before somebody: its row, its policy, its events, and for whom its times are told."""

    shift: Shift
    row: CaseRow
    policy: Policy
    reader: Reader
    entries: tuple[Entry, ...]


def messages_of(row: CaseRow) -> tuple[Message, ...]:
    """All that was written on the case and not erased, notes included, oldest first."""
    rows = row.messages.filter(erased_at=None)
    return tuple(rows.select_related("author").prefetch_related("attachments").order_by("at", "pk"))


def timeline_of(laid: Laid, messages: Sequence[Message]) -> tuple[TimelineEntry, ...]:
    """Words, acts and rulings in the order in which they happened; words stand before what came of them."""
    acts = {entry.event.data.get("message"): entry for entry in laid.entries if isinstance(entry.event, Act)}
    placed: list[tuple[Place, TimelineEntry]] = [
        ((instant(one.at), one.sequence or 0, 0), written(laid.shift, laid.row, one, acts.get(one.pk)))
        for one in messages
    ]
    placed += happened(laid)
    return tuple(entry for _, entry in sorted(placed, key=lambda pair: pair[0]))


def written(shift: Shift, row: CaseRow, message: Message, entry: Entry | None) -> TimelineEntry:
    """A message on its paper: the customer's plain, ours tinted, a note yellow."""
    kind = {"customer": "customer", "note": "note"}.get(message.direction, "us")
    act = entry.event if entry is not None and isinstance(entry.event, Act) else None
    gives = act.data.get("gives") if act is not None else None
    author = message.author_name or (str(message.author) if message.author is not None else "")
    role = {"customer": row.account.name if row.account is not None else "", "us": shift.desk.vendor}.get(kind, "")
    if act is not None and act.by is Role.PARTNER:
        role = row.partner.name if row.partner is not None else "partner"
    return TimelineEntry(
        kind=kind,  # type: ignore[arg-type]
        at=message.at,
        author=author or "By mail",
        role=role,
        text=message.text,
        anchor=f"message-{message.pk}",
        via=how_it_came(row, message, is_first=act is not None and act.verb == Verb.OPEN),
        readers=(holder_of(row) if kind == "us" else readers_of_notes(shift, row) if kind == "note" else ""),
        gives=f"Gives {' and '.join(map(str, gives))}" if gives else "",
        files=attached_files(row, message),
    )


def how_it_came(row: CaseRow, message: Message, *, is_first: bool) -> str:
    """By which channel a case began, and whether a mail only says whom it is from."""
    is_unproven = message.direction == "customer" and message.mail_id and message.author_id is None
    return ", ".join(filter(None, (row.channel if is_first else "", "sender not proven" if is_unproven else "")))


def holder_of(row: CaseRow) -> str:
    """Who reads what we send: the case-holder by name."""
    return str(row.contact.person) if row.contact is not None else "nobody yet"


def readers_of_notes(shift: Shift, row: CaseRow) -> str:
    """Who reads a note: the vendor's people, and the partner's where there is one."""
    return f"{shift.desk.vendor} and {row.partner.name}" if row.partner is not None else shift.desk.vendor


def happened(laid: Laid) -> Iterator[tuple[Place, TimelineEntry]]:
    """Acts without words, and rulings, each as one line; rulings of one kind at one instant together."""
    state: Case | None = None
    for (at, _), group in groupby(laid.entries, key=lambda entry: (entry.event.at, kind_of(entry))):
        some = list(group)
        for entry in some:
            state = evolve(state, entry.event)
        if state is None:
            continue
        told = Told(laid.policy, laid.reader, state)
        rulings = [entry.event for entry in some if isinstance(entry.event, Ruling)]
        line = told_rulings(told, rulings) if rulings else _act_line(laid.shift, laid.row, told, some[0])
        if not line:
            continue
        clause = mark_of(laid.policy, laid.shift.root, rulings[0].clause) if rulings else None
        yield (at, some[0].sequence, 1), TimelineEntry(kind="ruling", at=at, text=line, clause=clause)


def kind_of(entry: Entry) -> str:
    """What makes neighbours one line: the same kind of ruling about clocks; everything else stands alone."""
    event = entry.event
    if isinstance(event, Ruling) and event.found in TOGETHER:
        return f"{event.found} {event.reason} {event.data.get('by', '')}"
    return f"{entry.sequence}"


def _act_line(shift: Shift, row: CaseRow, told: Told, entry: Entry) -> str:
    act = entry.event
    if not isinstance(act, Act):
        return ""
    nobody = {Role.CUSTOMER: holder_of(row), Role.SYSTEM: f"The desk of {shift.desk.vendor}"}
    who = str(entry.actor) if entry.actor is not None else nobody.get(act.by, capital_role(act.by))
    return told_act(told, act, who, has_words=act.data.get("message") is not None)


def capital_role(role: Role) -> str:
    """A role where no name is known."""
    return f"A {role}"
