"""What is worked out once for all cases that stand alike is what each would have been told by itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.conftest import ROOT
from tests.engine.story import Story
from tests.engine.test_laws import NAMES, policy_named
from troth.engine import Contract, Facts, Licence
from troth.engine.facts import Exemption
from troth.engine.situation import CASES, memory_of
from troth.engine.words import contract_in_force, facts_words
from troth.hours import local_instant
from troth.policy import Policy, read_policy

FIRST = date(2026, 1, 1)


def knowledge(policy: Policy) -> list[Facts]:
    """Facts with a day on which each of them may read otherwise, and some with none."""
    contracts = [Contract(plan, FIRST + timedelta(days=40)) for plan in policy.plans]
    ended = [Contract(plan, date(2025, 3, 1), FIRST + timedelta(days=5)) for plan in policy.plans]
    licences = [
        Licence(bought=FIRST - timedelta(days=3)),
        Licence("trial", ends=FIRST + timedelta(days=17)),
        Licence("term", bought=date(2025, 1, 1), ends=FIRST + timedelta(days=60)),
    ]
    return [
        Facts(),
        Facts(exemption=Exemption(None, FIRST + timedelta(days=9))),
        Facts(licence=Licence("trial", ends=date.max), exemption=Exemption(None, date.max)),
        *(Facts(licence=licence, contract=contract) for licence in licences for contract in (None, *contracts, *ended)),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_facts_say_is_right_on_every_day(name: str) -> None:
    """A reading is kept until a term begins or ends: on no day before it, and on none after, do the words differ."""
    policy = policy_named(name)
    for facts in knowledge(policy):
        for day in (FIRST + timedelta(days=days) for days in [*range(130), 60, 3]):
            reading = memory_of(policy).reading(facts, day)
            noon = local_instant(datetime.combine(day, time(12)), policy.zone)
            assert reading.words == facts_words(policy, facts, noon), day
            assert reading.contract == contract_in_force(policy, facts, day), day


def test_what_is_remembered_is_of_one_policy_only(netop: Policy) -> None:
    """A policy read anew is another, and is asked anew."""
    again = read_policy(ROOT / "policies" / "netop.md")
    assert memory_of(netop) is memory_of(netop)
    assert memory_of(netop) is not memory_of(again)


def test_a_memory_that_is_full_forgets_and_goes_on(netop: Policy) -> None:
    """However many facts it has seen, the next are read as any others."""
    memory, facts = memory_of(netop), [Facts(version=str(number)) for number in range(CASES + 3)]
    for each in facts:
        assert memory.reading(each, FIRST).facts is each
    assert memory.reading(facts[0], FIRST).facts is facts[0]


def test_a_severity_raised_on_the_way_is_heard_by_all_that_follows(netop: Policy) -> None:
    """A ruling that changes the words brings the case into another situation at once, within the same act."""
    story = Story(netop, product="Netop Remote Control")
    story.opens("2026-03-06 10:00")
    before = {name: clock.amount for name, clock in story.case.clocks.items()}
    story.does("2026-03-06 11:00", "set", answers={"environment": "production", "product_state": "unusable"})
    assert story.case.severity == "critical"
    assert {name: clock.amount for name, clock in story.case.clocks.items()} != before
