"""How fast the engine decides, folds and evolves: events a second on one core, over one lived case told many times.

    make bench

The case: Netop, critical; confirmed, asked, answered, replied to, missed at level 1, moved to level 2, solved.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from troth.engine import Act, Case, Event, Facts, Licence, Refusal, advance, decide, evolve, fold
from troth.hours import local_instant
from troth.policy import Policy, read_policy
from troth.policy.vocabulary import Role, Verb

POLICY = Path(__file__).parents[1] / "policies" / "netop.md"
FACTS = Facts(
    product="Netop Remote Control",
    version="12.0",
    licence=Licence(bought=date(2026, 1, 10)),
    answers={"environment": "production"},
)


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
    """Decide the whole history and return its events: time first, then each act, then its rulings."""
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


def rate(each: int, work: Callable[[], object], seconds: float) -> float:
    """Return how many events a second `work`, which handles `each` of them, gets through."""
    count, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        work()
        count += 1
    return each * count / spent


def evolved(events: list[Event]) -> Case | None:
    """Fold with a copy at every event, as one who keeps each state does."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case


def main() -> None:
    """Print three rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    seconds = parser.parse_args().seconds
    policy = read_policy(POLICY)
    done = acts(policy)
    events = live(policy, done)
    print(f"\nOne case of {len(events)} events ({len(done)} acts), events a second on one core")
    print(f"{'decided and evolved':24}{rate(len(events), lambda: live(policy, done), seconds):>12,.0f}")
    print(f"{'evolve, event by event':24}{rate(len(events), lambda: evolved(events), seconds):>12,.0f}")
    print(f"{'fold':24}{rate(len(events), lambda: fold(events), seconds):>12,.0f}")


if __name__ == "__main__":
    main()
