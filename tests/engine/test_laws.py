"""Laws that hold whatever is done to a case: random acts at random times, on each of the five policies.

`make test` tries a hundred histories a policy; `make test-long` two thousand (`--hypothesis-profile=long`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.engine.story import Story
from troth.engine import (
    Case,
    Contract,
    Event,
    Partner,
    Ruling,
    advance,
    evolve,
    explain,
    fold,
    ledger,
    next_timer,
)
from troth.engine.hearing import LEAVES_WORDS
from troth.engine.words import own_standing
from troth.hours import HoursSpec
from troth.policy import Policy, read_policy
from troth.policy.vocabulary import ClockState, Found, Goals, Role, Status

NAMES = sorted(path.stem for path in (ROOT / "policies").glob("*.md"))
STEP = st.integers(min_value=0, max_value=5 * 86_400)


def partner(days: str, zone: str) -> dict[str, Any]:
    """A partner's facts, as an act carries them."""
    hours = HoursSpec.parse({"days": days, "from": "09:00", "to": "17:00"}, zone)
    return Partner(f"Partner in {zone}", hours.to_json()).to_json()


OSLO, SUNDAYS = partner("mon-fri", "Europe/Oslo"), partner("sun-thu", "Africa/Cairo")
INSTANTS = {"until", "from"}
CHOICES: list[tuple[str, Role, dict[str, Any]]] = [
    ("reply", Role.STAFF, {}),
    ("reply", Role.STAFF, {"gives": "workaround"}),
    ("ask", Role.STAFF, {}),
    ("customer reply", Role.CUSTOMER, {}),
    ("call", Role.STAFF, {"from": "customer"}),
    ("attempt", Role.STAFF, {}),
    ("escalate", Role.STAFF, {}),
    ("find", Role.STAFF, {"cause": "error"}),
    ("hand over", Role.STAFF, {"to": "vendor"}),
    ("wait", Role.STAFF, {"on": "third party"}),
    ("resume", Role.STAFF, {}),
    ("contact", Role.STAFF, {"available": False}),
    ("contact", Role.STAFF, {"available": True}),
    ("resolve", Role.STAFF, {"by": "workaround"}),
    ("close", Role.STAFF, {}),
    ("reopen", Role.CUSTOMER, {}),
    ("no action", Role.STAFF, {}),
    ("monitor", Role.STAFF, {"until": 3 * 86_400}),
    ("delay", Role.CUSTOMER, {"until": 3 * 86_400}),
    ("set", Role.CUSTOMER, {"answers": {"workaround": "available"}}),
    ("set", Role.STAFF, {"severity": None}),
    ("ask", Role.STAFF, {}),
    ("call", Role.STAFF, {"from": "desk", "reached": False}),
    ("hand over", Role.STAFF, {"to": "partner"}),
    ("wait", Role.STAFF, {"on": "customer"}),
    ("refer", Role.STAFF, {}),
    ("log", Role.STAFF, {"minutes": 20, "activity": "out of scope"}),
    ("excuse", Role.MANAGER, {"from": -2 * 86_400, "until": 3_600, "cause": "storm"}),
    ("excuse", Role.MANAGER, {"from": 3_600, "until": 4 * 86_400, "cause": "strike"}),
    ("set", Role.STAFF, {"contract": None}),
    ("set", Role.SYSTEM, {"licence": {"kind": "trial", "ends": "2026-04-10"}}),
    ("set", Role.SYSTEM, {"licence": {"kind": "commercial", "key": "pirated"}}),
    ("set", Role.STAFF, {"partner": OSLO}),
    ("set", Role.STAFF, {"partner": SUNDAYS}),
    ("set", Role.STAFF, {"partner": None}),
    ("merge", Role.STAFF, {"into": "another"}),
    ("split", Role.STAFF, {}),
    ("log", Role.STAFF, {"minutes": 45, "activity": "migration"}),
    ("log", Role.STAFF, {"minutes": 60, "activity": "services"}),
    ("set", Role.STAFF, {"senior": "none"}),
    ("reply", Role.SENIOR, {}),
    ("approve", Role.MANAGER, {"what": "exception"}),
    ("grant access", Role.CUSTOMER, {"until": 2 * 86_400}),
    ("revoke access", Role.CUSTOMER, {}),
    ("escalate", Role.CUSTOMER, {"to": "staff"}),
]


@cache
def policy_named(name: str) -> Policy:
    """Read a shipped policy, once."""
    return read_policy(ROOT / "policies" / f"{name}.md")


def choices_of(policy: Policy) -> list[tuple[str, Role, dict[str, Any]]]:
    """Add to the common choices what only this policy knows: severities, exclusions, plans, products, purchases."""
    contracts = [{"plan": plan, "starts": day} for plan in policy.plans for day in ("2026-02-01", "2025-02-01")]
    named = [
        (release.product, release.version)
        for product in policy.products
        for release in policy.catalogue.of_product(product)
    ]
    problems = ("installation", "suspected bug") if "kind_of_problem" in policy.questions else ()
    return [
        *CHOICES,
        *(("set", Role.STAFF, {"severity": severity}) for severity in policy.severities.scale),
        *(("exclude", Role.STAFF, {"as": name}) for name in policy.scope),
        *(("set", Role.STAFF, {"contract": contract}) for contract in contracts),
        *(("set", Role.STAFF, {"product": product, "version": version}) for product, version in named[:6]),
        *(("set", Role.CUSTOMER, {"version": version}) for _, version in named[:3]),
        *(("buy", Role.CUSTOMER, {"what": what}) for what in policy.purchases),
        *(("set", Role.STAFF, {"answers": {"kind_of_problem": problem}}) for problem in problems),
        *(("set", Role.STAFF, {"request": request}) for request in tuple(policy.requests)[:6]),
    ]


def act(story: Story, at: int, choice: tuple[str, Role, dict[str, Any]]) -> None:
    """Do one of the choices at an instant; numbers under `from` and `until` are counted from there."""
    verb, role, data = choice
    data = {n: at + value if n in INSTANTS and isinstance(value, int) else value for n, value in data.items()}
    story.does(story.local_second(at), verb, role=role, **data)


def live(policy: Policy, history: list[tuple[int, tuple[str, Role, dict[str, Any]]]]) -> Story:
    """Tell a random history; the story itself checks at each event that the fold agrees."""
    contract = Contract(next(iter(policy.plans)), date(2026, 1, 1))
    answers = {"environment": "production", "product_state": "unusable"}
    story = Story(policy, contract=contract, answers=answers, product=next(iter(policy.products)), incidents=1)
    story.opens("2026-03-27 15:00", role=Role.STAFF)
    at = story.case.at
    for step, choice in history:
        at += step
        act(story, at, choice)
    return story


def check(story: Story) -> None:
    """Whatever happened, these hold."""
    events, case = story.events, story.case
    assert [e.at for e in events] == sorted(e.at for e in events), "time never runs back"
    _check_verdicts(events)
    for clock in case.clocks.values():
        assert (clock.due_at is None) == (clock.state in {ClockState.PAUSED, ClockState.ENDED}) or clock.is_judged
    for ruling in events:
        if isinstance(ruling, Ruling):
            assert ruling.clause.split("/")[0] in story.policy.clauses, ruling
    timer = next_timer(case)
    assert timer is None or timer.at >= case.at, "no timer of the past is left"
    _check_state(story)
    _check_words(events)
    _check_reading(story)
    _check_leap(story)


def _check_verdicts(events: list[Event]) -> None:
    """Nothing is judged twice, unless the policy started it anew (a reopening, an emergency bought on the way)."""
    judged: set[str] = set()
    for event in events:
        name = event.data.get("clock") if isinstance(event, Ruling) else None
        if name is None or not isinstance(event, Ruling):
            continue
        if event.found is Found.CLOCK_STARTED:
            judged.discard(name)
        elif event.found is Found.CLOCK_MISSED:
            assert name not in judged, f"{name} is judged twice"
            judged.add(name)


def _check_state(story: Story) -> None:
    """What a case is made of fits together."""
    case = story.case
    alive = [clock for clock in case.clocks.values() if clock.is_alive]
    if case.status is Status.CLOSED or case.exclusion is not None or case.goals is Goals.NONE:
        assert not alive, "nothing runs where nothing is promised"
    for clock in alive:
        assert clock.level in {None, case.level}, "a level's clocks run while the case is there"
    if case.status is Status.CLOSED:
        assert not case.timers
    assert ("review" in case.timers) == (case.status is Status.MONITORING)
    for name in ("attempt", "close", "delay"):
        assert name not in case.timers or (case.status, case.waiting_on) == (Status.WAITING, "customer")
    assert (case.waiting_on is not None) == (case.status is Status.WAITING)


def _check_words(events: list[Event]) -> None:
    """The rulings that are said to leave the words of a case as they are do."""
    case = Case()
    for event in events:
        before, case = case, evolve(case, event)
        if isinstance(event, Ruling) and event.found in LEAVES_WORDS:
            assert (own_standing(case), case.facts) == (own_standing(before), before.facts), event.found


def _check_reading(story: Story) -> None:
    """Each clock can be explained, and every second has one owner."""
    case = story.case
    for name, clock in case.clocks.items():
        proof = explain(story.policy, story.events, name, case.at)
        assert proof.due_at == clock.due_at
    stretches = ledger(story.events, lambda _owner: story.policy.calendar("support"), case.at)
    for before, after in pairwise(stretches):
        assert before.to_at <= after.from_at
    assert all(s.from_at < s.to_at for s in stretches)


def _check_leap(story: Story) -> None:
    """One leap of `advance` equals going timer by timer, and equals going by uneven steps."""
    end = story.case.at + 40 * 86_400
    leap = advance(story.policy, story.case, end)
    stepped, case, at = [], story.case, story.case.at
    while at < end:
        at = min(end, at + 100_003)
        rulings = advance(story.policy, case, at)
        stepped += rulings
        for ruling in rulings:
            case = evolve(case, ruling)
    assert tuple(stepped) == leap
    assert fold([*story.events, *leap]) == case


@pytest.mark.parametrize("name", NAMES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_laws_hold_whatever_is_done(name: str, data: st.DataObject) -> None:
    """Up to a dozen acts, each some time after the last."""
    policy = policy_named(name)
    acts = st.tuples(STEP, st.sampled_from(choices_of(policy)))
    check(live(policy, data.draw(st.lists(acts, min_size=1, max_size=12))))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_one_leap_of_time_equals_minute_steps(name: str, data: st.DataObject) -> None:
    """Ten days at once, or minute by minute: the same rulings at the same instants."""
    policy = policy_named(name)
    acts = st.tuples(STEP, st.sampled_from(choices_of(policy)))
    story = live(policy, data.draw(st.lists(acts, min_size=1, max_size=6)))
    start, end = story.case.at, story.case.at + 10 * 86_400
    stepped, case = [], story.case
    for at in range(start, end + 1, 60):
        for ruling in advance(policy, case, at):
            stepped.append(ruling)
            case = evolve(case, ruling)
    assert tuple(stepped) == advance(policy, story.case, end)
