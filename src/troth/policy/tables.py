"""Rule blocks as tables: plain data that a page, a mail or a terminal lays out in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from troth.policy.branches import is_branching
from troth.policy.document import Block
from troth.policy.kinds import KINDS, Shape
from troth.policy.located import Mapping, Node, Scalar, Sequence, texts
from troth.policy.matrix import NO_PROMISE, groups_of, how, scale_of
from troth.policy.phrases import condition, either, label, phrase
from troth.policy.policy import Policy

SILENT: Final = "The policy is silent here; we go by"
OTHERWISE: Final = "in every other case"
WIDEST: Final = 6
"""Columns; a block whose entries have more different keys is shown as one line for each key."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table. `is_assumed`: the vendor's own text does not say it."""

    text: str
    is_assumed: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row; `clause` is its citation (`targets/respond`), empty where a row has none of its own."""

    cells: tuple[Cell, ...]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One rule block for people. `silent` is the sentence about what is assumed, or empty."""

    kind: str
    clause: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    silent: str = ""


def tables_of(block: Block, policy: Policy) -> Iterator[RuleTable]:
    """Yield the tables a rule block reads as: most are one."""
    kind = KINDS[block.kind]
    if block.kind == "targets" and isinstance(block.node, Mapping):
        yield _targets(block, policy)
    elif block.kind == "severities" and isinstance(block.node, Mapping):
        yield _settings(block, block.node, without=("first of", "otherwise", "one step lower"))
        yield _decision(block, block.node)
    elif kind.shape is Shape.ROWS:
        rows = block.node.items if isinstance(block.node, Sequence) else (block.node,)
        yield _rows(block, [row for row in rows if isinstance(row, Mapping)])
    elif isinstance(block.node, Mapping):
        is_names = kind.shape is Shape.NAMES and all(isinstance(value, Mapping) for _, value in block.node.entries)
        yield _names(block, block.node) if is_names else _settings(block, block.node)


def _table(block: Block, columns: tuple[str, ...], rows: list[Line], silent: str) -> RuleTable:
    return RuleTable(block.kind, block.clause, label(KINDS[block.kind].says), columns, tuple(rows), silent)


def silence(entries: list[Mapping]) -> str:
    """Return the sentence that says what is assumed in these entries, or nothing."""
    found: dict[str, dict[str, None]] = {}
    for entry in entries:
        for word in texts(entry.get("assumed")):
            value = phrase(_value(entry, word.text), word.text)
            found.setdefault(word.text, {}).setdefault(value)
    if not found:
        return ""
    parts = [f"{key}: {either(values)}" for key, values in found.items()]
    return f"{SILENT} {'; '.join(parts)}."


def _value(entry: Mapping, key: str) -> Node | None:
    """Return the value of a key, looking into the branches of `by` where it does not stand beside them."""
    found = entry.get(key)
    if found is not None:
        return found
    branches = (value for name, value in entry.entries if is_branching(name) and isinstance(value, Mapping))
    inside = (branch.get(key) for some in branches for _, branch in some.entries if isinstance(branch, Mapping))
    return next((value for value in inside if value is not None), None)


def _assumed(entry: Mapping) -> set[str]:
    return {word.text for word in texts(entry.get("assumed"))}


def _shown_keys(entries: list[Mapping]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for entry in entries for key in entry.names() if key not in {"assumed", "title"}))


def _heading(name: str, entry: Mapping) -> str:
    title = phrase(entry.get("title"))
    return title or label(name)


def _names(block: Block, node: Mapping) -> RuleTable:
    entries = [(key.text, value) for key, value in node.entries if isinstance(value, Mapping)]
    keys = _shown_keys([entry for _, entry in entries])
    silent = silence([entry for _, entry in entries])
    rows: list[Line] = []
    if len(keys) < WIDEST and len(entries) > 1:
        for name, entry in entries:
            assumed = _assumed(entry)
            cells = (_cell(entry, key, assumed) for key in keys)
            rows.append(Line((Cell(_heading(name, entry)), *cells), f"{block.clause}/{name}"))
        return _table(block, ("", *(label(key.removeprefix("by ")) for key in keys)), rows, silent)
    for name, entry in entries:
        rows.append(Line((Cell(_heading(name, entry), span=2),), f"{block.clause}/{name}"))
        rows.extend(_lines(entry))
    return _table(block, ("", ""), rows, silent)


def _cell(entry: Mapping, key: str, assumed: set[str]) -> Cell:
    value = entry.get(key)
    return Cell("", False) if value is None else Cell(phrase(value, key), key in assumed)  # noqa: FBT003 - a field


def _lines(entry: Mapping, without: tuple[str, ...] = ()) -> Iterator[Line]:
    assumed = _assumed(entry)
    for key, value in entry.entries:
        if key.text not in {"assumed", "title", *without}:
            text = (
                phrase(Mapping(((key, value),), key.line, key.column)) if is_branching(key) else phrase(value, key.text)
            )
            yield Line((Cell(label(key.text)), Cell(text, key.text in assumed)))


def _settings(block: Block, node: Mapping, without: tuple[str, ...] = ()) -> RuleTable:
    kept = tuple((key, value) for key, value in node.entries if key.text not in without)
    return _table(block, ("", ""), list(_lines(node, without)), silence([_only(node, kept)]))


def _only(node: Mapping, kept: tuple[tuple[Scalar, Node], ...]) -> Mapping:
    """Return the mapping with these entries, and `assumed` only of them."""
    names = {key.text for key, _ in kept}
    entries = []
    for key, value in kept:
        if key.text != "assumed":
            entries.append((key, value))
            continue
        words = tuple(word for word in texts(value) if word.text in names)
        entries.append((key, Sequence(words, value.line, value.column)))
    return Mapping(tuple(entries), node.line, node.column)


def _rows(block: Block, rows: list[Mapping]) -> RuleTable:
    """Ordered rows: when, and what then."""
    lines = []
    for row in rows:
        begins = row.get("when")
        first = row.get("from")
        assumed = _assumed(row)
        when = condition(begins) if begins is not None else f"from {phrase(first)}" if first is not None else OTHERWISE
        rest = tuple((key, value) for key, value in row.entries if key.text not in {"when", "from", "assumed"})
        then = phrase(Mapping(rest, row.line, row.column)).removeprefix("otherwise ")
        name = _row_name(row)
        cells = (Cell(when, bool(assumed & {"when", "from"})), Cell(then, bool(assumed - {"when", "from"})))
        lines.append(Line(cells, f"{block.clause}/{name}" if name else ""))
    return _table(block, ("When", "Then"), lines, silence(rows))


def _row_name(row: Mapping) -> str:
    if row.key("otherwise") is not None:
        return "otherwise"
    return next((word.text for key in ("basis", "uncovered", "from") for word in texts(row.get(key))), "")


def _decision(block: Block, node: Mapping) -> RuleTable:
    """The decision table of severities, its end and what lowers it."""
    assumed = _assumed(node)
    rows = node.get("first of")
    lines = [
        Line(
            (Cell(condition(row.get("when") or row)), Cell(phrase(row.get("then")), "first of" in assumed)),
            f"{block.clause}/{phrase(row.get('then'))}",
        )
        for row in (rows.items if isinstance(rows, Sequence) else ())
        if isinstance(row, Mapping)
    ]
    otherwise = Cell(phrase(node.get("otherwise")), "otherwise" in assumed)
    lines.append(Line((Cell(OTHERWISE), otherwise), f"{block.clause}/otherwise"))
    lower = node.get("one step lower")
    if isinstance(lower, Mapping):
        cells = (Cell(condition(lower.get("when") or lower)), Cell("one step lower", "one step lower" in assumed))
        lines.append(Line(cells, f"{block.clause}/one step lower"))
    kept = tuple((key, value) for key, value in node.entries if key.text in {"otherwise", "one step lower", "assumed"})
    silent = silence([_only(node, kept)])
    if "first of" in assumed:
        silent = f"{silent.removesuffix('.')}; and by the rows above." if silent else f"{SILENT} the rows above."
    return _table(block, ("When", "Severity"), lines, silent)


def _targets(block: Block, policy: Policy) -> RuleTable:
    """The promises as a matrix: a column for each severity, and a row for each sort of case a promise tells apart."""
    assert isinstance(block.node, Mapping)  # noqa: S101 - a policy that was read
    names = [(key.text, value) for key, value in block.node.entries if isinstance(value, Mapping)]
    scale = scale_of([policy.targets[name] for name, _ in names], policy)
    titles = tuple(policy.severities.titles.get(word, label(word)) for word in scale)
    columns = ("", "How it counts", *(titles or ("Within",)))
    rows: list[Line] = []
    for name, entry in names:
        table, clause, heading = policy.targets[name], f"{block.clause}/{name}", _heading(name, entry)
        assumed = _assumed(entry)
        counts = Cell(how(table, scale), bool(assumed - {"within", "title"}))
        groups = groups_of(table, scale, policy)
        if len(groups) > 1:
            rows.append(Line((Cell(heading), replace(counts, span=len(columns) - 1)), clause))
        for group in groups:
            first = (Cell(f"{heading}, {group.who}", span=2),) if group.who else (Cell(heading), counts)
            span = 1 if len(group.times) > 1 else max(len(scale), 1)
            times = (Cell(time, "within" in assumed and time != NO_PROMISE, span) for time in group.times)
            rows.append(Line((*first, *times), clause))
    return _table(block, columns, rows, silence([entry for _, entry in names]))
