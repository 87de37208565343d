"""Which case a mail belongs to, and what shows it (MAIL, requirements 20, 21 and 23).

The order is fixed: an address that we signed, then the ids of mails we sent or kept, then the case's number in
the subject. From, Cc and a number prove nothing, so the last two count only for somebody already on the
case. A stranger's mail to a known case is held for an agent: it gets nothing back and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from troth.customers.facts import contact_for
from troth.desk.models import Case, Notice
from troth.desk.reads import is_holder
from troth.mail.headers import Headers
from troth.mail.models import Mailbox, Participant, Proof, Received, Sent
from troth.mail.participants import shown_by
from troth.mail.reading import NO_SUBJECT, Mail
from troth.people.models import Desk, Person

NOT_OURS: Final = "It was sent to a reply address that this desk did not give out, or that holds no longer."
MOST_SUBJECTS: Final = 50
SHORTEST_WORD: Final = 3
_ANSWERS: Final = re.compile(
    r"^(?:\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|r|odp|res|ynt|回复|答复|fwd?|wg|tr|rv|enc|i|vl|doorst)"
    r"(?:\[\d{1,3}\])?\s*[:：])+",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Belongs:
    """The case, what shows it, and the person whose words these are; `is_proven` when that is certain."""

    case: Case
    person: Person
    proof: Proof

    @property
    def is_proven(self) -> bool:
        """Whether more than a From line says who wrote this."""
        return self.proof is Proof.SIGNED_ADDRESS


@dataclass(frozen=True, slots=True)
class Stranger:
    """Why the mail is kept for an agent to look at; `case` is the one it wanted to belong to, if any."""

    reason: str
    case: Case | None = None


def belongs(mail: Mail, headers: Headers, mailbox: Mailbox, *, at: dt.datetime) -> Belongs | Stranger | None:
    """The case this mail continues; a Stranger where it must be held; None for one that continues nothing."""
    shown = shown_by(headers, (*mail.to, *mail.cc), mailbox, at=at)
    if shown.participant is not None:
        return Belongs(shown.participant.case, shown.participant.person, Proof.SIGNED_ADDRESS)
    threaded = in_thread(mail, mailbox)
    if threaded is not None:
        return known_on(threaded, mail, Proof.THREAD)
    if shown.is_forged:
        return Stranger(NOT_OURS)
    tagged = in_subject(mail, mailbox.desk)
    return known_on(tagged, mail, Proof.SUBJECT) if tagged is not None else None


def known_on(case: Case, mail: Mail, proof: Proof) -> Belongs | Stranger:
    """The sender as somebody on the case, else a stranger to it."""
    person = person_on(case, mail.sender.email) if mail.sender is not None else None
    if person is None:
        return Stranger(f"It answers {case.label}, but its sender is not on that case.", case)
    return Belongs(case, person, proof)


def person_on(case: Case, email: str) -> Person | None:
    """The person with that address who is already on the case: its holder's side, or a participant of it."""
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        return None
    is_known = Participant.objects.filter(case=case, person=person, revoked_at=None).exists()
    return person if is_known or is_holder(case, contact_for(case.desk, person)) else None


def in_thread(mail: Mail, mailbox: Mailbox) -> Case | None:
    """The case of the latest mail this one answers, among those we sent from or kept in this mailbox."""
    wanted = list(dict.fromkeys([*reversed(mail.references), *mail.in_reply_to]))
    if not wanted:
        return None
    by_id = dict(
        Received.objects.filter(mailbox=mailbox, mail_id__in=wanted, case__isnull=False).values_list("mail_id", "case")
    )
    by_id |= dict(
        Sent.objects.filter(mailbox=mailbox, mail_id__in=wanted, case__isnull=False).values_list("mail_id", "case")
    )
    found = next((by_id[each] for each in [*mail.in_reply_to, *wanted] if each in by_id), None)
    return cases().filter(pk=found).first() if found is not None else None


def in_subject(mail: Mail, desk: Desk) -> Case | None:
    """The case whose number stands in the subject."""
    tag = re.search(rf"(?<![\w-]){re.escape(desk.prefix)}-([1-9]\d{{0,8}})(?![\w-])", mail.subject, re.IGNORECASE)
    return cases().filter(desk=desk, number=int(tag[1])).first() if tag is not None else None


def cases():  # noqa: ANN201 - a queryset of Case
    """Cases with what is asked of them here."""
    return Case.objects.select_related("desk", "contact__person", "account", "policy_version", "amendment")


def is_about_something_else(mail: Mail, case: Case) -> bool:
    """Whether the subject is clearly not the case's: it has words, and shares none with any subject used on it.

    In doubt it is the same matter: a new case for an old one costs more than a message in the wrong place,
    which an agent splits off.
    """
    if mail.subject == NO_SUBJECT or case.label.casefold() in mail.subject.casefold():
        return False
    words = telling(mail.subject)
    return bool(words) and not any(words & telling(each) for each in subjects_of(case))


def telling(subject: str) -> frozenset[str]:
    """The words of a subject that tell what it is about, without *Re:* and its like."""
    words = _WORD.findall(_ANSWERS.sub("", subject).casefold())
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD or not word.isascii())


def subjects_of(case: Case) -> Iterable[str]:
    """Every subject under which this case was written about."""
    yield case.title
    yield from Notice.objects.filter(case=case).order_by("-pk").values_list("subject", flat=True)[:MOST_SUBJECTS]
    yield from Received.objects.filter(case=case).order_by("-pk").values_list("subject", flat=True)[:MOST_SUBJECTS]
