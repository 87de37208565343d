"""What a mail is to the desk: a case, a reply, a machine's mail, or something an agent must look at.

Everything here runs inside one transaction with the mail's own row, and every act has the mail's key: however
often a mail is taken up, it takes effect once.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final

from troth.customers.facts import Draft
from troth.customers.holdings import contact_or_newcomer
from troth.customers.models import Contact
from troth.desk.actors import SYSTEM, Actor
from troth.desk.adopting import policy_of
from troth.desk.door import Recorded, note, open_case, record
from troth.desk.errors import NotAllowedError
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Case, Message
from troth.desk.store import stored_state
from troth.engine import decide
from troth.engine.events import Act, Refusal
from troth.hours import instant
from troth.journal.rates import is_within
from troth.mail import limits
from troth.mail.addresses import Address
from troth.mail.answering import tell_held
from troth.mail.belonging import Belongs, Stranger, belongs, cases, in_thread, is_about_something_else
from troth.mail.headers import Headers, read_headers
from troth.mail.models import Mailbox, Proof, Received, Sent, State
from troth.mail.participants import is_extended, shown_by
from troth.mail.quoting import own_words
from troth.mail.reading import Mail
from troth.people.limits import NEWCOMERS
from troth.people.models import Desk, Person
from troth.people.roles import works_at
from troth.policy.vocabulary import Channel, Role, Verb

CASES_AN_HOUR: Final = 10
HOUR: Final = dt.timedelta(hours=1)
LONGEST_ADDRESS: Final = 254
LONGEST_NAME: Final = 120
SEARCHED: Final = 2_000_000
_ID: Final = re.compile(rb"<[^<>\s]{3,250}>")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, why, and on which case."""

    state: State
    reason: str = ""
    clause: str = ""
    proof: Proof = Proof.NONE
    case: Case | None = None
    message: Message | None = None


def held(reason: str, *, case: Case | None = None, clause: str = "") -> Outcome:
    """The mail waits for an agent; nobody is answered."""
    return Outcome(State.HELD, reason, clause, case=case)


def take_in(received: Received, mail: Mail) -> Outcome:
    """The mail has done what it can do: continued a case, opened one, or it is kept and says why."""
    raw = bytes(received.raw.content)
    headers, _ = read_headers(raw[: limits.HEADER_ZONE_BYTES].lstrip(b"\r\n"))
    mailbox, at = received.mailbox, received.received_at
    if mail.is_bounce or mail.is_automatic:
        return take_automatic(received, mail, headers, raw)
    if mail.sender is None:
        return held("It names no sender: unknown sender.")
    if is_our_own(mail.sender):
        return held("It comes from one of this desk's own addresses; answering it could go on for ever.")
    if len(mail.sender.email) > LONGEST_ADDRESS:
        return held("Its sender's address is longer than an address may be.")
    found = belongs(mail, headers, mailbox, at=at)
    if isinstance(found, Stranger):
        return held(found.reason, case=found.case)
    if found is not None:
        return take_reply(received, mail, found)
    return take_new(received, mail)


def is_our_own(sender: Address) -> bool:
    """Whether a desk of this installation would be answering itself, or another desk here."""
    own = [*Mailbox.objects.all(), *(Mailbox(address=desk.address) for desk in Desk.objects.exclude(address=""))]
    return any(sender.key == each.address.casefold() or is_extended(sender.email, each) for each in own)


def take_automatic(received: Received, mail: Mail, headers: Headers, raw: bytes) -> Outcome:
    """A machine's mail is kept, beside its case where it has one; it is no act and is never answered."""
    reason = "; ".join(mail.automatic_because)
    participant = shown_by(headers, (*mail.to, *mail.cc), received.mailbox, at=received.received_at).participant
    returned = returned_mail(received, raw) if mail.is_bounce else None
    case: Case | None
    if participant is not None:
        case, proof = participant.case, Proof.SIGNED_ADDRESS
    elif returned is not None:
        case, proof = returned.case, Proof.THREAD
        Sent.objects.filter(pk=returned.pk, returned_at=None).update(returned_at=received.received_at)
        reason = f"our mail to {returned.address} came back; {reason}"
        if case is None:
            return Outcome(State.AUTOMATIC, reason)
    else:
        threaded = in_thread(mail, received.mailbox)
        if threaded is None:
            return Outcome(State.AUTOMATIC, reason)
        return Outcome(State.AUTOMATIC, reason, case=threaded)
    said = replace(written(received, mail, text_of(mail)), direction="automatic")
    message = note(case, by=SYSTEM, written=said, at=received.received_at, key=key_of(received))
    return Outcome(State.AUTOMATIC, reason, proof=proof, case=case, message=message)


def returned_mail(received: Received, raw: bytes) -> Sent | None:
    """The mail of ours that a bounce brings back: it names the id, which nobody can guess."""
    ids = {each.decode("ascii", "replace") for each in _ID.findall(raw[:SEARCHED])}
    rows = Sent.objects.select_related("case").filter(mailbox=received.mailbox, mail_id__in=list(ids)[:500])
    return rows.order_by("-pk").first()


def take_reply(received: Received, mail: Mail, found: Belongs) -> Outcome:
    """The case goes on by the customer's reply; a new linked one opens where that one is past or another matter."""
    case = cases().get(pk=found.case.pk)
    if not found.person.is_active:
        return held("Its sender may not write to this desk.", case=case)
    contact = contact_or_newcomer(received.desk, found.person)
    is_tagged = found.proof is Proof.SUBJECT
    if is_too_late(case, received.received_at) or (not is_tagged and is_about_something_else(mail, case)):
        return opened(received, mail, contact, found, linked_to=case.label)
    by = Actor(found.person if found.is_proven else None, Role.CUSTOMER)
    said = written(received, mail, own_words(text_of(mail)).kept, signed_by=found.person if found.is_proven else None)
    try:
        done = record(case, Verb.CUSTOMER_REPLY, by=by, written=said, at=received.received_at, key=key_of(received))
    except NotAllowedError as error:
        return held(str(error), case=case)
    if isinstance(done, Refusal):
        return held(refused(done), case=case, clause=done.clause or "")
    return Outcome(State.REPLY, proof=found.proof, case=done.case, message=done.message)


def is_too_late(case: Case, at: dt.datetime) -> bool:
    """Whether the case is over for so long that the policy takes it up no more; the engine says it."""
    if case.closed_at is None:
        return False
    state = stored_state(case)
    act = Act(max(instant(at), state.at), Verb.REOPEN, Role.CUSTOMER, {"facts": state.facts.to_json()})
    ruled = decide(policy_of(case), state, act)
    return isinstance(ruled, Refusal) and ruled.code in {"too-late", "merged"}


def take_new(received: Received, mail: Mail) -> Outcome:
    """A case opens for whoever the mail says it is from: unproven, so it gives no right but to an answer."""
    sender = mail.sender
    if sender is None:
        raise AssertionError("who it is from was asked before")
    person = Person.objects.filter(email__iexact=sender.email).first()
    if person is not None and not person.is_active:
        return held("Its sender may not write to this desk.")
    if person is not None and works_at(person, received.desk):
        return held("It says it is from somebody who works at this desk, and nothing proves that.")
    if cases_of_late(received, sender) >= CASES_AN_HOUR:
        return held(f"Its sender has opened {CASES_AN_HOUR} cases within an hour.")
    if person is None and not is_within(
        NEWCOMERS, who=f"mailbox {received.mailbox_id}", source="", at=received.received_at
    ):
        return held(f"{NEWCOMERS.each} strangers have opened cases here within an hour.")
    if person is None:
        person = Person.objects.create_user(sender.email, name=sender.name[:LONGEST_NAME])
    return opened(received, mail, contact_or_newcomer(received.desk, person), None)


def cases_of_late(received: Received, sender: Address) -> int:
    """How many cases this sender's mails have opened here within the last hour."""
    rows = Received.objects.filter(mailbox=received.mailbox, sender=sender.key[:320], state=State.CASE)
    return rows.filter(received_at__gt=received.received_at - HOUR).count()


def opened(
    received: Received, mail: Mail, contact: Contact, found: Belongs | None, *, linked_to: str | None = None
) -> Outcome:
    """A new case by mail, with what the policy promises it; a channel the policy does not open holds the mail."""
    is_proven = found is not None and found.is_proven
    text = text_of(mail)
    done = open_case(
        received.desk,
        by=Actor(contact.person if is_proven else None, Role.CUSTOMER),
        draft=Draft(title=mail.subject, text=text, channel=Channel.EMAIL),
        contact=contact,
        received_at=received.received_at,
        key=key_of(received),
        written=written(received, mail, text, signed_by=contact.person if is_proven else None),
        linked_to=linked_to,
    )
    if isinstance(done, Refusal):
        told = " Its sender was told so." if tell_held(received, mail) else ""
        return held(refused(done) + told, clause=done.clause or "")
    return case_of(done, found, linked_to)


def case_of(done: Recorded, found: Belongs | None, linked_to: str | None) -> Outcome:
    """What is said of a mail that opened a case."""
    reason = f"It goes on from {linked_to}." if linked_to is not None else ""
    proof = found.proof if found is not None else Proof.NONE
    return Outcome(State.CASE, reason, proof=proof, case=done.case, message=done.message)


def refused(refusal: Refusal) -> str:
    """The engine's refusal in words."""
    return f"{refusal.sentence} {refusal.allowed}".strip()


def key_of(received: Received) -> str:
    """The key under which this mail takes effect: the mailbox and the content."""
    return f"mail {received.mailbox_id} {received.content_key}"


def text_of(mail: Mail) -> str:
    """What a person would have read, never empty."""
    text = mail.text.strip("\n")
    if mail.is_encrypted and not text.strip():
        return "(This mail is encrypted. Its original is kept.)"
    return text if text.strip() else "(This mail has no text.)"


def written(received: Received, mail: Mail, text: str, *, signed_by: Person | None = None) -> Written:
    """The mail as a message. Where only a From line says who wrote it, its whole sender stands beside it."""
    is_as_known = signed_by is not None and mail.sender is not None and mail.sender.key == signed_by.email.casefold()
    notes = "\n".join(f"[{each}]" for each in mail.left_out)
    return Written(
        text=f"{text}\n\n{notes}" if notes else text,
        received_at=received.received_at,
        mail_id=mail.message_id,
        author_name="" if is_as_known else mail.sender_shown,
        enclosed=tuple(
            Enclosed(each.name, each.content, each.content_type, each.content_id) for each in mail.attachments
        ),
    )
