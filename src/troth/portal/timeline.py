"""A case as its customer reads it: what was written, oldest first, and between it what the policy made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troth.desk.adopting import policy_of
from troth.desk.models import Case as Row
from troth.desk.models import Message
from troth.desk.reads import Entry
from troth.engine import Reader, evolve
from troth.engine.case import Case
from troth.faces.attached import attached_files
from troth.faces.clauses import mark_of
from troth.faces.marks import TimelineEntry
from troth.hours import instant
from troth.people.models import Person
from troth.policy import Policy
from troth.portal.pages import Visit
from troth.portal.rulings import Telling, told


def timeline_of(
    visit: Visit, row: Row, reader: Reader, entries: Sequence[Entry], messages: Sequence[Message]
) -> tuple[TimelineEntry, ...]:
    """Messages and rulings in the order in which they happened; a message stands before what came of it."""
    placed = [((instant(one.at), _sequence(one), 0), written(visit, row, one)) for one in messages]
    placed += list(ruled(visit, policy_of(row), reader, entries))
    return tuple(entry for _, entry in sorted(placed, key=lambda pair: pair[0]))


def _sequence(message: Message) -> int:
    return message.sequence if message.sequence is not None else 0


def written(visit: Visit, row: Row, message: Message) -> TimelineEntry:
    """A message with its files."""
    is_ours = message.direction == "us"
    is_own = isinstance(message.author, Person) and visit.person == message.author
    author = message.author_name or (str(message.author) if message.author is not None else "")
    return TimelineEntry(
        kind="us" if is_ours else "customer",
        at=message.at,
        author="You" if is_own else author or (visit.desk.vendor if is_ours else "By mail"),
        role=visit.desk.vendor if is_ours and author else "",
        text=message.text,
        anchor=f"message-{message.pk}",
        files=attached_files(row, message),
    )


def ruled(
    visit: Visit, policy: Policy, reader: Reader, entries: Sequence[Entry]
) -> Iterator[tuple[tuple[int, int, int], TimelineEntry]]:
    """The rulings that concern the customer, in words; the same sentence twice in a row is said once."""
    state: Case | None = None
    last = ""
    for entry in entries:
        before, state = state, evolve(state, entry.event)
        sentence = told(Telling(policy, reader, before, state), entry.event)
        if not sentence or sentence == last:
            continue
        last = sentence
        clause = mark_of(policy, visit.root, getattr(entry.event, "clause", None))
        yield (
            (entry.event.at, entry.sequence, 1),
            TimelineEntry(kind="ruling", at=entry.event.at, text=sentence, clause=clause),
        )
