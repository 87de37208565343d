"""Questions, remote access, downloads and ends that hold only somewhere: what is written so is read and checked so."""

import pytest

from tests.conftest import ROOT
from tests.policy.files import changed
from troth.policy import check_policy, parse_policy
from troth.policy.page import as_html

TEXT = (ROOT / "policies/numara.md").read_text(encoding="utf-8")


def test_where_a_rule_holds_is_read_as_a_condition():
    """Each in the one form that conditions have."""
    policy = parse_policy(TEXT)
    assert policy.questions["email_intake_down"].when == {"product": ("FootPrints", "Track-It!")}
    assert policy.questions["data_loss"].when == {}
    assert policy.access.when == {"plan": ("premium care",)}
    assert policy.plans["premium care"].downloads.when == {"lifecycle": ("current", "prior", "unknown")}
    assert policy.lifecycle.announced_ahead == "30 calendar days"
    assert "product is FootPrints or Track-It!" in as_html(policy)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("when: {product: [FootPrints, Track-It!]}", "when: {product: [Footprints]}", "P302", "FootPrints"),
        ("when: {plan: premium care}\n", "when: {plan: premium}\n", "P302", "premium care"),
        ("when: {lifecycle: [current, prior, unknown]}", "when: {lifecycle: new}", "P302", "current"),
        ("announced ahead: 30 calendar days", "announced ahead: soon", "P205", "soon"),
    ],
)
def test_a_place_nobody_knows_is_an_error(old, new, code, says):
    """With the nearest word there is."""
    _, findings = check_policy(changed(TEXT, old, new), "numara.md")
    assert [(one.code, says in one.message) for one in findings] == [(code, True)]
