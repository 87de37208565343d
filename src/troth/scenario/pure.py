"""A driver on the engine alone: events in a list, no database, no worker."""

from __future__ import annotations

from troth.engine import Act, Case, Event, Refusal, Ruling, advance, come_into_force, decide, evolve
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import Found, Notice, Role, Verb
from troth.scenario.driver import Seen, last_word


class PureDriver:
    """Holds one case as its events; `events` is the whole story, acts and rulings, oldest first."""

    def __init__(self, policy: Policy) -> None:
        """Begin without a case; `policy` is the one it will be opened under."""
        self.policy = policy
        self.case: Case | None = None
        self.events: list[Event] = []
        self._told: list[str] = []

    def pass_time(self, until: Instant) -> None:
        """Let everything happen that time brings at or before `until`."""
        if self.case is not None:
            self._append(advance(self.policy, self.case, until))

    def open(self, act: Act) -> Refusal | None:
        """Open the case, and record the confirmation where one is sent and arrives."""
        refusal = self._decide(None, act)
        if refusal is None and act.data["facts"].get("confirmation", "sent") == "sent" and is_confirmed(self.events):
            self.act(Act(act.at, Verb.CONFIRM, Role.SYSTEM))
        elif refusal is None and Notice.CONFIRMATION in self._told:
            self._told.remove(Notice.CONFIRMATION)  # it was written and could not be sent
        return refusal

    def act(self, act: Act) -> Refusal | None:
        """Record an act on the case."""
        return self._decide(self.case, act)

    def publish(self, policy: Policy, at: Instant) -> None:
        """Let `policy` hold for cases opened from `at` on; an open case adopts of it what it says (decision 11)."""
        if self.case is None:
            self.policy = policy
            return
        self.policy, events = come_into_force(self.policy, policy, self.case, at)
        self._append(events)

    def look(self) -> Seen:
        """Return the case and what was sent since the last look."""
        seen = Seen(self.case, tuple(self._told), last_word(self.events))
        self._told.clear()
        return seen

    def _decide(self, case: Case | None, act: Act) -> Refusal | None:
        decided = decide(self.policy, case, act)
        if isinstance(decided, Refusal):
            return decided
        self._append((act, *decided))
        return None

    def _append(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.events.append(event)
            self.case = evolve(self.case, event)
            if isinstance(event, Ruling) and event.found is Found.NOTICE:
                self._told.append(str(event.data["notice"]))


def is_confirmed(events: list[Event]) -> bool:
    """Whether the policy ruled that a confirmation is sent by itself."""
    return any(
        isinstance(event, Ruling) and event.found is Found.NOTICE and event.data["notice"] == Notice.CONFIRMATION
        for event in events
    )
