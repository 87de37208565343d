"""All rule blocks of a file, gathered by kind into entries; here names and settings are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from troth.hours import HoursError, HoursSpec
from troth.hours.spelling import did_you_mean
from troth.policy.branches import Dimensions, is_branching
from troth.policy.conditions import LEVELS
from troth.policy.document import Block, Document
from troth.policy.entries import Entry, EntryReader, check_assumed
from troth.policy.findings import Findings, Located
from troth.policy.kinds import DIMENSIONS, KINDS, NOTHING_AUTOMATIC, Kind, Shape
from troth.policy.located import Mapping, Node, Scalar, Sequence, follow, is_decimal, plain, shown, texts
from troth.policy.reference_words import HOURS_KEYS
from troth.policy.vocabulary import Channel, Goals, Request

OTHERWISE = "otherwise"
UNCOVERED = "uncovered"
NOT_COVERED = "not covered"
ALWAYS = "always"
CALENDAR_KEYS = tuple(key for key, *_ in HOURS_KEYS)


@dataclass(slots=True)
class Gathered:
    """What the blocks of a file came to. `entries` holds kinds in their order, entries in the file's."""

    dimensions: Dimensions
    entries: dict[str, list[Entry[Any]]] = field(default_factory=dict)
    hours: dict[str, HoursSpec] = field(default_factory=dict)
    hours_at: dict[str, Located] = field(default_factory=dict)
    is_nothing_automatic: bool = False
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of each kind that has names, right or wrong: a mistake in one entry is not told again elsewhere."""
    seen: set[str] = field(default_factory=set)
    """The kinds of which at least one block stands in the file, right or wrong."""

    def of(self, kind: str) -> list[Entry[Any]]:
        """Return the entries of a kind."""
        return self.entries.get(kind, [])


def gather(document: Document, findings: Findings) -> Gathered:
    """Read every block of the file."""
    blocks: dict[str, list[Block]] = {}
    for block in document.blocks:
        if block.kind in KINDS:
            blocks.setdefault(block.kind, []).append(block)
        else:
            near = did_you_mean(block.kind, KINDS) or f" (kinds are {', '.join(KINDS)})"
            what = f'there is no kind of rule "{shown(block.kind)}"' if block.kind else "a rule block names its kind"
            findings.add(block, "P022", what + near)
    gathering = _Gathering(document, blocks, findings)
    for name, kind in KINDS.items():
        gathering.read(kind, blocks.get(name, []))
    return gathering.gathered


def declared(blocks: dict[str, list[Block]]) -> Dimensions:
    """Return the values of each dimension: what the policy's own blocks name, and the closed lists."""
    allowed: dict[str, tuple[str, ...]] = dict.fromkeys(DIMENSIONS, ())
    allowed["severity"] = _unique(word.text for node in _nodes(blocks, "severities") for word in _scale(node))
    allowed["plan"] = _unique(_names(blocks, "plans"))
    allowed["product"] = _unique(_names(blocks, "products"))
    allowed["basis"] = _unique(_bases(blocks))
    levels = _unique(name.removeprefix("level ") for name in _names(blocks, "levels")) or ("1",)
    allowed["level"] = LEVELS
    allowed["channel"] = tuple(Channel)
    allowed["request"] = tuple(Request)
    required = {**allowed, "level": levels}
    required["request"] = _unique(_names(blocks, "requests")) or allowed["request"]
    return Dimensions(allowed, required, _without_goals(blocks))


def _unique(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _nodes(blocks: dict[str, list[Block]], kind: str) -> Iterator[Node]:
    return (block.node for block in blocks.get(kind, []))


def _scale(node: Node) -> tuple[Scalar, ...]:
    return texts(node.get("scale")) if isinstance(node, Mapping) else ()


def _names(blocks: dict[str, list[Block]], kind: str) -> Iterator[str]:
    return (
        key.text
        for node in _nodes(blocks, kind)
        if isinstance(node, Mapping)
        for key, _ in node.entries
        if not is_branching(key)
    )


def _bases(blocks: dict[str, list[Block]]) -> Iterator[str]:
    for node in _nodes(blocks, "entitlement"):
        for row in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(row, Mapping):
                for key in ("basis", OTHERWISE):
                    yield from (word.text for word in texts(row.get(key)) if word.text != UNCOVERED)


def _without_goals(blocks: dict[str, list[Block]]) -> dict[str, frozenset[str]]:
    """Return the bases, and the plans, that promise nothing: targets need not speak of them."""
    promising: dict[str, set[str]] = {"basis": set(), "plan": set()}
    others: dict[str, set[str]] = {"basis": set(), "plan": set()}
    for node in _nodes(blocks, "entitlement"):
        for row in node.items if isinstance(node, Sequence) else (node,):
            if not isinstance(row, Mapping):
                continue
            goals = next((word.text for word in texts(row.get("goals"))), Goals.TARGETS)
            into = promising if goals == Goals.TARGETS else others
            for dimension, keys in (("basis", ("basis", OTHERWISE)), ("plan", ("plan",))):
                into[dimension].update(word.text for key in keys for word in texts(row.get(key)))
    return {dimension: frozenset(others[dimension] - promising[dimension]) for dimension in others}


def _renamed(word: Scalar, text: str) -> Scalar:
    return replace(word, value=text, text=text)


class _Gathering:
    def __init__(self, document: Document, blocks: dict[str, list[Block]], findings: Findings) -> None:
        self.zone = document.front.zone
        self.findings = findings
        self.gathered = Gathered(declared(blocks))
        self.reader = EntryReader(self.gathered.dimensions, findings)

    def read(self, kind: Kind, blocks: list[Block]) -> None:
        """Read all blocks of one kind."""
        if not blocks:
            return
        self.gathered.seen.add(kind.name)
        self.gathered.names[kind.name] = _unique(
            key.text for block in blocks if isinstance(block.node, Mapping) for key, _ in block.node.entries
        )
        if kind.shape is Shape.NAMES:
            entries = self._named(kind, blocks)
        elif kind.shape is Shape.ROWS:
            entries = self._rows(kind, blocks)
        else:
            entries = self._settings(kind, blocks)
        self.gathered.entries[kind.name] = entries

    # --- names -------------------------------------------------------------------------------------

    def _named(self, kind: Kind, blocks: list[Block]) -> list[Entry[Any]]:
        seen: dict[str, Located] = {}
        entries = []
        for block in blocks:
            if not isinstance(block.node, Mapping):
                self.findings.add(
                    block.node, "P203", f"{kind.name} are names with settings below each: {{NAME: {{…}}}}"
                )
                continue
            if not self._is_regular(kind, block.node):
                continue
            for key, node in block.node.entries:
                if key.text in seen:
                    self.findings.add(
                        key,
                        "P207",
                        f'{kind.one} "{shown(key.text)}" stands in line {seen[key.text].line} already',
                    )
                    continue
                seen[key.text] = key
                entry = self._one_named(kind, block, key, node)
                if entry is not None:
                    entries.append(entry)
        return entries

    def _is_regular(self, kind: Kind, node: Mapping) -> bool:
        """The first rule of the language: a block's top keys are all names or all settings."""
        if kind.name == "notices" and (flag := node.key(NOTHING_AUTOMATIC)) is not None:
            if len(node.entries) > 1:
                self.findings.add(flag, "P206", f'"{NOTHING_AUTOMATIC}" stands alone: take it or the notices out')
            elif plain(node)[NOTHING_AUTOMATIC] is not True:
                self.findings.add(node.entries[0][1], "P203", "write true, or name the notices instead")
            self.gathered.is_nothing_automatic = True
            return False
        keys = set(kind.keys) | ({"days", "from", "to", "week", "zone"} if kind.name == "hours" else {"assumed"})
        settings = [key for key, _ in node.entries if key.text in keys or is_branching(key)]
        for key in settings:
            if len(settings) == len(node.entries):
                message = f"these are the settings of {kind.one}: put its name above them, and indent them"
            else:
                message = (
                    f'"{shown(key.text)}" is a setting among names: put it inside the {kind.one.split()[-1]} it is for'
                )
            self.findings.add(key, "P206", message)
        return not settings

    def _one_named(self, kind: Kind, block: Block, key: Scalar, node: Node) -> Entry[Any] | None:
        clause = f"{block.clause}/{key.text}"
        if kind.names and key.text not in kind.names:
            near = did_you_mean(key.text, kind.names) or f" (one of {', '.join(kind.names)})"
            self.findings.add(key, "P204", f'"{shown(key.text)}" is not {kind.one}{near}')
            return None
        if isinstance(node, Scalar) and node.value is None:
            node = Mapping((), key.line, key.column)
        if not isinstance(node, Mapping):
            self.findings.add(
                node,
                "P203",
                f'{kind.one} "{shown(key.text)}" needs settings, like {{{(*kind.keys, "from")[0]}: …}}',
            )
            return None
        if kind.model is None:
            self._calendar(key, node)
            return None
        if kind.name == "products":
            self._check_versions(node)
        return self.reader.read(kind, key.text, clause, key, node, kind.model)

    def _calendar(self, key: Scalar, node: Mapping) -> None:
        if key.text == ALWAYS:
            self.findings.add(key, "P207", '"always" is there in every policy, around the clock: choose another name')
            return
        check_assumed(node, self.findings)
        self.gathered.hours_at[key.text] = key
        for unknown in (one for one, _ in node.entries if one.text not in CALENDAR_KEYS):
            near = did_you_mean(unknown.text, CALENDAR_KEYS) or f" (its keys are {', '.join(CALENDAR_KEYS)})"
            self.findings.add(
                unknown, "P201", f'a calendar "{shown(key.text)}" has no key "{shown(unknown.text)}"{near}'
            )
        described = {name: value for name, value in plain(node).items() if name in CALENDAR_KEYS and name != "assumed"}
        try:
            self.gathered.hours[key.text] = HoursSpec.parse(described, self.zone)
        except HoursError as error:
            for problem in error.problems:
                path = tuple(step if isinstance(step, int) else str(step) for step in problem.key)
                value, name = follow(node, path)
                code = "P201" if problem.message.startswith("unknown key") else "P216"
                self.findings.add(key if value is node else name, code, problem.message)

    def _check_versions(self, node: Mapping) -> None:
        releases = node.get("releases")
        if isinstance(releases, Mapping):
            for version, _ in releases.entries:
                if not version.is_quoted and not is_decimal(version.text):  # those are told already
                    self.findings.add(version, "P106", f'a version stands in quotes: write "{shown(version.text)}"')

    # --- rows --------------------------------------------------------------------------------------

    def _rows(self, kind: Kind, blocks: list[Block]) -> list[Entry[Any]]:
        entries = []
        for block in blocks:
            rows = block.node.items if isinstance(block.node, Sequence) else (block.node,)
            for row in rows:
                if not isinstance(row, Mapping):
                    self.findings.add(row, "P203", f"{kind.name} is a list of rows: `- {{{kind.keys[1]}: …}}`")
                    continue
                entry = self._row(kind, block, row)
                if entry is not None:
                    entries.append(entry)
        return entries

    def _row(self, kind: Kind, block: Block, row: Mapping) -> Entry[Any] | None:
        assert kind.model is not None  # noqa: S101 - only calendars have no model, and they are named
        if kind.name == "silence":
            name = next((word.text for word in texts(row.get("from"))), "")
            return self.reader.read(kind, name, f"{block.clause}/{name}".rstrip("/"), row, row, kind.model, kind.name)
        plain_row = self._cover(row)
        basis = next((word.text for word in texts(plain_row.get("basis"))), "")
        reason = next((word.text for word in texts(plain_row.get(UNCOVERED))), "")
        name = OTHERWISE if row.key(OTHERWISE) else basis or reason
        if not basis and not reason:
            self.findings.add(row, "P202", "a row of entitlement ends in `basis: NAME` or `uncovered: WHY`")
            return None
        return self.reader.read(kind, name, f"{block.clause}/{name}", row, plain_row, kind.model, "entitlement")

    def _cover(self, row: Mapping) -> Mapping:
        """Return a row with `otherwise: X` written as `basis: X`, or as `uncovered`."""
        otherwise = row.key(OTHERWISE)
        if otherwise is None:
            return row
        if row.key("when") is not None:
            self.findings.add(otherwise, "P201", "otherwise is for every case: leave `when` out, or write basis")
        check_assumed(row, self.findings)
        is_uncovered = any(word.text == UNCOVERED for word in texts(row.get(OTHERWISE)))
        key = _renamed(otherwise, UNCOVERED if is_uncovered else "basis")
        entries: list[tuple[Scalar, Node]] = []
        for name, value in row.entries:
            if name is otherwise:
                entries.append((key, _renamed(otherwise, NOT_COVERED) if is_uncovered else value))
            elif name.text == "assumed":
                words = tuple(_renamed(word, key.text) if word.text == OTHERWISE else word for word in texts(value))
                entries.append((name, Sequence(words, value.line, value.column, value.source)))
            else:
                entries.append((name, value))
        return replace(row, entries=tuple(entries))

    # --- settings ----------------------------------------------------------------------------------

    def _settings(self, kind: Kind, blocks: list[Block]) -> list[Entry[Any]]:
        """Settings may stand in several sections; together they are one rule, cited by the first."""
        assert kind.model is not None  # noqa: S101 - only calendars have no model, and they are named
        entries: dict[str, tuple[Scalar, Node]] = {}
        for block in blocks:
            if not isinstance(block.node, Mapping):
                self.findings.add(block.node, "P203", f"{kind.name} needs keys with values, like {{{kind.keys[1]}: …}}")
                continue
            for key, value in block.node.entries:
                if key.text in entries:
                    line = entries[key.text][0].line
                    self.findings.add(key, "P214", f'"{shown(key.text)}" is given in line {line} already: keep one')
                else:
                    entries[key.text] = (key, value)
        if not entries:
            return []
        first = blocks[0]
        node = Mapping(tuple(entries.values()), first.node.line, first.node.column)
        entry = self.reader.read(kind, "", first.clause, first, node, kind.model)
        return [entry] if entry else []
