"""Deadlines, one by one: name, hours, start, amount, due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from troth.hours import (
    Amount,
    AmountError,
    AmountUnit,
    Calendar,
    HolidayDates,
    HoursSpec,
    InstantError,
    compile_calendar,
    holiday_dates,
    instant,
    local_instant,
    moment,
)

COPENHAGEN = {"zone": "Europe/Copenhagen", "days": "mon-fri", "from": "09:00", "to": "17:00"}
DANISH = {**COPENHAGEN, "holidays": "DK"}
MADRID = {
    "zone": "Europe/Madrid",
    "week": {"mon-thu": ["09:00-13:00", "16:00-20:00"], "fri": "09:00-13:00"},
    "holidays": {"country": "ES", "region": "MD", "plus": ["2026-05-15"], "minus": ["2026-12-08"]},
    "half days": {"2026-12-23": "12:00-15:00"},
}
NIGHTS = {"zone": "Europe/Copenhagen", "days": "mon-fri", "from": "22:00", "to": "06:00"}
EVERY_NIGHT = {**NIGHTS, "days": "mon-sun"}
NEW_YORK = {"zone": "America/New_York", "days": "mon-fri", "from": "08:00", "to": "20:00", "holidays": "US"}
PHOENIX = {"zone": "America/Phoenix", "days": "mon-fri", "from": "08:00", "to": "17:00", "holidays": "US"}
LORD_HOWE = {"zone": "Australia/Lord_Howe", "days": "mon-sun", "from": "01:00", "to": "04:00"}
KATHMANDU = {"zone": "Asia/Kathmandu", "days": "sun-fri", "from": "10:00", "to": "17:00"}
CASABLANCA = {"zone": "Africa/Casablanca", "days": "mon-sun", "from": "01:00", "to": "05:00"}
WHOLE_DAYS = {"zone": "Europe/Copenhagen", "days": "mon-sun", "from": "00:00", "to": "24:00"}
ALWAYS = {"always": True, "zone": "Europe/Copenhagen"}
ONE_HOUR_A_WEEK = {"zone": "Europe/Oslo", "days": "mon", "from": "09:00", "to": "10:00"}
SIX_WEEKS_SHUT = {
    **COPENHAGEN,
    "holidays": {"plus": [date(2026, 7, 6) + timedelta(days=n) for n in range(42)]},
}
DAY_OF_EIGHT = {**DANISH, "day": "8 hours"}


def calendar_of(mapping: dict[str, Any]) -> Calendar:
    """The calendar a policy file would give."""
    return compile_calendar(HoursSpec.parse(mapping))


def at(text: str, calendar: Calendar) -> int:
    """The instant of a time on the desk's clocks."""
    return local_instant(datetime.fromisoformat(text), calendar.zone)


def wall(found: int, calendar: Calendar) -> str:
    """The time on the desk's clocks, seconds only where there are any."""
    return moment(found, calendar.zone).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("hours", "start", "amount", "due"),
    [
        # Equality: the earliest instant at which the amount has passed.
        pytest.param(DANISH, "2026-03-02 09:00", "8 hours", "2026-03-02 17:00", id="a whole day ends it"),
        pytest.param(DANISH, "2026-03-02 09:00:01", "8 hours", "2026-03-03 09:00:01", id="a second late"),
        pytest.param(DANISH, "2026-03-02 17:00", "1 second", "2026-03-03 09:00:01", id="from closing"),
        pytest.param(DANISH, "2026-03-02 07:00", "30 minutes", "2026-03-02 09:30", id="before opening"),
        pytest.param(DANISH, "2026-03-07 12:00", "1 hour", "2026-03-09 10:00", id="from a Saturday"),
        pytest.param(DANISH, "2026-03-07 12:00", "0 hours", "2026-03-07 12:00", id="nothing, at once"),
        pytest.param(DANISH, "2026-03-07 12:00", "0 business days", "2026-03-07 12:00", id="no day"),
        pytest.param(DANISH, "2026-03-07 12:00", "24 elapsed hours", "2026-03-08 12:00", id="elapsed"),
        pytest.param(DANISH, "2026-04-01 16:00", "4 hours", "2026-04-07 12:00", id="over Easter"),
        pytest.param(DANISH, "2026-04-01 16:00", "5 business days", "2026-04-13 16:00", id="the design's"),
        pytest.param(DANISH, "2026-12-23 16:00", "2 hours", "2026-12-24 10:00", id="Danish 24 December"),
        pytest.param(DAY_OF_EIGHT, "2026-03-02 10:00", "3 days", "2026-03-05 10:00", id="days of 8 hours"),
        # Clock changes: what really passed counts.
        pytest.param(EVERY_NIGHT, "2026-03-28 22:00", "8 hours", "2026-03-29 23:00", id="a night of 7"),
        pytest.param(EVERY_NIGHT, "2026-10-24 22:00", "8 hours", "2026-10-25 05:00", id="a night of 9"),
        pytest.param(DANISH, "2026-03-27 16:00", "2 hours", "2026-03-30 10:00", id="over spring, by day"),
        pytest.param(DANISH, "2026-10-23 16:00", "2 hours", "2026-10-26 10:00", id="over autumn, by day"),
        pytest.param(DANISH, "2026-03-28 16:00", "24 elapsed hours", "2026-03-29 17:00", id="elapsed, spring"),
        pytest.param(DANISH, "2026-03-27 16:00", "1 business day", "2026-03-30 16:00", id="days, spring"),
        pytest.param(NEW_YORK, "2026-03-06 19:00", "2 hours", "2026-03-09 09:00", id="New York, spring"),
        pytest.param(PHOENIX, "2026-03-06 16:00", "2 hours", "2026-03-09 09:00", id="Phoenix never changes"),
        pytest.param(LORD_HOWE, "2026-04-05 01:00", "3 hours", "2026-04-05 03:30", id="half an hour more"),
        pytest.param(LORD_HOWE, "2026-10-04 01:00", "150 minutes", "2026-10-04 04:00", id="half an hour less"),
        pytest.param(KATHMANDU, "2026-03-06 16:30", "1 hour", "2026-03-08 10:30", id="a quarter-hour zone"),
        pytest.param(CASABLANCA, "2026-02-15 01:00", "4 hours", "2026-02-15 04:00", id="Ramadan: 5 hours"),
        pytest.param(CASABLANCA, "2026-03-22 01:00", "4 hours", "2026-03-23 02:00", id="Ramadan: 3 hours"),
        # Business days.
        pytest.param(DANISH, "2026-03-06 18:00", "1 business day", "2026-03-09 17:00", id="last closing"),
        pytest.param(DANISH, "2026-03-09 07:00", "1 business day", "2026-03-09 17:00", id="early Monday"),
        pytest.param(DANISH, "2026-03-06 17:00", "1 business day", "2026-03-09 17:00", id="at closing"),
        pytest.param(DANISH, "2026-03-06 09:00", "1 business day", "2026-03-09 09:00", id="at opening"),
        pytest.param(DANISH, "2026-04-03 12:00", "1 business day", "2026-04-07 17:00", id="on a holiday"),
        pytest.param(MADRID, "2026-03-02 14:00", "1 business day", "2026-03-03 13:00", id="in the lunch break"),
        pytest.param(MADRID, "2026-12-22 14:30", "1 business day", "2026-12-23 13:00", id="not 14:30"),
        pytest.param(MADRID, "2026-03-07 12:00", "1 business day", "2026-03-09 13:00", id="not Monday noon"),
        pytest.param(MADRID, "2026-03-02 13:00", "1 business day", "2026-03-03 13:00", id="as lunch begins"),
        pytest.param(MADRID, "2026-03-05 18:00", "1 business day", "2026-03-06 13:00", id="a short Friday"),
        pytest.param(MADRID, "2026-12-22 09:30", "1 business day", "2026-12-23 12:00", id="opens later"),
        pytest.param(MADRID, "2026-12-22 18:00", "1 business day", "2026-12-23 15:00", id="closes earlier"),
        pytest.param(MADRID, "2026-12-23 14:30", "1 business day", "2026-12-24 13:00", id="into a lunch break"),
        pytest.param(MADRID, "2026-12-04 10:00", "1 business day", "2026-12-08 10:00", id="minus opens"),
        pytest.param(MADRID, "2026-05-14 10:00", "1 business day", "2026-05-18 10:00", id="plus closes"),
        pytest.param(NIGHTS, "2026-03-03 02:00", "1 business day", "2026-03-04 02:00", id="Monday's night"),
        pytest.param(NIGHTS, "2026-03-07 03:00", "1 business day", "2026-03-10 03:00", id="Friday's night"),
        pytest.param(NIGHTS, "2026-03-07 12:00", "1 business day", "2026-03-10 06:00", id="after that night"),
        pytest.param(EVERY_NIGHT, "2026-03-28 02:30", "1 business day", "2026-03-29 03:30", id="absent time"),
        pytest.param(ALWAYS, "2026-03-28 12:00", "1 business day", "2026-03-29 13:00", id="always: 24 hours"),
        pytest.param(ALWAYS, "2026-03-28 12:00", "2 hours", "2026-03-28 14:00", id="always: hours"),
        pytest.param(WHOLE_DAYS, "2026-03-28 12:00", "1 business day", "2026-03-29 12:00", id="whole days"),
        pytest.param(WHOLE_DAYS, "2026-03-28 12:00", "24 hours", "2026-03-29 13:00", id="whole days: hours"),
        # No horizon, no cap.
        pytest.param(ONE_HOUR_A_WEEK, "2026-03-02 09:00", "10 hours", "2026-05-04 10:00", id="an hour a week"),
        pytest.param(ONE_HOUR_A_WEEK, "2026-03-02 09:00", "1000 hours", "2045-04-24 10:00", id="for 19 years"),
        pytest.param(ONE_HOUR_A_WEEK, "2026-03-02 09:30", "520 business days", "2036-02-18 09:30", id="by days"),
        pytest.param(SIX_WEEKS_SHUT, "2026-07-03 16:30", "1 hour", "2026-08-17 09:30", id="six weeks shut"),
        pytest.param(SIX_WEEKS_SHUT, "2026-07-20 10:00", "1 business day", "2026-08-17 17:00", id="in them"),
    ],
)
def test_an_amount_falls_due(hours: dict[str, Any], start: str, amount: str, due: str) -> None:
    """DESIGN §4, row by row, in the desk's local time."""
    calendar = calendar_of(hours)
    found = calendar.add(at(start, calendar), Amount.parse(amount))
    assert wall(found, calendar) == due


def test_a_time_that_occurs_twice_is_counted_both_times() -> None:
    """From the second 02:30 of the autumn night there are 30 minutes less to the morning."""
    calendar = calendar_of(EVERY_NIGHT)
    first = at("2026-10-25 02:30", calendar)
    morning = at("2026-10-25 06:00", calendar)
    assert calendar.between(first, morning) == 4.5 * 3600
    assert calendar.between(first + 3600, morning) == 3.5 * 3600
    assert wall(first + 3600, calendar) == "2026-10-25 02:30"


def test_a_date_the_zone_skipped_is_no_business_day() -> None:
    """Samoa had no 30 December 2011: after Thursday the 29th came Saturday the 31st."""
    hours = {"zone": "Pacific/Apia", "days": "mon-sun", "from": "09:00", "to": "17:00"}
    calendar = calendar_of(hours)
    start = at("2011-12-29 10:00", calendar)
    assert wall(calendar.add(start, Amount.parse("1 business day")), calendar) == "2011-12-31 10:00"
    assert wall(calendar.add(start, Amount.parse("8 hours")), calendar) == "2011-12-31 10:00"
    start = at("2011-12-31 10:00", calendar)
    assert wall(calendar.add(start, Amount.parse("1 business day")), calendar) == "2012-01-01 10:00"


def test_spans_that_the_clocks_push_together_count_once() -> None:
    """01:00-02:30 and 03:00-05:00 share half an hour of the spring night, which passes once."""
    hours = {"zone": "Europe/Copenhagen", "week": {"mon-sun": ["01:00-02:30", "03:00-05:00"]}}
    calendar = calendar_of(hours)
    start, end = at("2026-03-29 00:00", calendar), at("2026-03-29 06:00", calendar)
    assert calendar.between(start, end) == 3 * 3600
    assert calendar.spans(start, end) == [(start + 3600, start + 4 * 3600)]


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    """A holiday takes the night that begins on it, and leaves the one that runs into it."""
    calendar = calendar_of({**NIGHTS, "holidays": {"plus": ["2026-03-04"]}})
    assert calendar.is_open(at("2026-03-04 03:00", calendar))
    assert not calendar.is_open(at("2026-03-04 23:00", calendar))
    assert not calendar.is_open(at("2026-03-05 03:00", calendar))
    assert calendar.is_open(at("2026-03-05 23:00", calendar))


def test_a_closure_longer_than_the_target_moves_it_whole() -> None:
    """With four hours to go, six weeks shut take nothing from them and add nothing."""
    calendar = calendar_of(SIX_WEEKS_SHUT)
    start = at("2026-07-03 15:00", calendar)
    due = calendar.add(start, Amount.parse("4 hours"))
    assert wall(due, calendar) == "2026-08-17 11:00"
    assert calendar.between(start, due) == 4 * 3600
    assert len(calendar.skipped(start, due)) == 30


def test_an_opening_is_open_and_a_closing_is_not() -> None:
    """Spans are half-open."""
    calendar = calendar_of(DANISH)
    opening, closing = at("2026-03-02 09:00", calendar), at("2026-03-02 17:00", calendar)
    states = [calendar.is_open(second) for second in (opening - 1, opening, closing - 1, closing)]
    assert states == [False, True, True, False]


def test_the_next_opening_is_now_while_open() -> None:
    """`next_open` answers the instant itself, the same day's opening, or Monday's."""
    calendar = calendar_of(DANISH)
    for asked, answered in (
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 08:59", "2026-03-02 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00"),
    ):
        assert wall(calendar.next_open(at(asked, calendar)), calendar) == answered


def test_the_next_change_is_strictly_later() -> None:
    """At an opening the next change is the closing, at a closing the next opening."""
    calendar = calendar_of(DANISH)
    for asked, answered in (
        ("2026-03-02 08:00", "2026-03-02 09:00"),
        ("2026-03-02 09:00", "2026-03-02 17:00"),
        ("2026-03-02 17:00", "2026-03-03 09:00"),
    ):
        change = calendar.next_change(at(asked, calendar))
        assert change is not None
        assert wall(change, calendar) == answered


def test_spans_that_touch_are_no_change() -> None:
    """A desk open 09:00-13:00 and 13:00-17:00 does not close for lunch."""
    calendar = calendar_of({"zone": "Europe/Oslo", "week": {"mon-fri": ["09:00-13:00", "13:00-17:00"]}})
    start, end = at("2026-03-02 00:00", calendar), at("2026-03-03 00:00", calendar)
    change = calendar.next_change(at("2026-03-02 12:00", calendar))
    assert change is not None
    assert wall(change, calendar) == "2026-03-02 17:00"
    assert len(calendar.spans(start, end)) == 1


def test_hours_that_never_change_say_so() -> None:
    """Always, whole days without holidays, and whole days after their last closed date."""
    closed_once = {**WHOLE_DAYS, "holidays": {"plus": ["2026-05-15"]}}
    for hours in (ALWAYS, WHOLE_DAYS):
        calendar = calendar_of(hours)
        assert calendar.next_change(at("2026-03-02 12:00", calendar)) is None
    calendar = calendar_of(closed_once)
    assert calendar.next_change(at("2026-03-02 12:00", calendar)) == at("2026-05-15 00:00", calendar)
    assert calendar.next_change(at("2026-05-16 12:00", calendar)) is None
    closed_late = calendar_of({**WHOLE_DAYS, "holidays": {"plus": ["2040-05-15"]}})
    assert closed_late.next_change(at("2026-03-02 12:00", calendar)) == at("2040-05-15 00:00", calendar)


def test_whole_days_close_for_the_country_s_holidays() -> None:
    """`days: mon-sun` from 00:00 to 24:00 is open every day but holidays."""
    calendar = calendar_of({**WHOLE_DAYS, "holidays": "DK"})
    assert calendar.next_change(at("2026-01-02 12:00", calendar)) == at("2026-04-02 00:00", calendar)
    # The package knows no holidays after 2100.
    calendar = calendar_of({**WHOLE_DAYS, "holidays": "DK"})
    assert calendar.next_change(at("2150-01-02 12:00", calendar)) is None


def test_spans_are_cut_to_what_was_asked() -> None:
    """The spans of a proof begin at the start and end at the due."""
    calendar = calendar_of(MADRID)
    start, end = at("2026-03-02 10:00", calendar), at("2026-03-02 17:00", calendar)
    assert calendar.spans(start, end) == [
        (start, at("2026-03-02 13:00", calendar)),
        (at("2026-03-02 16:00", calendar), end),
    ]
    assert calendar.spans(end, start) == []


def test_skipped_holidays_leave_out_weekends_and_half_days() -> None:
    """Easter Sunday would have been closed anyway, and a half day is open."""
    calendar = calendar_of({**DANISH, "half days": {"2026-04-01": "09:00-12:00"}})
    start, end = at("2026-03-31 09:00", calendar), at("2026-04-08 09:00", calendar)
    assert calendar.skipped(start, end) == [date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6)]
    assert calendar.skipped(end, start) == []


def test_a_holiday_is_skipped_only_if_its_hours_lie_between() -> None:
    """From 17:00 on Maundy Thursday the desk would have been closed until Friday."""
    calendar = calendar_of(DANISH)
    end = at("2026-04-03 09:00", calendar)
    assert calendar.skipped(at("2026-04-02 17:00", calendar), end) == []
    assert calendar.skipped(at("2026-04-02 16:59:59", calendar), end) == [date(2026, 4, 2)]
    assert calendar.skipped(at("2026-04-02 16:59:59", calendar), end + 1) == [
        date(2026, 4, 2),
        date(2026, 4, 3),
    ]


def test_a_pause_is_measured_in_the_amount_s_own_time() -> None:
    """LANGUAGE §2, decision 1: elapsed amounts move on by elapsed time, all others by working time."""
    calendar = calendar_of(DANISH)
    start, end = at("2026-04-01 16:00", calendar), at("2026-04-07 10:00", calendar)
    assert calendar.measure(AmountUnit.ELAPSED, start, end) == end - start
    for unit in (AmountUnit.WORKING, AmountUnit.BUSINESS_DAYS, AmountUnit.DAYS):
        assert calendar.measure(unit, start, end) == 2 * 3600


def test_days_need_the_length_of_a_day() -> None:
    """`3 days` is refused where the calendar does not say `day:`, and the error says how to mend it."""
    calendar = calendar_of(DANISH)
    with pytest.raises(AmountError, match=r"day: 8 hours.*3 business days"):
        calendar.add(at("2026-03-02 10:00", calendar), Amount.parse("3 days"))


@pytest.mark.parametrize(
    "amount", ["99999999 hours", "999999999 hours", "999999999 elapsed hours", "999999999 business days"]
)
@pytest.mark.parametrize("hours", [DANISH, ALWAYS], ids=["office", "always"])
def test_the_end_of_time_is_a_clear_error(hours: dict[str, Any], amount: str) -> None:
    """An amount that ends after the last year there is raises what can be told to a person."""
    calendar = calendar_of(hours)
    with pytest.raises(InstantError, match="9998"):
        calendar.add(at("2026-03-02 10:00", calendar), Amount.parse(amount))


def test_the_first_and_the_last_years_are_clear_errors() -> None:
    """A question at the very edge of the calendar cannot be answered, and says so."""
    calendar = calendar_of(DANISH)
    with pytest.raises(InstantError, match="years 2 to 9998"):
        calendar.is_open(at("0002-01-01 10:00", calendar))
    calendar = calendar_of(DANISH)
    with pytest.raises(InstantError, match="years 2 to 9998"):
        calendar.next_open(at("9998-12-31 23:00", calendar))
    with pytest.raises(InstantError, match="before the year 2"):
        calendar.is_open(-(10**12))


def test_a_negative_amount_is_refused() -> None:
    """A promise does not run backwards."""
    for hours in (DANISH, ALWAYS):
        calendar = calendar_of(hours)
        with pytest.raises(AmountError, match="negative"):
            calendar.add_working(at("2026-03-02 10:00", calendar), -1)


def test_a_calendar_grows_to_both_sides_without_changing_its_answers() -> None:
    """Asked first in 2026, then in 1995 and 2060, then again in 2026."""
    calendar = calendar_of(DANISH)
    start = at("2026-03-02 10:00", calendar)
    end = at("2026-06-02 10:00", calendar)
    before = calendar.between(start, end)
    assert wall(calendar.add(at("1995-03-03 16:00", calendar), Amount.parse("2 hours")), calendar) == (
        "1995-03-06 10:00"
    )
    assert calendar.is_open(at("2060-03-02 10:00", calendar))
    assert calendar.between(start, end) == before
    assert calendar.between(at("1995-01-01 00:00", calendar), at("2060-01-01 00:00", calendar)) > 0


def test_stored_dates_rule_inside_their_years_and_the_package_beyond() -> None:
    """DESIGN §4: two releases of `holidays` differ, so the stored dates are what was promised."""
    spec = HoursSpec.parse(DANISH)
    stored = HolidayDates(2025, 2027, frozenset({date(2026, 3, 3)}))
    calendar = compile_calendar(spec, stored)
    assert not calendar.is_open(at("2026-03-03 10:00", calendar))
    assert calendar.is_open(at("2026-04-03 10:00", calendar))  # Good Friday is not among them
    assert not calendar.is_open(at("2028-04-14 10:00", calendar))  # Good Friday, beyond them
    assert not calendar.is_open(at("2024-03-29 10:00", calendar))  # Good Friday, before them
    assert calendar.skipped(at("2026-03-02 10:00", calendar), at("2026-03-04 10:00", calendar)) == [date(2026, 3, 3)]


def test_a_half_day_is_open_even_on_a_stored_date() -> None:
    """The date given by name says more than the country's list."""
    spec = HoursSpec.parse({**DANISH, "half days": {"2026-04-02": "09:00-12:00"}})
    for dates in (None, HolidayDates(2025, 2027, frozenset({date(2026, 4, 2)}))):
        calendar = compile_calendar(spec, dates)
        start, end = at("2026-04-02 00:00", calendar), at("2026-04-03 00:00", calendar)
        assert calendar.between(start, end) == 3 * 3600
        assert calendar.skipped(start, end) == []


def test_stored_dates_give_the_same_answers_as_the_package_that_made_them() -> None:
    """A calendar with dates stored from 2 years before to 10 after is the calendar it was."""
    spec = HoursSpec.parse(MADRID)
    fresh, stored = compile_calendar(spec), compile_calendar(spec, holiday_dates(spec, 2024, 2036))
    a, b = at("2020-01-01 00:00", fresh), at("2045-01-01 00:00", fresh)
    assert fresh.spans(a, b) == stored.spans(a, b)


def test_the_answers_do_not_depend_on_the_zone_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's zone rules, not the machine's."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    calendar = calendar_of(DANISH)
    found = calendar.add(instant(datetime.fromisoformat("2026-04-01T14:00:00+00:00")), Amount.parse("1 hour"))
    assert wall(found, calendar) == "2026-04-01 17:00"
