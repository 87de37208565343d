"""Which dates a calendar is closed on, and the countries whose holidays are known.

Two releases of the `holidays` package differ on a dozen Danish dates, so the dates a calendar came
to are stored with the policy version (DESIGN §4): `HolidayDates` is that record. The package knows
no holidays after the year 2100, and for some countries none before a first year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import holidays
from holidays.registry import COUNTRIES

from troth.hours.spelling import did_you_mean

if TYPE_CHECKING:
    from troth.hours.spec import HoursSpec


@dataclass(frozen=True, slots=True)
class HolidayDates:
    """The dates closed by holiday in the years `first_year` to `last_year`, both included."""

    first_year: int
    last_year: int
    dates: frozenset[date]

    def covers(self, year: int) -> bool:
        """Whether these dates speak for that year."""
        return self.first_year <= year <= self.last_year

    def to_json(self) -> dict[str, Any]:
        """The record as JSON data, dates in order."""
        return {
            "first_year": self.first_year,
            "last_year": self.last_year,
            "dates": [day.isoformat() for day in sorted(self.dates)],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> HolidayDates:
        """The record that `to_json` wrote."""
        dates = frozenset(date.fromisoformat(day) for day in data["dates"])
        return cls(int(data["first_year"]), int(data["last_year"]), dates)


def holiday_dates(spec: HoursSpec, first_year: int, last_year: int) -> HolidayDates:
    """The dates `spec` closes in those years, as the `holidays` package in use today has them.

    The country's and region's holidays and the `plus` dates, without the `minus` dates and the
    half days, for whose hours the calendar itself speaks.
    """
    years = range(first_year, last_year + 1)
    closed = {day for day in spec.plus if day.year in years}
    if spec.country:
        closed |= _public_holidays(spec.country, spec.region, years)
    opened = {*spec.minus, *(day for day, _ in spec.half_days)}
    return HolidayDates(first_year, last_year, frozenset(closed - opened))


def _public_holidays(country: str, region: str | None, years: range) -> set[date]:
    found = holidays.country_holidays(country, subdiv=region, years=years, expand=False)
    return {day for day in found if day.year in years}


@lru_cache(maxsize=1)
def _country_codes() -> frozenset[str]:
    return frozenset(entry[1] for entry in COUNTRIES.values())


def complaint_about_country(country: str) -> str | None:
    """What is wrong with a country's code, or None; only two-letter ISO codes are known."""
    if country in _country_codes():
        return None
    by_name = {name.replace("_", " "): entry[1] for name, entry in COUNTRIES.items()}
    code = by_name.get(country.lower())
    hint = f'; did you mean "{code}"?' if code else did_you_mean(country, _country_codes())
    return f'no holidays are known for "{country[:50]}" (write the ISO code, like "NO"){hint}'


def complaint_about_region(country: str, region: str) -> str | None:
    """What is wrong with a region's code in a known country, or None."""
    known = holidays.country_holidays(country).subdivisions
    if region in known:
        return None
    if not known:
        return f'"{country}" has no regions with holidays of their own: leave region out'
    return f'"{region[:50]}" is no region of "{country}"{did_you_mean(region, known)} (regions are {", ".join(known)})'
