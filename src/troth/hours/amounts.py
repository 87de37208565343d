"""Amounts of time as a policy writes them: working time, elapsed time, business days, days.

An amount says how much, never by which calendar: `4 hours` is four working hours of whatever
calendar it is laid upon (DESIGN §4). A span of the calendar itself, such as `30 calendar days` or
`12 months`, is a *term*, see `terms`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from troth.hours.errors import AmountError
from troth.hours.spelling import did_you_mean


class AmountUnit(StrEnum):
    """What an amount counts."""

    WORKING = "working"
    """Seconds inside the calendar's spans."""
    ELAPSED = "elapsed"
    """Seconds on any clock, day and night."""
    BUSINESS_DAYS = "business_days"
    """The same local time so many business days later."""
    DAYS = "days"
    """So many times the calendar's `day` of working time."""


_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_COUNTED = {"business day": AmountUnit.BUSINESS_DAYS, "day": AmountUnit.DAYS}
_TERMS = ("calendar day", "month", "year")
_UNITS = (
    *_SECONDS,
    *(f"elapsed {unit}" for unit in _SECONDS),
    *_COUNTED,
)
_PART = re.compile(r"([0-9]{1,9}) +([A-Za-z][A-Za-z -]*)")
_EXAMPLES = '"4 hours", "24 elapsed hours", "5 business days"'


@dataclass(frozen=True, slots=True)
class Amount:
    """So much time of one unit: `number` is seconds (working, elapsed) or a count (days).

    Two amounts are equal when they mean the same, however written: `60 minutes` is `1 hour`.
    """

    unit: AmountUnit
    number: int
    written: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """An amount is never negative: a promise does not run backwards."""
        if self.number < 0:
            message = f"an amount cannot be negative, and this one is {self.number}"
            raise AmountError(message)

    @classmethod
    def parse(cls, text: str) -> Amount:
        """The amount a text like `1 hour 30 minutes` or `1 business day` stands for.

        Units may be singular or plural with any number. `AmountError` says what is wrong and
        names the nearest unit.
        """
        if not isinstance(text, str):
            message = f"{text!r} has no unit: write an amount like {_EXAMPLES}"
            raise AmountError(message)
        parts = [_part(number, unit, text) for number, unit in _split(text)]
        if len(parts) > 1 and not _may_be_joined(parts):
            message = f'"{text}" mixes kinds of time: write one kind, like "1 hour 30 minutes"'
            raise AmountError(message)
        return cls(parts[0][0], sum(number for _, number in parts), " ".join(text.split()))

    def __str__(self) -> str:
        """The amount as it was written, or as a person would write it."""
        return self.written or _spoken(self.unit, self.number)


def _split(text: str) -> list[tuple[int, str]]:
    """The (number, unit) pairs of a text, the unit in small letters and single spaces."""
    rest = " ".join(text.split())
    if re.fullmatch(r"[0-9]+", rest):
        message = f'"{rest[:50]}" has no unit: write "{rest[:50]} minutes", "{rest[:50]} hours" or the like'
        raise AmountError(message)
    pairs: list[tuple[int, str]] = []
    while rest:
        found = _PART.match(rest)
        if not found:
            message = f'"{text[:100]}" is no amount of time: write a whole number and a unit, like {_EXAMPLES}'
            raise AmountError(message)
        pairs.append((int(found[1]), found[2].strip().lower()))
        rest = rest[found.end() :]
    if not pairs:
        message = f"an amount of time is missing: write one like {_EXAMPLES}"
        raise AmountError(message)
    return pairs


def _part(number: int, unit: str, text: str) -> tuple[AmountUnit, int]:
    singular = _singular(unit)
    if singular in _COUNTED:
        return _COUNTED[singular], number
    elapsed = singular.startswith("elapsed ")
    seconds = _SECONDS.get(singular.removeprefix("elapsed "))
    if seconds is not None:
        return (AmountUnit.ELAPSED if elapsed else AmountUnit.WORKING), number * seconds
    if singular in _TERMS:
        message = f'"{text[:100]}" is a term, not an amount: clocks count hours, business days or elapsed hours'
        raise AmountError(message)
    plurals = [f"{known}s" for known in _UNITS]
    message = (
        f'"{text[:100]}": unknown unit "{unit[:50]}"{did_you_mean(unit, plurals)} (units are {", ".join(plurals)})'
    )
    raise AmountError(message)


def _singular(unit: str) -> str:
    return unit.removesuffix("s")


def _may_be_joined(parts: list[tuple[AmountUnit, int]]) -> bool:
    """Only hours, minutes and seconds add up; a business day and an hour do not."""
    units = {unit for unit, _ in parts}
    return len(units) == 1 and units <= {AmountUnit.WORKING, AmountUnit.ELAPSED}


def _spoken(unit: AmountUnit, number: int) -> str:
    """The amount in words, largest units first, zero parts left out."""
    if unit in (AmountUnit.BUSINESS_DAYS, AmountUnit.DAYS):
        name = "business day" if unit is AmountUnit.BUSINESS_DAYS else "day"
        return f"{number} {name}{'' if number == 1 else 's'}"
    prefix = "elapsed " if unit is AmountUnit.ELAPSED else ""
    words = []
    rest = number
    for name, seconds in reversed(_SECONDS.items()):
        count, rest = divmod(rest, seconds)
        if count:
            words.append(f"{count} {prefix}{name}{'' if count == 1 else 's'}")
    return " ".join(words) or f"0 {prefix}hours"
