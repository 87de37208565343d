"""Who does something, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from troth.people.models import Desk, Person
from troth.people.roles import acting_role
from troth.policy.vocabulary import Role, Verb


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role; without a person it is a mail, a payment or the desk itself."""

    person: Person | None
    role: Role


SYSTEM: Final = Actor(None, Role.SYSTEM)

BY_CUSTOMER: Final = frozenset(
    {
        Verb.OPEN,
        Verb.CUSTOMER_REPLY,
        Verb.SET,
        Verb.DELAY,
        Verb.ESCALATE,
        Verb.GRANT_ACCESS,
        Verb.REVOKE_ACCESS,
        Verb.REOPEN,
        Verb.RESOLVE,
        Verb.CLOSE,
        Verb.BUY,
        Verb.REFUND,
    }
)
BY_PARTNER: Final = frozenset(
    {
        Verb.OPEN,
        Verb.REPLY,
        Verb.ASK,
        Verb.CALL,
        Verb.ATTEMPT,
        Verb.SET,
        Verb.ESCALATE,
        Verb.HAND_OVER,
        Verb.FIND,
        Verb.DELAY,
        Verb.CONTACT,
        Verb.WAIT,
        Verb.RESUME,
        Verb.MONITOR,
        Verb.LOG,
        Verb.RESOLVE,
        Verb.REOPEN,
        Verb.NO_ACTION,
    }
)
BY_MANAGER_ONLY: Final = frozenset({Verb.APPROVE, Verb.EXCUSE})
BY_NO_PERSON: Final = frozenset({Verb.CONFIRM, Verb.RELEASE, Verb.PUBLISH})
BY_MANAGER: Final = frozenset(Verb) - BY_NO_PERSON - {Verb.CUSTOMER_REPLY}
BY_STAFF: Final = BY_MANAGER - BY_MANAGER_ONLY

MAY: Final[Mapping[Role, frozenset[Verb]]] = {
    Role.CUSTOMER: BY_CUSTOMER,
    Role.PARTNER: BY_PARTNER,
    Role.STAFF: BY_STAFF,
    Role.SENIOR: BY_STAFF,
    Role.MANAGER: BY_MANAGER,
    Role.SYSTEM: frozenset(Verb),
}
"""Who may do what. The engine says whether it can be done now; this only who may ask."""

SET_BY_CUSTOMER: Final = frozenset({"answers", "information", "severity", "version", "language"})
CLOSINGS_BY_CUSTOMER: Final = frozenset({"withdrawn", "resolved"})


def may_do(role: Role, verb: Verb, data: Mapping[str, Any]) -> bool:
    """Whether someone in this role may do this.

    A customer sets only what they know themselves (a severity of theirs is a proposal) and closes a case by
    saying that it is solved or no longer wanted. That they escalate only along their own path (LANGUAGE,
    decision 23) is the engine's to hold.
    """
    if verb not in MAY[role]:
        return False
    if role is not Role.CUSTOMER:
        return True
    if verb is Verb.SET:
        return data.keys() <= SET_BY_CUSTOMER
    return verb is not Verb.CLOSE or data.get("because") in CLOSINGS_BY_CUSTOMER


def actor_on(desk: Desk, person: Person) -> Actor | None:
    """The person in the strongest role they have on the desk, or None where they have none."""
    role = acting_role(person, desk)
    return Actor(person, Role(str(role))) if role is not None else None
