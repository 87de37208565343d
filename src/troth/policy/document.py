"""The Markdown of a policy file: front matter, clauses and rule blocks, each with its place.

A section whose heading ends in `{#id}` is a clause; a fenced block with the info string `rule KIND` inside it is
executable. Everything else is prose, and says nothing to the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Series
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from troth.hours import ZoneError, zone_named
from troth.hours.spelling import did_you_mean
from troth.policy.findings import Findings, Place
from troth.policy.located import Lines, Mapping, Node, Room, Scalar, read_yaml, shown
from troth.policy.rules import Clause

LARGEST: Final = 100_000
"""Characters: four times what the longest policy we know has."""
MOST_LINES: Final = 3_000
"""Four times the lines of the longest policy we know."""
MOST_CELLS: Final = 10_000
"""Cells of Markdown tables. A row that is cut short gets the rest of its cells, so few characters make many."""
DEEPEST: Final = 10
"""Lists and quotations inside each other; what stands deeper is not shown."""

FRONT_MATTER: Final = ("desk", "vendor", "title", "zone", "language", "version")
AMENDMENT_NEEDS: Final = ("amends", "title", "version")
AMENDMENT_MAY: Final = ("for",)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DESK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the file says of itself; an amendment says whose policy it amends and for whom (`party`)."""

    desk: str = "unnamed"
    vendor: str = ""
    title: str = ""
    zone: str = "UTC"
    language: str = "en"
    version: date = date(1970, 1, 1)
    party: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One rule block: its kind, the clause it stands in, its YAML. `line` and `column` are those of its kind."""

    kind: str
    clause: str
    node: Node
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A run of Markdown without rule blocks; `line` is the file's line of its first."""

    text: str
    line: int


@dataclass(slots=True)
class SectionText:
    """A heading and what stands below it, in order; `id` is empty where nothing can cite it."""

    id: str
    title: str
    depth: int
    line: int
    parts: list[Prose | Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy file taken apart."""

    front: FrontMatter
    sections: tuple[SectionText, ...]
    clauses: dict[str, Clause]
    blocks: tuple[Block, ...]


def commonmark() -> MarkdownIt:
    """Return the Markdown of all policy files: CommonMark with tables, raw HTML shown as text."""
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable("table").use(front_matter_plugin)


def read_document(text: str, findings: Findings, *, is_amendment: bool = False) -> Document | None:
    """Take the file apart; None where it is too large to be a policy, or an amendment to one."""
    if len(text) > LARGEST:
        findings.add(Place(), "P001", f"the file has more than {LARGEST:,} characters: no policy is so long")
        return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if text.count("\n") > MOST_LINES:
        findings.add(
            Place(MOST_LINES + 1), "P001", f"the file has more than {MOST_LINES:,} lines: no policy is so long"
        )
        return None
    if (row := _row_too_many(text)) is not None:
        findings.add(Place(row), "P001", f"tables of more than {MOST_CELLS:,} cells: no policy has so many")
        return None
    try:
        tokens = commonmark().disable("inline").parse(text)  # links and emphasis are for whoever shows the prose
    except (IndexError, RecursionError, ValueError) as error:
        findings.add(Place(), "P001", f"the file cannot be read as Markdown ({shown(str(error))})")
        return None
    needs, may = (AMENDMENT_NEEDS, AMENDMENT_MAY) if is_amendment else (FRONT_MATTER, ())
    return _Taking(text, findings, needs, may).apart(tokens)


def _row_too_many(text: str) -> int | None:
    """Return the line under whose head a table has too many cells, counted without reading Markdown; None mostly.

    What looks like the line under a table's head is taken for one; its table ends at an empty line at the latest.
    """
    cells = columns = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            columns = 0
        elif "|" in line and not line.strip(" \t|:->*+.)0123456789"):
            columns = max(columns, line.count("|") + 1)
        cells += columns
        if cells > MOST_CELLS:
            return number
    return None


class _Taking:
    """Takes one file apart, section by section."""

    def __init__(self, text: str, findings: Findings, needs: tuple[str, ...], may: tuple[str, ...]) -> None:
        self._lines = text.split("\n")
        self._findings = findings
        self._needs, self._may = needs, may
        self._room = Room()
        self._sections: list[SectionText] = [SectionText("", "", 0, 1)]
        self._clauses: dict[str, SectionText] = {}
        self._blocks: list[Block] = []
        self._prose_from = 0

    def apart(self, tokens: Series[Token]) -> Document:
        front = self._front_matter(tokens)
        for index, token in enumerate(tokens):
            if token.map is None:
                continue
            first, after = token.map
            if token.type == "heading_open" and token.level == 0:
                self._heading(tokens[index + 1].content, int(token.tag[1:]), first, after)
            elif token.type == "fence" and token.info.strip().split(" ")[0] == "rule":
                self._fence(token, first, after)
        self._end_prose(len(self._lines))
        clauses = {name: _clause(section) for name, section in self._clauses.items()}
        return Document(front, tuple(self._sections), clauses, tuple(self._blocks))

    def _front_matter(self, tokens: Series[Token]) -> FrontMatter:
        if not tokens or tokens[0].type != "front_matter" or tokens[0].map is None:
            self._findings.add(
                Place(), "P010", f"begin the file with --- and, up to the next ---, {', '.join(self._needs)}"
            )
            return FrontMatter()
        self._prose_from = tokens[0].map[1]
        text = tokens[0].content
        node = read_yaml(text, Lines(text, 2), self._findings, self._room, has_numbers=False)
        if not isinstance(node, Mapping):
            if node is not None:
                self._findings.add(node, "P010", "front matter is lines of `key: value`")
            return FrontMatter()
        return _front_matter(node, self._findings, self._needs, self._may)

    def _heading(self, content: str, depth: int, first: int, after: int) -> None:
        self._end_prose(first)
        self._prose_from = after
        title, mark, name = content.rstrip().removesuffix("}").rpartition("{#")
        if not mark or not content.rstrip().endswith("}"):
            if depth > self._sections[-1].depth and self._sections[-1].id:
                self._prose_from = first  # a smaller heading inside a clause is part of its prose
                return
            self._sections.append(SectionText("", content, depth, first + 1))
            return
        column = self._lines[first].rfind("{#") + 3
        place = Place(first + 1, max(column, 1))
        if not _ID.fullmatch(name):
            self._findings.add(place, "P024", f'"{shown(name)}" cannot be cited: use small letters, digits and hyphens')
        section = SectionText(name, title.rstrip(), depth, first + 1)
        if name in self._clauses:
            line = self._clauses[name].line
            self._findings.add(
                place,
                "P020",
                f'the id "{shown(name)}" stands in line {line} already: give each clause its own',
            )
        else:
            self._clauses[name] = section
        self._sections.append(section)

    def _fence(self, token: Token, first: int, after: int) -> None:
        line = self._lines[first]
        kind = " ".join(token.info.split()[1:])
        place = Place(first + 1, line.find("rule") + 6)
        if token.level > 0:
            self._findings.add(place, "P023", "a rule block stands on its own: take it out of the list or quotation")
            return
        self._end_prose(first)
        self._prose_from = after
        if not self._lines[after - 1].strip().startswith(token.markup) or after - 1 == first:
            self._findings.add(place, "P025", f"this rule block is not closed: end it with {token.markup}")
        content = token.content
        lines = Lines(content, first + 2, self._indents(content, first + 1))
        node = read_yaml(content, lines, self._findings, self._room)
        section = self._sections[-1]
        if not section.id:
            self._findings.add(
                place,
                "P021",
                "a rule needs a clause to be cited by: put a heading like ## Targets {#targets} above",
            )
        if node is not None:
            block = Block(kind, section.id, node, place.line, place.column)
            section.parts.append(block)
            self._blocks.append(block)

    def _indents(self, content: str, first: int) -> list[int]:
        """Return by how many characters each line of the block was indented in the file."""
        indents = []
        for offset, inside in enumerate(content.split("\n")):
            whole = self._lines[first + offset] if first + offset < len(self._lines) else ""
            indents.append(len(whole) - len(inside) if whole.endswith(inside) and inside else 0)
        return indents

    def _end_prose(self, until: int) -> None:
        text = "\n".join(self._lines[self._prose_from : until])
        if text.strip():
            self._sections[-1].parts.append(Prose(text, self._prose_from + 1))


def _clause(section: SectionText) -> Clause:
    prose = "\n\n".join(part.text.strip("\n") for part in section.parts if isinstance(part, Prose))
    return Clause(section.id, section.title, section.line, prose)


def _front_matter(node: Mapping, findings: Findings, needs: tuple[str, ...], may: tuple[str, ...]) -> FrontMatter:
    """Check each key on its own, so that one mistake does not hide another."""
    found: dict[str, str] = {}
    for key, value in node.entries:
        if key.text not in {*needs, *may}:
            near = did_you_mean(key.text, (*needs, *may))
            findings.add(key, "P013", f'"{shown(key.text)}" is no key of the front matter{near}')
        elif not isinstance(value, Scalar) or not value.text.strip():
            findings.add(value, "P012", f"{key.text} is one word or line of text")
        elif complaint := _complaint(key.text, value.text):
            findings.add(value, "P012", complaint)
        else:
            found[key.text] = value.text
    for key_name in needs:
        if node.key(key_name) is None:
            findings.add(node, "P011", f"the front matter lacks {key_name}: add a line `{key_name}: …`")
    version = date.fromisoformat(found.pop("version")) if "version" in found else FrontMatter().version
    renamed = {"amends": "desk", "for": "party"}
    return FrontMatter(version=version, **{renamed.get(key, key): value for key, value in found.items()})


def _complaint(key: str, text: str) -> str | None:
    """Return what is wrong with a value of the front matter, or None."""
    if key in {"desk", "amends"} and not _DESK.fullmatch(text):
        return f'"{shown(text)}" is no name for a desk: use small letters, digits and hyphens, like syncro-soft'
    if key == "language" and not _LANGUAGE.fullmatch(text):
        return f'"{shown(text)}" is no language code: write one like en or pt-BR'
    if key == "zone":
        try:
            zone_named(text)
        except ZoneError as error:
            return str(error)
    if key == "version" and not _is_date(text):
        return f'"{shown(text)}" is no date: a version is the day the policy takes effect, like 2026-11-01'
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
