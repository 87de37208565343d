"""Whatever stands in the file, the reader gives a policy or located findings: soon, and in bounded memory."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.files import OFFICE, SHOP
from troth.policy import check_amendment, check_policy, parse_policy
from troth.policy.findings import CODES
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
MOST_SECONDS = 2.0
"""It takes a second at the most on a machine of its own; measured in this process's time, with room for busy ones."""


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SHIPPED), st.data())
def test_a_shipped_policy_with_a_passage_replaced(text, data):
    """Real files, near misses, within a second."""
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 60))
    piece = data.draw(st.one_of(PIECES, st.sampled_from(LINES), st.lists(PIECES, max_size=4).map("".join)))
    begun = time.process_time()
    told(text[:start] + piece + text[start + length :])
    assert time.process_time() - begun < MOST_SECONDS


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


WIDE = "".join(f"  r{number}: {{title: a, outcome: declined}}\n" for number in range(2_500)).replace("  r", "r")
BRANCHES = "{by severity: {else: {by plan: {else: {by basis: {else: {by level: {else: 2 hours}}}}}}}}"
FLOODS = {
    "many rules": OFFICE + f"\n## Much {{#much}}\n\n```rule scope\n{WIDE}```\n",
    "many clauses": OFFICE + "".join(f"\n## C {{#c{number}}}\n" for number in range(6_000)),
    "many severities": OFFICE.replace("[critical, high, low]", f"[{', '.join(f's{n}' for n in range(12_000))}]"),
    "many rows": OFFICE.replace("otherwise: low", "otherwise: low\n" + "x: y\n" * 20_000),
    "many branches": OFFICE.replace("{by severity: {critical: 2 hours, high: 4 hours, low: 1 business day}}", BRANCHES),
    "brackets": "[" * 99_999,
    "braces in a rule": OFFICE + "\n## B {#b}\n\n```rule scope\n" + "{a: " * 24_000 + "\n```\n",
    "one long line": OFFICE.replace("Welcome.", "welcome " * 12_000),
    "emphasis": OFFICE.replace("Welcome.", "*a **b " * 12_000),
    "links": OFFICE.replace("Welcome.", "[a](b" * 15_000),
    "quotations": OFFICE.replace("Welcome.", ">" * 90_000),
    "numbers in prose": OFFICE.replace("Nothing in this prose counts hours.", "one hour " * 10_000),
    "a huge number": OFFICE.replace("critical: 2 hours", f"critical: {'9' * 90_000} hours"),
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_refused_soon_and_in_bounded_memory(text):
    """A text made to be slow costs a second and no more memory than a large policy."""
    begun = time.process_time()
    policy, findings = check_policy(text)
    spent = time.process_time() - begun
    assert (policy is None) == bool(findings)
    assert spent < MOST_SECONDS, f"{spent:.1f} s"
    tracemalloc.start()
    check_policy(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000_000
