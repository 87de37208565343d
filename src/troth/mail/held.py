"""What agents read of mail: what is held or failed, and the original of a message."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from troth.desk.actors import Actor
from troth.desk.models import Message
from troth.journal.audit import write_audit
from troth.mail.models import RawMail, Received, State
from troth.mail.reading import Mail, read_mail
from troth.people.models import Desk


def held_mail(desk: Desk) -> QuerySet[Received]:
    """The desk's mails that wait for a person: held and failed ones, and any still on its way, newest first."""
    states = [State.HELD, State.FAILED, State.STORED]
    return mail_in(desk, *states)


def mail_in(desk: Desk, *states: State) -> QuerySet[Received]:
    """The desk's mails in these states (in any, without one), newest first."""
    rows = Received.objects.filter(desk=desk).select_related("mailbox", "case__desk").order_by("-received_at", "-pk")
    return rows.filter(state__in=[str(state) for state in states]) if states else rows


def mail_on(desk: Desk, pk: int) -> Received | None:
    """One mail of this desk, or None."""
    return mail_in(desk).filter(pk=pk).first()


def counts(desk: Desk) -> dict[State, int]:
    """The statement of a desk's mail: received is the sum of these, and nothing is missing from it."""
    found = Counter(Received.objects.filter(desk=desk).values_list("state", flat=True))
    return {state: found[str(state)] for state in State}


def original(received: Received) -> bytes:
    """The mail byte for byte as it came."""
    return bytes(RawMail.objects.get(received=received).content)


def hand_out_original(received: Received, *, by: Actor, at: datetime) -> bytes:
    """The mail as it came, for somebody to take away; that they did stands in the audit record."""
    with transaction.atomic():
        write_audit(
            "took the original of a mail",
            f"mail {received.pk}",
            at=at,
            by=by.person.pk if by.person is not None else None,
            role=str(by.role),
            desk=received.desk_id,
        )
    return original(received)


def read(received: Received) -> Mail:
    """The mail as it reads now."""
    return read_mail(original(received))


def full_text(message: Message) -> str:
    """All a mail's writer sent, with what they quoted; of a message that was no mail, its own text."""
    received = Received.objects.filter(message=message).first()
    return read(received).text if received is not None else message.text
