"""The signed address at which one person may add to one case: given out, and recognised when a mail comes to it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from troth.desk.models import Case
from troth.mail import reply_address
from troth.mail.addresses import Address, addresses
from troth.mail.headers import Headers
from troth.mail.models import Mailbox, Participant, new_nonce
from troth.people.models import Person

log = logging.getLogger("troth.mail")

HOLDS_FOR: Final = dt.timedelta(days=365)
NO_NONCE: Final = bytes(16)
DELIVERED: Final = ("delivered-to", "x-delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to")
"""Where servers on the way write to whom a mail really went."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the recipients of a mail show: the participant whose address it came to, or that one was not ours."""

    participant: Participant | None = None
    is_forged: bool = False


def key() -> bytes:
    """The installation's key for reply addresses; from its secret, but good for nothing else."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"troth reply addresses", hashlib.sha256)


def address_for(case: Case, person: Person, mailbox: Mailbox, *, at: dt.datetime) -> Address | None:
    """The address to which this person replies on this case, or None where a revoked or too long one cannot be."""
    participant, _ = Participant.objects.get_or_create(case=case, person=person, defaults={"desk_id": case.desk_id})
    if participant.revoked_at is not None:
        return None
    name, _, domain = mailbox.address.rpartition("@")
    try:
        email = reply_address.make(
            key(),
            desk=name.lower(),
            case_number=case.number,
            participant=participant.pk,
            nonce=bytes(participant.nonce),
            expires_on=(at + HOLDS_FOR).date(),
            domain=domain.lower(),
        )
    except ValueError as error:
        log.warning("%s", error)
        return None
    return Address(case.desk.vendor, email)


def shown_by(headers: Headers, listed: Iterable[Address], mailbox: Mailbox, *, at: dt.datetime) -> Shown:
    """Whose signed address of this mailbox is among the recipients; a forged, cut or expired one is told."""
    recipients = [address.email for address in listed]
    for name in DELIVERED:
        for raw in headers.all(name)[:20]:
            recipients += [address.email for address in addresses(raw, limit=20).value]
    signed = [each for each in dict.fromkeys(recipients) if is_extended(each, mailbox)]
    for email in signed:
        participant = participant_at(email, mailbox, today=at.date())
        if participant is not None:
            return Shown(participant)
    return Shown(is_forged=bool(signed))


def is_extended(email: str, mailbox: Mailbox) -> bool:
    """Whether this is the mailbox's address with something after a plus, in any spelling of case."""
    name, _, domain = email.casefold().rpartition("@")
    own, _, own_domain = mailbox.address.casefold().rpartition("@")
    return domain == own_domain and name.startswith(f"{own}+")


def participant_at(email: str, mailbox: Mailbox, *, today: dt.date) -> Participant | None:
    """The participant who was given exactly this address, while it holds; signatures are compared in constant time."""
    claim = reply_address.parse(email)
    own, _, domain = mailbox.address.lower().rpartition("@")
    if claim is None or (claim.desk, claim.domain) != (own, domain):
        return None
    rows = Participant.objects.select_related("case__desk", "case__contact__person", "person", "desk")
    found = rows.filter(
        pk=claim.participant, case__number=claim.case_number, desk=mailbox.desk_id, revoked_at=None
    ).first()
    is_right = reply_address.verify(key(), claim, bytes(found.nonce) if found else NO_NONCE, today=today)
    return found if is_right else None


def revoke(participant: Participant) -> None:
    """Every address this participant was given is void from now on; the next mail to them brings a new one."""
    participant.nonce = new_nonce()
    participant.save(update_fields=["nonce"])
