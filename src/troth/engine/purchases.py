"""What can be bought, what that makes of the facts, and what is left of it.

`buy` serves the desk before there is a case and the engine on one: it returns the facts after the purchase, or says
why it is not sold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from troth.engine.events import Refusal
from troth.engine.facts import Contract, Exemption, Facts, Licence
from troth.engine.services import add_hours, let_lapse
from troth.engine.words import contract_ends, contract_in_force, contract_word, facts_words, local_date
from troth.hours import Instant, Term, TermError
from troth.policy import Policy, holds
from troth.policy.rules import PurchaseRule
from troth.policy.vocabulary import LicenceKey, LicenceKind

SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something asked for at the checkout: what, how much of it, of which plan, for which product and how long."""

    what: str
    quantity: float = 1
    plan: str | None = None
    product: str | None = None
    term: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Purchase:
        """Return the purchase an act's data names."""
        return cls(data["what"], data.get("quantity") or 1, data.get("plan"), data.get("product"), data.get("term"))


def buy(policy: Policy, facts: Facts, bought: Purchase, at: Instant) -> Facts | Refusal:
    """Return the facts once `bought` is paid for at `at` (UTC seconds), or why the policy does not sell it."""
    rule = policy.purchases.get(bought.what)
    if rule is None:
        known = ", ".join(policy.purchases) or "nothing"
        clause = policy.clause_of("purchases", "plans")
        return Refusal("not-sold", f"“{bought.what}” is not sold here.", clause, f"sold: {known}")
    refusal = _refused(policy, rule, facts, bought, at)
    return refusal or _GIVES[rule.gives](policy, rule, let_lapse(policy, facts, at), bought, local_date(policy, at))


def _refused(policy: Policy, rule: PurchaseRule, facts: Facts, bought: Purchase, at: Instant) -> Refusal | None:
    product = bought.product or facts.product
    if rule.products and product not in rule.products:
        known = ", ".join(rule.products)
        return Refusal("not-for-product", f"This is not sold for {product}.", rule.clause, f"sold for: {known}")
    words = facts_words(policy, facts, at)
    if rule.needs and not any(holds(need, words) for need in rule.needs):
        needs = "; or ".join(map(_told, rule.needs))
        return Refusal("needs", f"This is sold only with: {needs}.", rule.clause)
    refusal = _AVAILABLE.get(rule.gives, _always)(policy, rule, facts, bought, local_date(policy, at))
    if refusal is not None:
        return refusal
    held = contract_in_force(policy, facts, local_date(policy, at))
    is_other = bought.plan is not None and held is not None and bought.plan != held.plan
    if rule.same_plan and is_other and held is not None:
        return Refusal("other-plan", f"All of it needs one plan, and yours is {held.plan}.", rule.clause)
    if rule.approved_by and bought.what not in facts.approved:
        return Refusal("not-approved", f"This is sold once a {rule.approved_by[0]} has approved it.", rule.clause)
    return None


def _always(*_given: object) -> None:
    """What no plan limits is sold to anyone."""


def _plan_available(policy: Policy, rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Refusal | None:
    """A plan is sold for its products and its terms; one that only comes by itself is not sold at all."""
    plan = policy.plans.get(plan_bought(policy, facts, bought, day))
    if plan is None:
        known = ", ".join(policy.plans)
        return Refusal("no-plan", f"There is no plan called {bought.plan}.", rule.clause, f"plans: {known}")
    if plan.automatic is not None and not plan.terms:
        return Refusal("comes-by-itself", f"{plan.title or 'This plan'} comes by itself and is not sold.", plan.clause)
    if bought.term is not None and not _is_sold_for(bought.term, plan.terms):
        known = ", ".join(plan.terms)
        return Refusal("no-term", f"This plan is not sold for {bought.term}.", plan.clause, f"terms: {known}")
    return _for_product(plan.products, facts, bought, plan.clause)


def _is_sold_for(term: str, terms: tuple[str, ...]) -> bool:
    try:
        return Term.parse(term) in map(Term.parse, terms)
    except TermError:
        return False


def _add_on_available(policy: Policy, rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Refusal | None:
    """An add-on goes with a plan that is in force and has it, and with the products it is for."""
    held = contract_in_force(policy, facts, day)
    is_active = held is not None and contract_word(policy, held, day) == "active"
    plan = policy.plans.get(held.plan) if held is not None and is_active else None
    if plan is None or bought.what not in plan.add_ons:
        having = [name for name, other in policy.plans.items() if bought.what in other.add_ons]
        return Refusal("needs", f"This is sold only with: {' or '.join(having)}.", rule.clause)
    return _for_product(plan.add_ons[bought.what].products, facts, bought, plan.clause)


def _for_product(products: tuple[str, ...], facts: Facts, bought: Purchase, clause: str) -> Refusal | None:
    product = bought.product or facts.product
    if not products or product is None or product in products:
        return None
    return Refusal("not-for-product", f"This is not sold for {product}.", clause, f"sold for: {', '.join(products)}")


_AVAILABLE: dict[str, Callable[[Policy, PurchaseRule, Facts, Purchase, date], Refusal | None]] = {
    "contract": _plan_available,
    "add-on": _add_on_available,
}


def plan_bought(policy: Policy, facts: Facts, bought: Purchase, day: date) -> str:
    """Return the plan a purchase is of: the one named, else the one held, else the first that is sold for a term."""
    named = bought.plan or (bought.what if bought.what in policy.plans else None)
    held = facts.contract or contract_in_force(policy, facts, day)
    sold = [name for name, plan in policy.plans.items() if plan.terms]
    if named is None and held is not None and (held.plan in sold or not sold):
        named = held.plan
    return named or next(iter((*sold, *policy.plans)))


def _told(need: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{word} {' or '.join(values)}" for word, values in need.items())


def _incidents(_policy: Policy, _rule: PurchaseRule, facts: Facts, bought: Purchase, _day: date) -> Facts:
    return facts.with_changes(incidents=facts.incidents + int(bought.quantity))


def _hours(_policy: Policy, _rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Facts:
    return facts.with_changes(services=add_hours(facts.services, bought.quantity, day))


def _exception(_policy: Policy, rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Facts:
    until = Term.parse(rule.term or "12 months").last_day(day)
    left = tuple(what for what in facts.approved if what != bought.what)
    return facts.with_changes(exemption=Exemption(bought.product or facts.product, until), approved=left)


def _contract(policy: Policy, rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Facts:
    """A plan runs from its purchase; renewed while it runs, it begins when the old term is over."""
    held = facts.contract or contract_in_force(policy, facts, day)
    plan, chosen = plan_bought(policy, facts, bought, day), bought.term or rule.term
    ends = Term.parse(chosen).last_day(day) if chosen else None
    starts = day
    last = contract_ends(policy, held) if held is not None else None
    if held is not None and last is not None and contract_word(policy, held, day) == "active" and plan == held.plan:
        starts, term = held.starts, chosen or next(iter(policy.plans[plan].terms), None)
        ends = Term.parse(term).last_day(date.fromordinal(last.toordinal() + 1)) if term else None
    add_ons = held.add_ons if held is not None else ()
    return facts.with_changes(contract=Contract(plan, starts, ends, add_ons))


def _add_on(policy: Policy, _rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Facts:
    held = facts.contract or contract_in_force(policy, facts, day)
    if held is None:
        return facts
    return facts.with_changes(contract=replace(held, add_ons=(*held.add_ons, bought.what)))


def _seats(_policy: Policy, _rule: PurchaseRule, facts: Facts, bought: Purchase, day: date) -> Facts:
    licence = facts.licence or Licence(bought=day)
    seats = (licence.seats or 0) + int(bought.quantity)
    kept = replace(licence, kind=LicenceKind.COMMERCIAL, key=LicenceKey.VALID, seats=seats)
    return facts.with_changes(licence=kept)


def _release(_policy: Policy, _rule: PurchaseRule, facts: Facts, _bought: Purchase, _day: date) -> Facts:
    newest = facts.release.newest or facts.release.latest or facts.version
    return facts.with_changes(releases=(*facts.releases, newest)) if newest else facts


def _attention(_policy: Policy, _rule: PurchaseRule, facts: Facts, bought: Purchase, _day: date) -> Facts:
    return facts.with_changes(bought=bought.what)


_GIVES: dict[str, Callable[[Policy, PurchaseRule, Facts, Purchase, date], Facts]] = {
    "incidents": _incidents,
    "hours": _hours,
    "exception": _exception,
    "contract": _contract,
    "add-on": _add_on,
    "seats": _seats,
    "release": _release,
    "attention": _attention,
}
