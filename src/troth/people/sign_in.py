"""How people come in: customers by a mailed link that works once, staff by password.

The answer never tells whether an address is known: for a stranger the same work is done and no mail leaves.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from troth.journal.audit import write_audit
from troth.journal.rates import is_within
from troth.people.limits import LINK_TRIES, LINKS, PASSWORDS
from troth.people.models import Desk, Person, SignInLink

SIGN_IN: Final = "sign in"
LINK_LASTS: Final = timedelta(minutes=30)
TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Mailed:
    """A link that waits to be mailed: the only place where its token is ever readable."""

    person: Person
    token: str
    expires_at: datetime


def request_sign_in_link(email: str, *, desk: Desk | None, at: datetime, source: str = "") -> Mailed | None:
    """A fresh link for the person with this address, or None: unknown, barred, or asked for too often.

    The caller mails it and says to everybody alike that a link is on its way if the address is known.
    """
    if not is_within(LINKS, who=email, source=source, at=at):
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    digest = digest_of(token)
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    expires = at + LINK_LASTS
    with transaction.atomic():  # for a stranger too: a commit takes long enough to be measured
        if person is not None:
            SignInLink.objects.create(
                desk=desk, person=person, purpose=SIGN_IN, digest=digest, made_at=at, expires_at=expires
            )
        write_audit(
            "asked for a sign-in link",
            f"person {person.pk}" if person is not None else f"address {digest_of(email.casefold())[:16]}",
            at=at,
            by=None,
            role="system",
            desk=desk.pk if desk else None,
        )
    return Mailed(person, token, expires) if person is not None else None


def is_link_open(token: str, *, desk: Desk | None, at: datetime) -> bool:
    """Whether the link would let its person in now. Looking spends nothing: a GET may ask this."""
    return SignInLink.objects.filter(
        digest=digest_of(token), purpose=SIGN_IN, desk=desk, used_at=None, expires_at__gt=at
    ).exists()


def spend_sign_in_link(token: str, *, desk: Desk | None, at: datetime, source: str = "") -> Person | None:
    """The person whom the link lets in, once; None when it is unknown, spent, expired or of another desk.

    One conditional UPDATE spends it, so of two requests at the same instant one comes in. None, too, for who
    tries too many from one place.
    """
    if not is_within(LINK_TRIES, who="", source=source, at=at):
        return None
    with transaction.atomic():
        spent = SignInLink.objects.filter(
            digest=digest_of(token),
            purpose=SIGN_IN,
            desk=desk,
            used_at=None,
            expires_at__gt=at,
            person__is_active=True,
        ).update(used_at=at)
        if not spent:
            return None
        link = SignInLink.objects.select_related("person").get(digest=digest_of(token))
        write_audit(
            "signed in by link",
            f"person {link.person_id}",
            at=at,
            by=link.person_id,
            role="person",
            desk=desk.pk if desk else None,
        )
        return link.person


def check_password(
    request: HttpRequest | None, email: str, password: str, *, at: datetime, source: str = ""
) -> Person | None:
    """The person whose address and password these are; None when not, or when tried too often.

    A wrong word for a known address takes as long as one for an unknown (Django hashes either way).
    """
    if not is_within(PASSWORDS, who=email, source=source, at=at):
        return None
    person = authenticate(request, username=email.strip(), password=password)
    with transaction.atomic():
        if isinstance(person, Person):
            write_audit("signed in by password", f"person {person.pk}", at=at, by=person.pk, role="person")
            return person
        write_audit("was refused by password", f"address {digest_of(email.lower())[:16]}", at=at, by=None, role="")
    return None


def check_again(person: Person, password: str, *, at: datetime, source: str = "") -> bool:
    """Whether somebody who is in knows their password; counted as at the door, so that a session is no way to guess."""
    if not is_within(PASSWORDS, who=person.email, source=source, at=at):
        return False
    is_right = person.check_password(password)
    if not is_right:
        with transaction.atomic():
            write_audit("was refused by password", f"person {person.pk}", at=at, by=person.pk, role="person")
    return is_right


def digest_of(token: str) -> str:
    """What is kept of a secret; long random secrets need no salt."""
    return hashlib.sha256(token.strip().encode("utf-8", "surrogatepass")).hexdigest()
