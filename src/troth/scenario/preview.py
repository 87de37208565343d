"""What a case would be if it were opened now: the promise a customer sees before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troth.engine import Act, Case, Clock, Facts, Refusal, Ruling, version_at
from troth.hours import Instant
from troth.policy import Catalogue, Policy
from troth.policy.vocabulary import ClockState, Found, Goals, Role, Verb
from troth.scenario.pure import PureDriver


@dataclass(frozen=True, slots=True)
class Preview:
    """The opening of a case that is not. Where `refusal` is set nothing else is, and the case would not be opened.

    `clocks` stand as they would right after the automatic confirmation; `promised` as they would before it, so
    that a page can say by when the customer hears from the desk at the latest. Dues are UTC seconds.
    """

    is_covered: bool = False
    basis: str | None = None
    plan: str | None = None
    goals: Goals = Goals.NONE
    offered: tuple[str, ...] = ()
    severity: str | None = None
    level: str | None = None
    worked_by: str | None = None
    clause: str | None = None
    missing: tuple[str, ...] = ()
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    promised: Mapping[str, Clock] = field(default_factory=dict)
    refusal: Refusal | None = None
    case: Case | None = None

    @property
    def first_running(self) -> Clock | None:
        """Return the clock the promise names: the running one that is due first, None where none runs."""
        running = [clock for clock in self.clocks.values() if clock.state is ClockState.RUNNING]
        return min(running, key=lambda clock: (clock.due_at or 0, clock.order), default=None)


def preview(policy: Policy, facts: Facts, catalogue: Catalogue, at: Instant, by: Role = Role.CUSTOMER) -> Preview:
    """Open a case at `at` (UTC seconds) without keeping it, and return what it would be.

    `facts` need not hold the catalogue's answer: it is looked up here. `clause` is what cover rests on.
    """
    release = version_at(policy, catalogue, facts.product, facts.version, at)
    data = {"facts": facts.with_changes(release=release).to_json()}
    before = PureDriver(policy)
    unconfirmed = {"facts": {**data["facts"], "confirmation": "fails"}}
    refusal = before.open(Act(at, Verb.OPEN, by, unconfirmed))
    if refusal is not None:
        return Preview(refusal=refusal, clause=refusal.clause)
    after = PureDriver(policy)
    after.open(Act(at, Verb.OPEN, by, data))
    case = after.case
    if case is None or before.case is None:
        message = "an opening that is not refused makes a case"
        raise RuntimeError(message)
    return Preview(
        is_covered=bool(case.is_covered),
        basis=case.basis,
        plan=case.plan,
        goals=case.goals,
        offered=case.offered,
        severity=case.severity,
        level=case.level,
        worked_by=case.worked_by,
        clause=_cover_clause(after),
        missing=case.missing,
        clocks=case.clocks,
        promised=before.case.clocks,
        case=case,
    )


def _cover_clause(driver: PureDriver) -> str | None:
    """Return what the ruling on cover cites."""
    for event in driver.events:
        if isinstance(event, Ruling) and event.found in {Found.COVERED, Found.UNCOVERED}:
            return event.clause
    return None
