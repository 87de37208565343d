"""Who works at a desk: added with a role, on record, and let in by a link that works once."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from troth.journal.audit import write_audit
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role


def add_worker(
    desk: Desk,
    *,
    email: str,
    role: MemberRole,
    name: str = "",
    password: str | None = None,
    by: Person | None,
    at: datetime,
) -> Person:
    """The person has this role on the desk; who is known already keeps name and password unless new ones are given.

    ValueError says what cannot be: an address that is none, a customer's role, a person who is barred.
    """
    try:
        validate_email(email.strip())
    except ValidationError as wrong:
        raise ValueError(f"{email!r} is no mail address.") from wrong
    if role is MemberRole.CUSTOMER:
        raise ValueError("a customer is added with: troth customers add DESK contact")
    with transaction.atomic():
        person = Person.objects.filter(email__iexact=email.strip()).first()
        if person is not None and not person.is_active:
            raise ValueError(f"{email} is barred.")
        person = person or Person.objects.create_user(email, zone=desk.zone)
        person.name = name or person.name
        if password is not None:
            person.set_password(password)
        person.save()
        give_role(person, desk, role)
        write_audit(
            "added a person",
            f"person {person.pk}",
            at=at,
            by=by.pk if by is not None else None,
            role="person" if by is not None else "system",
            desk=desk.pk,
            data={"role": str(role), "password": password is not None},
        )
        return person
