"""What can go wrong in business time, as one small tree of errors with stable codes."""

from __future__ import annotations

from typing import NamedTuple


class BusinessTimeError(ValueError):
    """Any complaint of this room; `code` is stable, the text is for people."""

    code = "hours"


class InstantError(BusinessTimeError):
    """A time is naive, or lies outside the years that can be reckoned with."""

    code = "hours.instant"


class ZoneError(BusinessTimeError):
    """A name is no IANA time zone."""

    code = "hours.zone"


class AmountError(BusinessTimeError):
    """A text is no amount of time, or a calendar cannot measure it."""

    code = "hours.amount"


class TermError(BusinessTimeError):
    """A text is no term, or the term ends beyond the last date there is."""

    code = "hours.term"


class Problem(NamedTuple):
    """One mistake in a calendar: `key` is the path to it in the mapping, `message` how to mend it."""

    key: tuple[object, ...]
    message: str

    def __str__(self) -> str:
        """The path, a colon, and the message."""
        where = ": ".join(str(part) for part in self.key)
        return f"{where}: {self.message}" if where else self.message


class HoursError(BusinessTimeError):
    """A calendar cannot stand; `problems` holds every mistake found in it, not only the first."""

    code = "hours.calendar"

    def __init__(self, problems: list[Problem]) -> None:
        """The text joins the problems, so that an uncaught error still says all of them."""
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
