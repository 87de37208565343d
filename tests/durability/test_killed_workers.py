"""Workers are killed at random instants, again and again; what was to happen has happened once, nothing is lost."""

import random
import signal

import pytest

from tests.durability.places import KILLS, START, Place


def struck(place: Place, chance: random.Random) -> bool:
    """A worker is killed some commits after it began; whether it was in the midst of its work.

    The kill comes from outside, while the worker goes on: it lands wherever it lands, not at the commit's own edge.
    """
    worker = place.start("work", batch=chance.choice((1, 3, 5)))
    worker.until("ready")
    for _ in range(chance.randrange(12)):
        if worker.until("commit", "idle") == "idle":
            worker.kill()
            return False
    code = worker.kill()
    assert code == -signal.SIGKILL
    return True


@pytest.mark.long
def test_killed_workers_lose_nothing_and_do_nothing_twice(place: Place) -> None:
    """TRUST promises 3 to 5: each ruling once, each notice at least once under one id, stored is what events give."""
    chance = random.Random()
    cases = place.do("open_cases", number=20, at=START.isoformat())
    place.clock.move(days=90)
    left = KILLS
    while left:
        if struck(place, chance):
            left -= 1
        else:
            cases = place.do("open_cases", number=10, at=START.isoformat())
        place.clock.move(minutes=3)  # what the dead one had claimed is free again
    finish(place)
    came = place.do("check", since=START.isoformat())
    assert came["faults"] == []
    assert came["cases"] == cases
    assert came["rulings"] >= cases * 6
    assert came["notices"] >= cases * 3


def finish(place: Place) -> None:
    """A worker that nobody disturbs brings the rest to its end."""
    assert place.do("work", batch=100, until_idle=True) == "idle"


@pytest.mark.long
def test_three_workers_at_once_do_the_work_of_one(place: Place) -> None:
    """Any number of workers may run: what one has claimed the others leave alone, so each notice goes once."""
    place.do("open_cases", number=20, at=START.isoformat())
    place.clock.move(days=90)
    workers = [place.start("work", batch=3, until_idle=True) for _ in range(3)]
    assert [worker.result() for worker in workers] == ["idle"] * 3
    came = place.do("check", since=START.isoformat())
    assert (came["faults"], came["repeated"]) == ([], 0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "tells"),
    [
        ("events committed alone", "is stored as"),
        ("sent before handed over", "was owed and never handed over"),
    ],
)
def test_the_checker_sees_a_desk_that_tears(place: Place, fault: str, tells: str) -> None:
    """A check that cannot fail is a defect: these two faults are what the kills above are looking for."""
    place.do("open_cases", number=5, at=START.isoformat())
    place.clock.move(days=90)
    assert place.start("work", plant=fault).end() == -signal.SIGKILL
    place.clock.move(minutes=3)
    finish(place) if "sent" in fault else None  # a torn case cannot be brought on at all
    faults = place.do("check", since=START.isoformat())["faults"]
    assert any(tells in each for each in faults), faults
