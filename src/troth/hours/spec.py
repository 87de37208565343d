"""What a calendar is: a frozen, checked description of hours, before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from troth.hours.closures import (
    complaint_about_country,
    complaint_about_region,
)
from troth.hours.errors import HoursError, Problem, ZoneError
from troth.hours.instants import DAY, zone_named

Span = tuple[int, int]
"""A stretch of one day's hours: (start, end) in wall-clock seconds after that day's midnight.

The start lies on the day itself; an overnight span ends after 86,400, on the day that follows.
"""

Spans = tuple[Span, ...]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED_WEEK: tuple[Spans, ...] = ((),) * 7


@dataclass(frozen=True, slots=True)
class HoursSpec:
    """A named calendar's rule: wall-clock spans per weekday in a zone, minus holidays, or always.

    Checked when built: every mistake is found at once and raised as one `HoursError`. Dates in
    `half_days` have exactly the spans given there, whatever weekday or holiday they fall on.
    """

    zone: str
    week: tuple[Spans, ...] = CLOSED_WEEK
    always: bool = False
    country: str | None = None
    """ISO 3166 code of the country whose public holidays are closed."""
    region: str | None = None
    """ISO 3166-2 code, without the country, of its subdivision."""
    plus: tuple[date, ...] = ()
    minus: tuple[date, ...] = ()
    half_days: tuple[tuple[date, Spans], ...] = ()
    day: int | None = None
    """Seconds of working time that `1 day` stands for, where the calendar says so."""

    def __post_init__(self) -> None:
        """Equal calendars become equal values: dates and spans are put in order, then checked."""
        put = object.__setattr__
        put(self, "week", tuple(_in_order(spans) for spans in self.week))
        put(self, "plus", tuple(sorted(set(self.plus))))
        put(self, "minus", tuple(sorted(set(self.minus))))
        half_days = sorted((day, _in_order(spans)) for day, spans in self.half_days)
        put(self, "half_days", tuple(half_days))
        problems = list(_problems(self))
        if problems:
            raise HoursError(problems)

    def is_unbroken(self) -> bool:
        """Whether the week itself never closes, holidays aside."""
        return self._seconds_a_week() == 7 * DAY

    def most_seconds(self, weeks: int) -> int:
        """More working seconds than these hours can have in that many weeks, holidays aside."""
        half_days = sum(end - start for _, spans in self.half_days for start, end in spans)
        # A night on which clocks go back may be longer by some hours.
        return weeks * (self._seconds_a_week() + DAY) + half_days

    def most_days(self, weeks: int) -> int:
        """At least as many business days as these hours can have in that many weeks."""
        return weeks * sum(map(bool, self.week)) + len(self.half_days)

    def _seconds_a_week(self) -> int:
        return sum(end - start for spans in self.week for start, end in spans)

    def to_json(self) -> dict[str, Any]:
        """The calendar as JSON data; what is not said is left out."""
        data: dict[str, Any] = {"zone": self.zone}
        if self.always:
            data["always"] = True
        else:
            data["week"] = [[list(span) for span in spans] for spans in self.week]
        if self.country:
            data["country"] = self.country
        if self.region:
            data["region"] = self.region
        for name, days in (("plus", self.plus), ("minus", self.minus)):
            if days:
                data[name] = [day.isoformat() for day in days]
        if self.half_days:
            data["half_days"] = {day.isoformat(): [list(span) for span in spans] for day, spans in self.half_days}
        if self.day is not None:
            data["day"] = self.day
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> HoursSpec:
        """The calendar that `to_json` wrote, checked anew."""
        half_days = data.get("half_days", {})
        return cls(
            zone=data["zone"],
            week=tuple(_spans(spans) for spans in data.get("week", CLOSED_WEEK)),
            always=data.get("always", False),
            country=data.get("country"),
            region=data.get("region"),
            plus=tuple(date.fromisoformat(day) for day in data.get("plus", ())),
            minus=tuple(date.fromisoformat(day) for day in data.get("minus", ())),
            half_days=tuple((date.fromisoformat(day), _spans(spans)) for day, spans in half_days.items()),
            day=data.get("day"),
        )

    @classmethod
    def parse(cls, mapping: Mapping[str, Any], zone: str | None = None) -> HoursSpec:
        """The calendar that a policy's or scenario's YAML describes; see `reading.read_hours`."""
        from troth.hours.reading import read_hours  # noqa: PLC0415 - reading builds on this module

        return read_hours(mapping, zone)


def _spans(data: Any) -> Spans:
    return tuple((int(start), int(end)) for start, end in data)


def _in_order(spans: Spans) -> Spans:
    return tuple(sorted(spans))


def _problems(spec: HoursSpec) -> Iterator[Problem]:
    """Every mistake in a calendar, each with the path to the field it stands in."""
    yield from _zone_problems(spec)
    if spec.day is not None and spec.day <= 0:
        yield Problem(("day",), 'a day needs some length, like "8 hours"')
    if spec.always:
        if any(spec.week) or spec.country or spec.region or spec.plus or spec.minus or spec.half_days:
            yield Problem(
                ("always",),
                'hours around the clock have no other hours and no holidays: leave out "always", '
                'or all the rest (open every day but holidays is days: mon-sun, from: "00:00", '
                'to: "24:00", holidays: ...)',
            )
        return
    if _is_never_open(spec):
        yield Problem(
            ("week",),
            "these hours are never open, so nothing could ever fall due: give at least one weekday hours",
        )
    yield from _week_problems(spec)
    yield from _half_day_problems(spec)
    yield from _holiday_problems(spec)


def _zone_problems(spec: HoursSpec) -> Iterator[Problem]:
    try:
        zone_named(spec.zone)
    except ZoneError as error:
        yield Problem(("zone",), str(error))


def _week_problems(spec: HoursSpec) -> Iterator[Problem]:
    if len(spec.week) != len(WEEKDAYS):
        yield Problem(("week",), f"a week has seven days, and this one has {len(spec.week)}")
        return
    for index, spans in enumerate(spec.week):
        path = ("week", WEEKDAYS[index])
        yield from _span_problems(path, spans)
        following = spec.week[(index + 1) % 7]
        yield from _overnight_problems(path, spans, following, WEEKDAYS[(index + 1) % 7])


def _half_day_problems(spec: HoursSpec) -> Iterator[Problem]:
    if len(spec.week) != len(WEEKDAYS):
        return
    half_days = dict(spec.half_days)
    if len(half_days) < len(spec.half_days):
        yield Problem(("half days",), "a date stands here twice: keep one of the two")
    closed = set(spec.plus)
    for day, spans in spec.half_days:
        path = ("half days", day)
        if not spans:
            yield Problem(path, "a half day needs hours: a closed day belongs in holidays: plus")
        if day in closed:
            yield Problem(path, "this date is closed by holidays: plus as well: keep one of the two")
        yield from _span_problems(path, spans)
        after = day + timedelta(days=1)
        following = half_days.get(after, () if after in closed else spec.week[after.weekday()])
        yield from _overnight_problems(path, spans, following, after.isoformat())
        before = day - timedelta(days=1)
        if before not in half_days and before not in closed:
            preceding = spec.week[before.weekday()]
            yield from _overnight_problems(path, preceding, spans, day.isoformat())


def _span_problems(path: tuple[object, ...], spans: Spans) -> Iterator[Problem]:
    for start, end in spans:
        if not 0 <= start < DAY:
            yield Problem(path, f'{told(start, end)} must begin between "00:00" and "23:59"')
        elif end == start:
            yield Problem(path, f'{told(start, end)} has no length (a whole day is "00:00-24:00")')
        elif not start < end <= start + DAY:
            yield Problem(path, f"{told(start, end)} must end after it begins, within 24 hours")
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            yield Problem(path, f"{told(*one)} and {told(*other)} overlap: join them into one")


def _overnight_problems(path: tuple[object, ...], spans: Spans, following: Spans, named: str) -> Iterator[Problem]:
    if spans and following and spans[-1][1] - DAY > following[0][0]:
        yield Problem(
            path,
            f"{told(*spans[-1])} runs overnight into {told(*following[0])} of {named}: end it where the next begins",
        )


def _holiday_problems(spec: HoursSpec) -> Iterator[Problem]:
    for day in sorted(set(spec.plus) & set(spec.minus)):
        yield Problem(("holidays", "plus"), f"{day} stands under plus and minus: keep one of the two")
    if spec.country is None:
        if spec.region is not None:
            yield Problem(("holidays", "region"), "a region needs its country: add country")
        return
    complaint = complaint_about_country(spec.country)
    if complaint:
        yield Problem(("holidays", "country"), complaint)
    elif spec.region is not None:
        complaint = complaint_about_region(spec.country, spec.region)
        if complaint:
            yield Problem(("holidays", "region"), complaint)


def _is_never_open(spec: HoursSpec) -> bool:
    """Whether no weekday has hours.

    Half days do not help: they are single dates, and after the last of them nothing would open.
    Holidays cannot take a weekday away for good: no country's recur each week (a test holds that).
    """
    return not any(spec.week)


def told(start: int, end: int) -> str:
    """A span as it is written: `22:00-06:00`."""
    return f"{_clock(start)}-{_clock(end if end <= DAY else end - DAY)}"


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
