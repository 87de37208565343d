"""A customer's own agreement laid over the policy: what it changes is cited from it, and nothing else."""

import pytest

from tests.policy.files import HERE, OFFICE, SHOP, changed
from troth.hours import HolidayDates
from troth.policy import PolicyError, amend, check_amendment, parse_policy
from troth.policy.page import as_html
from troth.policy.terminal import as_terminal

ACME = """\
---
amends: office
title: The agreement with Acme
for: Acme
version: 2026-12-01
---

# The agreement with Acme

Acme is in a hurry.

## Sooner {#targets}

```rule targets
respond:
  within: {by severity: {critical: 1 hour}}
resolve:
  paused while: []
second look: {kind: internal, from: escalation, within: 1 business day}
```

## Our own rules {#other}

```rule closing
resolving: awaits closing
```
"""


def laid_on(text: str = ACME, base: str = OFFICE, name: str = "customers/acme.md"):
    """Return the policy with the agreement laid on it."""
    return amend(parse_policy(base), text, name)


def block(kind: str, body: str) -> str:
    """Return a small amendment with one rule block."""
    head = "---\namends: office\ntitle: A\nversion: 2026-12-01\n---\n\n## Ours {#ours}\n\n"
    return f"{head}```rule {kind}\n{body}\n```\n"


def test_maps_merge_and_each_row_cites_what_it_rests_on():
    """Only the critical severity was changed; the others cite the policy."""
    respond = laid_on().targets["respond"]
    told = {word: respond.at({"severity": word}) for word in ("critical", "high")}
    assert {word: str(rule.within) for word, rule in told.items()} == {"critical": "1 hour", "high": "4 hours"}
    assert told["critical"].clause == "acme:targets/respond"
    assert told["high"].clause == "targets/respond"
    assert told["critical"].met_by == ("confirmation", "reply")


def test_a_list_is_replaced_even_by_an_empty_one():
    """Nothing of the old list is left, and the rule cites the agreement."""
    resolve = laid_on().targets["resolve"].at({"severity": "low"})
    assert resolve.paused_while == ()
    assert resolve.clause == "acme:targets/resolve"


def test_a_new_entry_and_a_setting_are_laid_on_too():
    """An agreement may add a promise, and settings merge as names do."""
    policy = laid_on()
    assert policy.targets["second look"].only.clause == "acme:targets/second look"
    assert list(policy.targets) == ["respond", "resolve", "second look"]
    assert policy.closing.only.resolving == "awaits closing"
    assert policy.closing.only.resolved_by == ("explanation", "workaround")
    assert policy.closing.only.clause == "acme:other"


def test_every_citation_exists_and_tells_the_agreement_from_the_policy():
    """`targets` and `acme:targets` are two clauses; no section of a policy can have a colon in its id."""
    policy = laid_on()
    assert policy.clauses["acme:targets"].title == "Sooner"
    assert policy.clauses["targets"].title == "Targets"
    cited = [rule.clause for table in policy.targets.values() for rule in table.rows.values()]
    assert {clause.partition("/")[0] for clause in cited} == {"targets", "acme:targets"}
    assert all(clause.partition("/")[0] in policy.clauses for clause in cited)


def test_an_agreement_is_no_assumption():
    """What the agreement says is not assumed any longer; what it leaves open still is."""
    resolve = laid_on().targets["resolve"].at({"severity": "low"})
    assert resolve.assumed == ("from",)
    own = laid_on(changed(ACME, "paused while: []", "paused while: []\n  assumed: [paused while]"))
    assert own.targets["resolve"].at({"severity": "low"}).assumed == ("from", "paused while")


def test_rows_are_a_list_and_replaced_whole():
    """Whoever amends who is covered writes all of it."""
    policy = laid_on(block("entitlement", "- {otherwise: courtesy, goals: none}"))
    assert [(row.basis, row.clause) for row in policy.entitlement] == [("courtesy", "acme:ours/otherwise")]
    assert [one.kind for one in policy.document.blocks].count("entitlement") == 1


def test_silence_of_one_row_is_replaced_too():
    """A list of one may be written without its hyphen."""
    policy = laid_on(block("silence", "from: request 1\nsteps: [{after: 3 business days, close: silence}]"))
    (rule,) = (table.only for table in policy.silence)
    assert (rule.clause, len(rule.steps)) == ("acme:ours/request 1", 1)


def test_notices_and_nothing_automatic_are_not_merged():
    """One of them holds, and it is the agreement's."""
    quiet = OFFICE + "\n## Mail {#mail}\n\n```rule notices\nnothing automatic: true\n```\n"
    told = laid_on(block("notices", "closing: {at: closing}"), quiet)
    assert list(told.notices) == ["closing"]
    assert told.notices["closing"].only.clause == "acme:ours/closing"
    loud = OFFICE + "\n## Mail {#mail}\n\n```rule notices\nclosing: {at: closing}\n```\n"
    assert laid_on(block("notices", "nothing automatic: true"), loud).notices == {}


def test_the_reference_names_the_version_and_what_was_laid_on_it():
    """A ruling says under which agreement it was made; a second one is laid on the first."""
    policy = laid_on()
    assert policy.ref == "office@2026-11-01+acme@2026-12-01"
    twice = amend(policy, block("closing", "resolving: closes"), "rush.md")
    assert twice.ref == "office@2026-11-01+acme@2026-12-01+rush@2026-12-01"
    assert twice.closing.only.clause == "rush:ours"
    assert twice.targets["respond"].at({"severity": "critical"}).clause == "acme:targets/respond"


def test_a_pair_is_compiled_once():
    """A desk asks for the same policy at every act on a case."""
    policy = parse_policy(OFFICE)
    assert amend(policy, ACME, "acme.md") is amend(policy, ACME, "acme.md")


def test_the_general_policy_stays_as_it_is():
    """Another customer's case goes by the same object as before."""
    policy = parse_policy(OFFICE)
    amend(policy, ACME, "acme.md")
    assert str(policy.targets["respond"].at({"severity": "critical"}).within) == "2 hours"
    assert list(policy.clauses) == list(parse_policy(OFFICE).clauses)


def test_calendars_are_substituted_and_stored_holidays_kept_where_they_still_hold():
    """Longer hours on the same holidays; other holidays are asked for anew."""
    stored = {"support": HolidayDates(2024, 2036, frozenset())}
    policy = parse_policy(OFFICE, dates=stored)
    longer = amend(policy, block("hours", 'support: {to: "20:00"}'), "acme.md")
    assert longer.holiday_dates()["support"] is stored["support"]
    assert longer.calendar("support") is not policy.calendar("support")
    norwegian = amend(policy, block("hours", "support: {holidays: NO}"), "acme.md")
    assert norwegian.dates == {}


def test_an_amended_policy_reads_as_a_page():
    """The policy with its changes, and the agreement's own words after it."""
    policy = laid_on()
    assert 'id="acme:targets"' in as_html(policy)
    assert "Critical: 1 hour" in as_terminal(policy)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("amends: office", "‸amends: shop", "P014"),
        ("amends: office\n", "‸", "P011"),
        ("for: Acme", "‸fro: Acme", "P013"),
        ("critical: 1 hour", "‸critcal: 1 hour", "P209"),
        ("critical: 1 hour", "critical: ‸1 huor", "P205"),
        ("paused while: []", "‸pausd while: []", "P201"),
        ("paused while: []", "within: ‸1 hour", "P404"),
        ("paused while: []", "when missed: {escalate to: ‸level 3}", "P405"),
        ("within: {by severity: {critical: 1 hour}}", "by severity: {else: {hours: ‸support}}", "P212"),
        ("rule closing", "rule ‸closings", "P022"),
        ("resolving: awaits closing", "resolving: ‸awaits", "P204"),
        ("resolving: awaits closing", "‸{}: [", "P101"),
        ("Acme is in a hurry.\n\n## Sooner {#targets}", "## Sooner {#targets}\n\nWithin ‸1 hour.", "P409"),
    ],
)
def test_a_mistake_is_found_at_its_place_in_the_amendment(old, new, code):
    """Also one that the two files make together."""
    before, mark, after = changed(ACME, old, new).partition(HERE)
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    amended, findings = check_amendment(parse_policy(OFFICE), before + after, "acme.md")
    assert amended is None
    assert mark
    assert all(finding.file == "acme.md" for finding in findings)
    found = [(one.line, one.column) for one in findings if one.code == code]
    assert place in found or code in {"P212", "P101"}, [str(one) for one in findings]
    assert found


def test_a_mistake_only_the_two_make_is_placed_where_the_amendment_touches():
    """The base has no mistake of its own, and nobody could mend it there."""
    text = block("severities", "scale: [critical, high, low, none]")
    _, findings = check_amendment(parse_policy(OFFICE), text, "acme.md")
    assert findings
    assert {one.code for one in findings} == {"P403"}
    assert all(one.line <= text.count("\n") for one in findings)


@pytest.mark.parametrize("name", ["Acme & Co.md", ".md", "é.md"])
def test_a_name_that_cannot_be_cited_is_refused(name):
    """The name stands in every citation."""
    with pytest.raises(PolicyError, match="P014"):
        laid_on(name=name)


def test_an_amendment_too_large_or_too_wrong_has_findings_like_a_policy():
    """It comes from people too."""
    _, large = check_amendment(parse_policy(SHOP), "x" * 300_001, "acme.md")
    assert [one.code for one in large] == ["P001"]
    _, wrong = check_amendment(parse_policy(OFFICE), ACME + "## Again {#targets}\n" * 300, "acme.md")
    assert "P002" in [one.code for one in wrong]
