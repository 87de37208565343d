"""`by DIMENSION:` laid out: what a rule says for each combination of the things it depends on.

`by` may stand wherever a value may, in branches of another `by` too, and merges its branch into the mapping it
stands in. Nothing of it is left when a rule is read: each combination has its own plain mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Final

from troth.hours.spelling import did_you_mean
from troth.policy.choices import ELSE
from troth.policy.findings import Findings
from troth.policy.kinds import DIMENSIONS
from troth.policy.located import Mapping, Node, Room, Scalar, Sequence, shown, walk

MOST_LAID_OUT: Final = 20_000
"""Words in all the tables of one policy, ten times what the largest we know comes to."""
_BY: Final = "by "


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The values each dimension has in one policy: those a branch may name, and those it must."""

    allowed: dict[str, tuple[str, ...]]
    required: dict[str, tuple[str, ...]]
    goalless: dict[str, frozenset[str]] = field(default_factory=dict)
    """Bases and plans that promise nothing."""

    def without(self, dimension: str, left_out: frozenset[str]) -> Dimensions:
        """Return the same, with fewer values of one dimension required."""
        rest = tuple(value for value in self.required.get(dimension, ()) if value not in left_out)
        return Dimensions(self.allowed, {**self.required, dimension: rest}, self.goalless)


def is_branching(key: Scalar) -> bool:
    """Whether a key is a `by`."""
    return key.text.startswith(_BY)


def canonical(dimension: str, text: str) -> str:
    """Return a branch's name as the engine spells it: `level 2` is "2"."""
    return text.removeprefix("level ") if dimension == "level" else text


def depends_on(node: Node) -> tuple[str, ...]:
    """Return the dimensions used in `node`, in their order, each once."""
    found = (
        key.text.removeprefix(_BY)
        for part in walk(node)
        if isinstance(part, Mapping)
        for key, _ in part.entries
        if is_branching(key)
    )
    return tuple(dict.fromkeys(name for name in found if name in DIMENSIONS))


def check_branches(node: Node, dimensions: Dimensions, findings: Findings, code: str = "P210") -> None:
    """Note each `by` that names something unknown, or leaves something out (with `code`)."""
    for part in walk(node):
        if isinstance(part, Mapping):
            for key, value in part.entries:
                if is_branching(key):
                    _check_one(key, value, dimensions, findings, code)


def _check_one(key: Scalar, branches: Node, dimensions: Dimensions, findings: Findings, code: str) -> None:
    dimension = key.text.removeprefix(_BY)
    if dimension not in DIMENSIONS:
        near = did_you_mean(dimension, DIMENSIONS) or f" (rules depend on {', '.join(DIMENSIONS)})"
        findings.add(key, "P208", f'rules cannot depend on "{shown(dimension)}"{near}')
        return
    if not isinstance(branches, Mapping):
        findings.add(branches, "P203", f"{key.text} needs a value for each {dimension}: {{NAME: value, else: value}}")
        return
    allowed = dimensions.allowed.get(dimension, ())
    named = set()
    for name, _ in branches.entries:
        value = canonical(dimension, name.text)
        named.add(value)
        if value not in allowed and value != ELSE:
            near = did_you_mean(value, (*allowed, ELSE))
            findings.add(name, "P209", f'the policy has no {dimension} "{shown(value)}"{near}')
    missing = [value for value in dimensions.required.get(dimension, ()) if value not in named]
    if missing and ELSE not in named:
        words = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")  # noqa: PLR2004 - enough to see
        verb = "has no value here" if len(missing) == 1 else "have no value here"
        findings.add(key, code, f"{key.text}: {words} {verb}: name each {dimension}, or give else")


@dataclass(frozen=True, slots=True)
class Layout:
    """A rule laid out: `rows` is keyed by the values of `dimensions`, in their order; one row under () for none."""

    dimensions: tuple[str, ...]
    rows: dict[tuple[str, ...], Node]


def lay_out(node: Node, dimensions: Dimensions, findings: Findings, room: Room) -> Layout:
    """Return what `node` says for every combination; a combination that no branch names has no row."""
    used = depends_on(node)
    values = [(*dimensions.allowed.get(name, ()), ELSE) for name in used]
    if used and not room.take(prod(len(some) for some in values) * sum(1 for _ in walk(node))):
        findings.add(node, "P215", f"this depends on too much, on {', '.join(used)}: let it depend on fewer things")
        return Layout(used, {})
    rows: dict[tuple[str, ...], Node] = {}
    for combination in product(*values):
        try:
            rows[combination] = _chosen(node, dict(zip(used, combination, strict=True)), findings)
        except _NoRow:
            continue
    return Layout(used, rows)


class _NoRow(Exception):
    """No branch speaks for this combination."""


def _chosen(node: Node, values: dict[str, str], findings: Findings) -> Node:
    if isinstance(node, Sequence):
        items = tuple(_chosen(item, values, findings) for item in node.items)
        return replace(node, items=items)
    if not isinstance(node, Mapping) or not any(is_branching(key) for key, _ in node.entries):
        if isinstance(node, Mapping):
            inside = tuple((key, _chosen(value, values, findings)) for key, value in node.entries)
            return replace(node, entries=inside)
        return node
    return _merged(node, values, findings)


def _merged(node: Mapping, values: dict[str, str], findings: Findings) -> Node:
    """Return the mapping with the branches that hold laid into it; a branch alone may be any value."""
    entries: dict[str, tuple[Scalar, Node]] = {}
    for key, value in node.entries:
        if not is_branching(key):
            _lay(entries, key, _chosen(value, values, findings), findings)
            continue
        branch = _chosen(_branch(key, value, values), values, findings)
        if isinstance(branch, Mapping):
            for inner, inner_value in branch.entries:
                _lay(entries, inner, inner_value, findings)
        elif len(node.entries) == 1:
            return branch
        else:
            findings.add(
                branch,
                "P212",
                f"beside other keys a branch of `{shown(key.text)}` must have keys of its own, like {{KEY: value}}",
            )
    return replace(node, entries=tuple(entries.values()))


def _lay(entries: dict[str, tuple[Scalar, Node]], key: Scalar, value: Node, findings: Findings) -> None:
    if key.text in entries:
        first = entries[key.text][0]
        findings.add(key, "P212", f'"{shown(key.text)}" is given in line {first.line} as well: say it in one place')
        return
    entries[key.text] = (key, value)


def _branch(key: Scalar, branches: Node, values: dict[str, str]) -> Node:
    dimension = key.text.removeprefix(_BY)
    if not isinstance(branches, Mapping) or dimension not in values:
        raise _NoRow
    for name in (values[dimension], ELSE):
        found = next((value for word, value in branches.entries if canonical(dimension, word.text) == name), None)
        if found is not None:
            return found
    raise _NoRow


def mappings_in(node: Node) -> Iterator[Mapping]:
    """Yield every mapping inside a node, itself included."""
    return (part for part in walk(node) if isinstance(part, Mapping))
