"""The style guide: every component once, with the tag that draws it and marks made up for the purpose.

Each entry is a template such as a page would write; it is drawn in both themes beside its own source, so
what is shown is what is used. A test holds that every component
has its template, its sheet and its entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils import timezone

from troth.faces.samples import sample_marks


@dataclass(frozen=True, slots=True)
class Entry:
    """One component: its name and what it is for; ``faces/styleguide/NAME.html`` draws it."""

    name: str
    purpose: str

    @property
    def template(self) -> str:
        """The template that draws the entry."""
        return f"faces/styleguide/{self.name}.html"

    @property
    def source(self) -> str:
        """What a page writes to draw it."""
        drawn: Any = get_template(self.template)
        return str(drawn.template.source).removeprefix("{% load faces %}").strip()


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of the tokens, drawn by an SVG whose class reads it."""

    name: str
    css_class: str


ENTRIES = (
    Entry("word-line", "Who owes what by when, in one sentence."),
    Entry("ledger-strip", "The life of a case, coloured by whose turn it was, hatched outside hours."),
    Entry("clause-mark", "A reference to the policy; with a sentence it opens the reason."),
    Entry("clock", "What is owed, how it stands, how much of the time is used, and why."),
    Entry("why-card", "The reason, counted out; also a page of its own."),
    Entry("ruling-line", "What the policy made of something, between messages."),
    Entry("ruling-panel", "The promise before anything is sent."),
    Entry("time", "Absolute, in the reader’s zone; the desk’s zone on hover."),
    Entry("severity", "Words and bars that differ in number."),
    Entry("chip", "A word of the query, taken away by its cross."),
    Entry("row", "One case in a list, in the policy’s order."),
    Entry("tabs", "Views, each with an address."),
    Entry("timeline-entry", "Customer plain, us tinted, notes on yellow paper, rulings as one line."),
    Entry("composer", "Reply and Note are two forms; the button names its readers."),
    Entry("notice-bar", "Stays until it is put away."),
    Entry("field", "Label, help, control and error, tied together."),
    Entry("error-summary", "What is missing, each with a link, and what is safe."),
    Entry("button", "Verbs with objects; one primary per page."),
    Entry("menu", "Further acts behind one button, without script."),
    Entry("blank-slate", "An empty list that says what comes next."),
)

SWATCHES = tuple(
    Swatch(name, f"swatch-{name}")
    for name in (
        "canvas",
        "surface",
        "sunken",
        "raised",
        "accent-soft",
        "kept-soft",
        "soon-soft",
        "late-soft",
        "paused-soft",
        "note",
        "ink",
        "ink-2",
        "ink-3",
        "accent",
        "kept",
        "soon",
        "late",
        "paused",
        "level-1",
        "level-2",
        "level-3",
        "partner",
        "product",
        "customer",
        "third",
    )
)


def styleguide_context() -> dict[str, Any]:
    """Give the entries and, for each theme, marks and a bound form of its own."""
    now = timezone.now().replace(second=0, microsecond=0)
    return {
        "entries": ENTRIES,
        "swatches": SWATCHES,
        "desk_zone": "Europe/Copenhagen",
        "themes": [{"name": name, "marks": sample_marks(now, name)} for name in ("light", "dark")],
    }


def sample_context() -> dict[str, Any]:
    """Give one set of marks, for the sample pages that show the layouts."""
    now = timezone.now().replace(second=0, microsecond=0)
    return sample_marks(now, "sample") | {"desk": {"name": "Netop"}, "desk_zone": "Europe/Copenhagen"}
