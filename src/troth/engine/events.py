"""Acts and rulings: the only two things that ever happen to a case.

An **act** is what a person, a mail or a payment did; it holds no policy. A **ruling** is what the policy made of
an act or of passing time, with the clause it rests on. Both are plain data: `to_json` and `event_from_json` are
the stored format (`FORMAT`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from troth.hours import Instant
from troth.policy.vocabulary import Found, Role, Verb

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Act:
    """Something done at `at` (UTC seconds) on behalf of `by`; `data` holds the verb's arguments."""

    at: Instant
    verb: Verb
    by: Role = Role.STAFF
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {"at": self.at, "act": str(self.verb), "by": str(self.by), "data": dict(self.data)}


class Ruling(NamedTuple):
    """A decision at `at` (UTC seconds): what was `found`, on which `clause` of which `policy` version, and why.

    `data` holds machine values only (names of clocks, amounts, due instants in UTC seconds). A tuple, as a decision
    makes many: a frozen dataclass costs three of it.
    """

    at: Instant
    found: Found
    clause: str
    policy: str
    reason: str = ""
    data: Mapping[str, Any] = MappingProxyType({})

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "at": self.at,
            "found": str(self.found),
            "clause": self.clause,
            "policy": self.policy,
            "reason": self.reason,
            "data": dict(self.data),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act the engine will not record, said in one sentence; `allowed` says what could be done instead.

    A refusal is a value, not an error, and leaves no trace on the case.
    """

    code: str
    sentence: str
    clause: str | None = None
    allowed: str = ""


Event = Act | Ruling


def event_from_json(data: Mapping[str, Any]) -> Event:
    """Return the event that `to_json` wrote; a kind this version does not know raises ValueError."""
    if "act" in data:
        return Act(data["at"], Verb(data["act"]), Role(data["by"]), data["data"])
    return Ruling(data["at"], Found(data["found"]), data["clause"], data["policy"], data["reason"], data["data"])
