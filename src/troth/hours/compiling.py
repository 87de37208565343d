"""A rule becomes a calendar: one of spans, or one that never closes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from troth.hours.calendars import Calendar, nothing_to_add, whole_numbers
from troth.hours.closures import HolidayDates
from troth.hours.instants import DAY, Instant, within_range
from troth.hours.spec import HoursSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def compile_calendar(spec: HoursSpec, dates: HolidayDates | None = None) -> Calendar:
    """The calendar of a rule, on stored dates where they are given for a year.

    Nothing is compiled until a question asks for it.
    """
    return RoundTheClock(spec) if spec.always else Calendar(spec, dates)


class RoundTheClock(Calendar):
    """Hours that never close: working time is elapsed time, a business day 24 hours of it."""

    def add_working(self, at: Instant, seconds: int) -> Instant:
        """`at` and the seconds."""
        return within_range(at + seconds) if seconds > 0 else nothing_to_add(at, seconds)

    def add_business_days(self, at: Instant, count: int) -> Instant:
        """A business day is 24 elapsed hours (LANGUAGE §2, decision 9)."""
        return self.add_working(at, count * DAY)

    def between(self, start: Instant, end: Instant) -> int:
        """Every second counts."""
        return end - start

    def is_open(self, at: Instant) -> bool:  # noqa: ARG002 - the same at any instant
        """Always."""
        return True

    def next_open(self, at: Instant) -> Instant:
        """At once."""
        return at

    def next_change(self, at: Instant) -> None:  # noqa: ARG002 - the same at any instant
        """There is none."""
        return

    def spans(self, start: Instant, end: Instant) -> list[tuple[Instant, Instant]]:
        """One span, the whole of it."""
        return [(start, end)] if start < end else []

    def skipped(self, start: Instant, end: Instant) -> list[date]:  # noqa: ARG002 - none at all
        """No holiday closes it."""
        return []

    def add_many(self, instants: NDArray[np.int64], seconds: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """The sum of both."""
        at, amount = whole_numbers(instants), whole_numbers(seconds)
        if at.size and amount.size:
            nothing_to_add(0, min(0, int(amount.min())))
            within_range(int(at.min()))
            within_range(int(at.max()) + int(amount.max()))
        return at + amount

    def between_many(self, starts: NDArray[np.int64] | int, ends: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """The difference of both."""
        first, last = whole_numbers(starts), whole_numbers(ends)
        for at in (first, last):
            if at.size:
                within_range(int(at.min()))
                within_range(int(at.max()))
        return last - first
