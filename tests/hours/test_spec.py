"""A calendar's rule: checked whole, ordered, and carried through JSON."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from holidays import country_holidays
from holidays.registry import COUNTRIES

from troth.hours import HolidayDates, HoursError, HoursSpec, holiday_dates

OFFICE = ((32_400, 61_200),)
WEEK = (OFFICE,) * 5 + ((), ())


def spec(**changed: Any) -> HoursSpec:
    """Office hours in Oslo, with changes."""
    return HoursSpec(**{"zone": "Europe/Oslo", "week": WEEK, **changed})


def week(*monday: tuple[int, int], tuesday: tuple[tuple[int, int], ...] = ()) -> tuple[Any, ...]:
    """A week open on Monday, and perhaps on Tuesday."""
    return (monday, tuesday, (), (), (), (), ())


@pytest.mark.parametrize(
    ("changed", "key", "told"),
    [
        ({"zone": "Europe/Olso"}, ("zone",), 'did you mean "Europe/Oslo"'),
        ({"week": ((),) * 7}, ("week",), "never open"),
        ({"week": WEEK[:6]}, ("week",), "seven days"),
        ({"week": week((3600, 3600))}, ("week", "mon"), "no length"),
        ({"week": week((7200, 3600))}, ("week", "mon"), "must end after"),
        ({"week": week((7200, 7200 + 86_401))}, ("week", "mon"), "within 24 hours"),
        ({"week": week((86_400, 90_000))}, ("week", "mon"), "must begin"),
        ({"week": week((32_400, 46_800), (46_799, 61_200))}, ("week", "mon"), "overlap"),
        (
            {"week": week((79_200, 108_000), tuesday=((100 * 60, 30_000),))},
            ("week", "mon"),
            "22:00-06:00 runs overnight into 01:40-08:20 of tue",
        ),
        ({"country": "XX"}, ("holidays", "country"), "no holidays are known"),
        ({"country": "Norway"}, ("holidays", "country"), 'did you mean "NO"'),
        ({"country": "ES", "region": "MX"}, ("holidays", "region"), "is no region"),
        ({"country": "DK", "region": "84"}, ("holidays", "region"), "no regions"),
        ({"region": "MD"}, ("holidays", "region"), "needs its country"),
        (
            {"plus": (date(2026, 5, 15),), "minus": (date(2026, 5, 15),)},
            ("holidays", "plus"),
            "plus and minus",
        ),
        ({"half_days": ((date(2026, 12, 24), ()),)}, ("half days", date(2026, 12, 24)), "needs hours"),
        (
            {"half_days": ((date(2026, 12, 24), OFFICE),), "plus": (date(2026, 12, 24),)},
            ("half days", date(2026, 12, 24)),
            "closed by holidays",
        ),
        ({"day": 0}, ("day",), "some length"),
        ({"always": True}, ("always",), "around the clock"),
    ],
)
def test_a_calendar_that_cannot_stand_says_where_and_why(
    changed: dict[str, Any], key: tuple[object, ...], told: str
) -> None:
    """Each mistake is found when the calendar is built, with its path."""
    with pytest.raises(HoursError, match=told) as raised:
        spec(**changed)
    assert [problem.key for problem in raised.value.problems] == [key]


def test_every_mistake_is_told_at_once() -> None:
    """Whoever mends a file does so once."""
    with pytest.raises(HoursError) as raised:
        spec(zone="Nowhere", week=week((3600, 3600)), country="XX", day=-1)
    keys = [problem.key for problem in raised.value.problems]
    assert keys == [("zone",), ("day",), ("week", "mon"), ("holidays", "country")]


def test_a_night_may_end_as_the_next_day_begins() -> None:
    """Spans that touch do not overlap, across midnight neither, and the week is round."""
    every_night = ((0, 21_600), (79_200, 86_400))
    assert spec(week=(every_night,) * 7).week[6] == every_night
    whole = ((32_400, 32_400 + 86_400),)
    assert spec(week=(whole,) * 7).is_unbroken()


def test_equal_calendars_are_one_value() -> None:
    """Order and doubles do not count; a calendar is a key of a cache."""
    dates = (date(2026, 5, 15), date(2026, 5, 14))
    afternoon_first = ((57_600, 72_000), (32_400, 46_800))
    one = spec(plus=dates, week=week(*afternoon_first))
    other = spec(plus=dates[::-1] + dates[:1], week=week(*afternoon_first[::-1]))
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "made",
    [
        spec(),
        HoursSpec("UTC", always=True, day=28_800),
        spec(
            country="ES",
            region="MD",
            plus=(date(2026, 5, 15),),
            minus=(date(2026, 12, 8),),
            half_days=((date(2026, 12, 24), ((32_400, 43_200), (50_400, 54_000))),),
            day=28_800,
        ),
    ],
)
def test_a_calendar_comes_back_from_json(made: HoursSpec) -> None:
    """What is pinned in a case's facts is the calendar itself."""
    assert HoursSpec.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_the_dates_a_calendar_came_to() -> None:
    """The country's and region's, and plus, without minus and half days."""
    made = spec(
        country="ES",
        region="MD",
        plus=(date(2026, 5, 15), date(2030, 1, 2)),
        minus=(date(2026, 12, 8),),
        half_days=((date(2026, 1, 6), OFFICE),),
    )
    dates = holiday_dates(made, 2026, 2026)
    assert date(2026, 5, 15) in dates.dates
    assert date(2026, 5, 2) in dates.dates  # Madrid's own day
    assert not {date(2026, 12, 8), date(2026, 1, 6), date(2030, 1, 2)} & dates.dates
    assert {day.year for day in dates.dates} == {2026}


def test_dates_come_back_from_json() -> None:
    """They are stored with the policy's version."""
    dates = holiday_dates(spec(country="DK"), 2024, 2036)
    assert HolidayDates.from_json(json.loads(json.dumps(dates.to_json()))) == dates
    assert dates.covers(2024)
    assert dates.covers(2036)
    assert not dates.covers(2037)


def test_no_country_s_holidays_take_a_weekday_away_for_good() -> None:
    """Hours on one weekday a week are open some day, whatever the country."""
    for _, code, _, *_ in COUNTRIES.values():
        days = country_holidays(code, years=2025)
        most = max(Counter(day.weekday() for day in days).values(), default=0)
        assert most < 45, code
