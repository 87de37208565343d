"""What pages hand to the components: small frozen values, already decided and already worded.

A mark never computes a promise. The engine says the sentence, the desk says the times; these
values only carry them to a template. Instants are aware datetimes or integer UTC seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from troth.faces.moments import At

Audience = Literal["customer", "staff"]
ClockStates = Literal["running", "paused", "met", "missed", "ended", "none"]
Tone = Literal["plain", "kept", "soon", "late", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseMark:
    """A reference to a clause of the policy: ``§ targets``.

    With a ``sentence`` it opens a card that gives the reason and links on to ``href``; without one
    it is a link. ``is_assumed`` marks rules on which the policy itself is silent.
    """

    clause: str
    href: str
    title: str = ""
    sentence: str = ""
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyCard:
    """The reason behind a mark: what holds, the workings line by line, and the whole page behind it."""

    title: str
    sentence: str
    href: str
    workings: tuple[tuple[str, str], ...] = ()
    link_text: str = "Show the whole reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLine:
    """The sentence that says who owes what by when (FACES 5.4), worded by the engine.

    ``due_text`` is the part of ``sentence`` that names the due time; where it occurs it becomes a
    ``<time>``. ``aside`` is a second, quieter line ("Nothing for you to do.").
    """

    sentence: str
    state: ClockStates = "none"
    due_at: At | None = None
    due_text: str = ""
    clause: ClauseMark | None = None
    aside: str = ""

    @property
    def before(self) -> str:
        """The sentence up to its due time, or all of it."""
        return self.sentence.partition(self.due_text)[0] if self.has_due_text else self.sentence

    @property
    def after(self) -> str:
        """The sentence after its due time, or nothing."""
        return self.sentence.partition(self.due_text)[2] if self.has_due_text else ""

    @property
    def has_due_text(self) -> bool:
        """Whether the due time stands in the sentence and can be marked up there."""
        return bool(self.due_text) and self.due_at is not None and self.due_text in self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMark:
    """One clock of a case: what is owed, how it stands, until when, and why.

    ``used_fraction`` is working time used over working time given; above 1 it is drawn full.
    """

    name: str
    kind: str
    state: ClockStates
    sentence: str = ""
    due_at: At | None = None
    met_at: At | None = None
    used_fraction: float | None = None
    used_text: str = ""
    clause: ClauseMark | None = None
    why: WhyCard | None = None
    why_href: str = ""

    @property
    def icon(self) -> str:
        """The icon with the fixed meaning of this state."""
        return {
            "running": "clock",
            "paused": "pause-circle",
            "met": "check-circle",
            "missed": "exclamation-triangle",
        }.get(self.state, "minus-circle")

    @property
    def used_width(self) -> int:
        """The used share as a width from 0 to 1000."""
        return round(1000 * min(max(self.used_fraction or 0.0, 0.0), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStretch:
    """A stretch of a case's life in one pair of hands, wholly inside or wholly outside hours."""

    owner: str
    from_at: At
    to_at: At
    in_hours: bool = True
    working_seconds: int = 0

    @property
    def css_class(self) -> str:
        """The class that gives the owner's colour: ``product management`` is ``owner-product-management``."""
        return "owner-" + self.owner.lower().replace(" ", "-").replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """An event worth a notch on the strip."""

    at: At
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStrip:
    """A whole ledger strip: the stretches, the events on it and the due time."""

    stretches: tuple[LedgerStretch, ...]
    events: tuple[LedgerEvent, ...] = ()
    due_at: At | None = None
    is_late: bool = False
    scale: Literal["wall", "working"] = "wall"
    audience: Audience = "customer"
    names: dict[str, str] = field(default_factory=dict)

    def owner_words(self, owner: str) -> str:
        """Name an owner as this audience knows them."""
        if owner in self.names:
            return self.names[owner]
        if owner == "customer":
            return "You" if self.audience == "customer" else "Customer"
        if owner == "excused":
            return "Not counted"
        return owner[:1].upper() + owner[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingLine:
    """What the policy made of something, as one quiet line between messages."""

    sentence: str
    at: At | None = None
    clause: ClauseMark | None = None
    icon: str = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLine:
    """One line of the ruling panel: ``Severity High, from your answers § severities``."""

    label: str
    sentence: str
    clause: ClauseMark | None = None
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingPanel:
    """The live promise on *New case*: what will happen, said before anything is sent."""

    promise: WordLine | None = None
    lines: tuple[PanelLine, ...] = ()
    gaps: tuple[str, ...] = ()
    phone: str = ""
    empty: str = "Tell us what happens, and what we will do and by when stands here."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened on a case.

    ``kind`` decides the paper: ``customer`` plain, ``us`` tinted, ``note`` yellow, ``ruling`` one
    line. ``html`` must already be cleaned; ``text`` is escaped and keeps its line breaks.
    """

    kind: Literal["customer", "us", "note", "ruling"]
    at: At
    author: str = ""
    role: str = ""
    text: str = ""
    html: str = ""
    anchor: str = ""
    via: str = ""
    readers: str = ""
    gives: str = ""
    clause: ClauseMark | None = None
    files: tuple[AttachedFile, ...] = ()
    original_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file on an entry, by name, size in words and address."""

    name: str
    size: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One case in a list, in the order its policy gives."""

    number: str
    title: str
    href: str
    account: str = ""
    severity: str = ""
    level: str = ""
    owner: str = ""
    sentence: str = ""
    due_at: At | None = None
    state: ClockStates = "none"
    strip: LedgerStrip | None = None
    clause: ClauseMark | None = None
    updated_at: At | None = None
    reading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A named view with an address of its own; ``count`` None shows no number, ``is_more`` a plus behind it."""

    label: str
    href: str
    is_current: bool = False
    count: int | None = None
    is_more: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One word of a query, with the address of the list without it."""

    label: str
    value: str = ""
    remove_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One line of a menu: a link, or with ``is_post`` a form's button."""

    label: str
    href: str
    icon: str = ""
    key: str = ""
    is_post: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """One form for one kind of writing. Reply and Note are two of these, never one with a switch.

    ``readers`` stands on the button, so that nobody learns afterwards who could read it.
    """

    kind: Literal["reply", "note"]
    action: str
    readers: str
    based_on: int | None = None
    text: str = ""
    label: str = ""
    help: str = ""
    errors: tuple[str, ...] = ()
    can_attach: bool = True
    can_save_draft: bool = False
    fields_html: str = ""
    idempotency_key: str = ""

    @property
    def title(self) -> str:
        """What the form is for, in a word or the page's own words."""
        return self.label or ("Reply" if self.kind == "reply" else "Note")

    @property
    def submit(self) -> str:
        """The verb and its readers: ``Send to Maria Lund + 1``, ``Save note for the team``."""
        return f"Send to {self.readers}" if self.kind == "reply" else f"Save note for {self.readers}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSlate:
    """An empty list that says what comes next instead of only that nothing is there."""

    title: str
    sentence: str = ""
    href: str = ""
    action: str = ""
    icon: str = "check-circle"
