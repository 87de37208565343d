"""`troth people add` and `troth desks change`: who works at a desk, and where it is reached."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from troth.customers.accounts import add_partner_user
from troth.customers.columns import partner
from troth.desk.commands import CLEAN, FINDINGS, complain, no_desk
from troth.desk.customer_commands import place_of
from troth.people.desks import change_desk, desk_named
from troth.people.models import MemberRole
from troth.people.sign_in import request_sign_in_link
from troth.people.working import add_worker

ROLES: Final = tuple(str(role) for role in MemberRole if role is not MemberRole.CUSTOMER)


def add(arguments: list[str]) -> int:
    """Adds an agent, a manager, a partner's person or an operator to a desk, and prints a link that signs in once."""
    parser = argparse.ArgumentParser(prog="troth people add", description=add.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    parser.add_argument("email", help="the person's mail address")
    parser.add_argument("--role", choices=ROLES, default=str(MemberRole.STAFF), help="what they are; staff if not said")
    parser.add_argument("--name", default="", help="the person's name")
    parser.add_argument("--partner", help="the company they work for, with --role partner")
    parser.add_argument("--password", action="store_true", help="ask for a password instead of printing a link")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    if (asked.role == MemberRole.PARTNER) != bool(asked.partner):
        return complain("--partner names the company of a person with --role partner, and of nobody else.")
    try:
        company = partner(place, asked.partner) if asked.partner else None
        password = new_password() if asked.password else None
        given = {"email": asked.email, "role": MemberRole(asked.role), "name": asked.name, "password": password}
        person = add_worker(place.desk, **given, by=None, at=place.at)
        if company is not None:
            add_partner_user(company, person=person, by=None, at=place.at)
    except ValidationError as weak:
        return complain(" ".join(weak.messages), FINDINGS)
    except ValueError as wrong:
        return complain(str(wrong), FINDINGS)
    print(f"{person.email} is {asked.role} on /{place.desk.slug}/.")
    if password is None:
        mailed = request_sign_in_link(person.email, desk=place.desk, at=timezone.now())
        if mailed is None:
            return complain("so many links were asked for that this one must wait an hour.", FINDINGS)
        path = reverse("portal:link", args=[place.desk.slug, mailed.token])
        print(f"To sign in once, within half an hour: {settings.TROTH_URL}{path}")
    return CLEAN


def change(arguments: list[str]) -> int:
    """Says from which mail address a desk writes and at which number it is called."""
    parser = argparse.ArgumentParser(prog="troth desks change", description=change.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    parser.add_argument("--address", help="its mail address")
    parser.add_argument("--phone", help="its telephone number")
    asked = parser.parse_args(arguments)
    desk = desk_named(asked.desk)
    if desk is None:
        return complain(no_desk(asked.desk))
    try:
        change_desk(desk, address=asked.address, phone=asked.phone, by=None, at=timezone.now())
    except ValidationError as wrong:
        return complain(" ".join(wrong.messages), FINDINGS)
    except ValueError as wrong:
        return complain(str(wrong), FINDINGS)
    print(f"/{desk.slug}/ writes from {desk.address or 'no address'}, telephone {desk.phone or 'none'}.")
    return CLEAN


def new_password() -> str:
    """A password typed twice, or the first line of what is piped in; ValueError or ValidationError where it is none."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("The same again: "):
            raise ValueError("the two are not the same.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    validate_password(password)
    return password
