"""What the policy leaves out, and what becomes of a request for it (decision 24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troth.engine.clocks import end_clocks
from troth.engine.closing import bring_clocks_in, close
from troth.engine.hearing import Hearing
from troth.engine.intake import exclusions, look_for_gaps
from troth.engine.levels import request_rule
from troth.engine.situation import Words, once
from troth.policy import Policy, holds
from troth.policy.rules import AllowanceRule
from troth.policy.vocabulary import ClosedBecause, Found, Offer, Outcome, Status

OUT_OF_SCOPE = "out of scope"
PROFESSIONAL_SERVICES = str(Offer.PROFESSIONAL_SERVICES)


def allowance_rule(h: Hearing, activity: str) -> AllowanceRule | None:
    """Return the allowance the policy gives an activity on this case."""
    return _allowances(h).get(activity)


@once
def _allowances(policy: Policy, words: Words) -> Mapping[str, AllowanceRule | None]:
    return {activity: table.at(words) for activity, table in policy.allowances.items()}


def minutes_left(h: Hearing, activity: str, rule: AllowanceRule, elsewhere: int | None = None) -> int:
    """Return what is left of an allowance, this case's time and the customer's other cases' counted.

    `elsewhere` is what an act knows of the others; without it counts what the case has been told.
    """
    told = h.case.facts.spent.get(activity, 0) if elsewhere is None else elsewhere
    spent = told if rule.per != "case" else 0
    return max(0, rule.minutes - spent - h.case.minutes.get(activity, 0))


def look_for_exclusions(h: Hearing) -> None:
    """Rule out what the request alone shows to be left out; else say what is left of the time it may take."""
    ground = _ground(h)
    if ground is not None:
        _rule_out(h, ground)
        return
    activity = str(h.case.facts.request)
    allowance = allowance_rule(h, activity)
    if allowance is not None:
        left = minutes_left(h, activity, allowance)
        h.rule(Found.ALLOWANCE, allowance.clause, "", {"activity": activity, "left": left})


def look_again_for_exclusions(h: Hearing) -> None:
    """Rule anew where request, product or version has changed: what they alone ruled out may be in again.

    An exclusion that an agent chose stands whatever they become.
    """
    if h.case.status in {Status.CLOSED, Status.RESOLVED}:
        return
    if h.case.exclusion is None:
        look_for_exclusions(h)
        return
    ground = _ground(h)
    if not h.case.is_excluded_by_facts or (ground is not None and ground.name == h.case.exclusion):
        return
    if ground is not None:
        _rule_out(h, ground)
        return
    h.rule(Found.INCLUDED, h.policy.clause_of("scope", "requests"), "what ruled it out no longer holds")
    if h.case.status is not Status.OPEN:
        h.rule(Found.OPEN_AGAIN, h.case.last_ruling, "")
    bring_clocks_in(h)
    look_for_exclusions(h)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a request is ruled out by: its name, the clause, its title and outcome; whether the facts alone show it."""

    name: str
    clause: str
    title: str
    outcome: Outcome
    refer_to: str = ""
    by_facts: bool = False


def _ground(h: Hearing) -> Ground | None:
    """Return what the facts alone rule this request out by: its kind, an exclusion, an allowance all used up."""
    ground = _ground_in_words(h)
    if ground is not None:
        return ground
    activity = str(h.case.facts.request)
    allowance = allowance_rule(h, activity)
    if allowance is not None and allowance.then == "refuse" and minutes_left(h, activity, allowance) == 0:
        request = request_rule(h)
        title = request.title if request is not None else ""
        return Ground(activity, allowance.clause, title or activity, Outcome.REFERRED, by_facts=True)
    return None


@once
def _ground_in_words(policy: Policy, words: Words) -> Ground | None:
    """Return the kind of request that is ruled out by itself, or the first exclusion whose condition holds."""
    table = policy.requests.get(words["request"])
    request = table.at(words) if table is not None else None
    if request is not None and request.outcome is not None and holds(request.when, words):
        name, title = str(words["request"]), request.title or str(words["request"])
        return Ground(name, request.clause, title, request.outcome, request.refer_to, by_facts=True)
    for name, entry in policy.scope.items():
        rule = entry.at(words)
        if rule is not None and rule.when and holds(rule.when, words):
            return Ground(name, rule.clause, rule.title, rule.outcome, rule.refer_to, by_facts=True)
    return None


def exclude(h: Hearing, name: str) -> None:
    """Rule a request out by one of the policy's exclusions."""
    rule = exclusions(h).get(name)
    if rule is not None:
        _rule_out(h, Ground(name, rule.clause, rule.title, rule.outcome, rule.refer_to))


def _rule_out(h: Hearing, ground: Ground) -> None:
    """Rule a request out: its clocks end, and its outcome says what is still done."""
    allowance = allowance_rule(h, OUT_OF_SCOPE)
    applies = allowance is not None and (not allowance.for_outcomes or ground.outcome in allowance.for_outcomes)
    data: dict[str, Any] = {"as": ground.name, "outcome": str(ground.outcome)}
    if ground.by_facts:
        data["by facts"] = True
    if allowance is not None and applies:
        left = minutes_left(h, OUT_OF_SCOPE, allowance)
        h.rule(Found.EXCLUDED, ground.clause, ground.title, {**data, "allowance": left})
    else:
        h.rule(Found.EXCLUDED, ground.clause, ground.title, data)
    end_clocks(h, ground.clause)
    if ground.outcome is Outcome.REFERRED:
        refer(h, ground.clause, ground.refer_to or PROFESSIONAL_SERVICES)
    elif h.case.status is not Status.OPEN:
        h.rule(Found.OPEN_AGAIN, ground.clause, "it needs an answer")
    look_for_gaps(h)


def refer(h: Hearing, clause: str, to: str) -> None:
    """Send the customer to something that is bought; the case waits for the purchase, and what is bought is offered."""
    offered = dict.fromkeys((*h.case.offered, to)) if to in set(Offer) else h.case.offered
    h.rule(Found.WAITING, clause, "referred", {"on": "purchase", "for": to, "offered": list(offered)})


def reply_to_excluded(h: Hearing) -> None:
    """Close an excluded case at the reply that answers it, where its outcome and allowance say so."""
    if h.case.exclusion is None or h.case.status in {Status.CLOSED, Status.RESOLVED}:
        return
    clause = _clause_of(h, h.case.exclusion)
    if h.case.outcome in {Outcome.DECLINED, Outcome.CONSULTING}:
        close(h, ClosedBecause.OUT_OF_POLICY, clause, "answered")
    elif h.case.outcome in {Outcome.GUIDANCE, Outcome.LIMITED} and h.case.allowance == 0:
        close(h, ClosedBecause.OUT_OF_POLICY, h.policy.clause_of("allowances"), "the allowance is used up")


def _clause_of(h: Hearing, name: str) -> str:
    for tables in (h.policy.scope, h.policy.requests):
        table = tables.get(name)
        rule = table.at(h.words()) if table is not None else None
        if rule is not None:
            return rule.clause
    return h.policy.clause_of("scope")


def count_minutes(h: Hearing, activity: str) -> None:
    """Count time spent against the allowance of its activity; the act has added it already."""
    rule = allowance_rule(h, activity)
    if rule is None:
        return
    left = minutes_left(h, activity, rule)
    if activity == OUT_OF_SCOPE and h.case.exclusion is None:
        return
    h.rule(Found.ALLOWANCE, rule.clause, "", {"activity": activity, "left": left})
