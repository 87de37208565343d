"""What a new version takes over must fit what open cases keep, and that is known before it is in force."""

import pytest

from tests.conftest import ROOT
from tests.policy.files import OFFICE, changed
from troth.policy import check_blend, parse_policy, read_policy

LATER = changed(OFFICE, "version: 2026-11-01", "version: 2027-01-01")
ANOTHER_SCALE = (
    LATER.replace("[critical, high, low]", "[urgent, other]")
    .replace("then: critical", "then: urgent")
    .replace("then: high", "then: other")
    .replace("otherwise: low", "otherwise: other")
    .replace("{critical: 2 hours, high: 4 hours, low: 1 business day}", "{urgent: 2 hours, other: 1 business day}")
    .replace("critical: 5 business days", "urgent: 5 business days")
)
OTHER_HOURS = LATER.replace("support: {days", "office: {days").replace("hours: support", "hours: office")


def told(text: str, how: str) -> tuple[str, ...]:
    """Return the findings over a new version that says this of open cases, and look that it is sound by itself."""
    new = parse_policy(f"{text}\n## Updates {{#updates}}\n\n```rule updates\nopen cases: {how}\n```\n", "later.md")
    return tuple(str(finding) for finding in check_blend(parse_policy(OFFICE), new, "later.md"))


def test_a_new_scale_under_old_targets_does_not_fit():
    """The old targets know nothing of the new severities: such a case would have no clock at all."""
    found = told(ANOTHER_SCALE, "{severities: from now}")
    assert any("P403 by severity: urgent, other have no value here" in one for one in found)
    line = ANOTHER_SCALE.count("\n") + 4
    assert all(one.startswith(f"later.md:{line}:") for one in found)
    assert all(one.endswith("(in cases of office@2026-11-01)") for one in found)


def test_new_targets_under_the_old_scale_do_not_fit():
    """Nor the other way about."""
    assert any("P403" in one for one in told(ANOTHER_SCALE, "{targets: from now}"))


@pytest.mark.parametrize("how", ["from now", "from the start"])
def test_a_new_scale_with_its_targets_fits(how):
    """What belongs together is taken over together."""
    assert told(ANOTHER_SCALE, f"{{severities: {how}, targets: {how}}}") == ()


@pytest.mark.parametrize("how", ["{}", "{hours: leave}", "{hours: from the start, closing: from now}"])
def test_what_is_left_as_it_was_fits(how):
    """Prose beside the rules is no part of it: the old words may name numbers that the new hours hold."""
    assert told(LATER, how) == ()


def test_a_level_that_is_gone_is_kept_for_who_stands_there():
    """Old targets may begin at a level, and escalate to one, that the new version has no more."""
    fewer = LATER.replace("level 2: {worked by: support}\n", "").replace("  when missed: {escalate to: level 2}\n", "")
    assert told(fewer, "{levels: from now}") == ()


PAIRS = [
    (ROOT / "policies" / f"{folder.parent.name}.md", path)
    for folder in sorted((ROOT / "policies").glob("*/versions"))
    for path in sorted(folder.glob("*.md"))
]


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[path.stem for _, path in PAIRS])
def test_the_versions_we_ship_fit(old, new):
    """They are tried on open cases in scenarios, so that the mixture is known to work."""
    assert check_blend(read_policy(old), read_policy(new), new.name) == ()
