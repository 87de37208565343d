"""Clocks of machines jump, and summer time comes and goes, while workers run: no deadline early, each once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.durability.nursery import Child
from tests.durability.places import Place

pytestmark = pytest.mark.long
SEASONS = {
    "summer time begins": datetime(2026, 3, 27, 14, 30, tzinfo=UTC),
    "summer time ends": datetime(2026, 10, 23, 14, 30, tzinfo=UTC),
}
"""Friday afternoon before the night in which the clocks of Copenhagen change, at 01:00 UTC on Sunday."""
JUMPS = (
    {"minutes": 10},  # by then all cases are open
    {"hours": 1},
    {"hours": -1},
    {"days": 1},
    {"days": -1},
    {"hours": 34, "minutes": 19},  # one minute before the change
    {"minutes": 2},
    {"hours": -1},
    {"hours": 2},
    {"days": 1},
    {"days": -1},
    {"days": 7},
    {"hours": -1},
    {"days": 15},
    {"days": -1},
    {"days": 70},
)
CREEP_AFTER = ({"minutes": 10}, {"days": 7})
SECOND = timedelta(seconds=1)


def have_seen(workers: list[Child], shows: datetime) -> None:
    """Until each worker has found nothing more to do in a round that began by this clock."""
    for worker in workers:
        worker.until(f"idle {shows.isoformat()}")


class Watch:
    """Two workers on machines in two zones, and what was early, late or without reason while the clock jumped."""

    def __init__(self, place: Place, begins: datetime, fault: str) -> None:
        self.place, self.found, self.highest, self.events = place, list[str](), begins, 0
        place.clock.set(begins)
        place.do("open_cases", number=8, at=begins.isoformat())
        zones = ("Europe/Copenhagen", "America/New_York")
        self.workers = [place.start("work_by_the_clock", zone=zone, plant=fault) for zone in zones]

    def to(self, when: datetime) -> datetime:
        """The clock is set, the workers have seen it; when the next deadline is."""
        self.place.clock.set(when)
        have_seen(self.workers, when)
        seen = self.place.do("seen")
        if seen["overdue"]:
            self.found.append(f"{when}: {seen['overdue']} cases are late")
        if when < self.highest and seen["events"] != self.events:
            self.found.append(f"{when}: events came though the clock went back")
        self.highest, self.events = max(self.highest, when), seen["events"]
        if datetime.fromisoformat(seen["latest"]) > self.highest:
            self.found.append(f"{when}: a ruling of {seen['latest']}, when no clock has shown more")
        return datetime.fromisoformat(seen["next"] or when.isoformat())

    def over_the_next_deadline(self, deadline: datetime) -> None:
        """A second before it nothing has happened; at its own instant it has."""
        before = self.events
        self.to(deadline - SECOND)
        if self.events != before:
            self.found.append(f"{deadline}: it came a second early or more")
        self.to(deadline)
        if self.events == before:
            self.found.append(f"{deadline}: nothing came of it")


def run_through(place: Place, begins: datetime, fault: str = "") -> list[str]:
    """All that was found while the clock jumped and crept over deadlines."""
    watch = Watch(place, begins, fault)
    for jump in JUMPS:
        upcoming = watch.to(place.clock.now() + timedelta(**jump))
        if upcoming > watch.highest and jump in CREEP_AFTER:
            watch.over_the_next_deadline(upcoming)
    for worker in watch.workers:
        worker.kill()
    return watch.found


@pytest.mark.parametrize("season", SEASONS)
def test_no_deadline_is_early_or_twice_whatever_the_clock_does(place: Place, season: str) -> None:
    """TRUST promise 5, with the clock an hour and a day forward and back, and over both changes of summer time."""
    assert run_through(place, SEASONS[season]) == []
    came = place.do("check", since=SEASONS[season].isoformat())
    assert came["faults"] == []
    assert came["rulings"] >= 8 * 6


def test_a_desk_that_is_an_hour_early_is_found_out(place: Place) -> None:
    """Else nothing above could fail."""
    found = run_through(place, SEASONS["summer time begins"], "an hour early")
    assert any("when no clock has shown more" in each for each in found), found
    assert any("a second early" in each for each in found), found
