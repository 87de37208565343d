"""The policy for a terminal: wrapped prose, and rules as indented lines.

Control characters never reach the terminal, whatever stands in the file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from markdown_it.token import Token

from troth.policy.document import commonmark
from troth.policy.page import Section, Text, render_page
from troth.policy.policy import Policy
from troth.policy.tables import Cell, Line, RuleTable

NARROWEST = 30


def as_terminal(policy: Policy, width: int = 80) -> str:
    """Return the whole policy as text no wider than `width`, words longer than a line excepted."""
    width = max(width, NARROWEST)
    lines = [f"{policy.vendor} · {policy.version.isoformat()}", ""]
    for section in render_page(policy):
        lines.extend(_section(section, width))
    return _printable("\n".join(lines).rstrip() + "\n")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _section(section: Section, width: int) -> Iterator[str]:
    if section.title:
        title = f"{section.title}  § {section.id}" if section.id else section.title
        yield title
        yield ("=" if section.depth == 1 else "-") * min(len(title), width)
        yield ""
    for part in section.parts:
        if isinstance(part, Text):
            yield from _prose(part.markdown, width)
        else:
            yield from _table(part, width)


def _prose(markdown: str, width: int) -> Iterator[str]:
    """Each paragraph wrapped; emphasis and links read as their words."""
    depth, is_first = 0, False
    for token in commonmark().parse(markdown):
        if token.type == "list_item_open":
            depth, is_first = depth + 1, True
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "inline":
            indent = "  " * depth
            first = f"{indent[:-2]}- " if is_first else indent
            yield from textwrap.wrap(_words(token), width, initial_indent=first, subsequent_indent=indent)
            yield ""
            is_first = False
        elif token.type in {"fence", "code_block"}:
            yield from (f"    {line}" for line in token.content.splitlines())
            yield ""


def _words(token: Token) -> str:
    return "".join(" " if child.type in {"softbreak", "hardbreak"} else child.content for child in token.children or ())


def _table(table: RuleTable, width: int) -> Iterator[str]:
    for row in table.rows:
        yield from _row(row, table.columns, width)
    if table.silent:
        yield ""
        yield from textwrap.wrap(table.silent, width, initial_indent="  ", subsequent_indent="  ")
    yield ""


def _row(row: Line, columns: tuple[str, ...], width: int) -> Iterator[str]:
    first, *rest = row.cells
    if len(rest) == 1 and first.span == rest[0].span == 1:
        yield from _hanging(f"{first.text}: {_marked(rest[0])}", 2, width)
        return
    yield from _hanging(first.text, 2, width)
    column = first.span
    for cell in rest:
        is_within = column > 1 and cell.span > 1  # one time for all severities
        name = columns[column] if column < len(columns) and not is_within else "Within"
        column += cell.span
        if cell.text:
            yield from _hanging(f"{name}: {_marked(cell)}" if name else _marked(cell), 4, width)


def _marked(cell: Cell) -> str:
    return f"{cell.text} (assumed)" if cell.is_assumed else cell.text


def _hanging(text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
