"""A scenario as it was written: facts, a timeline of things done, and what is expected; nothing is decided yet.

Instants stay as they stand in the file (`When`), because a local time means something only in the zone of the
desk, and that is in the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from troth.hours import HoursSpec, Instant, instant, local_instant
from troth.policy.vocabulary import Verb


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in the file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class When:
    """An instant as written: local time of the desk, or with an offset."""

    written: datetime

    def at(self, zone: str) -> Instant:
        """Return the instant, a local time read in `zone`."""
        if self.written.tzinfo is None:
            return local_instant(self.written, zone)
        return instant(self.written)

    def __str__(self) -> str:
        """Return it as a person would write it."""
        return self.written.isoformat(sep=" ")


@dataclass(frozen=True, slots=True)
class Released:
    """One entry of `catalogue:`, or what a `release` step names."""

    product: str
    version: str
    released: date | None = None
    line: str | None = None
    kind: str = "product"
    status: str | None = None
    ends: date | None = None
    branded: bool = True


@dataclass(frozen=True, slots=True)
class PartnerGiven:
    """One entry of `partners:`; without hours of its own a partner works in the desk's.

    Hours without a zone are in the desk's zone, which the file does not know: `has_zone` is False then.
    """

    name: str
    hours: HoursSpec | None = None
    has_zone: bool = True


@dataclass(frozen=True, slots=True)
class Do:
    """What is done: a verb and its arguments as read (instants still as `When`)."""

    verb: Verb
    place: Place
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """One key of `expect:`. `value` is read by what the key means; see `words.EXPECTED`."""

    name: str
    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a timeline: at an instant something is done, or expected, or both.

    `expects` is None where the step has no `expect`; notices are counted since the last step that has one.
    """

    when: When
    place: Place
    do: Do | None = None
    expects: tuple[Expected, ...] | None = None

    @property
    def expects_refusal(self) -> bool:
        """Whether the act of this step should be refused."""
        return any(item.name == "refused" and item.value is True for item in self.expects or ())


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story: the facts it begins with, and what happens. `facts` holds only what the file names."""

    name: str
    place: Place
    facts: Mapping[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A file of scenarios. `name` is its path as it was given; paths inside it are relative to that."""

    name: str
    desk: str
    catalogue: tuple[Released, ...]
    partners: Mapping[str, PartnerGiven]
    scenarios: tuple[Scenario, ...]

    def scenario(self, name: str) -> Scenario:
        """Return the scenario of that name; KeyError where there is none."""
        for scenario in self.scenarios:
            if scenario.name == name:
                return scenario
        raise KeyError(name)
