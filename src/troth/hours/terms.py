"""Terms: stretches of the calendar in which the first day counts (LANGUAGE §2, decision 10).

A contract of 12 months from 10 January 2026 runs through 9 January 2027; `30 calendar days` from
1 January run through 30 January.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from troth.hours.errors import TermError
from troth.hours.spelling import did_you_mean


class TermUnit(StrEnum):
    """What a term counts."""

    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"


_UNITS = {
    "calendar day": TermUnit.CALENDAR_DAYS,
    "month": TermUnit.MONTHS,
    "year": TermUnit.YEARS,
}
_TERM = re.compile(r"([0-9]{1,6}) +([A-Za-z][A-Za-z ]*)")
_EXAMPLES = '"30 calendar days", "12 months", "1 year"'


@dataclass(frozen=True, slots=True)
class Term:
    """So many calendar days, months or years, at least one."""

    unit: TermUnit
    number: int
    written: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """A term holds at least its first day."""
        if self.number < 1:
            message = f"a term has at least one day, and this one has {self.number} {self.unit}"
            raise TermError(message)

    @classmethod
    def parse(cls, text: str) -> Term:
        """The term a text like `30 calendar days` or `12 months` stands for, in either number."""
        found = _TERM.fullmatch(" ".join(text.split())) if isinstance(text, str) else None
        if found is None:
            message = f'"{str(text)[:100]}" is no term: write a whole number and a unit, like {_EXAMPLES}'
            raise TermError(message)
        word = found[2].lower()
        unit = _UNITS.get(word.removesuffix("s"))
        if unit is None:
            plurals = [f"{known}s" for known in _UNITS]
            hint = did_you_mean("calendar days" if word in {"day", "days"} else word, plurals)
            message = f'"{text[:100]}": unknown unit "{word[:50]}"{hint} (terms are like {_EXAMPLES})'
            raise TermError(message)
        return cls(unit, int(found[1]), " ".join(text.split()))

    def last_day(self, first: date) -> date:
        """The last day of the term that begins on `first`, both included.

        Months and years end on the day before the one with the same number: 10 January to
        9 January. Where the last month has no such day the term ends with that month's last day,
        never earlier: one month from 31 January ends on 28 (or 29) February, and a year from
        29 February 2024 on 28 February 2025.
        """
        try:
            if self.unit is TermUnit.CALENDAR_DAYS:
                return first + timedelta(days=self.number - 1)
            months = self.number * (12 if self.unit is TermUnit.YEARS else 1)
            return _day_before_same_number(first, months)
        except (OverflowError, ValueError) as error:
            message = f"{self} from {first} ends after the last date there is: use a shorter term"
            raise TermError(message) from error

    def __str__(self) -> str:
        """The term as it was written, or as a person would write it."""
        if self.written:
            return self.written
        name = next(word for word, unit in _UNITS.items() if unit is self.unit)
        return f"{self.number} {name}{'' if self.number == 1 else 's'}"


def _day_before_same_number(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    length = calendar.monthrange(year, month)[1]
    if first.day > length:
        return date(year, month, length)
    return date(year, month, first.day) - timedelta(days=1)
