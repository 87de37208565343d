"""All that a scenario may expect, looked up on a case: one function a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from troth.engine import Case, Clock, Entitlement, Refusal, entitles, next_timer
from troth.engine.services import services_left
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import HotFix
from troth.scenario.driver import Seen
from troth.scenario.world import World


@dataclass(frozen=True, slots=True)
class View:
    """A case as seen at an instant, with everything that `expect` can name. `case` is there."""

    policy: Policy
    case: Case
    seen: Seen
    entitlement: Entitlement
    at: Instant
    refusal: Refusal | None = None

    @property
    def clocks(self) -> dict[str, Clock]:
        """Return the clocks by name."""
        return self.case.clocks

    def value(self, name: str) -> Any:
        """Return what the case shows for a word of `expect`; lists as tuples, instants in UTC seconds."""
        return _VALUES[name](self)


def view_of(world: World, seen: Seen, at: Instant, policy: Policy, refusal: Refusal | None = None) -> View | None:
    """Return the view of what a driver shows at `at`; None as long as there is no case."""
    if seen.case is None:
        return None
    entitlement = entitles(policy, seen.case, world.catalogue, at)
    return View(policy, seen.case, seen, entitlement, at, refusal)


def _hot_fix(view: View) -> Any:
    word = str(view.entitlement.hot_fix)
    return {HotFix.YES: True, HotFix.NO: False}.get(HotFix(word), word)


def _channels(view: View) -> tuple[str, ...]:
    plan = view.policy.plans.get(view.case.plan or "")
    if plan is not None and plan.channels:
        return tuple(str(channel) for channel in plan.channels)
    words = {"plan": view.case.plan or "", "basis": view.case.basis or "", "product": view.case.facts.product or ""}
    rule = view.policy.channels.at(words)
    return tuple(str(channel) for channel in rule.open_a_case) if rule is not None else ()


def _balance(view: View) -> dict[str, float]:
    """What is left of what was bought beforehand: opening a case has used its incident up already."""
    facts = view.case.facts
    services = services_left(view.policy, facts, view.case.minutes.get("services", 0), view.at)
    return {"incidents": facts.incidents, "services": services}


def _next(view: View) -> dict[str, Any] | None:
    timer = next_timer(view.case)
    return None if timer is None else {"what": timer.name, "at": timer.at}


def _clauses(view: View) -> tuple[str, ...]:
    """What was cited last: by the refusal where there is one, else by the rulings of the last instant."""
    if view.refusal is not None:
        return (view.refusal.clause,) if view.refusal.clause is not None else ()
    return tuple(dict.fromkeys(ruling.clause for ruling in view.seen.last_word))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


_VALUES: dict[str, Callable[[View], Any]] = {
    "covered": lambda view: bool(view.case.is_covered),
    "basis": lambda view: _text(view.case.basis),
    "goals": lambda view: str(view.case.goals),
    "offered": lambda view: _texts(view.case.offered),
    "severity": lambda view: _text(view.case.severity),
    "level": lambda view: str(view.case.level),
    "status": lambda view: str(view.case.status),
    "waiting_on": lambda view: _text(view.case.waiting_on),
    "closed_because": lambda view: _text(view.case.closed_because),
    "outcome": lambda view: _text(view.case.outcome),
    "attempts": lambda view: view.case.attempts,
    "missing": lambda view: _texts(view.case.missing),
    "hot_fix": _hot_fix,
    "release_plan": lambda view: _text(view.entitlement.release_plan),
    "lifecycle": lambda view: str(view.entitlement.lifecycle),
    "downloads": lambda view: view.entitlement.downloads,
    "channels": _channels,
    "allowance": lambda view: view.case.allowance,
    "balance": _balance,
    "queued_at": lambda view: view.case.queued_at,
    "access": lambda view: str(view.case.access),
    "next": _next,
    "notices": lambda view: view.seen.notices,
    "clause": _clauses,
}
