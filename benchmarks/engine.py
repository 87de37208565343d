"""How fast the engine decides, folds and evolves: events a second of one core's own time.

    make bench

Two measures. *One case* is one lived case told many times over: Netop, critical; confirmed, asked, answered, replied
to, missed at level 1, moved to level 2, solved. *Histories* are many random cases of all five policies (`histories`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from benchmarks.histories import histories
from troth.engine import (
    Act,
    Case,
    Event,
    Facts,
    Licence,
    Refusal,
    advance,
    advance_and_fold,
    case_from_json,
    case_to_json,
    decide,
    decide_and_fold,
    evolve,
    fold,
)
from troth.hours import local_instant
from troth.policy import Policy, read_policy
from troth.policy.vocabulary import Role, Verb

POLICIES = Path(__file__).parents[1] / "policies"
FACTS = Facts(
    product="Netop Remote Control",
    version="12.0",
    licence=Licence(bought=date(2026, 1, 10)),
    answers={"environment": "production"},
)
CASES = 100
"""Random histories of each policy."""


def acts(policy: Policy) -> list[Act]:
    """Return what people did, in order."""

    def at(text: str) -> int:
        return local_instant(datetime.fromisoformat(text), policy.zone)

    return [
        Act(at("2026-03-06 16:30"), Verb.OPEN, Role.CUSTOMER, {"facts": FACTS.to_json()}),
        Act(at("2026-03-06 16:30"), Verb.CONFIRM, Role.SYSTEM),
        Act(at("2026-03-09 10:00"), Verb.ASK),
        Act(at("2026-03-10 10:00"), Verb.CUSTOMER_REPLY, Role.CUSTOMER),
        Act(at("2026-03-11 10:00"), Verb.REPLY),
        Act(at("2026-03-31 10:00"), Verb.RESOLVE, Role.STAFF, {"by": "workaround"}),
    ]


def live(policy: Policy, done: list[Act]) -> list[Event]:
    """Decide the whole history and return its events: time first, then each act, then its rulings; a copy for each."""
    events: list[Event] = []
    case: Case | None = None
    for act in done:
        for ruling in advance(policy, case, act.at - 1) if case is not None else ():
            events.append(ruling)
            case = evolve(case, ruling)
        rulings = decide(policy, case, act)
        if isinstance(rulings, Refusal):
            raise TypeError(rulings.sentence)
        for event in (act, *rulings):
            events.append(event)
            case = evolve(case, event)
    return events


def live_folded(policy: Policy, done: list[Act]) -> tuple[list[Event], Case | None]:
    """Decide the whole history, taking the case that each decision has folded already."""
    events: list[Event] = []
    case: Case | None = None
    for act in done:
        if case is not None:
            passed, case = advance_and_fold(policy, case, act.at - 1)
            events += passed
        decision = decide_and_fold(policy, case, act)
        if isinstance(decision, Refusal):
            raise TypeError(decision.sentence)
        rulings, case = decision
        events.append(act)
        events += rulings
    return events, case


def evolved(events: list[Event]) -> Case | None:
    """Fold with a copy at every event, as one who keeps each state does."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case


def rate(each: int, work: Callable[[], object], seconds: float) -> float:
    """Return how many events a second `work`, which handles `each` of them, gets through.

    Counted is the time this process ran, and of ten rounds the fastest: on a machine that does other work besides, the
    others say more of that work than of this.
    """
    best, rounds = float("inf"), 10
    for _ in range(rounds):
        count, begun = 0, time.process_time()
        while (spent := time.process_time() - begun) < seconds / rounds or not count:
            work()
            count += 1
        best = min(best, spent / count)
    return each / best


def measure(name: str, told: list[tuple[Policy, list[Act]]], seconds: float) -> None:
    """Print the rates over these histories."""
    pasts = [live(policy, done) for policy, done in told]
    for (policy, done), past in zip(told, pasts, strict=True):
        if live_folded(policy, done) != (past, fold(past)):
            message = f"{policy.ref}: what was folded on the way is not the fold of its events"
            raise ValueError(message)
    cases = [fold(past) for past in pasts]
    stored = [case_to_json(case) for case in cases]
    count = sum(map(len, pasts))

    def per_second(what: str, work: Callable[[], object], of: int = count) -> None:
        print(f"{what:32}{rate(of, work, seconds):>12,.0f}")

    print(f"\n{name}: {count:,} events, {sum(len(done) for _, done in told):,} of them acts; events a second")
    per_second("decided and folded", lambda: [live_folded(policy, done) for policy, done in told])
    per_second("decided and evolved", lambda: [live(policy, done) for policy, done in told])
    per_second("evolve, event by event", lambda: [evolved(past) for past in pasts])
    per_second("fold", lambda: [fold(past) for past in pasts])
    per_second("cases written as JSON, a second", lambda: [case_to_json(case) for case in cases], len(cases))
    per_second("cases read from JSON, a second", lambda: [case_from_json(case) for case in stored], len(cases))


def main() -> None:
    """Print the rates of one case, and of random histories of every policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of measuring, for each rate")
    seconds = parser.parse_args().seconds
    policies = [read_policy(path) for path in sorted(POLICIES.glob("*.md"))]
    netop = next(policy for policy in policies if policy.desk == "netop")
    measure("One case of Netop", [(netop, acts(netop))], seconds)
    told = [(policy, done) for policy in policies for done in histories(policy, CASES)]
    measure(f"{len(told)} random histories of {len(policies)} policies", told, seconds)


if __name__ == "__main__":
    main()
