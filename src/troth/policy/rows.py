"""Ordered rows, where the first match wins: none may be unreachable, and none may be a matter of luck.

Two rows that overlap, neither containing the other, decide by their order alone what the author may not have
meant; where both decide the same, order does not matter and nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from troth.policy.conditions import WORDS, holds
from troth.policy.findings import Findings, Located
from troth.policy.gathering import Gathered
from troth.policy.located import Mapping, Sequence
from troth.policy.references import values_of
from troth.policy.vocabulary import NOT_GIVEN

MOST_TRIED: Final = 50_000
"""Combinations times rows; beyond that a row is dead only where one above it contains it."""
MOST_ROWS: Final = 300
Condition = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: its condition, what it decides, and where it stands."""

    condition: Condition
    outcome: Hashable
    where: Located


def check_rows(found: Gathered, findings: Findings) -> None:
    """Note rows never reached, and rows that overlap with different outcomes."""
    covers = [
        Choice(
            row.rule.when,
            row.rule.model_dump_json(include={"basis", "plan", "goals", "ends", "uses", "uncovered", "offer"}),
            entry.key,
        )
        for entry in found.of("entitlement")
        for row in entry.rows
    ]
    _check(covers, found, findings)
    for entry in found.of("severities"):
        for row in entry.rows:
            places = _places(row.node, "first of")
            pairs = zip(row.rule.first_of, places, strict=False)
            _check([Choice(one.when, one.then, place) for one, place in pairs], found, findings)
    for entry in found.of("queue"):
        for row in entry.rows:
            places = _places(row.node, "lanes")
            lanes = [Choice(one.when, 0, place) for one, place in zip(row.rule.lanes, places, strict=False)]
            _check(lanes, found, findings)


def _places(node: Mapping, key: str) -> tuple[Located, ...]:
    rows = node.get(key)
    return rows.items if isinstance(rows, Sequence) else ()


def _check(rows: list[Choice], found: Gathered, findings: Findings) -> None:
    rows = [row for row in rows if WORDS.keys() >= row.condition.keys()][:MOST_ROWS]
    dead = set(_unreached(rows, found))
    for index, row in enumerate(rows):
        if index in dead:
            above = next((one for one in rows[:index] if contains(one.condition, row.condition)), None)
            cause = f"line {above.where.line} above holds" if above else "one of the rows above holds"
            findings.add(row.where, "P401", f"this row is never reached: {cause} whenever it does; move it up or out")
            continue
        _note_luck(row, rows[:index], findings)


def _note_luck(row: Choice, earlier: list[Choice], findings: Findings) -> None:
    """Note once, with how many rows above it, what this row decides by nothing but its place."""
    unlike = [
        above for above in earlier if above.outcome != row.outcome and _are_ambiguous(above.condition, row.condition)
    ]
    if not unlike:
        return
    first = unlike[0]
    word = next((word for word in first.condition if word not in row.condition), next(iter(row.condition)))
    more = f" (and {len(unlike) - 1} more like it)" if len(unlike) > 1 else ""
    findings.add(
        row.where,
        "P402",
        f"this row and line {first.where.line}{more} can both hold and decide differently: "
        f"say in one of them what {word} must be",
    )


def _unreached(rows: list[Choice], found: Gathered) -> Iterator[int]:
    """Yield the rows that hold nowhere first: by trying all combinations where these are few enough."""
    words = sorted({word for row in rows for word in row.condition})
    universe = [_universe(word, rows, found) for word in words]
    if prod(len(values) for values in universe) * len(rows) > MOST_TRIED:
        for index, row in enumerate(rows):
            if any(contains(above.condition, row.condition) for above in rows[:index]):
                yield index
        return
    reached = set()
    for point in product(*universe):
        case = dict(zip(words, point, strict=True))
        reached.add(next((index for index, row in enumerate(rows) if holds(row.condition, case)), -1))
    yield from (index for index in range(len(rows)) if index not in reached)


def _universe(word: str, rows: list[Choice], found: Gathered) -> tuple[str, ...]:
    """Return every value a word can have, and one that no row names."""
    possible = values_of(WORDS[word], found)
    named = (value for row in rows for value in row.condition.get(word, ()))
    return tuple(dict.fromkeys((*possible, *named, NOT_GIVEN, "anything else")))


def contains(outer: Condition, inner: Condition) -> bool:
    """Whether `outer` holds wherever `inner` does."""
    return all(word in inner and set(inner[word]) <= set(outer[word]) for word in outer)


def _are_ambiguous(one: Condition, other: Condition) -> bool:
    both = set(one) & set(other)
    if any(not set(one[word]) & set(other[word]) for word in both):
        return False
    return not contains(one, other) and not contains(other, one)
