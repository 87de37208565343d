"""The policy as people read it: prose as written, rules as tables in their place, silence admitted."""

from html.parser import HTMLParser

import pytest

from tests.policy.files import OFFICE, SHOP, changed
from troth.policy import parse_policy
from troth.policy.page import Text, anchor, as_html, render_page
from troth.policy.tables import RuleTable
from troth.policy.terminal import as_terminal


def section(text: str, name: str):
    """Return one section of the page."""
    return next(one for one in render_page(parse_policy(text)) if one.id == name)


def words(table: RuleTable) -> list[list[str]]:
    """Return a table without its marks."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_prose_and_rules_keep_the_order_of_the_file():
    """A table stands where its rule block stood."""
    text = changed(OFFICE, "## Silence {#silence}", "And so we promise.\n\n## Silence {#silence}")
    first, table, last = section(text, "targets").parts
    assert isinstance(first, Text)
    assert isinstance(table, RuleTable)
    assert isinstance(last, Text)
    assert last.html == "<p>And so we promise.</p>\n"
    assert section(text, "targets").tables == [table]


def test_targets_read_as_a_matrix_of_severities():
    """One row a promise, one column a severity; each row is what a citation points to."""
    (table,) = section(OFFICE, "targets").tables
    assert table.columns == ("", "How it counts", "Critical", "High", "Low")
    assert words(table)[0] == [
        "Respond",
        "target, from opening; in support hours; met by confirmation or reply",
        "2 hours",
        "4 hours",
        "1 business day",
    ]
    assert [row.clause for row in table.rows] == ["targets/respond", "targets/resolve"]


def test_a_promise_that_depends_on_more_has_a_row_for_each_sort_of_case():
    """Nobody reads a table in three dimensions: severities are columns, all else is said in words."""
    (table,) = section(SHOP, "targets").tables
    assert table.columns == ("", "How it counts", "Emergency", "Standard")
    assert words(table) == [
        ["Respond", "promise or internal, from opening; met by reply"],
        ["Respond, Gold plan", "1 hour around the clock", "4 hours in support hours"],
        ["Respond, all others", "1 hour around the clock", "2 business days in support hours"],
    ]
    assert {row.clause for row in table.rows} == {"targets/respond"}
    assert all(sum(cell.span for cell in row.cells) == len(table.columns) for row in table.rows)


def test_a_promise_without_severities_names_whom_each_time_is_for():
    """Products, plans and so on are rows of their own, also where the table has no severities."""
    text = changed(SHOP, "## More targets", "```rule targets\nlook: {from: opening, within: {by plan: "
                   "{gold: 1 hour, else: 2 hours}}}\n```\n\n## More targets")  # fmt: skip
    table = section(text, "targets").tables[1]
    assert table.columns == ("", "How it counts", "Within")
    assert words(table)[1:] == [["Look, Gold plan", "1 hour"], ["Look, all others", "2 hours"]]


def test_a_severity_that_a_promise_is_not_for_has_a_dash():
    """`for` is read in the columns, so nobody finds a time that is not theirs."""
    text = changed(OFFICE, "  from: level 1\n", "  from: level 1\n  for: {severity: [critical, high]}\n")
    resolve = words(section(text, "targets").tables[0])[1]
    assert "severity" not in resolve[1]
    assert [time == "–" for time in resolve[2:]] == [False, False, True]


def test_hours_in_place_of_others_are_said_in_words():
    """The word `partner` alone told nobody whose hours those are."""
    said = str(words(section(OFFICE, "levels").tables[0]))
    assert "in the partner's own hours, where it has its own" in said
    assert "support partner" not in said


def test_what_the_vendor_leaves_open_is_said_in_its_place():
    """An assumed key carries a mark, and the table says what we go by."""
    (table,) = section(OFFICE, "targets").tables
    assert [cell.is_assumed for cell in table.rows[1].cells] == [False, True, False, False, False]
    assert not any(cell.is_assumed for cell in table.rows[0].cells)
    assert table.silent == "The policy is silent here; we go by from: level 1; paused while: waiting on customer."


def test_rows_of_cover_read_as_when_and_then():
    """Conditions are words, and the last row is for everybody else."""
    table = section(OFFICE, "entitlement").tables[1]
    assert words(table)[0] == ["licence is commercial and key is valid", "basis licence; plan registered"]
    assert words(table)[2] == ["in every other case", "uncovered; offer proof of purchase"]


def test_the_decision_table_of_severities_shows_its_end_and_what_lowers_it():
    """First match wins, so the order is shown as it is."""
    decision = section(OFFICE, "severities").tables[1]
    assert words(decision) == [
        ["environment is production and workaround is none or hard", "critical"],
        ["environment is production", "high"],
        ["in every other case", "low"],
        ["workaround is available", "one step lower"],
    ]
    assert decision.silent == "The policy is silent here; we go by the rows above."


# --- HTML ----------------------------------------------------------------------------------------------


class Balance(HTMLParser):
    """Counts that every element opened is closed, and gathers ids."""

    def __init__(self):
        super().__init__()
        self.open, self.ids = [], []

    def handle_starttag(self, tag, attrs):
        """One more is open."""
        self.ids.extend(value for name, value in attrs if name == "id")
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """The last one opened is the first to close."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("text", [OFFICE, SHOP], ids=["office", "shop"])
def test_the_page_is_well_formed_and_each_id_stands_once(text):
    """Every clause and entry can be linked to."""
    reader = Balance()
    reader.feed(as_html(parse_policy(text)))
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert {"targets", "targets/respond", "closing"} <= set(reader.ids)


def test_a_citation_with_spaces_has_an_anchor_without():
    """HTML allows no spaces in an id."""
    assert anchor("targets/resolve at level 1") == "targets/resolve-at-level-1"
    assert 'id="silence/request-1"' in as_html(parse_policy(OFFICE))


def test_markup_in_a_policy_is_shown_and_never_run():
    """Neither prose nor a rule can bring a script, nor a link that is one."""
    text = changed(OFFICE, "Welcome.", "<script>alert(1)</script> [x](javascript:alert(1))")
    text = changed(text, "title: Registered", 'title: "<img src=x onerror=alert(1)>"')
    page = as_html(parse_policy(text))
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;any time&lt;/b&gt;" in page


# --- terminal ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 72, 100])
def test_the_terminal_shows_every_clause_within_its_width(width):
    """Prose is wrapped, rules are indented, and a reader finds the clause to cite."""
    policy = parse_policy(OFFICE)
    shown = as_terminal(policy, width)
    assert all(len(line) <= width for line in shown.splitlines())
    assert all(f"§ {name}" in shown for name in policy.clauses)
    assert "\n    Critical: 2 hours\n" in shown
    assert "The policy is silent here" in shown


def test_nothing_in_a_policy_can_steer_the_terminal():
    """Escape sequences arrive as replacement characters."""
    text = changed(OFFICE, "Welcome.", "Welcome\x1b[31m &#x1b;[2J.")
    assert "\x1b" not in as_terminal(parse_policy(text))
