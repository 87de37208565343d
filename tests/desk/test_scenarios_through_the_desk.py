"""Every scenario gives the same through the door, a database and a worker as in the pure engine."""

from functools import cache, partial
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk.driver import DeskDriver
from troth.policy import Policy, read_policy
from troth.scenario import read_scenarios, run_scenario

FILES = {path: read_scenarios(path) for path in sorted((ROOT / "policies").rglob("*.scenarios.yaml"))}
SCENARIOS = [
    pytest.param(path, index, id=f"{path.name.partition('.')[0]}: {scenario.name}")
    for path, file in FILES.items()
    for index, scenario in enumerate(file.scenarios)
]


@cache
def policy_beside(path: Path) -> Policy:
    """The policy whose scenarios these are, read once."""
    if path.parent.name == "amendments":  # policies/NAME/amendments/: laid on policies/NAME.md
        return read_policy(path.parent.parent.with_suffix(".md"))
    return read_policy(path.with_name(path.name.replace(".scenarios.yaml", ".md")))


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "index"), SCENARIOS)
def test_a_scenario_comes_out_the_same_through_the_desk(path, index) -> None:
    """DESIGN §6: every scenario file also runs through `desk.record` and a worker."""
    policy, file = policy_beside(path), FILES[path]
    outcome = run_scenario(policy, file, file.scenarios[index], partial(DeskDriver, folder=path.parent))
    assert [str(failure) for failure in outcome.failures] == []


def test_there_are_scenarios_to_run() -> None:
    """Without any file the test above would be green for ever."""
    assert len(SCENARIOS) >= 40
    assert any(path.parent.name == "amendments" for path in FILES)
