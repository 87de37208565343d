"""What pages read of cases. Every function begins at `visible_to(person)`: absent and foreign give the same None."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from troth.customers.models import Contact
from troth.desk.models import Attachment, Case, Event, Message
from troth.desk.visibility import CaseRows
from troth.engine.events import Event as EngineEvent
from troth.people.models import Desk, Person

CUSTOMER_READS = ("customer", "us")
"""The directions of message a customer reads; notes and machines' mail are not among them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a case with its number and the person whose act it was."""

    sequence: int
    event: EngineEvent
    actor: Person | None


def cases_on(person: Person | AnonymousUser, desk: Desk) -> CaseRows:
    """The cases of this desk that the person may see, with what lists show of them."""
    rows = Case.objects.visible_to(person).filter(desk=desk)
    return rows.select_related("desk", "account", "contact__person", "owner", "policy_version", "amendment")


def case_on(person: Person | AnonymousUser, desk: Desk, number: str) -> Case | None:
    """The case of that number, or None where there is none that this person may see."""
    return cases_on(person, desk).numbered(desk, number).first()


def entries_of(case: Case) -> tuple[Entry, ...]:
    """Everything that happened on the case, in order."""
    rows = Event.objects.filter(case=case).select_related("actor").order_by("sequence")
    return tuple(Entry(row.sequence, row.to_engine(), row.actor) for row in rows)


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
