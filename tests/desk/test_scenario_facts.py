"""What the scenarios say of a customer can be kept in the tables, and is found there when a case is opened."""

import json

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, customer
from troth.customers.facts import Draft, gather_facts
from troth.customers.models import Account, Contact, Contract, Licence, Purchase
from troth.desk.policies import load_policy, publish_file
from troth.engine import Act, decide
from troth.engine.facts import Facts
from troth.engine.services import services_left
from troth.hours import Instant, moment
from troth.people.models import Desk
from troth.policy import Policy, read_policy
from troth.policy.vocabulary import Role, Verb
from troth.scenario import read_scenarios
from troth.scenario.world import World

DESKS = ("ntp-software", "numara", "smartertools", "netop", "syncro-soft")


def openings(name: str) -> list[tuple[World, Instant]]:
    """Each way in which a scenario of this desk begins, once."""
    policy = read_policy(ROOT / "policies" / f"{name}.md")
    file = read_scenarios(ROOT / "policies" / f"{name}.scenarios.yaml")
    found: dict[str, tuple[World, Instant]] = {}
    for scenario in file.scenarios:
        step = next((step for step in scenario.steps if step.do is not None and step.do.verb is Verb.OPEN), None)
        if step is not None:
            at = step.when.at(policy.zone)
            world = World(policy, file, scenario.facts, moment(at, policy.zone).date())
            data = json.dumps(world.facts_at(at).to_json(), sort_keys=True)
            found[f"{moment(at, policy.zone).date()} {data}"] = world, at
    return list(found.values())


def kept(desk: Desk, facts: Facts) -> Contact:
    """A customer of whom the tables hold what these facts say."""
    account = Account.objects.create(desk=desk, name=f"Account {Account.objects.count()}")
    holder = customer(desk, account, has_licence=False)
    own = {"desk": desk, "account": account}
    if facts.licence is not None and facts.licence.kind != "none":
        held = facts.licence
        dates = {"bought_on": held.bought, "ends_on": held.ends}
        Licence.objects.create(**own, **dates, kind=held.kind, seats=held.seats, key_state=held.key)
    if facts.contract is not None:
        plan = facts.contract
        dates = {"starts_on": plan.starts, "ends_on": plan.ends}
        paid = {"fees": plan.fees, "is_verified": plan.verified}
        Contract.objects.create(**own, **dates, **paid, plan=plan.plan, add_ons=list(plan.add_ons))
    if facts.incidents:
        bought = {"what": "incident", "gives": "incidents", "bought_on": LONG_AGO.date()}
        Purchase.objects.create(**own, **bought, quantity=facts.incidents)
    if facts.services is not None:
        bought = {"what": "professional services", "gives": "hours", "bought_on": facts.services.bought}
        Purchase.objects.create(**own, **bought, quantity=facts.services.hours * 60)
    return holder


def gathered(policy: Policy, world: World, holder: Contact, facts: Facts, at: Instant) -> Facts:
    """What the desk would say of this customer and this request."""
    draft = Draft(
        channel=facts.channel,
        product=facts.product,
        version=facts.version,
        request=facts.request,
        severity=facts.severity,
        answers=facts.answers,
        information=facts.information,
        language=facts.language,
        confirmation=facts.confirmation,
    )
    found = gather_facts(policy, world.catalogue, holder, draft, at)
    return found.with_changes(senior=facts.senior, partner=facts.partner)


@pytest.mark.django_db
@pytest.mark.parametrize("name", DESKS)
def test_a_case_opened_on_the_tables_is_ruled_as_the_scenario_says(name: str) -> None:
    """Licence, contract, incidents and services come back as they were given: every ruling is the same."""
    version = publish_file(ROOT / "policies" / f"{name}.md", effective_at=LONG_AGO)
    policy, some = load_policy(version), openings(name)
    assert len(some) >= 20
    for world, at in some:
        facts = world.facts_at(at)
        found = gathered(policy, world, kept(version.desk, facts), facts, at)
        ruled, expected = (
            decide(policy, None, Act(at, Verb.OPEN, Role.CUSTOMER, {"facts": one.to_json()})) for one in (found, facts)
        )
        assert ruled == expected, facts
        assert services_left(policy, found, 0, at) == services_left(policy, facts, 0, at)
