"""The policy as the page customers read: prose as it was written, each rule as a table in its place.

Raw HTML in a policy file is shown as text, never passed on, so the page is safe wherever the file comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from troth.policy.document import Prose, commonmark
from troth.policy.policy import Policy
from troth.policy.tables import Cell, Line, RuleTable, tables_of


@dataclass(frozen=True, slots=True)
class Text:
    """A run of prose; `html` is safe to show."""

    markdown: str
    html: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its prose and tables in the order of the file; `id` is empty where it is no clause."""

    id: str
    title: str
    depth: int
    parts: tuple[Text | RuleTable, ...]

    @property
    def html(self) -> str:
        """The prose alone."""
        return "".join(part.html for part in self.parts if isinstance(part, Text))

    @property
    def tables(self) -> list[RuleTable]:
        """The rules alone."""
        return [part for part in self.parts if isinstance(part, RuleTable)]


def render_page(policy: Policy) -> list[Section]:
    """Return the sections of the page in the order of the file."""
    markdown = commonmark()
    sections = []
    for section in policy.document.sections:
        parts: list[Text | RuleTable] = []
        for part in section.parts:
            if isinstance(part, Prose):
                parts.append(Text(part.text, markdown.render(part.text)))
            else:
                parts.extend(table for table in tables_of(part, policy) if table.rows)
        if parts or section.title:
            sections.append(Section(section.id, section.title, section.depth, tuple(parts)))
    return sections


def anchor(clause: str) -> str:
    """Return the id of the element a citation points to: `targets/resolve at level 1` without its spaces."""
    return "-".join(clause.split())


def as_html(policy: Policy) -> str:
    """Return the whole page as one element, without styles or scripts of its own."""
    seen: set[str] = set()
    body = "\n".join(_section(section, seen) for section in render_page(policy))
    version = policy.version.isoformat()
    return (
        f'<article class="policy" lang="{escape(policy.language)}">\n'
        f'<p class="policy-version">{escape(policy.vendor)} · <time datetime="{version}">{version}</time></p>\n'
        f"{body}\n</article>\n"
    )


def _section(section: Section, seen: set[str]) -> str:
    inside = "\n".join(
        part.html.strip() if isinstance(part, Text) else table_html(part, seen) for part in section.parts
    )
    name = _id(section.id, seen)
    level = min(max(section.depth, 1), 6)
    mark = f' <a class="clause-mark" href="#{escape(section.id)}">§ {escape(section.id)}</a>' if section.id else ""
    heading = f"<h{level}>{commonmark().renderInline(section.title)}{mark}</h{level}>" if section.title else ""
    return f"<section{name}>\n{heading}\n{inside}\n</section>"


def table_html(table: RuleTable, seen: set[str] | None = None) -> str:
    """Return a rule's table; `seen` keeps ids from standing twice on one page."""
    seen = set() if seen is None else seen
    head = ""
    if any(table.columns):
        head = "<thead><tr>" + "".join(map(_column, table.columns)) + "</tr></thead>"
    rows = "\n".join(_row(row, seen) for row in table.rows)
    silent = f'\n<p class="assumed-note">{escape(table.silent)}</p>' if table.silent else ""
    return (
        f'<div class="rule" data-kind="{escape(table.kind)}"><table><caption>{escape(table.caption)}</caption>'
        f"{head}<tbody>\n{rows}\n</tbody></table>{silent}</div>"
    )


def _column(name: str) -> str:
    """Return a column's head; a corner without words is no head to anyone who listens."""
    return f'<th scope="col">{escape(name)}</th>' if name else "<td></td>"


def _row(row: Line, seen: set[str]) -> str:
    first, *rest = row.cells
    scope = "rowgroup" if first.span > 1 and not rest else "row"
    name = f'<th scope="{scope}"{_span(first)}>{_cell(first)}</th>'
    cells = "".join(f"<td{_span(cell)}>{_cell(cell)}</td>" for cell in rest)
    return f"<tr{_id(row.clause, seen)}>{name}{cells}</tr>"


def _span(cell: Cell) -> str:
    return f' colspan="{cell.span}"' if cell.span > 1 else ""


def _cell(cell: Cell) -> str:
    mark = ' <span class="assumed">assumed</span>' if cell.is_assumed else ""
    return escape(cell.text) + mark


def _id(clause: str, seen: set[str]) -> str:
    """Return the id attribute of what a clause names, the first time it is asked for."""
    name = anchor(clause)
    if not name or name in seen:
        return ""
    seen.add(name)
    return f' id="{escape(name)}"'
