"""Texts made to be slow to read: each as long, or as full of words, as the reader lets a policy be.

`work` counts what Python does rather than how long it takes, so that a test of it is the same on every machine;
`python -m benchmarks.policy` measures the seconds.
"""

import sys
from collections.abc import Callable

from tests.policy.files import OFFICE
from troth.policy import Finding, Policy, check_policy
from troth.policy.document import LARGEST, MOST_LINES
from troth.policy.located import MOST_NODES

LONG, FULL = LARGEST, int(MOST_NODES * 0.93)
Unit = str | Callable[[int], str]


def work(text: str) -> tuple[int, Policy | None, tuple[Finding, ...]]:
    """Return how many functions are called, Python's and C's, to check this text, and what came of it."""
    count = 0

    def called(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        policy, findings = check_policy(text)
    finally:
        sys.setprofile(before)
    return count, policy, findings


def told(number: int, unit: Unit) -> str:
    """Write a unit so many times, each with its number where it takes one."""
    return "".join(unit(index) for index in range(number)) if callable(unit) else unit * number


def rule(kind: str, unit: Unit, words: int, *, head: str = "", tail: str = "", base: str = OFFICE) -> str:
    """A sound policy and one more block, of as many units of so many `words` as there is room for."""
    body = told(FULL // words, unit)[: LONG - len(base) - len(head) - len(tail) - 40]
    return f"{base}\n## X {{#x}}\n\n```rule {kind}\n{head}{body}{tail}\n```\n"


def lines(unit: Unit, each: int = 1) -> str:
    """A sound policy and as many lines of Markdown as it may have."""
    room = MOST_LINES - OFFICE.count("\n") - 2
    return (OFFICE + "\n" + told(room // each, unit))[:LONG]


def prose(unit: str) -> str:
    """A sound policy with a sentence as long as can be, in the clause that has most rules."""
    return OFFICE.replace("Nothing in this prose counts hours.", unit * ((LONG - len(OFFICE)) // len(unit)))


def then(first: str, kind: str, unit: Unit, count: int, *, head: str = "", tail: str = "") -> str:
    """Units of another kind after a block: half of the room for each."""
    body = told(count, unit)[: LONG - len(first) - len(head) - len(tail) - 40]
    return f"{first}\n## Y {{#y}}\n\n```rule {kind}\n{head}{body}{tail}\n```\n"


HALF = FULL // 2
PRODUCTS = (
    f"{OFFICE}\n## X {{#x}}\n\n```rule products\n{told(HALF // 2, lambda n: f'pppppppp{n}: {{}}' + chr(10))}```\n"
)
PLANS = f"{OFFICE}\n## X {{#x}}\n\n```rule plans\n{told(HALF // 2, lambda n: f'p{n}: {{}}' + chr(10))}```\n"
SCALE = OFFICE.replace("high, low]", f"high, low, {', '.join(f's{n}' for n in range(HALF))}]").replace(
    "low: 1 business day", "else: 1 business day"
)
BASES = OFFICE.replace(
    "- {otherwise: uncovered, offer: [proof of purchase]}\n",
    told(HALF // 8, lambda n: f"- {{when: {{language: l{n}}}, basis: b{n}}}\n"),
)
BY = "by severity: {else: {by plan: {else: {by basis: {else: {by level: {else: "

SHAPES = {
    # --- too long, or too full -----------------------------------------------------------------------
    "more characters than there may be": "a" * (LARGEST + 1),
    "more lines than there may be": "\n" * (MOST_LINES + 1),
    "more words than there may be": rule("intake", "a," * 2, 1, head="languages: [", tail="]"),
    "words far beyond": OFFICE + "\n## X {#x}\n\n```rule intake\nlanguages: [" + "a," * 48_000 + "]\n```\n",
    # --- Markdown ------------------------------------------------------------------------------------
    "headings": lines("# a\n"),
    "headings with ids": lines(lambda n: f"# a {{#a{n}}}\n"),
    "headings with one id": lines("# a {#x}\n"),
    "a heading of braces": OFFICE + "\n# a" + " {#" * 30_000 + "\n",
    "a heading of spaces": OFFICE + "\n# a" + "a  " * 30_000 + "{\n",
    "underlined headings": lines("a\n=\n", 2),
    "tables": lines("|a|b|\n|-|-|\n|c|d|\n\n", 4),
    "a table of one row": f"{OFFICE}\n|{'a|' * 20_000}\n|{'-|' * 20_000}\n",
    "a table of short rows": f"{OFFICE}\n|{'a|' * 99}\n|{'-|' * 99}\n" + "a\n" * 98,
    "a table of many short rows": f"{OFFICE}\n|{'a|' * 99}\n|{'-|' * 99}\n" + "a\n" * 2_500,
    "lists": lines("- a\n"),
    "lists of three signs": lines(lambda n: f"{'-+*'[n % 3]} a\n"),
    "lists in lists": lines(lambda n: "- " * (1 + n % 60) + "a\n"),
    "lists deeper and deeper": lines(lambda n: "  " * n + "- a\n"),
    "a line of hyphens": OFFICE + "\n" + "- " * 48_000 + "a\n",
    "quotations": lines(">" * 19 + "\n"),
    "quotations of lists": lines("> - " * 8 + "a\n"),
    "one deep quotation": OFFICE + "\n" + ">" * 90_000,
    "links": prose("[a](b"),
    "link definitions": lines(lambda n: f"[a{n}]: b\n"),
    "a definition without an end": OFFICE + "\n[" + "a\n" * 2_700,
    "emphasis": prose("*a **b "),
    "rules in quotations": lines("> ```rule x\n"),
    # --- YAML ----------------------------------------------------------------------------------------
    "brackets": "[" * 99_999,
    "braces in a rule": OFFICE + "\n## B {#b}\n\n```rule scope\n" + "{a: " * 24_000 + "\n```\n",
    "lists in lists of a rule": rule("scope", "[" * 17 + "]" * 17 + ",", 17, head="a: [", tail="]"),
    "hyphens in a rule": rule("scope", "- " * 17 + "a\n", 18),
    "one key again and again": rule("scope", "a: b\n", 2),
    "keys with question marks": rule("products", lambda n: f"? a{n}\n", 2),
    "escapes": rule("products", "\\u0041", 1, head='a: "', tail='"'),
    "a text of many lines": rule("products", "a\n\n", 2, head='a: "', tail='"'),
    "a folded text": rule("products", "  x\n", 2, head="a: >\n"),
    "comments": rule("products", "# a\n", 2, head="a: {}\n"),
    "one long comment": rule("products", "#" * 22, 1, head="a: {}\n#"),
    "spaces": rule("products", " " * 22, 1, head="a: {}\n"),
    "anchors": rule("products", lambda n: f"a{n}: &b x\n", 2),
    "tags": rule("products", "!t b,", 1, head="a: [", tail="]"),
    "many blocks": OFFICE + "\n## X {#x}\n" + told(880, lambda n: f"```rule products\np{n}: {{}}\n```\n"),
    "blocks of no kind": OFFICE + "\n## X {#x}\n" + "```rule\na: b\n```\n" * 950,
    "a huge number": OFFICE.replace("critical: 2 hours", f"critical: {'9' * 90_000} hours"),
    # --- names and words -----------------------------------------------------------------------------
    "unknown words in a condition": rule("scope", lambda n: f"w{n}: x, ", 2, head="r: {title: a, when: {", tail="}}"),
    "unknown values of many": then(
        PRODUCTS, "scope", lambda n: f"pppqppp{n}, ", HALF, head="r: {title: a, when: {product: [", tail="]}}"
    ),
    "unknown branches of many": then(
        PRODUCTS,
        "scope",
        lambda n: f"pppqppp{n}: {{}}, ",
        HALF // 2,
        head="r: {title: a, by product: {else: {outcome: declined}, ",
        tail="}}",
    ),
    "assumed of many": rule("intake", lambda n: f"e{n},", 1, head="languages: en\nassumed: [", tail="]"),
    "unknown products of plans": rule("plans", lambda n: f"p{n}: {{products: [Abacu]}}\n", 5),
    # --- rows ----------------------------------------------------------------------------------------
    "many exclusions": rule("scope", lambda n: f"r{n}: {{title: a, outcome: declined, when: {{severity: low}}}}\n", 10),
    "many releases": rule("products", lambda n: f'"{n}": 2025-01-01, ', 2, head="P: {releases: {", tail="}}"),
    "rows alike": rule("entitlement", "- {when: {licence: trial}, basis: trial}\n", 7),
    "rows of many words": rule(
        "entitlement", lambda n: f"- {{when: {{language: l{n}, environment: lab, licence: free}}, basis: b{n}}}\n", 11
    ),
    "wide lanes": rule(
        "queue",
        lambda n: f"- {{when: {{language: [{', '.join(f'a{n + m}' for m in range(30))}], data_loss: true}}}}\n",
        38,
        head="lanes:\n",
    ),
    "many calendars": rule(
        "hours", lambda n: f'h{n}: {{days: mon-fri, from: "09:00", to: "17:00", holidays: DK}}\n', 10
    ),
    # --- branches ------------------------------------------------------------------------------------
    "branches in branches": rule(
        "scope", lambda n: f"r{n}: {{{BY}{{title: a, outcome: declined}}}}}}}}}}}}}}}}}}\n", 22
    ),
    "targets by many plans": then(
        PLANS, "targets", lambda n: f"t{n}: {{from: opening, within: {{by plan: {{else: {n + 1} minutes}}}}}}\n", 180
    ),
    "targets by many severities": then(
        SCALE, "targets", "t: {from: level 2, within: {by severity: {else: 2 hours}}}\n", 1
    ),
    "targets for many severities": then(
        SCALE, "targets", lambda n: f"t{n}: {{from: level 2, for: {{severity: s{n}}}, within: 2 hours}}\n", 180
    ),
    "targets of many bases": then(
        BASES, "targets", lambda n: f"t{n}: {{from: level 2, for: {{basis: b{n}}}, within: 2 hours}}\n", 180
    ),
    "by many products": then(
        PRODUCTS, "scope", lambda n: f"r{n}: {{title: a, by product: {{else: {{outcome: declined}}}}}}\n", 180
    ),
    "responses and solutions": rule(
        "targets",
        lambda n: f"r{n}: {{from: opening, met by: {'reply' if n < 220 else 'workaround'}, within: {n + 1} minutes}}\n",
        8,
    ),
    "steps of silence": OFFICE.replace(
        "    - {after: 10 business days, close: silence, needs attempts: 2}\n",
        told(600, lambda n: f"    - {{after: {n + 6} business days, attempt: email}}\n"),
    ),
    "many silences": rule(
        "silence", lambda n: f"- {{from: request 1, steps: [{{after: {n + 1} hours, close: silence}}]}}\n", 10
    ),
    # --- prose ---------------------------------------------------------------------------------------
    "numbers in prose": prose("one hour "),
    "wrong numbers in prose": prose("7 hours "),
    "nearly numbers": prose("one-"),
    "digits": prose("1"),
}
"""A name and a text for each way we know of to make the reader work."""
