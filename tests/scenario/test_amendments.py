"""A scenario under a customer's own agreement: pinned at opening, and cited where it wins."""

import pytest

from tests.conftest import ROOT
from troth.scenario import ScenarioError, check_file, parse_scenarios, read_scenarios, run_file

AGREEMENT = ROOT / "policies" / "syncro-soft" / "amendments" / "harbour-press.scenarios.yaml"


@pytest.mark.clause("SYN-01")
def test_rulings_cite_the_clause_that_won(syncro):
    """The agreement where it speaks, the policy everywhere else."""
    outcomes = run_file(syncro, read_scenarios(AGREEMENT))
    assert len(outcomes) == 3
    assert [str(failure) for outcome in outcomes for failure in outcome.failures] == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("harbour-press.md", "absent.md", "absent.md cannot be opened"),
        ("harbour-press.md", "../../netop.md", "has a mistake: "),
        ("resolve, by: assistance", "set, amendment: harbour-press.md", "pinned when a case opens"),
    ],
)
def test_an_amendment_that_cannot_be_laid_on_is_told(syncro, old, new, says):
    """Before anything runs, with the line of the scenario."""
    text = AGREEMENT.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ScenarioError, match=says) as caught:
        check_file(syncro, parse_scenarios(text.replace(old, new), str(AGREEMENT)))
    assert "S113" in str(caught.value)
