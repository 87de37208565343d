"""What pages read of cases. Every function begins at `visible_to(person)`: absent and foreign give the same None."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, IntegerField, OuterRef, Q, Subquery

from troth.customers.models import Contact
from troth.desk.actors import Actor
from troth.desk.models import Attachment, Case, ClockRow, Counter, Event, Message
from troth.desk.visibility import CaseRows
from troth.engine.events import Event as EngineEvent
from troth.people.models import Desk, Person
from troth.policy.vocabulary import ClockState, Role

AT_WORK = frozenset({Role.STAFF, Role.SENIOR, Role.MANAGER})
"""The roles of the vendor's own people."""

CUSTOMER_READS = ("customer", "us")
"""The directions of message a customer reads; notes and machines' mail are not among them."""


FACE: Final = (
    "pk",
    "number",
    "title",
    "desk__prefix",
    "account__name",
    "partner__name",
    "owner",
    "owner__name",
    "owner__email",
    "policy_version__ref",
    "policy_version__published_at",
    "latest_version",
    "amendment",
    "opened_at",
    "event_count",
    "last_event_at",
    "status",
    "waiting_on",
    "severity",
    "level",
    "worked_by",
    "is_covered",
    "is_unread",
    "lane",
    "ranked_at",
    "due_at",
    "wake_at",
)
"""What lists read of a case; where all of it is as it was, so is what they show."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a case with its number and the person whose act it was."""

    sequence: int
    event: EngineEvent
    actor: Person | None


def cases_on(person: Person | AnonymousUser, desk: Desk) -> CaseRows:
    """The cases of this desk that the person may see, with what lists show of them."""
    return shown(Case.objects.visible_to(person).filter(desk=desk))


def cases_at_work(actor: Actor, desk: Desk) -> CaseRows:
    """The cases that who acts in this role on this desk works on; none for who works there in none.

    `visible_to` says the same of the vendor's own people. Their role was asked for when the actor was made, so here
    the desk alone narrows, and a list can be read off an index.
    """
    if actor.role in AT_WORK:
        return shown(Case.objects.filter(desk=desk))
    if actor.role is Role.PARTNER and actor.person is not None:
        return cases_on(actor.person, desk).filter(partner__users__person=actor.person)
    return Case.objects.none()


def shown(rows: CaseRows) -> CaseRows:
    """With what pages show of them."""
    return rows.with_policy().select_related("account", "contact__person", "owner", "partner")


def case_on(person: Person | AnonymousUser, desk: Desk, number: str) -> Case | None:
    """The case of that number, or None where there is none that this person may see."""
    return cases_on(person, desk).numbered(desk, number).first()


def entries_of(case: Case) -> tuple[Entry, ...]:
    """Everything that happened on the case, in order."""
    rows = Event.objects.filter(case=case).select_related("actor").order_by("sequence")
    return tuple(Entry(row.sequence, row.to_engine(), row.actor) for row in rows)


def events_of(cases: Iterable[int]) -> dict[int, tuple[EngineEvent, ...]]:
    """What happened on each of these cases, in order, by one question; the caller may see them."""
    found: dict[int, list[EngineEvent]] = {}
    for row in Event.objects.filter(case__in=list(cases)).order_by("case", "sequence"):
        found.setdefault(row.case_id, []).append(row.to_engine())
    return {case: tuple(events) for case, events in found.items()}


def has_missed() -> Exists:
    """Whether a case has a clock whose time has passed and whose answer is still owed."""
    return Exists(ClockRow.objects.filter(case=OuterRef("pk"), state=str(ClockState.MISSED), met_at=None))


class Counted(Subquery):
    """How many rows a question has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def counts_of(rows: CaseRows, conditions: Sequence[Q], most: int) -> list[int]:
    """How many of these cases each condition holds for, none counted beyond `most`; by one question."""
    bare = rows.select_related(None).order_by()
    parts = {f"of_{place}": Counted(bare.filter(one).values("pk")[:most]) for place, one in enumerate(conditions)}
    return list(Counter.objects.annotate(**parts).values_list(*parts)[:1].get())


def conversation_of(case: Case) -> tuple[Message, ...]:
    """What the customer and the desk wrote to each other, oldest first, with files."""
    rows = Message.objects.filter(case=case, direction__in=CUSTOMER_READS, erased_at=None)
    return tuple(rows.select_related("author").prefetch_related("attachments").order_by("at", "pk"))


def attachment_on(case: Case, pk: int) -> Attachment | None:
    """A file of the case's conversation, or None; files on notes are none of the customer's."""
    rows = Attachment.objects.filter(pk=pk, message__case=case, message__direction__in=CUSTOMER_READS)
    return rows.filter(message__erased_at=None).select_related("message").first()


def is_holder(case: Case, contact: Contact | None) -> bool:
    """Whether the case is this contact's or of the contact's account: whether they act as the customer on it."""
    if contact is None or contact.desk_id != case.desk_id:
        return False
    return case.contact_id == contact.pk or (case.account_id is not None and case.account_id == contact.account_id)
