"""Persons, desks, teams, and which role a person has on which desk."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from troth.policy.vocabulary import Role


class MemberRole(StrEnum):
    """What a person is on a desk; the first five are the engine's own words."""

    CUSTOMER = Role.CUSTOMER
    STAFF = Role.STAFF
    SENIOR = Role.SENIOR
    PARTNER = Role.PARTNER
    MANAGER = Role.MANAGER
    OPERATOR = "operator"


AGENT_ROLES = (MemberRole.STAFF, MemberRole.SENIOR, MemberRole.MANAGER)
"""Who works on cases for the vendor."""


class Persons(BaseUserManager["Person"]):
    """How persons are found and made: an address means the same in any spelling of case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this address; Django's sign-in asks here."""
        return self.get(email__iexact=(username or "").strip())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A new person; without a password they sign in by mailed links alone."""
        person = self.model(email=email.strip(), **fields)
        person.set_password(password)  # None makes one that no word matches
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """The operator of the whole installation."""
        return self.create_user(email, password, is_operator=True, **fields)


class Person(AbstractBaseUser):
    """Someone who writes to a desk or works at one; one person for all desks.

    Once erased the row is a marker: it keeps its number, for cases and the audit record, and says nothing else.
    """

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=12, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    objects = Persons()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Desk(models.Model):
    """One vendor's support desk: its name in addresses, the prefix of its case numbers, its zone."""

    slug = models.SlugField(max_length=40, unique=True)
    vendor = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12, unique=True)
    zone = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    address = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class Team(models.Model):
    """People of a desk who share work."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="team_named_once_a_desk")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person has this role on this desk. Which account or partner they belong to, `customers` says."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="members")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "person", "role"], name="role_given_once_a_desk"),
            models.CheckConstraint(
                condition=models.Q(role__in=[str(role) for role in MemberRole]), name="role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} on {self.desk_id}"


class SignInLink(models.Model):
    """A mailed link that lets one person in once. Only the digest of its secret is kept."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.person_id}"
