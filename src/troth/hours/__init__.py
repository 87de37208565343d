"""Business time: calendars, holidays, zones and daylight saving, without a clock of its own.

Instants are whole UTC seconds; a `Calendar`, compiled from an `HoursSpec`, adds amounts to them
and measures between them. Pure: no Django, no network, no clock (DESIGN §4).
"""

from troth.hours.amounts import Amount, AmountUnit
from troth.hours.calendars import Calendar
from troth.hours.closures import HolidayDates, holiday_dates
from troth.hours.compiling import compile_calendar
from troth.hours.errors import (
    AmountError,
    BusinessTimeError,
    HoursError,
    InstantError,
    Problem,
    TermError,
    ZoneError,
)
from troth.hours.instants import Instant, instant, local_instant, moment, typed_instant, zone_named
from troth.hours.spec import HoursSpec
from troth.hours.terms import Term, TermUnit

__all__ = [
    "Amount",
    "AmountError",
    "AmountUnit",
    "BusinessTimeError",
    "Calendar",
    "HolidayDates",
    "HoursError",
    "HoursSpec",
    "Instant",
    "InstantError",
    "Problem",
    "Term",
    "TermError",
    "TermUnit",
    "ZoneError",
    "compile_calendar",
    "holiday_dates",
    "instant",
    "local_instant",
    "moment",
    "typed_instant",
    "zone_named",
]
