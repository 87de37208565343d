"""Calendars answer how much time passed, and when an amount of it will have passed.

All answers come by binary search over compiled spans: none walks days or minutes. Working time is
elapsed time inside spans, so a span that contains a clock change counts what really passed. A
deadline is the *earliest* instant at which the amount has passed: eight working hours from Monday
09:00 are over on Monday at 17:00, not on Tuesday at 09:00.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from troth.hours.amounts import Amount, AmountUnit
from troth.hours.closures import HolidayDates, holiday_dates
from troth.hours.errors import AmountError, InstantError
from troth.hours.instants import (
    DAY,
    FIRST_YEAR,
    LAST_INSTANT,
    LAST_YEAR,
    Instant,
    instant_of_wall,
    moment,
    within_range,
    zone_named,
)
from troth.hours.spec import HoursSpec
from troth.hours.timeline import BLANK, Timeline, compile_years

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PATIENCE = 30
"""Years in which an unbroken week must meet a holiday, if it is ever to meet one."""
_OUTSIDE = (
    f"the answer lies outside the years {FIRST_YEAR} to {LAST_YEAR}, where no calendar is kept: "
    "use a smaller amount or another time"
)


class Calendar:
    """Hours compiled for questions; made by `compile_calendar`, lazily and without a horizon.

    Instants are UTC seconds. Every span is half-open: open at its first second, closed at its last
    instant. A calendar may be shared by threads. Questions outside the years 2 to 9998 raise
    `InstantError`.
    """

    def __init__(self, spec: HoursSpec, dates: HolidayDates | None = None) -> None:
        """A calendar of `spec`, on the stored `dates` for the years they speak for."""
        self.spec = spec
        self.dates = dates
        self.zone: ZoneInfo = zone_named(spec.zone)
        self._timeline: Timeline = BLANK

    def __repr__(self) -> str:
        """The rule, not what was compiled from it."""
        return f"Calendar({self.spec!r})"

    def add(self, at: Instant, amount: Amount) -> Instant:
        """When the amount, begun at `at`, has passed; an amount of zero has passed at `at` itself.

        Business days: the same local time on the n-th business day after. A start outside hours
        counts as the last closing before it, a lunch break's beginning included; a time outside
        the target day's hours moves back to the last closing before it on that day, or, before
        its first opening, forward to that.
        """
        if amount.unit is AmountUnit.WORKING:
            return self.add_working(at, amount.number)
        if amount.unit is AmountUnit.ELAPSED:
            return within_range(at + amount.number)
        if amount.unit is AmountUnit.BUSINESS_DAYS:
            return self.add_business_days(at, amount.number)
        if self.spec.day is None:
            message = (
                f'"{amount}" needs to know how long a day is: give these hours a day '
                f'(day: 8 hours), or write "{amount.number} business days"'
            )
            raise AmountError(message)
        return self.add_working(at, amount.number * self.spec.day)

    def add_working(self, at: Instant, seconds: int) -> Instant:
        """The earliest instant by which `seconds` of working time have passed since `at`."""
        if seconds <= 0:
            return nothing_to_add(at, seconds)
        timeline = self._timeline
        if not timeline.known_from <= at <= timeline.known_until:
            timeline = self._reach(at, at)
        while True:
            index = bisect_right(timeline.opens, at) - 1
            left = timeline.closes[index] - at
            target = timeline.ends[index] + seconds - (max(0, left))
            found = bisect_left(timeline.ends, target)
            if found < len(timeline.ends):
                return timeline.closes[found] - (timeline.ends[found] - target)
            self._refuse_beyond_reach(at, seconds=seconds)
            timeline = self._lengthen(timeline)

    def add_business_days(self, at: Instant, count: int) -> Instant:
        """The instant `count` business days after `at`, by the rule that `add` tells."""
        if count <= 0:
            return nothing_to_add(at, count)
        timeline = self._reach(at, at)
        index = bisect_right(timeline.opens, at) - 1
        begun = min(at, timeline.closes[index])
        start_day = timeline.day_of[index]
        while True:
            target = bisect_left(timeline.days, start_day) + count
            if target < len(timeline.days):
                break
            self._refuse_beyond_reach(at, days=count)
            timeline = self._lengthen(timeline)
        day = timeline.days[target]
        wall = moment(begun, self.zone).replace(tzinfo=None) + timedelta(days=day - start_day)
        return self._fitted(timeline, day, instant_of_wall(wall, self.zone))

    def _fitted(self, timeline: Timeline, day: int, wanted: Instant) -> Instant:
        """That instant on business day `day`, moved into its hours."""
        first = bisect_left(timeline.day_of, day)
        behind = bisect_right(timeline.day_of, day)
        index = bisect_right(timeline.opens, wanted, first, behind) - 1
        if index < first:
            return timeline.opens[first]
        return min(wanted, timeline.closes[index])

    def between(self, start: Instant, end: Instant) -> int:
        """Working seconds from `start` to `end`; negative where `end` is the earlier."""
        timeline = self._timeline
        low, high = timeline.known_from, timeline.known_until
        if not (low <= start <= high and low <= end <= high):
            timeline = self._reach(min(start, end), max(start, end))
        opens, closes, ends = timeline.opens, timeline.closes, timeline.ends
        first = bisect_right(opens, start) - 1
        last = bisect_right(opens, end) - 1
        left_at_start = closes[first] - start
        left_at_end = closes[last] - end
        return ends[last] - (max(0, left_at_end)) - ends[first] + (max(0, left_at_start))

    def measure(self, unit: AmountUnit, start: Instant, end: Instant) -> int:
        """How far a pause from `start` to `end` moves a due on: elapsed or working seconds."""
        return end - start if unit is AmountUnit.ELAPSED else self.between(start, end)

    def is_open(self, at: Instant) -> bool:
        """Whether `at` lies in a span: its opening does, its closing does not."""
        timeline = self._reach(at, at)
        return at < timeline.closes[bisect_right(timeline.opens, at) - 1]

    def next_open(self, at: Instant) -> Instant:
        """The first open instant not before `at`: `at` itself while open."""
        timeline = self._reach(at, at)
        while True:
            index = bisect_right(timeline.opens, at)
            if at < timeline.closes[index - 1]:
                return at
            if index < len(timeline.opens):
                return timeline.opens[index]
            timeline = self._lengthen(timeline)

    def next_change(self, at: Instant) -> Instant | None:
        """The first instant after `at` at which the desk opens or closes; None if it never does."""
        timeline = self._reach(at, at)
        last_year = self._last_year_of_changes(at)
        while True:
            opens, closes = timeline.runs
            index = bisect_right(opens, at)
            if at < closes[index - 1]:
                # A run that ends where knowledge ends may go on in the next year.
                if closes[index - 1] <= timeline.known_until:
                    return closes[index - 1]
            elif index < len(opens):
                return opens[index]
            if last_year is not None and timeline.last_year > last_year:
                return None
            timeline = self._lengthen(timeline)

    def _last_year_of_changes(self, at: Instant) -> int | None:
        """The year after which nothing closes an unbroken week; None for any other week."""
        if not self.spec.is_unbroken():
            return None
        special = [*self.spec.plus, *(day for day, _ in self.spec.half_days)]
        patience = _PATIENCE if self.spec.country or self.dates else 0
        return max([_year(at), *(day.year for day in special)]) + patience

    def spans(self, start: Instant, end: Instant) -> list[tuple[Instant, Instant]]:
        """The open spans between two instants, cut to them; spans that touch are one."""
        if end <= start:
            return []
        opens, closes = self._reach(start, end).runs
        first = bisect_right(closes, start)
        behind = bisect_left(opens, end)
        inside = zip(opens[first:behind], closes[first:behind], strict=True)
        return [(max(opened, start), min(closed, end)) for opened, closed in inside]

    def skipped(self, start: Instant, end: Instant) -> list[date]:
        """The holidays between two instants that took hours away: on them it would have been open.

        A Sunday holiday of a desk closed on Sundays is not among them, nor is a half day.
        """
        if end <= start:
            return []
        missed = self._reach(start, end).missed
        # Would-be spans neither overlap nor last longer than a day, so the first that can reach
        # past `start` opens at most one day before it.
        first = bisect_left(missed, (start - DAY,))
        behind = bisect_left(missed, (end,))
        found = {day for _, closes, day in missed[first:behind] if closes > start}
        return [date.fromordinal(day) for day in sorted(found)]

    def add_many(self, instants: NDArray[np.int64], seconds: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """`add_working` for each instant of an array, with one amount or as many."""
        import numpy as np  # noqa: PLC0415 - a tenth of a second that few callers need

        at, amount = np.broadcast_arrays(whole_numbers(instants), whole_numbers(seconds))
        if not at.size:
            return at.copy()
        if amount.min() < 0:
            nothing_to_add(int(at.flat[0]), int(amount.min()))
        timeline = self._reach(int(at.min()), int(at.max()))
        self._refuse_beyond_reach(int(at.min()), seconds=int(amount.max()))
        while True:
            opens, closes, ends = timeline.arrays
            index = np.searchsorted(opens, at, side="right") - 1
            target = ends[index] - np.maximum(closes[index] - at, 0) + amount
            if target.max() <= ends[-1]:
                break
            timeline = self._lengthen(timeline)
        found = np.searchsorted(ends, target, side="left")
        return np.where(amount == 0, at, closes[found] - (ends[found] - target))

    def between_many(self, starts: NDArray[np.int64] | int, ends: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """`between` for each pair of two arrays, or of an array and one instant."""
        import numpy as np  # noqa: PLC0415 - a tenth of a second that few callers need

        first, last = np.broadcast_arrays(whole_numbers(starts), whole_numbers(ends))
        if not first.size:
            return first.copy()
        timeline = self._reach(int(min(first.min(), last.min())), int(max(first.max(), last.max())))
        opens, closes, totals = timeline.arrays

        def worked(at: NDArray[np.int64]) -> NDArray[np.int64]:
            index = np.searchsorted(opens, at, side="right") - 1
            passed: NDArray[np.int64] = totals[index] - np.maximum(closes[index] - at, 0)
            return passed

        return worked(last) - worked(first)

    def _refuse_beyond_reach(self, at: Instant, seconds: int = 0, days: int = 0) -> None:
        """Refuses at once what no compiling of years to come could fulfil."""
        weeks = (LAST_INSTANT - at) // (7 * DAY) + 2
        if seconds > self.spec.most_seconds(weeks) or days > self.spec.most_days(weeks):
            raise InstantError(_OUTSIDE)

    def _reach(self, first: Instant, last: Instant) -> Timeline:
        """A timeline that knows everything from `first` to `last`."""
        timeline = self._timeline
        while not (timeline.known_from <= first and last <= timeline.known_until):
            within_range(first)
            within_range(last)
            if timeline is BLANK:
                timeline = self._compiled(_year(first) - 1, _year(last) + 1)
                continue
            # Each lengthening at least doubles, so a long history costs no more than twice itself.
            low, high = timeline.first_year, timeline.last_year
            length = high - low + 1
            if first < timeline.known_from:
                _refuse_edge(low, FIRST_YEAR)
                low = min(_year(first) - 1, low - length)
            if last > timeline.known_until:
                _refuse_edge(high, LAST_YEAR)
                high = max(_year(last) + 1, high + length)
            timeline = self._compiled(low, high)
        return timeline

    def _lengthen(self, timeline: Timeline) -> Timeline:
        """A timeline that goes on for at least as long again."""
        _refuse_edge(timeline.last_year, LAST_YEAR)
        length = timeline.last_year - timeline.first_year + 1
        return self._compiled(timeline.first_year, timeline.last_year + length)

    def _compiled(self, first_year: int, last_year: int) -> Timeline:
        """A timeline of at least those years and the years known before.

        Two threads may both make one; each works on with its own, and either is right.
        """
        known = self._timeline
        if known is not BLANK:
            first_year = min(first_year, known.first_year)
            last_year = max(last_year, known.last_year)
        first_year, last_year = max(first_year, FIRST_YEAR), min(last_year, LAST_YEAR)
        if (first_year, last_year) == (known.first_year, known.last_year):
            return known
        closed = self._closed(first_year, last_year)
        made = compile_years(self.spec, self.zone, closed, first_year, last_year)
        self._timeline = made
        return made

    def _closed(self, first_year: int, last_year: int) -> frozenset[date]:
        """The dates closed in those years: as stored, and beyond that as the package has them."""
        stored = self.dates
        if stored is None:
            return holiday_dates(self.spec, first_year, last_year).dates
        closed = set(stored.dates)
        if first_year < stored.first_year:
            until = min(last_year, stored.first_year - 1)
            closed |= holiday_dates(self.spec, first_year, until).dates
        if last_year > stored.last_year:
            since = max(first_year, stored.last_year + 1)
            closed |= holiday_dates(self.spec, since, last_year).dates
        return frozenset(closed)


def nothing_to_add(at: Instant, number: int) -> Instant:
    """`at` itself for an amount of zero; a negative one is refused."""
    if number < 0:
        message = f"an amount cannot be negative, and this one is {number}"
        raise AmountError(message)
    return at


def _refuse_edge(year: int, edge: int) -> None:
    """Nothing to do, unless the timeline has come to the last year it can have."""
    if year == edge:
        raise InstantError(_OUTSIDE)


def whole_numbers(values: Any) -> NDArray[np.int64]:
    """The values as 64-bit integers; floats are refused, since seconds would be cut unseen."""
    import numpy as np  # noqa: PLC0415 - a tenth of a second that few callers need

    array = np.asarray(values)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        message = f"instants and amounts are whole seconds, and these are {array.dtype}"
        raise InstantError(message)
    return array.astype(np.int64, copy=False)


def _year(at: Instant) -> int:
    return moment(at).year
