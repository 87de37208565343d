"""Who may see which cases: the one place where reads for a person begin (house rule 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Q

from troth.customers.models import Contact, PartnerUser
from troth.people.models import AGENT_ROLES, Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from troth.desk.models import Case  # noqa: F401 (named in quotes below)
    from troth.people.models import Person


MOST_DIGITS: Final = 9
"""More would not fit the column; such a number is nobody's."""


class CaseRows(models.QuerySet["Case"]):
    """Cases, and which of them a person may see."""

    def visible_to(self, person: Person | AnonymousUser | None) -> CaseRows:
        """The cases this person may see, on all desks; what is left out looks as if it were not there.

        A customer sees their own cases and those of their account on the same desk; a partner those of the
        customers they work for; who works at a desk, all of its cases.
        """
        if person is None or not person.is_authenticated or not person.is_active:
            return self.none()
        contacts = Contact.objects.filter(person=person.pk)
        desks = Membership.objects.filter(person=person.pk, role__in=[str(role) for role in AGENT_ROLES])
        partners = PartnerUser.objects.filter(person=person.pk)
        return self.filter(
            Q(contact__in=contacts.values("pk"))
            | Q(account__in=contacts.exclude(account=None).values("account"))
            | Q(desk__in=desks.values("desk"))
            | Q(partner__in=partners.values("partner"))
        )

    def numbered(self, desk: Any, number: int | str) -> CaseRows:
        """The case of that number on that desk: `1042` or `NETOP-1042`, in any spelling of case."""
        prefix, _, digits = str(number).strip().rpartition("-")
        if not digits.isdecimal() or len(digits) > MOST_DIGITS or (prefix and prefix.upper() != desk.prefix.upper()):
            return self.none()
        return self.filter(desk=desk, number=int(digits))
