"""Instants are whole UTC seconds; this module is the edge where they meet `datetime`.

Inside the pure rooms an instant is an `int`, because integers compare, add and bisect without a
zone, a fold or a surprise. A `datetime` becomes one through `instant`, and comes back through
`moment`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from troth.hours.errors import InstantError, ZoneError
from troth.hours.spelling import did_you_mean

Instant = int
"""Whole seconds since 1970-01-01T00:00:00Z."""

DAY = 86_400
FIRST_YEAR, LAST_YEAR = 2, 9998
"""A year is left free at either end of `datetime`, so that any zone can show any instant."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_OFFSET = timedelta(0)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

FIRST_INSTANT: Instant = (date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY
LAST_INSTANT: Instant = (date(LAST_YEAR + 1, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY - 1

_NOT_A_PLACE = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones that mean the zone of the machine, or nothing: never that of a desk."""


def instant(aware: datetime) -> Instant:
    """The instant of an aware `datetime`, its microseconds cut off.

    A naive one is refused with `InstantError` (a `ValueError`): nothing says which zone it means.
    """
    if aware.utcoffset() is None:
        message = (
            f"{aware.isoformat(sep=' ')} has no time zone: give it one "
            "(datetime(..., tzinfo=ZoneInfo('Europe/Oslo'))), or use local_instant(time, zone)"
        )
        raise InstantError(message)
    since = aware - _EPOCH
    return since.days * DAY + since.seconds


def moment(at: Instant, zone: str | ZoneInfo = "UTC") -> datetime:
    """The instant as an aware `datetime` on the clocks of `zone`."""
    return datetime.fromtimestamp(within_range(at), zone_named(zone))


def local_instant(naive_local: datetime, zone: str | ZoneInfo) -> Instant:
    """The instant of a wall-clock time in `zone`, resolved as `zoneinfo` does with `fold=0`.

    A time that occurs twice (clocks go back) is the first of the two. A time that never occurs
    (clocks go forward) is read with the offset before the change, so 02:30 becomes 03:30.
    """
    if naive_local.tzinfo is not None:
        message = f"{naive_local.isoformat(sep=' ')} already has a zone: use instant(time)"
        raise InstantError(message)
    return instant_of_wall(naive_local.replace(microsecond=0, fold=0), zone_named(zone))


def typed_instant(text: str, zone: str | ZoneInfo) -> Instant | None:
    """The instant of a time as a person types it (ISO 8601): with an offset as it says, without one in `zone`.

    None where it is no time; one outside the years in which calendars are kept is their first or last instant.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    at = instant(read) if read.tzinfo is not None else local_instant(read, zone)
    return min(max(at, FIRST_INSTANT), LAST_INSTANT)


def instant_of_wall(wall: datetime, zone: ZoneInfo) -> Instant:
    """The instant of a naive whole-second `wall` with `fold=0`; the unchecked `local_instant`."""
    offset = zone.utcoffset(wall) or _NO_OFFSET
    seconds = wall.hour * 3600 + wall.minute * 60 + wall.second
    days = wall.toordinal() - _EPOCH_ORDINAL - offset.days
    return days * DAY + seconds - offset.seconds


def within_range(at: Instant) -> Instant:
    """The instant itself, or `InstantError` where it lies outside the years 2 to 9998."""
    if FIRST_INSTANT <= at <= LAST_INSTANT:
        return at
    side = f"after the year {LAST_YEAR}" if at > 0 else f"before the year {FIRST_YEAR}"
    message = f"the time asked for lies {side}, where no calendar is kept: use a smaller amount"
    raise InstantError(message)


@lru_cache(maxsize=512)
def zone_named(zone: str | ZoneInfo) -> ZoneInfo:
    """The IANA zone of that name; `ZoneError` names the nearest where there is none."""
    if isinstance(zone, ZoneInfo):
        return zone
    found, cause = None, None
    try:
        found = ZoneInfo(zone) if zone not in _NOT_A_PLACE else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # OSError: a folder ("Europe"), or a name no file system takes.
        cause = error
    if found is None:
        near = did_you_mean(zone, available_timezones() - _NOT_A_PLACE)
        message = f'"{zone[:100]}" is no time zone (they are named like "Europe/Oslo"){near}'
        raise ZoneError(message) from cause
    return found
