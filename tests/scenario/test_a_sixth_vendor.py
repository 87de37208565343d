"""A vendor of our own invention, written from the reference alone: what the language says, it says of others too."""

import pytest

from tests.conftest import ROOT
from troth.policy import check_policy
from troth.scenario.commands import test as policy_test

VENDOR = ROOT / "tests/policies/vendor.md"


def test_nothing_is_found_in_it():
    """Whoever has read only the reference can write a policy in which the checker finds nothing."""
    _, findings = check_policy(VENDOR.read_text(encoding="utf-8"), "vendor.md")
    assert [str(finding) for finding in findings] == []


def test_its_scenarios_hold(capsys):
    """Siesta, Friday, platinum at night, two older lines, the fifth attempt, Holy Week, both changes of the clock."""
    assert policy_test([str(VENDOR)]) == 0
    passed, _, failed = capsys.readouterr().out.splitlines()[-1].partition(" passed, ")
    assert int(passed) >= 35
    assert failed == "0 failed"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("hours: watch", "hours: wacht", 'P303 there are no hours "wacht"; did you mean "watch"?'),
        ("within: 15 minutes", "within: 15 min", 'P205 "15 min": unknown unit "min"; did you mean "minutes"?'),
        ("somebody answers at any hour", "somebody answers within twenty minutes", "P410 "),
    ],
)
def test_a_manager_s_slip_is_told(right, wrong, told):
    """Each of these happened while it was written."""
    text = VENDOR.read_text(encoding="utf-8")
    assert text.count(right) == 1
    _, findings = check_policy(text.replace(right, wrong), "vendor.md")
    assert [told in str(finding) for finding in findings] == [True]
