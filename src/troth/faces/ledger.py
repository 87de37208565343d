"""The geometry of the ledger strip: stretches of a case's life as numbers an SVG can hold.

Pure: the same stretches give the same strip. ``wall`` shows the time as the customer lived it,
``working`` the time as the policy counts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from troth.faces.moments import At, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troth.faces.marks import LedgerEvent, LedgerStretch

WIDTH = 1000
HEIGHT = 12
Scale = Literal["wall", "working"]


@dataclass(frozen=True, slots=True)
class StripRect:
    """One stretch as a rectangle in a view box of 1000 by 12."""

    x: float
    width: float
    css_class: str
    is_hatched: bool


@dataclass(frozen=True, slots=True)
class StripMark:
    """A notch or the flag, at a percentage of the strip's width."""

    x: float
    label: str = ""

    @property
    def percent(self) -> str:
        """The place as an SVG length."""
        return f"{self.x / WIDTH * 100:g}%"


@dataclass(frozen=True, slots=True)
class StripData:
    """All a template needs to draw a strip, and how long each owner had the case, first owner first."""

    rects: tuple[StripRect, ...]
    notches: tuple[StripMark, ...]
    flag: StripMark | None
    totals: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch in seconds and, laid out, in widths."""

    start: int
    end: int
    x: float
    width: float


def strip_svg_data(
    stretches: Sequence[LedgerStretch],
    events: Sequence[LedgerEvent] = (),
    due_at: At | None = None,
    scale: Scale = "wall",
) -> StripData:
    """Lay stretches, events and due time out on one line from 0 to 1000.

    On the wall scale the line ends at the due time where that is still ahead. On the working scale
    time outside hours has no width, and a due time past the last stretch stands at the end.
    Totals are wall seconds or working seconds, after the scale.
    """
    spans = [_span(stretch) for stretch in stretches]
    if not spans:
        return StripData((), (), None, ())
    if scale == "working":
        widths = [float(stretch.working_seconds) for stretch in stretches]
        ahead = 0.0
    else:
        widths = [float(end - start) for start, end in spans]
        ahead = max(0.0, seconds(due_at) - spans[-1][1]) if due_at is not None else 0.0
    whole = sum(widths) + ahead
    factor = WIDTH / whole if whole else 0.0
    starts = [sum(widths[:index]) * factor for index in range(len(widths))]
    pieces = tuple(
        _Piece(start, end, x, width * factor) for (start, end), x, width in zip(spans, starts, widths, strict=True)
    )
    rects = tuple(
        StripRect(round(piece.x, 2), round(piece.width, 2), stretch.css_class, not stretch.in_hours)
        for piece, stretch in zip(pieces, stretches, strict=True)
        if piece.width
    )

    def place(at: At) -> float:
        return round(_place(seconds(at), pieces, ahead, factor), 2)

    return StripData(
        rects=rects,
        notches=tuple(StripMark(place(event.at), event.label) for event in events),
        flag=StripMark(place(due_at)) if due_at is not None else None,
        totals=_totals(stretches, widths),
    )


def _span(stretch: LedgerStretch) -> tuple[int, int]:
    start, end = seconds(stretch.from_at), seconds(stretch.to_at)
    if end < start:
        message = f"ledger: {stretch.owner} ends before it begins ({start} > {end}); give stretches in order"
        raise ValueError(message)
    return start, end


def _place(at: int, pieces: Sequence[_Piece], ahead: float, factor: float) -> float:
    """Find where an instant stands: in its piece by proportion, past the last in the time ahead."""
    if at <= pieces[0].start:
        return 0.0
    for piece in pieces:
        if at < piece.start:
            return piece.x
        if at <= piece.end:
            whole = piece.end - piece.start
            return piece.x + (at - piece.start) / whole * piece.width if whole else piece.x
    last = pieces[-1]
    return last.x + last.width + min(float(at - last.end), ahead) * factor


def _totals(stretches: Sequence[LedgerStretch], widths: Sequence[float]) -> tuple[tuple[str, str, int], ...]:
    totals: dict[str, tuple[str, int]] = {}
    for stretch, width in zip(stretches, widths, strict=True):
        _, before = totals.get(stretch.owner, ("", 0))
        totals[stretch.owner] = (stretch.css_class, before + int(width))
    return tuple((owner, css_class, amount) for owner, (css_class, amount) in totals.items())
