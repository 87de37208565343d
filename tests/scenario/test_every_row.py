"""Every row of every table and every duration of the five policies is reached by a scenario its vendor ships with."""

from dataclasses import dataclass, field
from functools import cache

import pytest

from tests.clauses.shipped import file_of, policy_of
from troth.engine import Ruling
from troth.policy import Policy
from troth.policy.vocabulary import Found, Verb
from troth.scenario import run_scenario
from troth.scenario.pure import PureDriver

DESKS = ("netop", "ntp-software", "numara", "smartertools", "syncro-soft")
ELSEWHERE = {"notices/held"}
"""What is no matter of a case: mail that the policy holds back opens none; `tests/mail` has it."""


@dataclass
class Reached:
    """What the scenarios of one policy came by."""

    clauses: set[str] = field(default_factory=set)
    amounts: set[tuple[str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    """Kinds of request, plans and purchases, written as their clauses are."""


@cache
def reached(desk: str) -> Reached:
    """Run all that the policy ships with, and gather what was cited, started, asked for and bought."""
    found, drivers = Reached(), list[PureDriver]()

    def make(policy: Policy) -> PureDriver:
        drivers.append(PureDriver(policy))
        return drivers[-1]

    for scenario in file_of(desk).scenarios:
        run_scenario(policy_of(desk), file_of(desk), scenario, make)
        for step in scenario.steps:
            if step.do is not None and step.do.verb is Verb.BUY:
                found.words.add(f"purchases/{step.do.arguments['what']}")
    for driver in drivers:
        for event in driver.events:
            if isinstance(event, Ruling):
                found.clauses.add(event.clause)
                if event.found in {Found.CLOCK_STARTED, Found.CLOCK_MOVED}:
                    found.amounts.add((event.data["clock"], str(event.data.get("amount"))))
            else:
                facts = event.data.get("facts") or {}
                found.words.add(f"requests/{event.data.get('request') or facts.get('request') or 'defect'}")
        if driver.case is not None and driver.case.plan:
            found.words.add(f"plans/{driver.case.plan}")
    return found


@pytest.mark.parametrize("desk", DESKS)
def test_every_duration_of_a_target_has_run_on_a_case(desk):
    """Each severity's, each plan's, each level's: a figure that no scenario reaches could be any other."""
    amounts = {
        (name, str(rule.within)) for name, table in policy_of(desk).targets.items() for rule in table.rows.values()
    }
    assert amounts - reached(desk).amounts == set()


@pytest.mark.parametrize("desk", DESKS)
def test_every_row_has_decided_a_case(desk):
    """Rows of cover and of severity, exclusions, levels, notices, steps of escalation, allowances."""
    policy = policy_of(desk)
    tables = (policy.targets, policy.scope, policy.levels, policy.notices, policy.allowances)
    rows = {rule.clause for named in tables for table in named.values() for rule in table.rows.values()}
    rows |= {rule.clause for rule in (*policy.entitlement, *policy.severities.first_of, *policy.escalation.values())}
    assert rows - reached(desk).clauses - ELSEWHERE == set()


@pytest.mark.parametrize("desk", DESKS)
def test_every_request_plan_and_purchase_is_in_a_story(desk):
    """What can be asked for, held and bought."""
    policy = policy_of(desk)
    kinds = (("requests", policy.requests), ("plans", policy.plans), ("purchases", policy.purchases))
    assert {f"{kind}/{name}" for kind, named in kinds for name in named} - reached(desk).words == set()
