"""Which role a person acts in on a desk."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from troth.people.models import AGENT_ROLES, Desk, MemberRole, Membership, Person

# The first of these that a person has is the one they act in.
STRONGEST_FIRST = (
    MemberRole.MANAGER,
    MemberRole.SENIOR,
    MemberRole.STAFF,
    MemberRole.PARTNER,
    MemberRole.CUSTOMER,
)


def roles_of(person: Person | AnonymousUser, desk: Desk) -> frozenset[MemberRole]:
    """Every role of this person on this desk; none for someone barred or not signed in."""
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    rows = Membership.objects.filter(person=person, desk=desk).values_list("role", flat=True)
    return frozenset(MemberRole(role) for role in rows)


def acting_role(person: Person | AnonymousUser, desk: Desk) -> MemberRole | None:
    """The role in which the person's acts count, or None where they have none."""
    held = roles_of(person, desk)
    return next((role for role in STRONGEST_FIRST if role in held), None)


def works_at(person: Person | AnonymousUser, desk: Desk) -> bool:
    """Whether this is one of the vendor's own people on the desk."""
    return bool(roles_of(person, desk) & set(AGENT_ROLES))


def give_role(person: Person, desk: Desk, role: MemberRole) -> Membership:
    """The person has the role on the desk from now on; giving it twice changes nothing."""
    return Membership.objects.get_or_create(person=person, desk=desk, role=str(role))[0]
