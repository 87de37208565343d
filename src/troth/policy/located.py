"""YAML 1.2 as the policy language allows it, each key and value with its place in the Markdown file.

Anchors, aliases, tags, merge keys and keys given twice are refused, and so is a number with a decimal point: a
version such as 8.10 would become 8.1. What is left needs nothing to be looked up elsewhere, so a reader of the
file sees what the machine sees.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from troth.policy.findings import Enough, Findings, Located, Place

DEEPEST = 20
MOST_NODES = 4_000
"""Words, lists and mappings in one policy: three times what the longest policy we know has."""
LONGEST_SHOWN = 60
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, number, flag or nothing; `text` is how it was written."""

    value: str | int | bool | None
    text: str
    is_quoted: bool
    line: int
    column: int
    source: str = ""
    """The clause of the amendment that brought this value; empty in a policy's own file."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values in the order of the file; a key is always a text."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    source: str = ""

    def get(self, key: str) -> Node | None:
        """Return the value of `key`, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return `key` itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def names(self) -> tuple[str, ...]:
        """Return the keys in the order of the file."""
        return tuple(name.text for name, _ in self.entries)


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """Return the value without its places: dicts, lists and scalars."""
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """Return the words of a node: one for a scalar, several for a list of them, none for anything else."""
    if isinstance(node, Scalar):
        return () if node.value is None else (node,)
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar) and item.value is not None)
    return ()


def follow(node: Node, path: tuple[int | str, ...]) -> tuple[Node, Node]:
    """Return the deepest node along `path`, and the key under which it stands (itself where there is none)."""
    here, name = node, node
    for step in path:
        if isinstance(here, Mapping) and isinstance(step, str) and (found := here.get(step)) is not None:
            key = here.key(step)
            here, name = found, key or found
        elif isinstance(here, Sequence) and isinstance(step, int) and step < len(here.items):
            here = name = here.items[step]
    return here, name


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything inside it."""
    yield node
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from walk(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from walk(item)


def source_of(node: Node) -> str:
    """Return the clause of the amendment that brought anything inside `node`; empty where none did."""
    return next((part.source for part in walk(node) if part.source), "")


def word_at(word: Scalar, place: Located, source: str | None = None) -> Scalar:
    """Return the word as if it stood at another place, and perhaps came from another clause."""
    return replace(word, line=place.line, column=place.column, source=word.source if source is None else source)


def moved(node: Node, place: Place) -> Node:
    """Return the node with everything in it at one place."""
    if isinstance(node, Mapping):
        entries = tuple((word_at(key, place), moved(value, place)) for key, value in node.entries)
        return replace(node, entries=entries, line=place.line, column=place.column)
    if isinstance(node, Sequence):
        items = tuple(moved(item, place) for item in node.items)
        return replace(node, items=items, line=place.line, column=place.column)
    return word_at(node, place)


class Lines:
    """Where each character of a block stands in the Markdown file.

    `line` is the file's line of the block's first, `columns` what each of its lines was indented by.
    """

    def __init__(self, text: str, line: int, columns: list[int] | None = None) -> None:
        """Remember where the lines of `text` begin."""
        self._starts = [0, *(index + 1 for index, letter in enumerate(text) if letter == "\n")]
        self._line = line
        self._columns = columns or []

    def place(self, index: int) -> Place:
        """Return the place of the character at `index`."""
        row = max(0, bisect_right(self._starts, index) - 1)
        indent = self._columns[row] if row < len(self._columns) else 0
        last = max(row, 0)
        return Place(self._line + last, index - self._starts[row] + 1 + indent)


class Room:
    """How many words, lists and mappings there may still be in one policy, all its blocks together."""

    def __init__(self, most: int = MOST_NODES) -> None:
        """Begin with room for `most`."""
        self.most = most
        self._left = most

    def take(self, count: int = 1) -> bool:
        """Whether there was room for so many more, which are there now."""
        if count > self._left:
            return False
        self._left -= count
        return True


class _Stop(Exception):
    """Reading of this block ends here; the finding is noted."""


class _Reader:
    """Builds nodes from ruamel's events, and refuses what the language leaves out."""

    def __init__(self, text: str, lines: Lines, findings: Findings, room: Room | None, *, has_numbers: bool) -> None:
        self._lines = lines
        self._findings = findings
        self._room = room
        self._has_numbers = has_numbers
        self._events = YAML(typ="safe", pure=True).parse(text)

    def document(self) -> Node | None:
        """Return the one document; None where there is none, or more than one."""
        roots: list[Node] = []
        event = self._next()
        while not isinstance(event, StreamEndEvent):
            if not isinstance(event, (StreamStartEvent, DocumentStartEvent, DocumentEndEvent)):
                if roots:
                    self._refuse(event, "P109", "a second document begins here: one block holds one document")
                roots.append(self._node(event, 0))
            event = self._next()
        return roots[0] if roots else None

    def _next(self) -> Any:
        return next(self._events)

    def _place(self, event: Any) -> Place:
        return self._lines.place(event.start_mark.index)

    def _refuse(self, event: Any, code: str, message: str) -> None:
        self._findings.add(self._place(event), code, message)
        raise _Stop

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        if self._room is not None and not self._room.take():
            self._findings.add(place, "P110", f"the rules hold more than {self._room.most:,} words: no policy does")
            raise Enough
        if isinstance(event, AliasEvent):
            self._refuse(event, "P102", f"*{event.anchor} is an alias: write out what it stands for")
        if event.anchor is not None:
            self._findings.add(place, "P102", f"&{event.anchor} is an anchor: leave it out")
        if event.tag is not None and not (isinstance(event, ScalarEvent) and str(event.tag) == "!"):
            self._findings.add(place, "P103", f"{event.tag} is a YAML tag: leave it out")
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if depth >= DEEPEST:
            self._refuse(event, "P108", f"rules are nested more than {DEEPEST} deep here: write them flatter")
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place, depth)
        assert isinstance(event, MappingStartEvent)  # noqa: S101 - YAML has no other event here
        return self._mapping(place, depth)

    def _sequence(self, place: Place, depth: int) -> Sequence:
        items = []
        event = self._next()
        while not isinstance(event, SequenceEndEvent):
            items.append(self._node(event, depth + 1))
            event = self._next()
        return Sequence(tuple(items), place.line, place.column)

    def _mapping(self, place: Place, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        event = self._next()
        while not isinstance(event, MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            self._enter(entries, key, value)
            event = self._next()
        return Mapping(tuple(entries.values()), place.line, place.column)

    def _enter(self, entries: dict[str, tuple[Scalar, Node]], key: Node, value: Node) -> None:
        if not isinstance(key, Scalar) or key.text == "":
            self._findings.add(key, "P107", "a key must be a word: put a word before the colon")
        elif key.text == "<<" and not key.is_quoted:
            self._findings.add(key, "P104", "<< is a merge key: write out what it would bring here")
        elif key.text in entries:
            first = entries[key.text][0]
            self._findings.add(
                key,
                "P105",
                f'"{shown(key.text)}" stands here already, in line {first.line}: keep one of the two',
            )
        else:
            entries[key.text] = (key, value)

    def _scalar(self, event: Any) -> Scalar:
        place = self._place(event)
        text = str(event.value)
        quoted = event.style is not None
        value: str | int | bool | None = text
        if not quoted:
            if text in _CONSTANTS:
                value = _CONSTANTS[text]
            elif _INTEGER.fullmatch(text):
                value = int(text)
            elif self._has_numbers and is_decimal(text):
                self._findings.add(
                    place,
                    "P106",
                    f'{shown(text)} is not in quotes, so its end would be lost: write "{shown(text)}"',
                )
        return Scalar(value, text, quoted, place.line, place.column)


def is_decimal(text: str) -> bool:
    """Whether a text without quotes would be read as a number with a decimal point."""
    return _INTEGER.fullmatch(text) is None and _DECIMAL.fullmatch(text) is not None


def shown(text: str) -> str:
    """Return a text short enough, and on one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 3]}..."


def read_yaml(
    text: str, lines: Lines, findings: Findings, room: Room | None = None, *, has_numbers: bool = True
) -> Node | None:
    """Return the one document in `text`, or None after noting why there is none; Enough where there is no `room`.

    Where no value `has_numbers`, as in front matter, nothing is lost of what looks like one.
    """
    before = len(findings)
    try:
        node = _Reader(text, lines, findings, room, has_numbers=has_numbers).document()
    except _Stop:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        index = mark.index if mark is not None else 0
        findings.add(lines.place(min(index, len(text))), "P101", _mended(error, text, index))
        return None
    except YAMLError as error:
        index = getattr(error, "position", 0)
        letter = getattr(error, "character", "")
        findings.add(lines.place(min(index, len(text))), "P101", f"a character that YAML cannot hold: {letter!r}")
        return None
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # The scanner was written for honest files; a text made to break it gets a finding like any other.
        findings.add(lines.place(0), "P101", f"this cannot be read as YAML ({shown(str(error))})")
        return None
    if node is None or (isinstance(node, Scalar) and node.value is None):
        if len(findings) == before:
            findings.add(lines.place(0), "P109", "nothing stands here: write the rules, or take the block out")
        return None
    return node


def _mended(error: MarkedYAMLError, text: str, index: int) -> str:
    problem = shown(str(error.problem or error.context or "this is not YAML"))
    if "\t" in text[max(0, index - 1) : index + 1]:
        return "a tab stands here: indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a second colon in one line: put the value in quotes, or begin a new line"
    return f"this is not YAML: {problem}; look for a missing quote, bracket or colon just before"
