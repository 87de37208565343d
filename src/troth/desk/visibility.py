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


TEXTS: Final = ("source", "dates", "notices")
"""The columns of a version of the policy that are long: read once a process, not once a case."""
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

    def with_policy(self) -> CaseRows:
        """With their desk and what they are decided under; without the versions' texts, which a process reads once."""
        rows = self.select_related("desk", "policy_version", "latest_version", "amendment")
        return rows.defer(*(f"{which}__{text}" for which in ("policy_version", "latest_version") for text in TEXTS))

    def numbered(self, desk: Any, number: int | str) -> CaseRows:
        """The case of that number on that desk: `1042` or `NETOP-1042`, in any spelling of case."""
        prefix, _, digits = str(number).strip().rpartition("-")
        if not digits.isdecimal() or len(digits) > MOST_DIGITS or (prefix and prefix.upper() != desk.prefix.upper()):
            return self.none()
        return self.filter(desk=desk, number=int(digits))
