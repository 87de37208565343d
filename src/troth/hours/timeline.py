"""A calendar's hours compiled into UTC: spans with running totals, ready for binary search.

A timeline covers whole years and is never changed: a question beyond its edge has a longer one
made in its stead, so that any number of threads may share a calendar. There is no horizon.

Each local time is resolved here and only here, once, as `zoneinfo` does with `fold=0`. Spans that
such a resolution makes overlap (a span ending at a time the clocks skip) count once; a date that a
zone skipped altogether is no business day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from troth.hours.instants import DAY, LAST_INSTANT, Instant, instant_of_wall
from troth.hours.spec import HoursSpec, Spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEVER: Instant = LAST_INSTANT + 1

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Timeline:
    """The open spans of the years `first_year` to `last_year`, in order and without overlap.

    `opens`, `closes` and `ends` run in parallel: `ends[i]` is the working time from the first open
    to the close of span i.
    """

    first_year: int
    last_year: int
    opens: list[Instant]
    closes: list[Instant]
    ends: list[int]
    day_of: list[int]
    """For each span the business day it belongs to, as a date's ordinal."""
    days: list[int]
    """The business days, as ordinals."""
    missed: list[tuple[Instant, Instant, int]]
    """The spans holidays took away: (would open, would close, ordinal)."""
    known_from: Instant
    """From here on every span is known, and at least one began before."""
    known_until: Instant
    """Up to here every span is known."""

    @cached_property
    def runs(self) -> tuple[list[Instant], list[Instant]]:
        """Opens and closes of unbroken openness: spans that touch are joined."""
        opens: list[Instant] = []
        closes: list[Instant] = []
        for start, end in zip(self.opens, self.closes, strict=True):
            if closes and start <= closes[-1]:
                closes[-1] = end
            else:
                opens.append(start)
                closes.append(end)
        return opens, closes

    @cached_property
    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Opens, closes and ends as NumPy arrays."""
        import numpy as np  # noqa: PLC0415 - a tenth of a second that few callers need

        return (
            np.array(self.opens, dtype=np.int64),
            np.array(self.closes, dtype=np.int64),
            np.array(self.ends, dtype=np.int64),
        )


def compile_years(
    spec: HoursSpec, zone: ZoneInfo, closed: frozenset[date], first_year: int, last_year: int
) -> Timeline:
    """The timeline of those years, `closed` being the dates that holidays take away in them."""
    half_days = {day.toordinal(): spans for day, spans in spec.half_days}
    taken = {day.toordinal() for day in closed}
    found: list[tuple[int, Instant, Instant]] = []
    missed: list[tuple[Instant, Instant, int]] = []
    last = date(last_year, 12, 31).toordinal()
    for ordinal in range(date(first_year, 1, 1).toordinal(), last + 1):
        spans = half_days.get(ordinal, spec.week[(ordinal - 1) % 7])
        if not spans:
            continue
        resolved = _resolve(ordinal, spans, zone)
        if ordinal in taken and ordinal not in half_days:
            missed += [(start, end, ordinal) for start, end in resolved]
        else:
            found += [(ordinal, start, end) for start, end in resolved]
    return _laid_out(first_year, last_year, found, missed)


def _resolve(ordinal: int, spans: Spans, zone: ZoneInfo) -> list[tuple[Instant, Instant]]:
    """One day's spans in UTC, in order; those that the clocks skip are gone."""
    midnight = datetime.fromordinal(ordinal)
    if _is_skipped(midnight, zone):
        return []
    resolved = [
        (
            instant_of_wall(midnight + timedelta(seconds=start), zone),
            instant_of_wall(midnight + timedelta(seconds=end), zone),
        )
        for start, end in spans
    ]
    return sorted(span for span in resolved if span[0] < span[1])


def _is_skipped(midnight: datetime, zone: ZoneInfo) -> bool:
    """Whether the zone has no such date (Samoa had no 30 December 2011)."""
    following = midnight + timedelta(days=1)
    if zone.utcoffset(midnight) == zone.utcoffset(following):
        return False
    return instant_of_wall(following, zone) <= instant_of_wall(midnight, zone)


def _laid_out(
    first_year: int,
    last_year: int,
    found: Iterable[tuple[int, Instant, Instant]],
    missed: list[tuple[Instant, Instant, int]],
) -> Timeline:
    """Spans without overlap (the earlier keeps what two share), with their running totals."""
    opens: list[Instant] = []
    closes: list[Instant] = []
    ends: list[int] = []
    day_of: list[int] = []
    days: list[int] = []
    closed_at: Instant | None = None
    total = 0
    for ordinal, start, end in found:
        begin = start if closed_at is None else max(start, closed_at)
        if begin >= end:
            continue
        total += end - begin
        opens.append(begin)
        closes.append(end)
        ends.append(total)
        day_of.append(ordinal)
        if not days or days[-1] != ordinal:
            days.append(ordinal)
        closed_at = end
    # A span ends within 48 hours of its day's midnight, and local midnight lies within 26 hours
    # of UTC's: four days at either end are enough to know that no span is missing.
    return Timeline(
        first_year=first_year,
        last_year=last_year,
        opens=opens,
        closes=closes,
        ends=ends,
        day_of=day_of,
        days=days,
        missed=missed,
        known_from=max(_new_year(first_year) + 4 * DAY, opens[0]) if opens else NEVER,
        known_until=_new_year(last_year + 1) - 4 * DAY,
    )


def _new_year(year: int) -> Instant:
    return (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY


BLANK = Timeline(1, 0, [], [], [], [], [], [], known_from=NEVER, known_until=-NEVER)
"""What a calendar knows before the first question."""
