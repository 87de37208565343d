"""Instants at the edge: aware times in, aware times out, and no zone taken for granted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.hours import InstantError, ZoneError, instant, local_instant, moment, typed_instant, zone_named

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def test_an_aware_time_is_its_utc_seconds() -> None:
    """The offset is taken off, whatever kind of zone gave it."""
    assert instant(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert instant(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == 0
    assert instant(datetime(2026, 7, 1, 12, tzinfo=COPENHAGEN)) == 1_782_900_000


def test_microseconds_are_cut_off() -> None:
    """Before 1970 too the second is the one that has begun."""
    assert instant(datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)) == 1
    assert instant(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1


def test_a_naive_time_is_refused_with_a_way_out() -> None:
    """`ValueError`, naming `local_instant`."""
    with pytest.raises(ValueError, match="local_instant"):
        instant(datetime(2026, 7, 1, 12))  # noqa: DTZ001 - the point of the test
    with pytest.raises(InstantError, match="already has a zone"):
        local_instant(datetime(2026, 7, 1, 12, tzinfo=UTC), COPENHAGEN)


def test_both_times_of_the_autumn_hour_are_kept_apart() -> None:
    """An aware time says by its fold which of the two it is."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN)
    assert instant(first.replace(fold=1)) - instant(first) == 3600
    assert moment(instant(first) + 3600, COPENHAGEN).fold == 1


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-03-29 01:59", "2026-03-29 00:59"),
        ("2026-03-29 02:30", "2026-03-29 01:30"),
        ("2026-03-29 03:00", "2026-03-29 01:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),
        ("2026-10-25 03:00", "2026-10-25 02:00"),
    ],
)
def test_a_wall_time_is_resolved_with_fold_0(wall: str, utc: str) -> None:
    """DESIGN §4: the first of two; read with the offset before, where there is none."""
    naive = datetime.fromisoformat(wall)
    expected = instant(datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert local_instant(naive, "Europe/Copenhagen") == expected
    assert local_instant(naive.replace(fold=1), COPENHAGEN) == expected


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - walls
    st.sampled_from(["Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_a_wall_time_is_what_zoneinfo_makes_of_it(wall: datetime, zone: str) -> None:
    """The quick way agrees with `datetime`'s own."""
    aware = wall.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    assert local_instant(wall, zone) == instant(aware)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-06T16:30", "2026-03-06T15:30+00:00"),
        (" 2026-03-06 16:30 ", "2026-03-06T15:30+00:00"),
        ("2026-03-06T16:30+05:00", "2026-03-06T11:30+00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30+00:00"),  # the first of the two
        ("2026-03-29T02:30", "2026-03-29T01:30+00:00"),  # never on any clock: 03:30
    ],
)
def test_a_typed_time_is_read_on_the_clocks_of_its_zone(typed: str, utc: str) -> None:
    """An offset that is written counts; else the wall of the zone does, as `local_instant` has it."""
    assert typed_instant(typed, "Europe/Copenhagen") == instant(datetime.fromisoformat(utc))


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30T10:00", "24", "\0"])
def test_what_is_no_time_is_none(typed: str) -> None:
    """Nothing that is typed raises."""
    assert typed_instant(typed, "Europe/Copenhagen") is None


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_a_typed_time_can_be_shown_wherever_it_lies(typed: str) -> None:
    """Beyond the years of the calendars it is the nearest that they keep."""
    at = typed_instant(typed, "Europe/Copenhagen")
    assert at is not None
    assert moment(at, "Pacific/Kiritimati").year in {1, 9999}


@given(st.integers(-60_000_000_000, 250_000_000_000))
def test_an_instant_comes_back(at: int) -> None:
    """Through any zone's clocks, and both ways."""
    assert instant(moment(at)) == at
    assert instant(moment(at, COPENHAGEN)) == at


@pytest.mark.parametrize("at", [10**12, -(10**12), 10**30])
def test_an_instant_out_of_range_is_a_clear_error(at: int) -> None:
    """No `OverflowError` reaches a page."""
    with pytest.raises(InstantError, match="no calendar is kept"):
        moment(at)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Europe/Olso", 'did you mean "Europe/Oslo"'),
        ("europe/oslo", 'did you mean "Europe/Oslo"'),
        ("Europe", "is no time zone"),
        ("localtime", "is no time zone"),
        ("", "is no time zone"),
        ("../../etc/passwd", "is no time zone"),
        ("/etc/localtime", "is no time zone"),
        ("a\0b", "is no time zone"),
        ("x" * 5000, "is no time zone"),
    ],
)
def test_what_is_no_zone_names_the_nearest(name: str, told: str) -> None:
    """The zone of the machine is not the zone of a desk, so its file is refused too."""
    with pytest.raises(ZoneError, match=told):
        zone_named(name)
