"""The people, customers and partners of the demo, before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from troth.customers.models import Account, Contact, Contract, Licence, Partner, PartnerUser
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role
from troth.policy.vocabulary import LicenceKey, LicenceKind
from troth.products.models import Product

AROUND_THE_CLOCK: Final[Mapping[str, Any]] = {"always": True}


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk with nobody on it yet; `password` is the one its people get, `now` the instant the demo is made for."""

    desk: Desk
    password: str
    now: datetime

    def worker(self, name: str, role: MemberRole = MemberRole.STAFF) -> Person:
        """Somebody who works at the desk and signs in by password."""
        host = self.desk.slug.partition("-")[0]
        person = self.person(name, f"{name.split(maxsplit=1)[0].lower()}@{host}.example", self.desk.zone)
        give_role(person, self.desk, role)
        return person

    def partner(self, name: str, zone: str, hours: Mapping[str, Any], user: str, email: str) -> tuple[Partner, Person]:
        """A partner with hours of its own, and one person who works there."""
        partner = Partner.objects.create(desk=self.desk, name=name, zone=zone, hours=dict(hours))
        person = self.person(user, email, zone)
        PartnerUser.objects.create(desk=self.desk, person=person, partner=partner)
        give_role(person, self.desk, MemberRole.PARTNER)
        return partner, person

    def customer(
        self, account: str, name: str, email: str, *, zone: str = "", partner: Partner | None = None, client: str = ""
    ) -> Contact:
        """An organisation with one person who writes to us; they sign in by mailed links alone."""
        row = Account.objects.create(desk=self.desk, name=account, partner=partner, client_number=client)
        return self.colleague(row, name, email, zone)

    def colleague(self, account: Account, name: str, email: str, zone: str = "") -> Contact:
        """Another person of that organisation."""
        person = Person.objects.create_user(email, name=name, zone=zone or self.desk.zone)
        give_role(person, self.desk, MemberRole.CUSTOMER)
        return Contact.objects.create(desk=self.desk, person=person, account=account, phone="+45 70 12 34 56")

    def person(self, name: str, email: str, zone: str) -> Person:
        """Somebody with a password."""
        return Person.objects.create_user(email, self.password, name=name, zone=zone)

    def licence(
        self,
        contact: Contact,
        product: str,
        bought: date,
        *,
        kind: LicenceKind = LicenceKind.COMMERCIAL,
        ends: date | None = None,
        key_state: LicenceKey = LicenceKey.VALID,
        seats: int = 25,
    ) -> Licence:
        """The right of the contact's organisation to use a product."""
        row = Product.objects.get(desk=self.desk, name=product)
        return Licence.objects.create(
            desk=self.desk,
            account=_account(contact),
            product=row,
            kind=str(kind),
            key=f"DEMO-{row.pk:02}-{contact.pk:04}",
            key_state=str(key_state),
            bought_on=bought,
            ends_on=ends,
            seats=seats,
        )

    def contract(self, contact: Contact, plan: str, starts: date, ends: date) -> Contract:
        """A plan the organisation has bought."""
        return Contract.objects.create(
            desk=self.desk, account=_account(contact), plan=plan, starts_on=starts, ends_on=ends
        )


def _account(contact: Contact) -> Account:
    if contact.account is None:
        raise ValueError(f"{contact} belongs to no account")
    return contact.account
