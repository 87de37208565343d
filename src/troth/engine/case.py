"""What a case is at an instant: a fold over its events, plain data that needs neither policy nor calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from troth.engine.facts import Facts
from troth.engine.values import Value
from troth.hours import Instant
from troth.policy.vocabulary import ClockKind, ClockState, Goals, Status

FORMAT = 1
_JUDGED = frozenset({ClockState.MET, ClockState.MISSED})
ALIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED})


class Pause(NamedTuple):
    """A time in which a clock stood still; `to_at` is None while it still does."""

    from_at: Instant
    to_at: Instant | None
    cause: str


@dataclass(frozen=True)
class Clock(Value):
    """A target running on a case: start, amount, pauses; `due_at` is None while paused.

    `hours` is the calendar after substitution (`support`, `partner`, `always`); `order` is its place in the file.
    `level` is the level it belongs to, if it ends there; `under` the one where it started, whose hours it keeps.
    Where the hours changed on the way, `used` working seconds were counted before `counted_from`; else it is the start.
    """

    name: str
    kind: ClockKind
    state: ClockState
    clause: str
    started_at: Instant
    amount: str
    hours: str
    due_at: Instant | None
    counted_from: Instant = 0
    used: int = 0
    order: int = 0
    level: str | None = None
    under: str = "1"
    pauses: tuple[Pause, ...] = ()
    met_at: Instant | None = None
    missed_at: Instant | None = None
    ended_at: Instant | None = None

    @property
    def is_judged(self) -> bool:
        """Whether a verdict stands."""
        return self.state in _JUDGED

    @property
    def is_alive(self) -> bool:
        """Whether time can still decide it."""
        return self.state in ALIVE


NO_CLOCK = Clock("", ClockKind.PROMISE, ClockState.ENDED, "", 0, "", "", None)
"""What every clock is made of, by `with_changes`."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something the policy will do at `at` if nothing changes before: the one shape of all that waits for time."""

    name: str
    at: Instant
    rank: int
    clause: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    """A support case. Only `evolve` and `fold` write these fields.

    `level` is "1", "2", "3" or "product management"; `worked_by` who holds it there (support, partner, …).
    `events` counts what was folded; `at` is the last event's instant.
    """

    facts: Facts = field(default_factory=Facts)
    policy: str = ""
    opened_at: Instant = 0
    at: Instant = 0
    events: int = 0
    status: Status = Status.OPEN
    waiting_on: str | None = None
    waiting_since: Instant | None = None
    waiting_for: str | None = None
    is_covered: bool | None = None
    basis: str | None = None
    plan: str | None = None
    goals: Goals = Goals.NONE
    offered: tuple[str, ...] = ()
    severity: str | None = None
    severity_from: str | None = None
    level: str = "1"
    worked_by: str = "support"
    levels_reached: tuple[str, ...] = ()
    clocks: dict[str, Clock] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    requests: int = 0
    attempts: int = 0
    asked_at: Instant | None = None
    attempted_at: Instant | None = None
    is_unread: bool = False
    missing: tuple[str, ...] = ()
    cause: str | None = None
    exclusion: str | None = None
    outcome: str | None = None
    is_excluded_by_facts: bool = False
    excluded_at: Instant | None = None
    allowance: int | None = None
    minutes: dict[str, int] = field(default_factory=dict)
    is_contact_available: bool = True
    access: str = "none"
    path: tuple[str, ...] = ()
    excused: tuple[tuple[Instant, Instant, str], ...] = ()
    resolved_at: Instant | None = None
    resolved_by: str | None = None
    closed_at: Instant | None = None
    closed_because: str | None = None
    reopened_at: Instant | None = None
    lane: int = 0
    order: str = "due"
    queued_at: Instant | None = None
    last_ruling: str = ""
    links: tuple[str, ...] = ()
    replies: int = 0
    confirmed_at: Instant | None = None
    has_called: bool = False

    def copy(self) -> Case:
        """Return an independent copy; values inside are frozen or replaced, never changed in place."""
        twin = object.__new__(Case)
        twin.__dict__ = held = self.__dict__.copy()  # a tenth of going field by field, and every act makes one
        held["clocks"] = self.clocks.copy()
        held["timers"] = self.timers.copy()
        held["minutes"] = self.minutes.copy()
        return twin

    def done(self) -> Case:
        """Return the case for others to hold."""
        return self

    def change_clock(self, name: str, **changes: Any) -> None:
        """Give a clock other values: another in its place, as whoever copied the case holds this one too."""
        self.clocks[name] = self.clocks[name].with_changes(**changes)


class Draft(Case):
    """A case in the making that nobody else has seen: a fold changes its clocks in place, and `done` hands it out.

    What events mean is written once, for any case; a draft only saves the copies between them.
    """

    @classmethod
    def begun(cls) -> Self:
        """Return a draft to which nothing has happened."""
        draft = object.__new__(cls)
        draft.__dict__ = NO_CASE.copy().__dict__
        return draft

    def change_clock(self, name: str, **changes: Any) -> None:
        """Change the clock itself: no other case holds it."""
        self.clocks[name].__dict__.update(changes)

    def done(self) -> Case:
        """Return the case that this has become; the draft is not to be used after it."""
        case = object.__new__(Case)
        case.__dict__ = self.__dict__
        return case


NO_CASE = Case()
"""A case to which nothing has happened: what every fold begins with, by a copy."""
