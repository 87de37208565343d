"""The YAML forms of hours, and what is said about a mistake in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from troth.hours import HoursError, HoursSpec

OSLO = {"zone": "Europe/Oslo", "days": "mon-fri", "from": "08:00", "to": "16:00", "holidays": "NO"}
EIGHT_TO_FOUR = ((28_800, 57_600),)


def read(text: str, zone: str | None = None) -> HoursSpec:
    """The hours a YAML text describes, read as a policy file is."""
    return HoursSpec.parse(YAML(typ="safe", pure=True).load(text), zone)


def problems_of(mapping: Any, zone: str | None = None) -> list[tuple[tuple[object, ...], str]]:
    """What is wrong with a mapping, as (path, message)."""
    with pytest.raises(HoursError) as raised:
        HoursSpec.parse(mapping, zone)
    return [(problem.key, problem.message) for problem in raised.value.problems]


def test_the_short_form() -> None:
    """The partner of LANGUAGE §3; `NO` is text in YAML 1.2."""
    spec = read('{zone: Europe/Oslo, days: mon-fri, from: "08:00", to: "16:00", holidays: NO}')
    assert spec == HoursSpec("Europe/Oslo", (EIGHT_TO_FOUR,) * 5 + ((), ()), country="NO")


def test_the_long_form() -> None:
    """A siesta, a short Friday, a region's holidays, a half day and the length of a day."""
    spec = read(
        """
        zone: Europe/Madrid
        week: {mon-thu: ["09:00-13:00", "16:00-20:00"], fri: "09:00-13:00"}
        holidays: {country: ES, region: MD, plus: [2026-05-15], minus: [2026-12-08]}
        half days: {2026-12-24: "09:00-12:00"}
        day: 8 hours
        """
    )
    morning, evening = (32_400, 46_800), (57_600, 72_000)
    assert spec.week == ((morning, evening),) * 4 + ((morning,), (), ())
    assert (spec.country, spec.region) == ("ES", "MD")
    assert (spec.plus, spec.minus) == ((date(2026, 5, 15),), (date(2026, 12, 8),))
    assert spec.half_days == ((date(2026, 12, 24), ((32_400, 43_200),)),)
    assert spec.day == 28_800


def test_around_the_clock() -> None:
    """`always: true` needs no zone of its own."""
    assert read("always: true") == HoursSpec("UTC", always=True)
    assert read("always: true", "Europe/Oslo") == HoursSpec("Europe/Oslo", always=True)


def test_the_desk_s_zone_is_used_where_hours_name_none() -> None:
    """The front matter's zone is the default; a calendar's own goes first."""
    hours = {key: value for key, value in OSLO.items() if key != "zone"}
    assert HoursSpec.parse(hours, "Europe/Paris").zone == "Europe/Paris"
    assert HoursSpec.parse(OSLO, "Europe/Paris").zone == "Europe/Oslo"


@pytest.mark.parametrize(
    ("days", "open_days"),
    [
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("mon, wed, fri", [0, 2, 4]),
        (["mon", "wed"], [0, 2]),
        (["mon-tue", "sat"], [0, 1, 5]),
        ("sat-mon", [0, 5, 6]),
        ("sun-thu", [0, 1, 2, 3, 6]),
        ("Monday - Wednesday", [0, 1, 2]),
        ("sun", [6]),
        ("mon-sun", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_weekdays_are_a_range_a_row_or_a_list(days: object, open_days: list[int]) -> None:
    """A range may run over the end of the week."""
    week = HoursSpec.parse({**OSLO, "days": days}).week
    assert [index for index in range(7) if week[index]] == open_days


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("08:00", "24:00", (28_800, 86_400)),
        ("00:00", "24:00", (0, 86_400)),
        ("22:00", "06:00", (79_200, 108_000)),
        ("22:00", "00:00", (79_200, 86_400)),
        ("8:30", "16:15:30", (30_600, 58_530)),
    ],
)
def test_hours_may_end_at_midnight_or_run_overnight(start: str, end: str, span: tuple[int, int]) -> None:
    """An end before its start lies on the next day; 24:00 is the end of this one."""
    assert HoursSpec.parse({**OSLO, "from": start, "to": end}).week[0] == (span,)


def test_holidays_may_be_a_code_with_its_region() -> None:
    """`ES-MD` as ISO 3166-2 writes it; or only dates, without a country."""
    spec = HoursSpec.parse({**OSLO, "holidays": "ES-MD"})
    assert (spec.country, spec.region) == ("ES", "MD")
    spec = HoursSpec.parse({**OSLO, "holidays": {"plus": "2026-05-15"}})
    assert (spec.country, spec.plus) == (None, (date(2026, 5, 15),))


@pytest.mark.parametrize(
    ("changed", "path", "told"),
    [
        ({"form": "08:00"}, ("form",), 'unknown key "form"; did you mean "from"?'),
        ({"zone": "Europe/Olso"}, ("zone",), 'did you mean "Europe/Oslo"'),
        ({"zone": 1}, ("zone",), "is a name"),
        ({"days": "mon-fry"}, ("days",), "is no weekday"),
        ({"days": "mon, mon"}, ("days",), "named twice"),
        ({"days": "mon-wed-fri"}, ("days",), "is no weekday"),
        ({"days": None}, ("days",), "missing"),
        ({"days": [1]}, ("days",), "is no weekday"),
        ({"from": 480}, ("from",), "in quotes"),
        ({"from": "24:00"}, ("from",), "is no time"),
        ({"to": "24:01"}, ("to",), "is no time"),
        ({"to": "16:60"}, ("to",), "is no time"),
        ({"to": "08:00"}, ("from",), "the same time"),
        ({"holidays": "XX"}, ("holidays", "country"), "no holidays are known"),
        ({"holidays": False}, ("holidays",), "country's code"),
        ({"holidays": {"country": False}}, ("holidays", "country"), "ISO code"),
        ({"holidays": {"contry": "NO"}}, ("holidays", "contry"), 'did you mean "country"'),
        ({"holidays": {"plus": ["2026-02-30"]}}, ("holidays", "plus", 0), "is no date"),
        ({"holidays": {"plus": ["2026-02-03", 5]}}, ("holidays", "plus", 1), "is no date"),
        ({"half days": "2026-12-24"}, ("half days",), "a mapping"),
        ({"half days": {"24.12.": "09:00-12:00"}}, ("half days", "24.12."), "is no date"),
        ({"half days": {"2026-12-24": "9 to 12"}}, ("half days", "2026-12-24"), "no span"),
        ({"half days": {"2026-12-24": []}}, ("half days", "2026-12-24"), "missing"),
        ({"day": 8}, ("day",), "has no unit"),
        ({"day": "1 business day"}, ("day",), "so many hours"),
        ({"day": "0 hours"}, ("day",), "some length"),
        ({"always": "yes"}, ("always",), "is true"),
        ({"week": {"mon": "08:00-16:00"}}, ("days",), "not by both"),
    ],
)
def test_a_mistake_is_told_with_its_path(changed: dict[str, Any], path: tuple[object, ...], told: str) -> None:
    """The caller finds the line by the path, the person mends it by the message."""
    found = problems_of({**OSLO, **changed})
    assert found[0][0] == path
    assert told in found[0][1]


@pytest.mark.parametrize(
    ("week", "path", "told"),
    [
        ("mon", ("week",), "a mapping"),
        ({}, ("week",), "never open"),
        ({"mon-tue": "08:00-16:00", "tue": "09:00-10:00"}, ("week", "tue"), 'under "mon-tue"'),
        ({"mon-tue": ["08:00-12:00", "11:00-16:00"]}, ("week", "mon-tue"), "overlap"),
        ({"mon": "08:00-08:00"}, ("week", "mon"), "no length"),
        ({"mon-tue": "22:00-06:00", "wed": "05:00-09:00"}, ("week", "mon-tue"), "05:00-09:00 of wed"),
        ({"mon": []}, ("week", "mon"), "missing"),
        ({"mon": "08:00"}, ("week", "mon"), "no span"),
        ({"mon": 8}, ("week", "mon"), "no span"),
        ({"mon": "08:00-25:00"}, ("week", "mon"), "is no time"),
        ({"mno": "08:00-16:00"}, ("week", "mno"), 'did you mean "mon"'),
    ],
)
def test_a_mistake_in_a_week_is_told_under_its_own_key(week: object, path: tuple[object, ...], told: str) -> None:
    """What is wrong with Tuesday stands where Tuesday was written."""
    found = problems_of({"zone": "Europe/Oslo", "week": week})
    assert found[0][0] == path
    assert told in found[0][1]


def test_all_mistakes_are_told_at_once() -> None:
    """In the reading and in the calendar alike."""
    found = problems_of({"zone": "Nowhere", "days": "mon-fry", "from": "8", "to": "16:00", "holidays": "XX", "dya": 1})
    assert {path for path, _ in found} == {
        ("dya",),
        ("days",),
        ("from",),
        ("zone",),
        ("holidays", "country"),
    }


@pytest.mark.parametrize(
    ("mapping", "path", "told"),
    [
        ("mon-fri", (), "are a mapping"),
        ({}, (), "hours are missing"),
        ({"days": "mon"}, ("from",), "from is missing"),
        ({"week": {"mon": "08:00-16:00"}, "from": "08:00"}, ("from",), "not by both"),
        ({"always": True, "days": "mon"}, ("days",), "leave this out"),
        ({"always": True, "holidays": "NO"}, ("holidays",), "leave this out"),
    ],
)
def test_what_is_missing_or_too_much_is_told(mapping: Any, path: tuple[object, ...], told: str) -> None:
    """Hours are days with from and to, or a week, or always: one of the three."""
    found = problems_of(mapping, "Europe/Oslo")
    assert found[0][0] == path
    assert told in found[0][1]


def test_hours_without_any_zone_are_refused() -> None:
    """The zone of the process is never taken instead."""
    hours = {key: value for key, value in OSLO.items() if key != "zone"}
    assert problems_of(hours)[0][0] == ("zone",)


SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=8)
    | st.sampled_from(["mon-fri", "08:00", "09:00-17:00", "22:00-06:00", "NO", "8 hours"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mon-thu", "fri", "country", "region", "plus", "minus", "2026-12-24"]) | st.dates(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(["zone", "days", "from", "to", "week", "holidays", "half days", "day", "always", "other"])


@given(st.dictionaries(KEYS, SCRAPS, max_size=7), st.sampled_from(["Europe/Oslo", None]))
def test_any_mapping_is_hours_or_located_mistakes(mapping: dict[str, Any], zone: str | None) -> None:
    """The reader never raises anything else, and each mistake has words."""
    try:
        HoursSpec.parse({"days": "mon-fri", "from": "08:00", "to": "16:00", **mapping}, zone)
    except HoursError as error:
        found = error.problems
    else:
        return
    assert found
    assert all(problem.message for problem in found)
