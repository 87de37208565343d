# ruff: noqa: E501 - a row of the table stays on one line, so that its columns can be read down
"""Differences between two versions of a policy, told in sentences with the clause each stands in."""

from datetime import date

import pytest

from tests.policy.files import OFFICE, SHOP, changed
from troth.hours import HolidayDates
from troth.policy import Change, compare, parse_policy

RESPOND = "{by severity: {critical: 2 hours, high: 4 hours, low: 1 business day}}"
OTHERWISE = "- {otherwise: uncovered, offer: [proof of purchase]}"
ROWS = "- {when: {licence: trial}, basis: trial, goals: best effort, ends: trial}\n"


def told(*changes: tuple[str, str], text: str = OFFICE) -> list[tuple[str, str]]:
    """Return what is told when these passages change."""
    later = text
    for old, new in changes:
        later = changed(later, old, new)
    return [(change.clause, change.sentence) for change in compare(parse_policy(text), parse_policy(later))]


@pytest.mark.parametrize(
    ("old", "new", "clause", "sentence"),
    [
        ("critical: 2 hours", "critical: 1 hour", "targets/respond", "Targets: respond, critical: 2 hours → 1 hour"),
        (RESPOND, "2 hours", "targets/respond", "Targets: respond, high: 4 hours → 2 hours"),
        (
            "met by: [confirmation, reply]",
            "met by: reply",
            "targets/respond",
            "Targets: respond, met by: confirmation and reply → reply",
        ),
        (
            "  assumed: [from, paused while]",
            "  assumed: [from]",
            "targets/resolve",
            "Targets: resolve, paused while: assumed → stated",
        ),
        ("{escalate to: level 2}", "{tell: lead}", "targets/resolve", "Targets: resolve, when missed, tell: nothing → lead"),
        ("## Targets {#targets}", "## Our word {#targets}", "targets", 'The clause "Targets" is now called "Our word".'),
        ("Nothing in this prose", "Not a word here", "targets", 'The clause "Targets" is worded anew.'),
        ("vendor: Office Ltd", "vendor: Office Inc", "", "Vendor: Office Ltd → Office Inc"),
        ("otherwise: low", "otherwise: high", "severities", "Severities: otherwise: low → high"),
        (
            "{environment: production}, then: high",
            "{environment: production}, then: critical",
            "severities",
            "Severities: environment is production, then: high → critical",
        ),
        (
            "offer: [proof of purchase]",
            "offer: [upgrade]",
            "entitlement/otherwise",
            "Entitlement: in every other case, offer: proof of purchase → upgrade",
        ),
        ("terms: [12 months]", "terms: [24 months]", "entitlement/registered", "Plans: registered, terms: 12 months → 24 months"),
        (
            "after: 5 business days, attempt: phone",
            "after: 6 business days, attempt: phone",
            "silence/request 1",
            "Silence: from request 1, step 2, after: 5 business days → 6 business days",
        ),
        ('to: "17:00"', 'to: "16:00"', "hours/support", "Hours: support, Mon, Tue, Wed, Thu and Fri: 09:00-17:00 → 09:00-16:00"),
        ("days: mon-fri", "days: mon-sat", "hours/support", "Hours: support, Sat: nothing → 09:00-17:00"),
        ("executive: {after: [staff], tells: [executives]}", "manager: {tells: [manager]}", "escalation/manager", "Escalation: manager is new."),
        ("executive: {after: [staff], tells: [executives]}", "manager: {tells: [manager]}", "escalation/executive", "Escalation: executive is gone."),
        ('"8.10": {released', '"9.0": 2026-03-01, "8.10": {released', "products/Abacus", "Products: Abacus, releases, 9.0, released: nothing → 2026-03-01"),
        ("holidays: DK", "holidays: {country: DK, plus: [2026-12-28]}", "hours/support", "Hours: support, closed in the first year on 2026-12-28 as well"),
        ("holidays: DK", "holidays: {country: DK, minus: [2026-12-25]}", "hours/support", "Hours: support, open in the first year on 2026-12-25, formerly closed"),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_its_clause(old, new, clause, sentence):
    """One passage changed, one sentence that names both values."""
    assert (clause, sentence) in told((old, new))


def test_a_version_says_the_same_as_itself():
    """The date alone is no difference."""
    assert told(("version: 2026-11-01", "version: 2026-11-02")) == []
    assert told(text=SHOP) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{by severity: {critical: 5 business days, else: 20", "{by severity: {critical: 5 business days, high: 20 business days, else: 20"),
        ("met by: [confirmation, reply]\n", "met by:\n    - confirmation\n    - reply\n"),
        ("kind: target\n  hours: support\n  from: opening", "from: opening\n  hours: support\n  kind: target"),
        ("days: mon-fri", "days: [mon, tue, wed, thu, fri]"),
        ("Nothing in this prose counts", "Nothing\nin this   prose counts"),
    ],
)  # fmt: skip
def test_another_way_of_writing_is_no_difference(old, new):
    """What rules come to is compared."""
    assert told((old, new)) == []


def test_what_changes_for_every_severity_is_told_once():
    """Combinations are named only where they differ."""
    ((clause, sentence),) = told(("hours: support\n  from: opening", "hours: always\n  from: opening"))
    assert (clause, sentence) == ("targets/respond", "Targets: respond, hours: support → always")


def test_clauses_and_rules_that_come_and_go():
    """A new clause, a new rule in it, and the same the other way round."""
    later = OFFICE + "\n## Wishes {#wishes}\n\n```rule scope\nwish: {title: A wish, outcome: declined}\n```\n"
    one, other = parse_policy(OFFICE), parse_policy(later)
    assert compare(one, other) == [
        Change("wishes", 'The clause "Wishes" is new.'),
        Change("wishes/wish", "Scope: wish is new (A wish)."),
    ]
    assert compare(other, one) == [
        Change("wishes", 'The clause "Wishes" is gone.'),
        Change("wishes/wish", "Scope: wish is gone."),
    ]


def test_rows_in_another_order_are_told():
    """The first match wins, so order is content."""
    text = changed(OFFICE, ROWS, ROWS + "- {when: {licence: [nfr, trial], key: pirated}, uncovered: copied}\n")
    swapped = changed(OFFICE, ROWS, "- {when: {licence: [nfr], key: pirated}, uncovered: copied}\n" + ROWS)
    plain = changed(OFFICE, ROWS, ROWS + "- {when: {licence: [nfr], key: pirated}, uncovered: copied}\n")
    (change,) = compare(parse_policy(plain), parse_policy(swapped))
    assert change.sentence.startswith("Entitlement: the rows stand in another order: ")
    assert text != plain


def test_stored_holidays_are_compared_not_todays_library():
    """A correction of the library reaches nobody but by a new version, and is told there."""
    before = HolidayDates(2024, 2036, frozenset({date(2026, 12, 24), date(2028, 1, 1)}))
    after = HolidayDates(2024, 2036, frozenset({date(2026, 12, 24), date(2027, 2, 1)}))
    old, new = (parse_policy(OFFICE, dates={"support": dates}) for dates in (before, after))
    assert [change.sentence for change in compare(old, new)] == [
        "Hours: support, closed in the first year on 2027-02-01 as well"
    ]
