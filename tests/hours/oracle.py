"""Business time by counting minutes on the fingers: slow, obvious, and written without the code.

It follows the text of DESIGN §4 and shares nothing with `troth.hours`: no bisect, no totals, no
integers for instants. Every minute of a window is given to the business day it belongs to, and each
question is answered by stepping through minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)

WallSpan = tuple[int, int]
"""Minutes after the day's midnight: start and end; past 1440 is the next day."""


class OutOfWindow(Exception):
    """The answer lies beyond the minutes that were laid out."""


class Oracle:
    """A desk's hours, minute by minute, from `first` to `last`."""

    def __init__(
        self,
        zone: str,
        week: list[list[WallSpan]],
        closed: set[date],
        half_days: Mapping[date, list[WallSpan]],
        first: date,
        last: date,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.week, self.closed, self.half_days = week, closed, half_days
        self.first, self.last = first, last
        self.begin = datetime.combine(first, time(), UTC)
        self.end = datetime.combine(last, time(), UTC)

    @cached_property
    def owner(self) -> dict[datetime, date]:
        """Each open minute, and the business day it belongs to."""
        return self._laid_out(
            lambda day: self.half_days.get(day, [] if day in self.closed else self.week[day.weekday()])
        )

    @cached_property
    def taken(self) -> dict[datetime, date]:
        """Each minute that a holiday took away, and that holiday."""
        return self._laid_out(lambda day: self.week[day.weekday()] if day in self.closed - set(self.half_days) else [])

    def _laid_out(self, spans_of: Callable[[date], list[WallSpan]]) -> dict[datetime, date]:
        minutes: dict[datetime, date] = {}
        day = self.first - 3 * ONE_DAY
        while day <= self.last + 3 * ONE_DAY:
            for start, end in spans_of(day):
                minute, closing = self._utc(day, start), self._utc(day, end)
                while minute < closing:
                    minutes.setdefault(minute, day)
                    minute += MINUTE
            day += ONE_DAY
        return minutes

    def _utc(self, day: date, minutes: int) -> datetime:
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def _inside(self, minute: datetime) -> datetime:
        if not self.begin <= minute <= self.end:
            raise OutOfWindow
        return minute

    def is_open(self, at: datetime) -> bool:
        """Whether the minute that begins at `at` is open."""
        return self._inside(at) in self.owner

    def between(self, start: datetime, end: datetime) -> int:
        """Open minutes from start to end."""
        count, minute = 0, start
        while minute < end:
            count += self.is_open(minute)
            minute += MINUTE
        return count

    def add_working(self, start: datetime, minutes: int) -> datetime:
        """The earliest minute at which so many open minutes have passed."""
        minute, passed = start, 0
        while passed < minutes:
            passed += self.is_open(minute)
            minute += MINUTE
        return minute

    def next_change(self, at: datetime) -> datetime:
        """The first minute in another state."""
        state, minute = self.is_open(at), at
        while self.is_open(minute) == state:
            minute += MINUTE
        return minute

    def next_open(self, at: datetime) -> datetime:
        """The first open minute, `at` among them."""
        minute = at
        while not self.is_open(minute):
            minute += MINUTE
        return minute

    def skipped(self, start: datetime, end: datetime) -> list[date]:
        """Holidays with a minute between start and end on which the desk would have been open."""
        found, minute = set(), start
        while minute < end:
            if self._inside(minute) in self.taken:
                found.add(self.taken[minute])
            minute += MINUTE
        return sorted(found)

    def add_business_days(self, start: datetime, count: int) -> datetime:
        """The same local time on the count-th business day after."""
        begun = start
        if self.is_open(begun):
            day = self.owner[begun]
        else:
            while not self.is_open(begun - MINUTE):  # the last closing before it
                begun -= MINUTE
            day = self.owner[begun - MINUTE]
        wall = begun.astimezone(self.zone).replace(tzinfo=None)
        since_midnight = int((wall - datetime.combine(day, time())) / MINUTE)
        return self._on_that_day(self._later_business_day(day, count), since_midnight)

    def _later_business_day(self, day: date, count: int) -> date:
        business_days = set(self.owner.values())
        while count:
            day += ONE_DAY
            self._inside(datetime.combine(day + 2 * ONE_DAY, time(), UTC))
            count -= day in business_days
        return day

    def _on_that_day(self, day: date, since_midnight: int) -> datetime:
        wanted = self._utc(day, since_midnight)
        minute = wanted
        while self.owner.get(minute - MINUTE) != day and self.owner.get(minute) != day:
            if minute < wanted - 3 * ONE_DAY:
                break
            minute -= MINUTE
        else:
            return minute
        minute = wanted
        while self.owner.get(minute) != day:  # before its first opening
            minute += MINUTE
        return minute
