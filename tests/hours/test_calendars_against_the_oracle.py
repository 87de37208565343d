"""Calendars agree with an oracle that counts minutes, over odd hours and both clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.control import assume

from tests.hours.oracle import Oracle, OutOfWindow
from troth.hours import Amount, AmountUnit, Calendar, HoursError, HoursSpec, compile_calendar, instant

ZONES = (
    "Europe/Copenhagen",
    "Europe/Bucharest",
    "America/New_York",
    "America/Phoenix",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
)
FAMILIAR_WEEKS = (
    [[(540, 1020)]] * 5 + [[], []],  # office hours
    [[(540, 780), (960, 1200)]] * 4 + [[(540, 780)], [], []],  # siesta, short Friday
    [[(1320, 1800)]] * 5 + [[], []],  # nights, 22:00 to 06:00
    [[(60, 150), (165, 240)]] * 7,  # both spans touch the hours in which clocks change
    [[(0, 1440)]] * 7,  # around the clock, but for holidays
    [[(1200, 1560)], [(120, 150)]] + [[]] * 4 + [[(1430, 1500)]],  # odd, some overnight
)
BEFORE, AFTER = timedelta(days=8), timedelta(days=13)
EXAMPLES = settings(max_examples=60)


@dataclass(frozen=True)
class Desk:
    """One generated desk: the calendar under test, the oracle, and a start near the middle."""

    calendar: Calendar
    oracle: Oracle
    start: datetime
    told: str

    def __repr__(self) -> str:
        return self.told


@cache
def changes_of_clocks(zone: str) -> tuple[datetime, ...]:
    """The hours from 2025 to 2027 after which the zone's offset is another."""
    found, hour = [], datetime(2025, 1, 1, tzinfo=UTC)
    place = ZoneInfo(zone)
    while hour.year < 2028:
        later = hour + timedelta(hours=6)
        if hour.astimezone(place).utcoffset() != later.astimezone(place).utcoffset():
            found.append(hour)
        hour = later
    return tuple(found)


@st.composite
def odd_weeks(draw: st.DrawFn) -> list[list[tuple[int, int]]]:
    """Any spans around the week, overnight ones among them, none longer than a day."""
    quarters = st.integers(0, 7 * 96 - 1)
    points = sorted(draw(st.lists(quarters, min_size=2, max_size=16, unique=True)))
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for first, last in zip(points[::2], points[1::2], strict=False):
        day, start = divmod(first * 15, 1440)
        week[day].append((start, start + min((last - first) * 15, 1440)))
    return week


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A desk with holidays and half days around a start, every other one near a clock change."""
    zone = draw(st.sampled_from(ZONES))
    near = changes_of_clocks(zone)
    anywhen = st.integers(0, 1000).map(lambda day: datetime(2025, 1, 20, tzinfo=UTC) + timedelta(days=day))
    middle = draw(st.sampled_from(near) | anywhen if near else anywhen)
    start = middle + timedelta(minutes=draw(st.integers(-4 * 1440, 1440)))
    week = draw(st.sampled_from(FAMILIAR_WEEKS) | odd_weeks())
    around = st.integers(-6, 10).map(lambda days: start.date() + timedelta(days=days))
    closed = set(draw(st.lists(around, max_size=4)))
    spans = st.sampled_from(([(540, 720)], [(480, 600), (630, 900)], [(1320, 1500)]))
    half_days = draw(st.dictionaries(around, spans, max_size=2))
    closed -= set(half_days)
    try:
        spec = _spec(zone, week, closed, half_days)
    except HoursError:  # a half day that a night runs into
        half_days = {}
        spec = _spec(zone, week, closed, half_days)
    oracle = Oracle(zone, week, closed, half_days, (start - BEFORE).date(), (start + AFTER).date())
    return Desk(compile_calendar(spec), oracle, start, f"{start}: {spec}")


def _spec(
    zone: str,
    week: list[list[tuple[int, int]]],
    closed: set[date],
    half_days: dict[date, list[tuple[int, int]]],
) -> HoursSpec:
    def seconds(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        return tuple((start * 60, end * 60) for start, end in spans)

    return HoursSpec(
        zone=zone,
        week=tuple(seconds(spans) for spans in week),
        plus=tuple(closed),
        half_days=tuple((day, seconds(spans)) for day, spans in half_days.items()),
    )


offsets = st.integers(0, 8 * 1440).map(lambda minutes: timedelta(minutes=minutes))


@EXAMPLES
@given(desks(), st.integers(0, 5000))
def test_a_deadline_is_the_earliest_minute_at_which_the_amount_has_passed(desk: Desk, minutes: int) -> None:
    """DESIGN §4: working time is elapsed time inside spans, and a deadline its earliest end."""
    try:
        expected = desk.oracle.add_working(desk.start, minutes)
    except OutOfWindow:
        assume(False)
    amount = Amount(AmountUnit.WORKING, minutes * 60)
    assert desk.calendar.add(instant(desk.start), amount) == instant(expected)


@EXAMPLES
@given(desks(), offsets)
def test_between_counts_the_open_minutes(desk: Desk, later: timedelta) -> None:
    """`between` is what the oracle counts, and the other way round its negative."""
    start, end = instant(desk.start), instant(desk.start + later)
    expected = desk.oracle.between(desk.start, desk.start + later) * 60
    assert desk.calendar.between(start, end) == expected
    assert desk.calendar.between(end, start) == -expected
    spans = desk.calendar.spans(start, end)
    assert sum(closed - opened for opened, closed in spans) == expected


@EXAMPLES
@given(desks(), st.integers(1, 6))
def test_business_days_keep_the_local_time_and_fit_the_target_day(desk: Desk, count: int) -> None:
    """DESIGN §4: a start outside hours is the last closing before it; the target day fits."""
    try:
        expected = desk.oracle.add_business_days(desk.start, count)
    except OutOfWindow:
        assume(False)
    amount = Amount(AmountUnit.BUSINESS_DAYS, count)
    assert desk.calendar.add(instant(desk.start), amount) == instant(expected)


@EXAMPLES
@given(desks(), offsets)
def test_open_and_the_next_change_agree(desk: Desk, later: timedelta) -> None:
    """A span is open at its first minute and closed at its last instant."""
    at = desk.start + later
    assert desk.calendar.is_open(instant(at)) == desk.oracle.is_open(at)
    try:
        assert desk.calendar.next_change(instant(at)) == instant(desk.oracle.next_change(at))
        assert desk.calendar.next_open(instant(at)) == instant(desk.oracle.next_open(at))
    except OutOfWindow:
        pass


@EXAMPLES
@given(desks(), offsets)
def test_skipped_holidays_are_those_that_took_hours_away(desk: Desk, later: timedelta) -> None:
    """DESIGN §4: holidays, not weekends, on which the desk would have been open."""
    end = desk.start + later
    found = desk.calendar.skipped(instant(desk.start), instant(end))
    assert found == desk.oracle.skipped(desk.start, end)


@EXAMPLES
@given(desks(), st.lists(st.integers(-(5 * 10**7), 5 * 10**7), min_size=3, max_size=3))
def test_between_adds_up(desk: Desk, offsets: list[int]) -> None:
    """`between(a, b) + between(b, c) = between(a, c)`, in whatever order they lie."""
    a, b, c = (instant(desk.start) + offset for offset in offsets)
    between = desk.calendar.between
    assert between(a, b) + between(b, c) == between(a, c)


@EXAMPLES
@given(desks(), st.integers(-(5 * 10**7), 5 * 10**7), st.integers(0, 10**7))
def test_between_undoes_add_for_working_and_elapsed_time(desk: Desk, offset: int, seconds: int) -> None:
    """`between(s, add(s, n)) = n`, and no earlier instant has that much."""
    start = instant(desk.start) + offset
    for unit in (AmountUnit.WORKING, AmountUnit.ELAPSED):
        due = desk.calendar.add(start, Amount(unit, seconds))
        assert desk.calendar.measure(unit, start, due) == seconds
        if seconds:
            assert desk.calendar.measure(unit, start, due - 1) == seconds - 1


@EXAMPLES
@given(desks(), st.integers(0, 10**6), st.integers(0, 10**7), st.integers(0, 10**7))
def test_amounts_add_up(desk: Desk, offset: int, one: int, other: int) -> None:
    """Two amounts one after the other end where their sum ends."""
    start = instant(desk.start) + offset
    halfway = desk.calendar.add_working(start, one)
    assert desk.calendar.add_working(halfway, other) == desk.calendar.add_working(start, one + other)
