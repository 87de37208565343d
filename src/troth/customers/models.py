"""Accounts and what they bought; partners; who belongs to which."""

from __future__ import annotations

from django.db import models

from troth.journal.models import AppendOnly
from troth.people.models import Desk, Person
from troth.policy.vocabulary import LicenceKey, LicenceKind
from troth.products.models import Product


class Partner(models.Model):
    """A company that works level 1 for customers of its own, in its own hours.

    `hours` has the form of a scenario's partner: {days, from, to, holidays}; None means the desk's own hours.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="partner_named_once_a_desk")]

    def __str__(self) -> str:
        return self.name


class Amendment(AppendOnly):
    """A customer's own agreement as it was published: a small policy file that is laid over the desk's policy.

    It never changes; a later version stands beside it under the same `name`, by which accounts name it. `dates` keeps
    the holidays of the calendars it makes its own, each beside the calendar they are the holidays of.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="amendments")
    name = models.CharField(max_length=80)
    version_on = models.DateField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.TextField()
    dates = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "name", "version_on"], name="amendment_published_once"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Name and version, as the reference of a policy shows it."""
        return f"{self.name}@{self.version_on.isoformat()}"

    @property
    def file(self) -> str:
        """The name of the file it is cited by."""
        return f"{self.name}.md"


class Account(models.Model):
    """The customer's organisation on one desk; `amendment` names its own agreement, empty for none."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=160)
    client_number = models.CharField(max_length=40, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    amendment = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["desk", "name"])]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person who writes for an account on this desk; a case-holder is one of these.

    Without an account it is someone who wrote in and whom nobody has placed yet.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "person"], name="contact_once_a_desk")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.desk_id}"


class PartnerUser(models.Model):
    """A person who works for a partner."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="users")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "partner"], name="user_once_a_partner")]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.partner_id}"


class Licence(models.Model):
    """The right to use a product; dates are the desk's, the last day counts. A revoked one counts for nothing."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="licences")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="licences")
    kind = models.CharField(max_length=20, default=str(LicenceKind.COMMERCIAL))
    key = models.CharField(max_length=120, blank=True)
    key_state = models.CharField(max_length=20, default=str(LicenceKey.VALID))
    bought_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} licence {self.pk}"


class Contract(models.Model):
    """A plan bought for a term; without `ends_on` it runs the plan's first term."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contracts")
    plan = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    add_ons = models.JSONField(default=list, blank=True)
    fees = models.CharField(max_length=20, default="paid")
    is_verified = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts_on}"


class Purchase(models.Model):
    """Something an account bought beforehand: incidents, minutes of services, an exception, a release.

    `gives` is the policy's word for what kind of thing it is, `what` the name under which it was sold. `used` never
    exceeds `quantity`, the database sees to it. `product` is a name, empty where it is for any; `ends_on` is the last
    day of an exception, `version` the release that was bought.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="purchases")
    what = models.CharField(max_length=80)
    gives = models.CharField(max_length=20)
    quantity = models.PositiveIntegerField(default=1)
    used = models.PositiveIntegerField(default=0)
    product = models.CharField(max_length=120, blank=True)
    version = models.CharField(max_length=40, blank=True)
    bought_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used__lte=models.F("quantity")), name="used_at_most_what_was_bought"
            )
        ]
        indexes = [models.Index(fields=["account", "gives"], name="purchase_of_account")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.what} of {self.bought_on}"


class Use(models.Model):
    """What one case took of a purchase, in the transaction that opened the case or recorded the act.

    The case is named by its number on the desk, for cases stand in a room above. What was given back stays on record.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="uses")
    case_number = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purchase", "case_number"], name="use_by_case")]

    def __str__(self) -> str:
        return f"{self.quantity} of purchase {self.purchase_id} by case {self.case_number}"
