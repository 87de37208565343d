# ruff: noqa: E501 - a row of the table stays on one line, so that its columns can be read down
"""Every mistake is found where it stands, under its own code, with the word that was probably meant.

Each row changes one passage of a sound policy. The mark ‸ stands where the finding must point.
"""

import pytest

from tests.policy.files import OFFICE, SHOP, changed, find
from troth.policy import check_policy
from troth.policy.findings import CODES

MISTAKES = {
    # --- the file --------------------------------------------------------------------------------
    "no front matter": ("---\ndesk: office", "‸desk: office", "P010", "begin the file with ---"),
    "a front matter without its zone": ("desk: office\nvendor: Office Ltd\ntitle: How the office supports you\nzone: Europe/Copenhagen\n", "‸desk: office\nvendor: Office Ltd\ntitle: How the office supports you\n", "P011", "lacks zone"),
    "a zone that does not exist": ("zone: Europe/Copenhagen", "zone: ‸Europe/Copenhagn", "P012", '"Europe/Copenhagen"'),
    "a version that is no date": ("version: 2026-11-01", "version: ‸1.0.0", "P012", "like 2026-11-01"),
    "a key the front matter does not have": ("vendor: Office Ltd", "vendor: Office Ltd\n‸zoen: UTC", "P013", '"zone"'),
    "an id used twice": ("## Channels {#channels}", "## Channels {#‸hours}", "P020", "line 14 already"),
    "a rule outside every clause": ("Welcome. Write to us <b>any time</b>.", "```rule ‸privacy\nopt out: [news]\n```", "P021", "{#targets}"),
    "a kind that does not exist": ("```rule closing", "```rule ‸closings", "P022", '"closing"'),
    "a rule inside a list": ("Welcome. Write to us <b>any time</b>.", "- ```rule ‸queue\n  order: due\n  ```", "P023", "out of the list"),
    "an id nobody could cite": ("{#closing}", "{#‸Our Closing}", "P024", "small letters"),
    # --- its YAML --------------------------------------------------------------------------------
    "text that is no YAML": ("level 2: {worked by: support}", "level 2: {worked by: [support‸}", "P101", "bracket"),
    "a second colon in a line": ("resolved by: [explanation, workaround]", "resolved by: fix‸: now", "P101", "second colon"),
    "an anchor": ("level 2: {worked by: support}", "level 2: ‸&two {worked by: support}", "P102", "&two"),
    "an alias": ("level 2: {worked by: support}", "level 2: ‸*one", "P102", "*one"),
    "a tag": ("level 2: {worked by: support}", "level 2: {worked by: ‸!!str support}", "P103", "leave it out"),
    "a merge key": ("level 2: {worked by: support}", "level 2: {‸<<: {}, worked by: support}", "P104", "write out"),
    "a key twice": ("level 2: {worked by: support}", "level 2: {worked by: support, ‸worked by: partner}", "P105", "line 62"),
    "a version not in quotes": ('"8.10": {released', "‸8.10: {released", "P106", '"8.10"'),
    "a whole number for a version": ('"8.10": {released', "‸9: {released", "P106", '"9"'),
    "a list for a key": ("level 2: {worked by: support}", "level 2: {‸[worked by]: support}", "P107", "word"),
    "an empty block": ("resolved by: [explanation, workaround]\n", "", "P109", ""),
    # --- the shape of rules ----------------------------------------------------------------------
    "a key misspelt": ("  paused while: waiting", "  ‸pausd while: waiting", "P201", '"paused while"'),
    "a key misspelt inside": ("{escalate to: level 2}", "{‸escalate too: level 2}", "P201", '"escalate to"'),
    "a key missing": ("resolve:\n  kind: target\n  hours: support\n  from: level 1", "‸resolve:\n  kind: target\n  hours: support", "P202", "needs from"),
    "a word where a mapping belongs": ("hours: {support: partner}", "hours: ‸partner", "P203", "keys with values"),
    "a key no calendar has": ("days: mon-fri, from", "‸colour: red, days: mon-fri, from", "P201", "always, assumed)"),
    "a version of the file that is a number": ("version: 2026-11-01", "version: ‸1.0", "P012", "2026-11-01"),
    "a word that cannot stand there": ("resolved by: [explanation, workaround]", "resolved by: [explanation, ‸workaraund]", "P204", '"workaround"'),
    "a level by another name": ("level 2: {worked by: support}", "‸levle 2: {worked by: support}", "P204", '"level 2"'),
    "a duration without its unit": ("critical: 2 hours", "critical: ‸2", "P205", "no unit"),
    "a duration in unknown units": ("critical: 2 hours", "critical: ‸2 huors", "P205", '"hours"'),
    "a term in unknown units": ("terms: [12 months]", "terms: [‸12 moons]", "P205", '"months"'),
    "days where no day has a length": ("critical: 2 hours", "critical: ‸2 days", "P205", "day"),
    "a promise of a thousand years": ("critical: 2 hours", "critical: ‸300000 business days", "P205", "ten years"),
    "names and settings mixed": ("respond:\n  kind: target", "‸kind: target\nrespond:\n  kind: target", "P206", "setting among names"),
    "two rules of one name": ("## Silence {#silence}", "```rule targets\n‸respond: {}\n```\n\n## Silence {#silence}", "P207", "line 70"),
    "what nothing can depend on": ("{by severity: {critical: 5", "{‸by severety: {critical: 5", "P208", '"severity"'),
    "a branch for no severity": ("high: 4 hours,", "high: 4 hours, ‸hihg: 3 hours,", "P209", '"high"'),
    "a branch left out": ("open a case: [web, email]", "open a case: {‸by level: {level 1: [web]}}", "P210", "2 has no value here"),
    "a branch where all cases are alike": ("otherwise: low", "otherwise: {‸by level: {else: low}}", "P211", "leave by level out"),
    "a branch that repeats": ("hours: support\n  from: opening", "hours: support\n  by level: {else: {‸hours: support}}\n  from: opening", "P212", "one place"),
    "something assumed that is not there": ("assumed: [from, paused while]", "assumed: [from, ‸pause while]", "P213", '"paused while"'),
    "a setting in two sections": ("## Escalation {#escalation}", "```rule closing\n‸resolved by: [fix]\n```\n\n## Escalation {#escalation}", "P214", "already"),
    "a day that does not exist": ("days: mon-fri,", "‸days: moon-fri,", "P216", "moon"),
    # --- names -----------------------------------------------------------------------------------
    "a word conditions do not have": ("{when: {licence: trial}", "{when: {‸license: trial}", "P301", '"licence"'),
    "a value its word never has": ("{environment: production}, then: high", "{environment: ‸productoin}, then: high", "P302", '"production"'),
    "hours nobody defined": ("hours: support\n  from: opening", "hours: ‸suport\n  from: opening", "P303", '"support"'),
    "a purchase that needs what no condition knows": ("## Escalation {#escalation}", "```rule purchases\nincident: {gives: incidents, needs: {‸plam: registered}}\n```\n\n## Escalation {#escalation}", "P301", '"plan"'),
    "a purchase of products that are not there": ("## Escalation {#escalation}", "```rule purchases\n24x7: {gives: add-on, products: ‸Abakus}\n```\n\n## Escalation {#escalation}", "P305", '"Abacus"'),
    "a purchase nobody can approve": ("## Escalation {#escalation}", "```rule purchases\nexception: {gives: exception, approved by: ‸manger}\n```\n\n## Escalation {#escalation}", "P204", '"manager"'),
    "an allowance for nothing that is counted": ("## Escalation {#escalation}", "```rule allowances\n‸work: {minutes: 30}\n```\n\n## Escalation {#escalation}", "P204", "out of scope"),
    "an allowance misspelt": ("## Escalation {#escalation}", "```rule allowances\n‸out of scop: {minutes: 30}\n```\n\n## Escalation {#escalation}", "P204", 'did you mean "out of scope"?'),
    "a purchase that lapses with nothing": ("## Escalation {#escalation}", "```rule purchases\nexception: {gives: exception, lapses: ‸contracts}\n```\n\n## Escalation {#escalation}", "P204", '"contract"'),
    "access granted by nobody": ("## Escalation {#escalation}", "```rule access\ngranted by: ‸client\n```\n\n## Escalation {#escalation}", "P204", "customer"),
    "a moment that does not exist": ("from: opening", "from: ‸openning", "P304", '"opening"'),
    "a moment of a level that is not there": ("from: level 1", "from: ‸level 3", "P304", "level"),
    "an act that does not exist": ("met by: [confirmation, reply]", "met by: [confirmation, ‸repley]", "P204", '"reply"'),
    "a plan that does not exist": ("basis: licence, plan: registered", "basis: licence, plan: ‸registred", "P305", '"registered"'),
    "a severity that does not exist": ("otherwise: low", "otherwise: ‸lo", "P305", '"low"'),
    # --- sense -----------------------------------------------------------------------------------
    "a row never reached": ("- {otherwise: uncovered", "- ‸{when: {licence: trial, key: valid}, basis: trial}\n- {otherwise: uncovered", "P401", "line 35"),
    "rows below otherwise": ("offer: [proof of purchase]}", "offer: [proof of purchase]}\n- ‸{when: {partner: yes}, basis: trial, goals: none}", "P401", "line 36"),
    "rows that overlap and differ": ("then: critical}\n", "then: critical}\n  - ‸{when: {workaround: hard, data_loss: true}, then: high}\n", "P402", "environment"),
    "one row that overlaps with several": ("then: high}\notherwise", "then: high}\n  - ‸{when: {data_loss: true}, then: low}\notherwise", "P402", "and 1 more like it"),
    "a severity without a target": ("{critical: 2 hours, high: 4 hours, low: 1 business day}", "{critical: 2 hours, high: 4 hours}", "P403", "low"),
    "a resolution due before its response": ("critical: 5 business days", "critical: ‸1 hour", "P404", '"respond"'),
    "a resolution due before one of its responses": ("within: {by severity: {critical: 5 business days, else: 20 business days}}", "within: ‸3 hours", "P404", '"respond"'),
    "an escalation that leads nowhere": ("{escalate to: level 2}", "{escalate to: ‸level 3}", "P405", "level 2"),
    "an escalation to where it is": ("{escalate to: level 2}", "{escalate to: ‸level 1}", "P406", "higher level"),
    "a path without a first step": ("staff: {tells: [staff]}", "staff: {after: [‸executive], tells: [staff]}", "P406", "first step"),
    "a path after no step": ("after: [staff]", "after: [‸stuff]", "P405", '"staff"'),
    "a receiver nobody is, of an escalation": ("tells: [staff]", "tells: [‸stuff]", "P204", 'did you mean "staff"?'),
    "a receiver nobody is, of a notice": ("## Escalation {#escalation}", "```rule notices\nclosing: {at: closing, to: ‸case holder}\n```\n\n## Escalation {#escalation}", "P204", 'did you mean "case-holder"?'),
    "a receiver nobody is, of a missed clock": ("{escalate to: level 2}", "{escalate to: level 2, tell: [lead, ‸boss]}", "P204", "one of case-holder, lead"),
    "steps out of order": ("after: 5 business days, attempt", "after: ‸4 hours, attempt", "P407", "no later"),
    "an attempt after closing": ("needs attempts: 2}", "needs attempts: 2}\n    - ‸{after: 11 business days, attempt: email}", "P408", "closed in line"),
    "more attempts than there are": ("needs attempts: 2", "needs attempts: ‸3", "P408", "2 can have been made"),
    "a number the rule holds": ("Nothing in this prose counts hours.", "You hear from us within ‸two hours.", "P409", "two hours"),
    "a number the rule does not hold": ("Nothing in this prose counts hours.", "You hear from us\nwithin ‸3 hours.", "P410", "3 hours"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_found_at_its_line_and_column(old, new, code, says):
    """`troth policy check` says file, line, column, a stable code, and how to mend it."""
    findings, place = find(changed(OFFICE, old, new))
    found = [finding for finding in findings if finding.code == code]
    assert found, [str(finding) for finding in findings]
    assert place is None or place in [(finding.line, finding.column) for finding in found], [
        str(one) for one in findings
    ]
    assert says in found[0].message


@pytest.mark.parametrize("text", [OFFICE, SHOP], ids=["office", "shop"])
def test_a_sound_policy_has_no_findings(text):
    """The rows above prove something only if the policy they change is sound."""
    assert find(text)[0] == []


MOSTLY_ALONE = [name for name, (*_, code, _) in MISTAKES.items() if code >= "P2" and code not in {"P206", "P211"}]


@pytest.mark.parametrize("name", MOSTLY_ALONE)
def test_one_mistake_is_told_once(name):
    """A slip in one place does not raise a crowd of findings elsewhere."""
    old, new, code, _ = MISTAKES[name]
    findings, _ = find(changed(OFFICE, old, new))
    assert [finding.code for finding in findings] == [code], [str(finding) for finding in findings]


def test_several_mistakes_are_told_together_in_the_order_of_the_file():
    """Nobody mends a file one finding at a time."""
    text = changed(changed(OFFICE, "otherwise: low", "otherwise: lo"), "days: mon-fri,", "days: moon-fri,")
    findings, _ = find(text)
    assert findings[0].code == "P216"
    assert "P305" in [finding.code for finding in findings]
    assert findings == sorted(findings)


def test_a_finding_reads_as_tools_expect():
    """FILE:LINE:COL: CODE message."""
    _, findings = check_policy(changed(OFFICE, "from: opening", "from: openning"), "policies/office.md")
    assert str(findings[0]).startswith("policies/office.md:73:9: P304 there is no moment")


@pytest.mark.parametrize("kind", ["hours", "entitlement", "channels", "severities", "closing"])
def test_a_policy_needs_what_no_case_can_do_without(kind):
    """A kind that every case asks for is missed when it is not there."""
    findings, _ = find(OFFICE.replace(f"```rule {kind}\n", f"```yaml {kind}\n"))
    assert any(finding.code == "P411" and f"no {kind}" in finding.message for finding in findings)


def test_every_code_has_a_sentence_and_every_sentence_a_test():
    """The reference is made from CODES; the few codes without a row above have tests of their own."""
    elsewhere = {"P001", "P002", "P014", "P025", "P108", "P110", "P215", "P411"}
    assert {code for *_, code, _ in MISTAKES.values()} | elsewhere == set(CODES)
    assert all(sentence.endswith(".") for sentence in CODES.values())


FINE = {
    "a resolution due with its response": ("critical: 5 business days", "critical: 2 hours"),
    "a target for one severity that speaks of no other": (
        "resolve:\n  kind",
        "call: {from: opening, met by: call, for: {severity: critical}, within: {by severity: {critical: 2 hours}}}\nresolve:\n  kind",
    ),
    "rows that overlap and decide the same": (
        "then: critical}\n",
        "then: critical}\n  - {when: {environment: production, data_loss: true}, then: critical}\n",
    ),
    "a condition on what nobody answered": (
        "{environment: production}, then: high",
        "{environment: [production, not given]}, then: high",
    ),
    "a resolution sooner than the response of another severity": (
        "within: {by severity: {critical: 5 business days, else: 20 business days}}",
        "for: {severity: critical}\n  within: 3 hours",
    ),
    "a number in another clause": ("Welcome.", "Our kettle takes 4 hours."),
    "a number of another sort beside a rule": ("Nothing in this prose", "In 12 months nothing in this prose"),
    "days counted in a calendar that says what a day is": (
        "holidays: DK, assumed",
        "holidays: DK, day: 8 hours, assumed",
    ),
    "a rule block that is not one": (
        "## Closing {#closing}",
        "## Closing {#closing}\n\n```yaml\nkey: &anchor 8.10\n```\n",
    ),
}


@pytest.mark.parametrize(("old", "new"), FINE.values(), ids=FINE.keys())
def test_what_only_looks_like_a_mistake_is_let_be(old, new):
    """The checker is trusted as long as it cries only when something is wrong."""
    assert [str(one) for one in find(changed(OFFICE, old, new))[0]] == []


def test_a_basis_without_goals_needs_no_target_at_all():
    """A policy may answer everyone and promise nothing."""
    text = OFFICE[: OFFICE.index("## Targets")] + OFFICE[OFFICE.index("## Silence") :]
    findings, _ = find(text)
    assert [one.code for one in findings] == ["P403"]
    assert find(changed(text, "plan: registered}", "plan: registered, goals: none}"))[0] == []


def test_minutes_and_hours_are_one_sort_of_number():
    """Prose that says 120 minutes repeats a rule of 2 hours."""
    findings, _ = find(changed(OFFICE, "Nothing in this prose", "Within 120 minutes nothing in this prose"))
    assert [one.code for one in findings] == ["P409"]


def test_an_indented_rule_block_is_found_where_it_stands():
    """Columns are those of the file, not of the block."""
    text = changed(
        OFFICE,
        "```rule closing\nresolved by: [explanation, workaround]\n```",
        "  ```rule closing\n  resolved by: [‸magic]\n  ```",
    )
    (finding,), place = find(text)
    assert (finding.line, finding.column) == place


def test_a_finding_is_one_line_whatever_it_quotes():
    """A value over two lines must not break the form that tools read."""
    findings, _ = find(changed(OFFICE, "zone: Europe/Copenhagen", 'zone: "E\\nurope/Copenhagen"'))
    assert [str(one).count("\n") for one in findings] == [0]
