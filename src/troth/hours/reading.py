"""Reads a calendar from the mapping a policy or scenario file gives, and finds all its mistakes.

    {zone: Europe/Oslo, days: mon-fri, from: "08:00", to: "16:00", holidays: NO}
    {week: {mon-thu: ["09:00-13:00", "16:00-20:00"], fri: "09:00-13:00"},
     holidays: {country: ES, region: MD, plus: [2026-05-15], minus: [2026-12-08]},
     half days: {2026-12-24: "09:00-12:00"}, day: 8 hours}
    {always: true}

A mistake is told with the path of keys that leads to it, so that a caller who has the file can say
at which line it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from troth.hours.amounts import Amount, AmountUnit
from troth.hours.errors import AmountError, HoursError, Problem
from troth.hours.instants import DAY
from troth.hours.spec import CLOSED_WEEK, WEEKDAYS, HoursSpec, Spans
from troth.hours.spelling import did_you_mean

_KEYS = ("zone", "days", "from", "to", "week", "holidays", "half days", "day", "always")
_HOLIDAY_KEYS = ("country", "region", "plus", "minus")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_EXAMPLE_SPAN = '"09:00-17:00"'

Path = tuple[object, ...]


class _Holidays(NamedTuple):
    country: str | None = None
    region: str | None = None
    plus: tuple[date, ...] = ()
    minus: tuple[date, ...] = ()


def read_hours(mapping: Mapping[str, Any], zone: str | None = None) -> HoursSpec:
    """The calendar a mapping describes, in `zone` where it names none of its own.

    Raises `HoursError` with every mistake found.
    """
    return _Reader(zone).read(mapping)


class _Reader:
    """One reading: gathers the problems on its way, and raises them together at the end."""

    def __init__(self, zone: str | None) -> None:
        self.default_zone = zone
        self.problems: list[Problem] = []
        self.weekday_paths: dict[str, Path] = {}

    def read(self, mapping: Mapping[str, Any]) -> HoursSpec:
        """The calendar, or `HoursError`."""
        if not isinstance(mapping, Mapping):
            self._complain((), 'hours are a mapping, like {days: mon-fri, from: "09:00", to: "17:00"}')
            raise HoursError(self.problems)
        self._refuse_unknown((), mapping, _KEYS)
        always = self._flag(mapping)
        zone = self._zone(mapping, always=always)
        week = CLOSED_WEEK if always else self._week(mapping)
        if always:
            self._refuse_company(mapping)
        holidays = self._holidays(mapping.get("holidays"))
        half_days = self._half_days(mapping.get("half days"))
        day = self._day(mapping.get("day"))
        if self.problems:
            # What is well-formed may still be wrong; that is told in the same breath. Without a
            # readable week its absence would only be told twice.
            self._gather(zone or "UTC", week, always, holidays, half_days, day)
            raise HoursError(self.problems)
        spec = self._gather(zone or "UTC", week, always, holidays, half_days, day)
        if spec is None:
            raise HoursError(self.problems)
        return spec

    def _gather(  # noqa: PLR0917 - the fields of the calendar
        self,
        zone: str,
        week: tuple[Spans, ...],
        always: bool,  # noqa: FBT001 - one of the fields
        holidays: _Holidays,
        half_days: tuple[tuple[date, Spans], ...],
        day: int | None,
    ) -> HoursSpec | None:
        had_problems = bool(self.problems)
        if always:
            holidays, half_days = _Holidays(), ()
        try:
            return HoursSpec(
                zone=zone,
                week=week,
                always=always,
                country=holidays.country,
                region=holidays.region,
                plus=holidays.plus,
                minus=holidays.minus,
                half_days=half_days,
                day=day,
            )
        except HoursError as error:
            for problem in error.problems:
                if had_problems and problem.key == ("week",):
                    continue
                self.problems.append(Problem(self._path_of(problem.key), problem.message))
            return None

    def _path_of(self, key: Path) -> Path:
        """The path in the mapping for a path in the calendar's fields."""
        if key[:1] == ("week",):
            return self.weekday_paths.get(str(key[-1]), self.weekday_paths.get("", key[:1]))
        return key

    def _complain(self, path: Path, message: str) -> None:
        self.problems.append(Problem(path, message))

    def _refuse_unknown(self, path: Path, mapping: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in mapping:
            if key not in known:
                near = did_you_mean(str(key), known)
                self._complain((*path, key), f'unknown key "{key}"{near} (keys are {", ".join(known)})')

    def _flag(self, mapping: Mapping[str, Any]) -> bool:
        if "always" not in mapping:
            return False
        if mapping["always"] is True:
            return True
        self._complain(("always",), "always is true, or is left out")
        return False

    def _refuse_company(self, mapping: Mapping[str, Any]) -> None:
        for key in mapping:
            if key in _KEYS and key not in ("always", "zone", "day"):
                self._complain(
                    (key,),
                    "hours around the clock have no other hours and no holidays: leave this out, or leave out always",
                )

    def _zone(self, mapping: Mapping[str, Any], *, always: bool) -> str | None:
        zone = mapping.get("zone", self.default_zone)
        if zone is None and not always:
            self._complain(("zone",), 'a time zone is missing: add one, like "Europe/Oslo"')
            return None
        if zone is not None and not isinstance(zone, str):
            self._complain(("zone",), f'a time zone is a name, like "Europe/Oslo", not {zone!r}')
            return None
        return zone

    def _week(self, mapping: Mapping[str, Any]) -> tuple[Spans, ...]:
        short = [key for key in ("days", "from", "to") if key in mapping]
        if "week" in mapping:
            for key in short:
                self._complain((key,), "hours are told by week, or by days, from and to, not by both")
            return self._long_week(mapping["week"])
        if not short:
            self._complain((), 'hours are missing: add days, from and to, or week, or "always: true"')
            return CLOSED_WEEK
        return self._short_week(mapping)

    def _short_week(self, mapping: Mapping[str, Any]) -> tuple[Spans, ...]:
        for key, example in (("days", "mon-fri"), ("from", '"09:00"'), ("to", '"17:00"')):
            if key not in mapping:
                self._complain((key,), f"{key} is missing: add {key}: {example}")
        days = self._weekdays(("days",), mapping["days"]) if "days" in mapping else ()
        self.weekday_paths[""] = ("days",)
        start = self._time(("from",), mapping["from"]) if "from" in mapping else None
        end = self._time(("to",), mapping["to"], is_end=True) if "to" in mapping else None
        for index in days:
            self.weekday_paths[WEEKDAYS[index]] = ("from",)
        if start is None or end is None:
            return CLOSED_WEEK
        spans = (_span(start, end),)
        if spans[0][0] == spans[0][1]:
            self._complain(("from",), 'from and to are the same time (a whole day is from: "00:00", to: "24:00")')
            return CLOSED_WEEK
        return tuple(spans if index in days else () for index in range(7))

    def _long_week(self, week: object) -> tuple[Spans, ...]:
        if not isinstance(week, Mapping):
            self._complain(("week",), f"a week is a mapping, like {{mon-thu: {_EXAMPLE_SPAN}}}")
            return CLOSED_WEEK
        self.weekday_paths[""] = ("week",)
        read: list[Spans] = list(CLOSED_WEEK)
        for key, value in week.items():
            path = ("week", key)
            spans = self._spans(path, value)
            for index in self._weekdays(path, key):
                name = WEEKDAYS[index]
                if name in self.weekday_paths:
                    earlier = self.weekday_paths[name][-1]
                    self._complain(path, f'{name} already has hours under "{earlier}"')
                    continue
                self.weekday_paths[name] = path
                read[index] = spans
        return tuple(read)

    def _weekdays(self, path: Path, value: object) -> tuple[int, ...]:
        """The weekdays, Monday being 0, of a text like `mon-thu, sat` or of a list of such."""
        if isinstance(value, str):
            parts: list[object] = [part.strip() for part in value.split(",")]
        elif isinstance(value, list | tuple):
            parts = list(value)
        else:
            parts = []
        found: list[int] = []
        for part in parts:
            ends = [_weekday(end) for end in part.split("-")] if isinstance(part, str) else []
            if len(ends) not in (1, 2) or None in ends:
                hint = did_you_mean(str(part), (*WEEKDAYS, *_FULL_NAMES))
                self._complain(path, f'"{str(part)[:50]}" is no weekday: write mon-fri, or mon, wed, fri{hint}')
                return ()
            first, last = ends[0] or 0, ends[-1] or 0
            found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
        if not found:
            self._complain(path, "weekdays are missing: write mon-fri, or mon, wed, fri")
        if len(set(found)) < len(found):
            self._complain(path, "a weekday is named twice: name each once")
        return tuple(dict.fromkeys(found))

    def _spans(self, path: Path, value: object) -> Spans:
        """The spans of a text like `09:00-13:00`, or of a list of such."""
        texts = value if isinstance(value, list | tuple) else [value]
        if not texts:
            self._complain(path, f"hours are missing: write {_EXAMPLE_SPAN}, or leave the day out")
        spans = []
        for text in texts:
            ends = re.split(r"\s*[-–]\s*", text.strip()) if isinstance(text, str) else []
            if len(ends) != 2:  # noqa: PLR2004 - a span has two ends
                self._complain(path, f"{text!r} is no span of hours: write {_EXAMPLE_SPAN}")
                continue
            start = self._time(path, ends[0])
            end = self._time(path, ends[1], is_end=True)
            if start is not None and end is not None:
                spans.append(_span(start, end))
        return tuple(spans)

    def _time(self, path: Path, value: object, *, is_end: bool = False) -> int | None:
        """Seconds after midnight of a text like `08:00`; 24:00 only ends a span."""
        found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            seconds = hour * 3600 + minute * 60 + second
            if minute < 60 and second < 60 and seconds < DAY + is_end:  # noqa: PLR2004 - a clock's
                return seconds
        latest = "24:00" if is_end else "23:59"
        told = f'"{value}"' if isinstance(value, str) else repr(value)
        self._complain(path, f'{told} is no time: write it in quotes, "00:00" to "{latest}"')
        return None

    def _holidays(self, value: object) -> _Holidays:
        if value is None:
            return _Holidays()
        if isinstance(value, str):
            country, _, region = value.partition("-")
            return _Holidays(country.strip(), region.strip() or None)
        path: Path = ("holidays",)
        if not isinstance(value, Mapping):
            self._complain(path, "holidays are a country's code, like NO, or {country: ES, region: MD}")
            return _Holidays()
        self._refuse_unknown(path, value, _HOLIDAY_KEYS)
        codes: dict[str, str | None] = {"country": None, "region": None}
        for key in codes:
            code = value.get(key)
            if isinstance(code, str):
                codes[key] = code
            elif code is not None:
                self._complain((*path, key), f'a {key} is an ISO code in text, like "NO", not {code!r}')
        plus = self._dates((*path, "plus"), value.get("plus"))
        minus = self._dates((*path, "minus"), value.get("minus"))
        return _Holidays(codes["country"], codes["region"], plus, minus)

    def _dates(self, path: Path, value: object) -> tuple[date, ...]:
        if value is None:
            return ()
        items: Iterable[object] = value if isinstance(value, list | tuple) else [value]
        read = (self._date((*path, index), item) for index, item in enumerate(items))
        return tuple(day for day in read if day is not None)

    def _date(self, path: Path, value: object) -> date | None:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        self._complain(path, f"{str(value)[:50]!r} is no date: write it like 2026-05-15")
        return None

    def _half_days(self, value: object) -> tuple[tuple[date, Spans], ...]:
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            self._complain(("half days",), 'half days are a mapping, like {2026-12-24: "09:00-12:00"}')
            return ()
        read = []
        for key, hours in value.items():
            path = ("half days", key)
            day = self._date(path, key)
            problems = len(self.problems)
            spans = self._spans(path, hours)
            if day is not None and len(self.problems) == problems:
                read.append((day, spans))
        return tuple(read)

    def _day(self, value: object) -> int | None:
        if value is None:
            return None
        try:
            amount = Amount.parse(value)  # type: ignore[arg-type] # it says itself what it refuses
        except AmountError as error:
            self._complain(("day",), str(error))
            return None
        if amount.unit is not AmountUnit.WORKING:
            self._complain(("day",), f'a day is so many hours, like "8 hours", not "{amount}"')
            return None
        return amount.number


def _weekday(word: str) -> int | None:
    name = word.strip().lower()
    for names in (WEEKDAYS, _FULL_NAMES):
        if name in names:
            return names.index(name)
    return None


def _span(start: int, end: int) -> tuple[int, int]:
    """The span in seconds; one that ends before it begins runs overnight."""
    return (start, end) if end >= start else (start, end + DAY)
