"""Whatever stands in the file, the reader gives a policy or located findings: soon, and in bounded memory."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.files import OFFICE, SHOP
from tests.policy.shapes import SHAPES, work
from troth.policy import check_amendment, check_policy, parse_policy
from troth.policy.document import LARGEST, MOST_LINES
from troth.policy.findings import CODES
from troth.policy.located import MOST_NODES, walk
from troth.policy.page import as_html
from troth.policy.terminal import as_terminal

SIGNS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "\n",
    "\t",
    '"',
    "'",
    "&a",
    "*a",
    "!t",
    "<<: ",
    "#",
    "```",
    "{#x}",
    "---\n",
]
WORDS = ["```rule targets\n", "by severity: ", "else: ", "assumed: [x]", "otherwise: ", "null", "{}", "[]", "? ", "| "]
TRAPS = [
    "\x00",
    "\x85",
    "\u2028",
    "\ufeff",
    "8.10",
    "1e999",
    "%YAML 9.9\n",
    "\\U",
    '"\\UFFFFFFFF"',
    "999999999 business days",
]
PIECES = st.sampled_from([*SIGNS, *WORDS, *TRAPS])


def told(text: str) -> None:
    """Read the text, and look at whatever came of it."""
    policy, findings = check_policy(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (policy is None) == bool(findings)
    for finding in findings:
        assert finding.code in CODES
        assert 1 <= finding.line <= len(lines) + 1
        assert finding.column >= 1
        assert "\n" not in str(finding)
    if policy is not None:
        as_html(policy)
        as_terminal(policy)


@given(st.text(max_size=300))
def test_any_text(text):
    """Noise is a finding."""
    told(text)


@settings(max_examples=200)
@given(st.sampled_from([OFFICE, SHOP]), st.data())
def test_a_policy_with_a_passage_replaced(text, data):
    """Near misses reach the parts that noise does not."""
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(st.one_of(PIECES, st.text(max_size=10), st.lists(PIECES, max_size=4).map("".join)))
    told(text[:start] + piece + text[start + length :])


@settings(max_examples=100)
@given(st.sampled_from([OFFICE, SHOP]), st.data())
def test_a_policy_with_two_passages_swapped(text, data):
    """What is right in one place is wrong in another."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    one, two, three, four = cuts
    told(text[:one] + text[three:four] + text[two:three] + text[one:two] + text[four:])


SHIPPED = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "policies").glob("*.md"))]
LINES = sorted({line for text in SHIPPED for line in text.split("\n")})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHIPPED), st.data())
def test_a_shipped_policy_with_a_passage_replaced(text, data):
    """Real files, near misses."""
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 60))
    piece = data.draw(st.one_of(PIECES, st.sampled_from(LINES), st.lists(PIECES, max_size=4).map("".join)))
    told(text[:start] + piece + text[start + length :])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=120))
def test_lines_of_the_shipped_policies_in_any_order(lines):
    """Each line could be right, and no line stands where it should."""
    told("\n".join(lines))


@settings(max_examples=60)
@given(st.data())
def test_an_amendment_of_any_text(data):
    """What a customer's agreement holds is as unknown as a policy."""
    base = parse_policy(OFFICE)
    front = "---\namends: office\ntitle: A\nversion: 2026-12-01\n---\n\n"
    sound = front + "## Ours {#ours}\n\n```rule targets\nrespond:\n  within: 1 hour\n```\n"
    start = data.draw(st.integers(0, len(sound)))
    piece = data.draw(st.one_of(PIECES, st.text(max_size=10), st.lists(PIECES, max_size=4).map("".join)))
    text = sound[:start] + piece + sound[start + data.draw(st.integers(0, 20)) :]
    amended, findings = check_amendment(base, text, "acme.md")
    assert (amended is None) == bool(findings)
    assert all(finding.code in CODES and 1 <= finding.line <= text.count("\n") + 2 for finding in findings)


MOST_CALLS = 4_000_000
"""Functions called to check one text, six times what the longest policy takes: counted, so the same anywhere."""
MOST_TOLD = 1_000
"""Characters of one finding."""


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_a_text_made_to_be_slow_costs_bounded_work(text):
    """However much stands in a file, reading it comes soon to an end, and to a policy or findings at their places.

    The seconds are measured by `benchmarks.policy`.
    """
    calls, policy, findings = work(text)
    assert calls < MOST_CALLS
    assert (policy is None) == bool(findings)
    lines = text.count("\n") + 1
    assert all(1 <= finding.line <= lines for finding in findings)
    assert all(len(finding.message) < MOST_TOLD for finding in findings)


LIMITS = {
    "more characters than there may be": ("P001", 1),
    "more lines than there may be": ("P001", 3_001),
    "more words than there may be": ("P110", 113),
    "a table of many short rows": ("P001", 210),
    "targets by many plans": ("P215", None),
}


@pytest.mark.parametrize(("name", "told"), LIMITS.items(), ids=LIMITS)
def test_each_limit_says_where_it_was_passed(name, told):
    """The last finding is where reading stopped, or where the file would have grown too large."""
    _, findings = check_policy(SHAPES[name])
    code, line = told
    assert findings[0].code == code
    assert line is None or findings[0].line == line


@pytest.mark.parametrize("name", ["words far beyond", "branches in branches", "quotations of lists", "wide lanes"])
def test_the_largest_texts_are_read_in_bounded_memory(name):
    """No more than a large policy needs."""
    tracemalloc.start()
    check_policy(SHAPES[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


def test_the_policies_we_ship_are_far_from_every_limit():
    """The limits keep out texts made to be slow, not a vendor with much to say: the longest has twice the room."""
    for text in SHIPPED:
        assert len(text) < LARGEST / 2
        assert text.count("\n") < MOST_LINES / 2
        assert parse_policy(text)
        counted = sum(1 for block in parse_policy(text).document.blocks for _ in walk(block.node))
        assert counted < MOST_NODES / 2
