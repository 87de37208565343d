"""What can run a scenario: the engine alone, or a whole desk with its database and worker.

A driver holds one case. The runner decides what happens when, by these rules, and a driver only obeys:

* `pass_time(until)`: everything that time brings at or before `until` has happened when it returns.
* `open(act)`: the act `open`, its facts in `act.data["facts"]`. If the policy sends a confirmation by itself, and
  the facts do not say `confirmation: fails`, the act `confirm` (by the system) is recorded at the same instant.
* `act(act)`: any other act on the case.
* `publish(policy, at)`: cases opened from `at` on are opened under `policy`; the open one adopts of it what its
  `updates` say, before any act of that instant. Time has passed to just before `at`.
* `look()`: the case as it stands, the notices sent since the last `look`, and what the policy said last.

`open` and `act` return the refusal where the engine gave one, else None; a refused act leaves no trace. Instants
never go back. A driver for a desk records through the desk's own door, so that the same file proves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from troth.engine import Act, Case, Event, Refusal, Ruling
from troth.hours import Instant
from troth.policy import Policy


@dataclass(frozen=True, slots=True)
class Seen:
    """What a driver shows: `case` is None as long as nothing was opened; `notices` are kinds, one for each sent.

    `last_word` is what the function of that name makes of all the case's events.
    """

    case: Case | None
    notices: tuple[str, ...] = ()
    last_word: tuple[Ruling, ...] = ()


def last_word(events: Sequence[Event]) -> tuple[Ruling, ...]:
    """Return the rulings of the last instant at which the policy spoke, oldest first.

    One act or one passing deadline may bring several rulings (covered, severity, clocks, a notice); together they
    are what the policy made of it, and any of them may be the one a scenario asks for.
    """
    said: list[Ruling] = []
    for event in reversed(events):
        if not isinstance(event, Ruling):
            continue
        if said and event.at != said[0].at:
            break
        said.append(event)
    return tuple(reversed(said))


class Driver(Protocol):
    """Runs acts and time on one case; the module says what each method must hold."""

    def pass_time(self, until: Instant) -> None:
        """Let everything happen that time brings at or before `until`."""

    def open(self, act: Act) -> Refusal | None:
        """Open the case, and record the confirmation where one is sent and arrives."""

    def act(self, act: Act) -> Refusal | None:
        """Record an act on the case."""

    def publish(self, policy: Policy, at: Instant) -> None:
        """Let `policy` hold for cases opened from `at` on, and for the open one as far as it says."""

    def look(self) -> Seen:
        """Return the case and what was sent since the last look."""
