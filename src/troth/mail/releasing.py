"""What an agent does with a held mail: it becomes a case, or goes on a case they name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from troth.customers.facts import Draft
from troth.customers.holdings import contact_or_newcomer
from troth.customers.models import Contact
from troth.desk.actors import Actor
from troth.desk.door import Recorded, open_case, record
from troth.desk.errors import CrossedDesksError, NotAllowedError
from troth.desk.models import Case
from troth.engine.events import Refusal
from troth.journal.audit import write_audit
from troth.mail.intake import LONGEST_ADDRESS, LONGEST_NAME, is_our_own, key_of, text_of, written
from troth.mail.models import Received, State
from troth.mail.quoting import own_words
from troth.mail.reading import Mail, read_mail
from troth.people.models import Person
from troth.people.roles import works_at
from troth.policy.vocabulary import Channel, Role, Verb


def release(received: Received, *, by: Actor, at: datetime, case: Case | None = None) -> Received | Refusal:
    """The mail is a reply on that case, or a new case where none is named; once, however often it is asked.

    `by` is the agent who judged so; the words stay those of whom the mail says it is from.
    """
    if by.person is None or not works_at(by.person, received.desk):
        raise NotAllowedError("Only who works at the desk takes up its held mail.", desk=received.desk.slug)
    if case is not None and case.desk_id != received.desk_id:
        raise CrossedDesksError("The case belongs to another desk than the mail.", case=case.pk)
    with transaction.atomic():
        row = Received.objects.select_for_update(of=("self",)).select_related("desk", "mailbox").get(pk=received.pk)
        if row.state != State.HELD:
            return row
        mail = read_mail(bytes(row.raw.content))
        done = opened_for(row, mail, by) if case is None else put_on(row, mail, case)
        if isinstance(done, Refusal):
            return done
        row.state = State.CASE if case is None else State.REPLY
        row.case, row.message = done.case, done.message
        row.reason = f"{row.reason} Taken up by {by.person}.".strip()
        row.save(update_fields=["state", "case", "message", "reason"])
        write_audit(
            "took up a held mail",
            f"case {done.case.label}",
            at=at,
            by=by.person.pk,
            role=str(by.role),
            desk=row.desk_id,
            data={"mail": row.pk},
        )
        return row


def opened_for(row: Received, mail: Mail, by: Actor) -> Recorded | Refusal:
    """A case that the agent opens for the mail's sender, as of its receipt."""
    text = text_of(mail)
    return open_case(
        row.desk,
        by=by,
        draft=Draft(title=mail.subject, text=text, channel=Channel.EMAIL),
        contact=contact_of(row, mail),
        received_at=row.received_at,
        key=key_of(row),
        written=written(row, mail, text),
    )


def contact_of(row: Received, mail: Mail) -> Contact | None:
    """Whom the case is for; nobody where no address can be answered, or it is one of our own."""
    sender = mail.sender
    if sender is None or len(sender.email) > LONGEST_ADDRESS or is_our_own(sender):
        return None
    person = Person.objects.filter(email__iexact=sender.email).first()
    if person is None:
        person = Person.objects.create_user(sender.email, name=sender.name[:LONGEST_NAME])
    return contact_or_newcomer(row.desk, person)


def put_on(row: Received, mail: Mail, case: Case) -> Recorded | Refusal:
    """The customer's reply on the case, by nobody who is proven; it is heard now, since nobody could hear it before."""
    said = written(row, mail, own_words(text_of(mail)).kept)
    return record(case, Verb.CUSTOMER_REPLY, by=Actor(None, Role.CUSTOMER), written=said, key=key_of(row))
