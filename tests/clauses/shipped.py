"""The scenarios that the policies ship with, by desk and name."""

from functools import cache

from tests.conftest import ROOT
from troth.policy import Policy, read_policy
from troth.scenario import ScenarioFile, parse_scenarios, read_scenarios, run_scenario
from troth.scenario.pure import PureDriver


@cache
def policy_of(desk: str) -> Policy:
    """Return the desk's own policy."""
    return read_policy(ROOT / f"policies/{desk}.md")


@cache
def file_of(desk: str) -> ScenarioFile:
    """Return the scenarios it ships with."""
    return read_scenarios(ROOT / f"policies/{desk}.scenarios.yaml")


def failures_of(desk: str, name: str) -> list[str]:
    """Run the shipped scenario of that name; KeyError where the file has none."""
    file = file_of(desk)
    return [str(failure) for failure in run_scenario(policy_of(desk), file, file.scenario(name)).failures]


def story_of(desk: str, facts: str, *steps: str) -> PureDriver:
    """Run steps that are not shipped, each of which must come as expected, and return the case's whole story."""
    drivers: list[PureDriver] = []

    def make(policy: Policy) -> PureDriver:
        drivers.append(PureDriver(policy))
        return drivers[-1]

    head = (
        f"desk: {desk}\npartners: [{{name: Nordic IT}}]\nscenarios:\n  - name: one\n    facts: {facts}\n    timeline:\n"
    )
    file = parse_scenarios(head + "".join(f"      - {step}\n" for step in steps))
    outcome = run_scenario(policy_of(desk), file, file.scenarios[0], make)
    assert [str(failure) for failure in outcome.failures] == []
    return drivers[0]
