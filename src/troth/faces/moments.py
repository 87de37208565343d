"""Instants as people read them: absolute first, in the reader's zone, never with seconds.

Instants arrive as aware datetimes or, from the pure rooms, as integer UTC seconds; both are turned
into aware datetimes once, here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DAYS_IN_A_WEEK = 7
# Up to here "in 27 h 10 min" is read faster than "in 1 day".
IN_HOURS_UNTIL = 2 * DAY

At = datetime | int


def aware(at: At) -> datetime:
    """Give the aware UTC moment of an instant.

    Raises ``ValueError`` for a naive datetime: a time without a zone is a time nobody can keep.
    """
    if isinstance(at, datetime):
        if at.tzinfo is None:
            message = f"faces: {at!r} has no zone; pass an aware datetime or UTC seconds"
            raise ValueError(message)
        return at.astimezone(UTC)
    return datetime.fromtimestamp(at, tz=UTC)


def seconds(at: At) -> int:
    """Give the integer UTC seconds of an instant."""
    return int(aware(at).timestamp())


@dataclass(frozen=True, slots=True)
class ShownTime:
    """One instant as text: for the page, for the machine and for the desk's own zone on hover."""

    text: str
    iso: str
    title: str


def shown_time(at: At, *, desk_zone: str = "", reader_zone: str = "", now: At | None = None) -> ShownTime:
    """Say an instant in the reader's zone, with the desk's zone as the title.

    The weekday always stands; the date is left out only within six days of ``now``, where the
    weekday alone is certain; the year only when it is another year.
    """
    moment = aware(at)
    reader = ZoneInfo(reader_zone) if reader_zone else timezone.get_current_timezone()
    local = moment.astimezone(reader)
    present = aware(now).astimezone(reader) if now is not None else timezone.now().astimezone(reader)
    title = ""
    if desk_zone:
        there = moment.astimezone(ZoneInfo(desk_zone))
        title = f"{there:%a} {there.day} {there:%b %Y %H:%M}, desk time ({desk_zone})"
    return ShownTime(
        text=f"{_day(local, present)} {local:%H:%M}",
        iso=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        title=title,
    )


def _day(local: datetime, present: datetime) -> str:
    distance = abs((local.date() - present.date()).days)
    if distance < DAYS_IN_A_WEEK:
        return f"{local:%a}"
    if local.year == present.year:
        return f"{local:%a} {local.day} {local:%b}"
    return f"{local:%a} {local.day} {local:%b %Y}"


def duration_words(amount: int) -> str:
    """Say a length of time in the two largest units that matter: ``3 h 10 min``, ``2 days 4 h``."""
    minutes = abs(amount) // MINUTE
    if minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    if hours < IN_HOURS_UNTIL // HOUR:
        parts = [f"{hours} h"] if hours else []
        parts += [f"{minutes} min"] if minutes or not hours else []
        return " ".join(parts)
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def hours_words(amount: int) -> str:
    """Say a length of working time in hours: its days are not of 24 hours, so it has none."""
    hours, rest = divmod(amount, HOUR)
    return duration_words(amount) if amount < HOUR else f"{hours} h {rest // MINUTE} min" if rest else f"{hours} h"


def said_date(day: date) -> str:
    """Say a date as people do: 9 Jan 2027."""
    return f"{day.day} {day:%b %Y}"


def remaining_words(due_at: At, now: At) -> str:
    """Annotate a due time with its distance: ``in 3 h 20 min`` or ``40 min ago``.

    The script ``clocks`` writes the same words each minute; a test holds the two together.
    """
    left = seconds(due_at) - seconds(now)
    if left >= 0:
        return f"in {duration_words(left)}"
    return f"{duration_words(left)} ago"
