"""The ledger of professional services: hours bought in lots, what was worked on them, what has lapsed (NTP-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from troth.engine.facts import Facts, Services
from troth.engine.words import contract_ends, contract_word, local_date
from troth.hours import Instant, Term
from troth.policy import Policy
from troth.policy.rules import PurchaseRule


def services_left(policy: Policy, facts: Facts, minutes: int, at: Instant) -> float:
    """Return the hours of services left at `at` after `minutes` were logged on this case.

    Work is taken from the oldest lot first. A lot lapses after the rule's term from its purchase, and at once with
    the contract where the rule says so.
    """
    today, rule = local_date(policy, at), _rule_of(policy)
    if facts.services is None or _contract_is_over(policy, rule, facts, today):
        return 0
    left, used = 0.0, minutes / 60
    for lot in lots_of(facts.services):
        rest = max(0.0, lot.hours - used)
        used = max(0.0, used - lot.hours)
        left += rest if not _has_lapsed(lot, rule, today) else 0
    return left


def lots_of(services: Services) -> tuple[Services, ...]:
    """Return the lots as they were bought, oldest first."""
    return (*services.earlier, replace(services, earlier=()))


def add_hours(services: Services | None, hours: float, day: date) -> Services:
    """Return the services after `hours` more were bought on `day`: a lot of its own, with its own year."""
    return Services(hours, day, earlier=lots_of(services) if services is not None else ())


def let_lapse(policy: Policy, facts: Facts, at: Instant) -> Facts:
    """Return the facts with every lot marked that has ended with its contract: no later contract brings it back."""
    today, rule = local_date(policy, at), _rule_of(policy)
    if facts.services is None or not _contract_is_over(policy, rule, facts, today):
        return facts
    ends = contract_ends(policy, facts.contract) if facts.contract is not None else None
    last = min(ends or today, today - timedelta(days=1))
    *earlier, latest = (replace(lot, until=min(lot.until or last, last)) for lot in lots_of(facts.services))
    return facts.with_changes(services=replace(latest, earlier=tuple(earlier)))


def _rule_of(policy: Policy) -> PurchaseRule | None:
    return next((rule for rule in policy.purchases.values() if rule.gives == "hours"), None)


def _contract_is_over(policy: Policy, rule: PurchaseRule | None, facts: Facts, today: date) -> bool:
    if rule is None or "contract" not in rule.lapses:
        return False
    return contract_word(policy, facts.contract, today) != "active"


def _has_lapsed(lot: Services, rule: PurchaseRule | None, today: date) -> bool:
    if lot.until is not None and today > lot.until:
        return True
    term = rule.term if rule is not None else None
    return term is not None and lot.bought is not None and today > Term.parse(term).last_day(lot.bought)
