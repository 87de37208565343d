"""On whose clocks somebody reads times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from troth.people.models import Desk, Person


def zone_read_by(person: Person | None, desk: Desk) -> str:
    """The person's own zone where they gave one that the machine knows, else the desk's."""
    try:
        return str(ZoneInfo(person.zone)) if person is not None and person.zone else desk.zone
    except (ValueError, OSError):
        return desk.zone
