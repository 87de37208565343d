"""What would happen if a case were opened now: the promise a customer reads before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from troth.customers.facts import Draft
from troth.customers.models import Contact
from troth.desk.known import facts_at_opening
from troth.desk.models import PolicyVersion
from troth.desk.policies import terms_for
from troth.engine import decide, fold
from troth.engine.case import Case as EngineCase
from troth.engine.case import Clock
from troth.engine.events import Act, Event, Refusal
from troth.engine.facts import Facts
from troth.hours import Instant, instant
from troth.people.models import Desk
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Role, Verb


@dataclass(frozen=True, slots=True)
class Preview:
    """A case that is not there: what it would be, by which events, or why the policy would refuse it."""

    at: Instant
    policy: Policy
    version: PolicyVersion
    facts: Facts
    case: EngineCase | None
    events: tuple[Event, ...]
    refusal: Refusal | None = None

    @property
    def promise(self) -> Clock | None:
        """The first clock that would still run: what every face names."""
        running = [
            clock
            for clock in (self.case.clocks.values() if self.case is not None else ())
            if clock.state is ClockState.RUNNING and clock.due_at is not None
        ]
        return min(running, key=lambda clock: (clock.due_at or 0, clock.order), default=None)


def preview(
    desk: Desk,
    draft: Draft,
    *,
    contact: Contact | None = None,
    role: Role = Role.CUSTOMER,
    at: datetime | None = None,
    facts: Facts | None = None,
) -> Preview:
    """What opening this case would come to at `at`, gathered and decided as opening does it; nothing is saved."""
    now = at or timezone.now()
    terms = terms_for(desk, contact.account if contact is not None else None, now)
    policy, version = terms.policy, terms.version
    if facts is None:
        facts = facts_at_opening(desk, terms, contact, draft, instant(now))
    act = Act(instant(now), Verb.OPEN, role, {"facts": facts.to_json()})
    rulings = decide(policy, None, act)
    if isinstance(rulings, Refusal):
        return Preview(act.at, policy, version, facts, None, (), rulings)
    events: tuple[Event, ...] = (act, *rulings)
    return Preview(act.at, policy, version, facts, fold(events), events)
