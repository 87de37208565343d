"""A number of hours, days or per cent stands once: in the rule. Prose beside it would one day say something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth.policy.document import Block, Document, Prose
from troth.policy.findings import Findings, Place
from troth.policy.located import Mapping, Node, Scalar, shown, walk

_WORDS: Final = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
_NUMBERS: Final = {word: count for count, word in enumerate(_WORDS, start=1)} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "eighty": 80,
    "ninety": 90,
}
_UNITS: Final = {
    "second": ("time", 1),
    "minute": ("time", 60),
    "hour": ("time", 3600),
    "day": ("days", 1),
    "week": ("weeks", 1),
    "month": ("months", 1),
    "year": ("months", 12),
    "%": ("share", 1),
    "percent": ("share", 1),
    "per cent": ("share", 1),
}
_QUANTITY: Final = re.compile(
    rf"\b(?P<number>[0-9]{{1,6}}|{'|'.join(_NUMBERS)})[\s-]{{0,3}}"
    r"(?:(?:elapsed|working|business|calendar)[\s-]{1,3})?"
    r"(?:(?P<unit>second|minute|hour|day|week|month|year|percent|per cent)s?\b|(?P<sign>%))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `amount` in the smallest unit of its sort, so that 60 minutes are 1 hour."""

    sort: str
    amount: int
    start: int
    written: str


def quantities(text: str) -> Iterator[Quantity]:
    """Yield each number with a unit in a text, digits and number words alike."""
    for found in _QUANTITY.finditer(text):
        word = found["number"].lower()
        number = int(word) if word.isdigit() else _NUMBERS[word]
        sort, factor = _UNITS[(found["unit"] or found["sign"]).lower()]
        yield Quantity(sort, number * factor, found.start(), " ".join(found[0].split()))


def check_prose(document: Document, findings: Findings) -> None:
    """Note each number with a unit in the prose of a clause whose rules hold numbers of that sort."""
    held: dict[str, dict[str, set[int]]] = {}
    for block in document.blocks:
        for quantity in _held(block):
            held.setdefault(block.clause, {}).setdefault(quantity.sort, set()).add(quantity.amount)
    for section in document.sections:
        rules = held.get(section.id) if section.id else None
        for part in section.parts:
            if rules and isinstance(part, Prose):
                _check(part, rules, findings)


def _check(prose: Prose, rules: dict[str, set[int]], findings: Findings) -> None:
    for said in quantities(prose.text):
        if said.sort not in rules:
            continue
        line = prose.line + prose.text.count("\n", 0, said.start)
        place = Place(line, said.start - (prose.text.rfind("\n", 0, said.start) + 1) + 1)
        if said.amount in rules[said.sort]:
            findings.add(
                place, "P409", f'"{shown(said.written)}" stands in a rule of this clause: leave it to the rule'
            )
        else:
            findings.add(
                place,
                "P410",
                f'"{shown(said.written)}" is not what the rules of this clause say: leave numbers to the rules',
            )


def _held(block: Block) -> Iterator[Quantity]:
    for part in walk(block.node):
        if isinstance(part, Scalar):
            yield from quantities(part.text)
        elif isinstance(part, Mapping):
            yield from _counted(part.get("minutes"))


def _counted(node: Node | None) -> Iterator[Quantity]:
    """`minutes: 30` holds 30 minutes."""
    if isinstance(node, Scalar) and isinstance(node.value, int):
        yield from quantities(f"{node.text} minutes")
