"""When a mail says it was sent: an aware instant, or none."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_tz

from troth.mail.headers import header
from troth.mail.text import Reading

FIRST_YEAR, LAST_YEAR = 1970, 2200  # beyond these it is a broken clock, and databases differ
_LONGEST = 120


def date(raw: bytes) -> Reading[dt.datetime | None]:
    """The instant a Date header names, with the offset it was written in; never raises.

    A date without an offset counts as UTC.
    """
    value = header(raw[:1000]).value[:_LONGEST]
    if not value:
        return Reading(None, ("date: none",))
    try:
        found, defects = _parsed(value)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return Reading(None, ("date: cannot be read",))
    if found is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        return Reading(None, ("date: cannot be read",))
    return Reading(found, defects)


def _parsed(value: str) -> tuple[dt.datetime | None, tuple[str, ...]]:
    """The date in the form of RFC 5322 or, failing that, of ISO 8601."""
    parts = parsedate_tz(value)
    if parts is None:
        found = dt.datetime.fromisoformat(value)
        if found.tzinfo is None:
            return found.replace(tzinfo=dt.UTC), ("date: without an offset",)
        return found, ()
    seconds = parts[9]
    plain = dt.datetime(*parts[:5], min(parts[5], 59), tzinfo=dt.UTC)
    if seconds is None:
        return plain, ("date: without an offset",)
    if abs(seconds) > 16 * 3600:
        return plain, ("date: an offset that does not exist",)
    zone = dt.timezone(dt.timedelta(seconds=seconds)) if seconds else dt.UTC
    return plain.replace(tzinfo=zone), ()
