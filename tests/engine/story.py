"""A story of one case: what was done at which local time, and what the case had become."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from troth.engine import (
    Act,
    Case,
    Clock,
    Event,
    Facts,
    Licence,
    Refusal,
    Ruling,
    advance,
    advance_and_fold,
    decide,
    decide_and_fold,
    evolve,
    fold,
    next_timer,
    version_at,
)
from troth.hours import Instant, instant, local_instant, moment
from troth.policy import Policy
from troth.policy.vocabulary import Found, Role, Verb

VALID = Licence(bought=date(2026, 1, 10))


class Story:
    """Tells a case to the pure engine the way the desk does: time first, then the act, then its rulings."""

    def __init__(self, policy: Policy, **facts: Any) -> None:
        """Begin with the facts the case will be opened with; a licence that covers, unless told otherwise."""
        self.policy = policy
        self.facts = Facts(**{"licence": VALID, **facts})
        self.events: list[Event] = []
        self._case: Case | None = None

    def instant(self, local: str) -> Instant:
        """Return a desk-local time such as `2026-03-06 16:30` in UTC seconds."""
        told = datetime.fromisoformat(local)
        return instant(told) if told.tzinfo is not None else local_instant(told, self.policy.zone)

    def local(self, at: Instant | None) -> str | None:
        """Return an instant as the desk's wall clock shows it."""
        return None if at is None else f"{moment(at, self.policy.zone):%Y-%m-%d %H:%M}"

    def local_second(self, at: Instant) -> str:
        """Return an instant in desk time to the second, its offset said (an hour is told twice in autumn)."""
        return moment(at, self.policy.zone).isoformat()

    @property
    def case(self) -> Case:
        """The case as it stands."""
        assert self._case is not None
        return self._case

    def clock(self, name: str) -> Clock:
        """Return one of its clocks."""
        return self.case.clocks[name]

    def due(self, name: str) -> str | None:
        """Return when a clock is due, in desk time."""
        return self.local(self.clock(name).due_at)

    def next(self) -> tuple[str, str | None]:
        """Return what time will bring, and when."""
        timer = next_timer(self.case)
        assert timer is not None
        return timer.name, self.local(timer.at)

    def opens(self, local: str, role: Role = Role.CUSTOMER) -> Refusal | tuple[Ruling, ...]:
        """Open the case; the confirmation is handed over at once where the policy sends one."""
        rulings = self.does(local, Verb.OPEN, role=role, facts=self.facts.to_json())
        sent = any(getattr(event, "found", None) is Found.NOTICE for event in self.events)
        if sent and self.facts.confirmation == "sent":
            self.does(local, Verb.CONFIRM, role=Role.SYSTEM)
        return rulings

    def does(self, local: str, verb: str, *, role: Role = Role.STAFF, **data: Any) -> Refusal | tuple[Ruling, ...]:
        """Let time pass to just before `local`, then do something; a refusal leaves the story as it was."""
        at = self.instant(local)
        self._pass(at - 1)
        if "version" in data or "product" in data:
            product = data.get("product", self.case.facts.product)
            version = data.get("version", self.case.facts.version)
            data["release"] = version_at(self.policy, self.policy.catalogue, product, version, at).to_json()
        act = Act(at, Verb(verb), role, {name.rstrip("_"): value for name, value in data.items()})
        decision = decide_and_fold(self.policy, self._case, act)
        rulings = decide(self.policy, self._case, act)
        if isinstance(decision, Refusal):
            assert rulings == decision, "both voices of a decision say the same"
            return decision
        assert rulings == decision.rulings, "both voices of a decision say the same"
        self._add(act, *decision.rulings)
        assert decision.case == self._case, "what was folded on the way is the fold of the events"
        return decision.rulings

    def until(self, local: str) -> Case:
        """Let time pass through `local`."""
        self._pass(self.instant(local))
        return self.case

    def _pass(self, at: Instant) -> None:
        if self._case is not None:
            passed = advance_and_fold(self.policy, self._case, at)
            assert passed.rulings == advance(self.policy, self._case, at), "both voices of time say the same"
            self._add(*passed.rulings)
            assert passed.case == self._case, "what was folded on the way is the fold of the events"

    def _add(self, *events: Event) -> None:
        for event in events:
            self.events.append(event)
            self._case = evolve(self._case, event)
        assert fold(self.events) == self._case, "a case is the fold of its events"

    def rulings(self, found: Found) -> list[Ruling]:
        """Return the rulings of one kind, oldest first."""
        return [e for e in self.events if isinstance(e, Ruling) and e.found is found]
