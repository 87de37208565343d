"""Random histories for the benchmark of the engine: what a desk might do to many different cases of one policy.

Everything is drawn from the policy itself (its products, plans, severities, kinds of request, exclusions, purchases)
and from one seed, so that two runs tell the same stories. Acts the policy refuses are left out of a history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from troth.engine import Act, Case, Contract, Event, Facts, Licence, Refusal, advance, decide, fold, version_at
from troth.hours import local_instant
from troth.policy import Policy
from troth.policy.vocabulary import Role, Verb

DAY = 86_400
Choice = tuple[Verb, Role, dict[str, Any]]

USUAL: list[Choice] = [
    *[(Verb.REPLY, Role.STAFF, {})] * 6,
    *[(Verb.ASK, Role.STAFF, {})] * 4,
    *[(Verb.CUSTOMER_REPLY, Role.CUSTOMER, {})] * 6,
    (Verb.REPLY, Role.SENIOR, {"gives": "workaround"}),
    (Verb.CALL, Role.STAFF, {"from": "customer"}),
    (Verb.ATTEMPT, Role.STAFF, {}),
    (Verb.ESCALATE, Role.STAFF, {}),
    (Verb.FIND, Role.STAFF, {"cause": "error"}),
    (Verb.WAIT, Role.STAFF, {"on": "third party"}),
    (Verb.RESUME, Role.STAFF, {}),
    (Verb.LOG, Role.STAFF, {"minutes": 20, "activity": "out of scope"}),
    (Verb.SET, Role.CUSTOMER, {"answers": {"workaround": "available"}}),
    (Verb.RESOLVE, Role.STAFF, {"by": "workaround"}),
    (Verb.CLOSE, Role.STAFF, {}),
    (Verb.REOPEN, Role.CUSTOMER, {}),
]
"""What is done at any desk; what is done oftener stands oftener."""


def choices_of(policy: Policy) -> list[Choice]:
    """Return what may be done to a case of this policy: the usual, and what only this policy knows."""
    return [
        *USUAL,
        *((Verb.SET, Role.STAFF, {"severity": severity}) for severity in policy.severities.scale),
        *((Verb.SET, Role.STAFF, {"request": request}) for request in tuple(policy.requests)[:2]),
        *((Verb.EXCLUDE, Role.STAFF, {"as": name}) for name in tuple(policy.scope)[:2]),
        *((Verb.BUY, Role.CUSTOMER, {"what": what}) for what in tuple(policy.purchases)[:2]),
    ]


def facts_of(policy: Policy, rng: Random, at: int) -> Facts:
    """Return what is known of one customer: product and version, licence, contract, answers, a severity proposed."""
    product = rng.choice(tuple(policy.products))
    versions = [release.version for release in policy.catalogue.of_product(product)]
    version = rng.choice(versions) if versions else None
    bought = date(2026, 3, 2) - timedelta(days=rng.randrange(400))
    plans = [None, *policy.plans]
    plan = rng.choice(plans)
    return Facts(
        product=product,
        version=version,
        release=version_at(policy, policy.catalogue, product, version, at),
        licence=Licence(bought=bought),
        contract=Contract(plan, bought) if plan is not None else None,
        answers={
            "environment": rng.choice(("production", "test")),
            "product_state": rng.choice(("unusable", "usable")),
        },
        severity=rng.choice(policy.severities.scale),
        incidents=rng.randrange(2),
    )


def history(policy: Policy, rng: Random, length: int = 12) -> list[Act]:
    """Return the acts of one case that its policy takes: opened, confirmed, and up to so many more."""
    opened = local_instant(datetime.fromisoformat("2026-03-02 08:00"), policy.zone) + rng.randrange(14 * DAY)
    facts = facts_of(policy, rng, opened)
    drawn: Iterator[Choice] = (rng.choice(choices_of(policy)) for _ in range(length))
    wanted = [
        Act(opened, Verb.OPEN, Role.STAFF, {"facts": facts.to_json()}),
        Act(opened, Verb.CONFIRM, Role.SYSTEM),
    ]
    at = opened
    for verb, role, data in drawn:
        at += rng.randrange(2 * DAY)
        wanted.append(Act(at, verb, role, data))
    return taken(policy, wanted)


def taken(policy: Policy, wanted: list[Act]) -> list[Act]:
    """Return those of the acts that the policy does not refuse, each after the ones before it."""
    acts: list[Act] = []
    case: Case | None = None
    for act in wanted:
        before = fold(advance(policy, case, act.at - 1), case) if case is not None else None
        rulings = decide(policy, before, act)
        if not isinstance(rulings, Refusal):
            events: tuple[Event, ...] = (act, *rulings)
            case = fold(events, before)
            acts.append(act)
    return acts


def histories(policy: Policy, count: int, seed: int = 2026) -> list[list[Act]]:
    """Return the acts of so many cases."""
    rng = Random(f"{policy.desk} {seed}")
    return [history(policy, rng) for _ in range(count)]
