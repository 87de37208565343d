# ruff: noqa: E501 - a row of the table stays on one line, so that its columns can be read down
"""Fifty mistakes planted into the policies we ship, each found at its line and column under its code.

The mark ‸ stands where the finding must point. Rows without one are about the file as a whole.
"""

from functools import cache

import pytest

from tests.conftest import ROOT
from tests.policy.files import HERE, changed
from troth.policy import check_policy, parse_policy

NETOP, SYNCRO = "netop", "syncro-soft"

MISTAKES = {
    # --- the file and its sections -----------------------------------------------------------------
    "a zone that is none": (NETOP, "\nzone: Europe/Copenhagen\n", "\nzone: ‸Europe/Kobenhavn\n", "P012"),
    "a version without its day": (SYNCRO, "version: 2026-11-01", "version: ‸2026-11", "P012"),
    "a front matter without its desk": (NETOP, "desk: netop\n", "‸", "P011"),
    "a key of the front matter misspelt": (SYNCRO, "language: en\n", "langauge: en\n", "P013"),
    "an id that stands twice": (NETOP, "{#roadmap}", "{#‸hours}", "P020"),
    "an id in capitals": (SYNCRO, "{#community}", "{#‸Community}", "P024"),
    "a kind of rule misspelt": (NETOP, "```rule reopening", "```rule ‸re-opening", "P022"),
    "a rule in a quotation": (NETOP, "Whatever you bring begins", "> ```rule ‸queue\n> order: due\n> ```\n\nWhatever you bring begins", "P023"),
    "a rule nobody could cite": (NETOP, "This is our word on support:", "```rule ‸queue\norder: due\n```\n\nThis is our word on support:", "P021"),
    # --- YAML --------------------------------------------------------------------------------------
    "a bracket that is not closed": (SYNCRO, "languages: [en]", "languages: [en", "P101"),
    "an anchor to save writing": (SYNCRO, "  tells: [manager]", "  tells: ‸&boss [manager]", "P102"),
    "a tag": (NETOP, "order: due", "order: ‸!!str due", "P103"),
    "a merge key": (SYNCRO, "resolving: closes", "‸<<: {resolving: closes}", "P104"),
    "a key given twice": (NETOP, "order: due", "order: due\n‸order: arrival", "P105"),
    "a version that loses its zero": (NETOP, '"10.0": 2024-08-20', "‸10.0: 2024-08-20", "P106"),
    "a list for a key": (SYNCRO, "resolving: closes", "‸[resolving]: closes", "P107"),
    "an empty block": (SYNCRO, "nothing automatic: true\n", "", "P109"),
    # --- keys and values ---------------------------------------------------------------------------
    "a key of a target misspelt": (SYNCRO, "  paused while: [waiting on upgrade", "  ‸paused when: [waiting on upgrade", "P201"),
    "a key no calendar has": (NETOP, '  to: "17:00"', '  ‸till: "17:00"', "P201"),
    "a target without its moment": (SYNCRO, "respond:\n  kind: target\n  hours: support\n  from: opening\n", "‸respond:\n  kind: target\n  hours: support\n", "P202"),
    "an exclusion without its outcome": (NETOP, "third-party-or-network:\n  title: Other makers' software and your own network\n  outcome: guidance", "‸third-party-or-network:\n  title: Other makers' software and your own network", "P202"),
    "a word for a mapping": (NETOP, "open cases: {hours: from now}", "open cases: ‸from now", "P203"),
    "a number for a flag": (SYNCRO, "hot fix: true", "hot fix: ‸perhaps", "P203"),
    "an outcome that is none": (SYNCRO, "title: Training\n  outcome: consulting", "title: Training\n  outcome: ‸consultation", "P204"),
    "a kind of request that is none": (NETOP, "how-to: {title", "‸howto: {title", "P204"),
    "an act that meets nothing": (NETOP, "from: level 2\n  met by: [explanation, workaround]", "from: level 2\n  met by: [explanation, ‸work around]", "P204"),
    "a receiver nobody is": (SYNCRO, "tells: [executives]", "tells: [‸executive]", "P204"),
    "a place where nobody works": (SYNCRO, "worked by: specialists", "worked by: ‸specialist", "P204"),
    "an amount without its unit": (NETOP, "within: 24 elapsed hours", "within: ‸24", "P205"),
    "an amount of months": (NETOP, "within: 24 elapsed hours", "within: ‸1 month", "P205"),
    "days in hours that have none": (NETOP, "critical: 20 business days", "critical: ‸20 days", "P205"),
    "a term that is none": (SYNCRO, "terms: [12 months]", "terms: [‸a year]", "P205"),
    "settings among names": (SYNCRO, "respond:\n  kind: target", "‸kind: target\nrespond:\n  kind: target", "P206"),
    "a target that stands twice": (NETOP, "## When this page changes", "```rule targets\n‸respond: {}\n```\n\n## When this page changes", "P207"),
    "a choice by what nothing depends on": (SYNCRO, "by severity: {critical: 4 hours", "‸by urgency: {critical: 4 hours", "P208"),
    "a branch for a severity of another desk": (SYNCRO, "normal: 3 days, low", "‸medium: 3 days, low", "P209"),
    "a branch left out": (NETOP, "    medium: future release\n    low: future release", "    medium: future release", "P210"),
    "a choice where all cases are alike": (SYNCRO, "current: 1", "current: {‸by plan: {else: 1}}", "P211"),
    "a branch that says it again": (SYNCRO, "  hours: support\n  from: opening", "  hours: support\n  by plan: {else: {‸hours: always}}\n  from: opening", "P212"),
    "an assumption about nothing": (NETOP, "assumed: [lanes, order]", "assumed: [lanes, ‸orders]", "P213"),
    "a setting in two sections": (NETOP, "## When this page changes", "```rule closing\n‸resolving: closes\n```\n\n## When this page changes", "P214"),
    "a closing before the opening": (SYNCRO, 'to: "17:00"', '‸to: "08:00"\n  week: {}', "P216"),
    "a country without holidays": (SYNCRO, "holidays: RO", "‸holidays: ROM", "P216"),
    # --- names -------------------------------------------------------------------------------------
    "a word conditions do not have": (SYNCRO, "when: {contract: active}", "when: {‸agreement: active}", "P301"),
    "a value its word never has": (NETOP, "key: valid}", "key: ‸good}", "P302"),
    "hours of another name": (NETOP, "hours: always", "hours: ‸allways", "P303"),
    "a moment that is none": (NETOP, "  from: level 2", "  from: ‸level two", "P304"),
    "a plan nobody sells": (SYNCRO, "  plan: support and maintenance", "  plan: ‸support & maintenance", "P305"),
    "a severity nobody named": (NETOP, "otherwise: medium", "otherwise: ‸normal", "P305"),
    # --- sense -------------------------------------------------------------------------------------
    "a row below one that takes all it has": (SYNCRO, "  - {when: {product_state: unusable}, then: high}\n", "  - {when: {product_state: unusable}, then: high}\n  - ‸{when: {product_state: unusable, affects: many}, then: critical}\n", "P401"),
    "rows that only their order tells apart": (NETOP, "  - {when: {environment: lab}, then: high}\n", "  - {when: {environment: lab}, then: high}\n  - ‸{when: {workaround: none}, then: critical}\n", "P402"),
    "a severity nobody promises for": (SYNCRO, "critical: 4 hours, high: 1 day, normal: 3 days, low: 5 days", "critical: 4 hours, high: 1 day, normal: 3 days", "P403"),
    "a solution before the answer": (NETOP, "critical: 5 business days", "critical: ‸1 hour", "P404"),
    "an escalation to a level that is not there": (NETOP, "escalate to: level 2", "escalate to: ‸level 3", "P405"),
    "an escalation back": (NETOP, "escalate to: product management", "escalate to: ‸level 1", "P406"),
    "a path that needs itself": (SYNCRO, "  needs: [occurred]", "  after: [‸executive]\n  needs: [occurred]", "P406"),
    "a step after closing": (SYNCRO, "    - {after: 5 days, close: silence}\n", "    - {after: 5 days, close: silence}\n    - ‸{after: 6 days, attempt: email}\n", "P408"),
    "steps out of order": (SYNCRO, "    - {after: 5 days, close: silence}\n", "    - {after: 6 days, attempt: email}\n    - {after: ‸5 days, close: silence}\n", "P407"),
    "more attempts than can have been made": (SYNCRO, "close: silence}", "close: silence, needs attempts: ‸1}", "P408"),
    "a promise repeated in prose": (NETOP, "They are aims, and we hold", "Critical cases hear from us within ‸two hours. They are aims, and we hold", "P409"),
    "another promise in prose": (NETOP, "They are aims, and we hold", "Critical cases hear from us within ‸3 hours. They are aims, and we hold", "P410"),
}  # fmt: skip


@cache
def text_of(name: str) -> str:
    """The policy as it is shipped."""
    return (ROOT / "policies" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("policy", "old", "new", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_planted_mistake_is_found_at_its_line(policy, old, new, code):
    """A slip in a file of many hundred lines costs its author one look."""
    before, mark, after = changed(text_of(policy), old, new).partition(HERE)
    _, findings = check_policy(before + after, f"policies/{policy}.md")
    found = [(one.line, one.column) for one in findings if one.code == code]
    assert found, [str(one) for one in findings]
    if mark:
        assert (before.count("\n") + 1, len(before) - before.rfind("\n")) in found
    assert len(findings) <= 4, "one slip must not raise a crowd"


def test_there_are_fifty_of_them_and_the_policies_are_sound_without():
    """The rows prove something only if nothing was wrong before."""
    assert len(MISTAKES) >= 50
    for name in (NETOP, SYNCRO):
        assert parse_policy(text_of(name)).desk == name
