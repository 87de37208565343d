"""A worker that is frozen past its lease and then wakes writes nothing: what it had claimed is another's."""

import signal

import pytest

from tests.durability.places import START, Place

pytestmark = pytest.mark.long
WHERE = ("before it records", "before it sends")


def overslept(place: Place, where: str, fault: str = "") -> tuple[object, object]:
    """What the tables held before the sleeper woke, and after it had ended."""
    place.do("open_cases", number=5, at=START.isoformat())
    place.clock.move(days=90)
    sleeper = place.start("work_and_stop", at=where, plant=fault)
    sleeper.until("stopping")
    sleeper.until_stopped()
    place.clock.move(seconds=61)
    assert place.do("work", batch=100, until_idle=True) == "idle"
    before = place.do("rows")
    place.clock.move(hours=1)
    sleeper.signal(signal.SIGCONT)
    told = sleeper.result()
    assert place.do("check", since=START.isoformat())["faults"] == []
    assert told.get("rulings", 0) == 0 or fault
    return before, place.do("rows")


@pytest.mark.parametrize("where", WHERE)
def test_a_worker_stopped_past_its_lease_writes_nothing_when_it_wakes(place: Place, where: str) -> None:
    """SIGSTOP between its claim and its writing, another does the work, SIGCONT: not a row is changed."""
    before, after = overslept(place, where)
    assert before == after


@pytest.mark.parametrize("where", WHERE)
def test_a_worker_that_does_not_ask_for_its_lease_is_found_out(place: Place, where: str) -> None:
    """The same with the lease's check taken out must be seen, or the test above sees nothing."""
    before, after = overslept(place, where, "lease not asked")
    assert before != after


def test_who_does_not_sleep_past_its_lease_does_its_work(place: Place) -> None:
    """Else a worker that never writes would pass the tests above."""
    place.do("open_cases", number=5, at=START.isoformat())
    place.clock.move(days=90)
    sleeper = place.start("work_and_stop", at="before it records")
    sleeper.until("stopping")
    sleeper.until_stopped()
    place.clock.move(seconds=59)
    sleeper.signal(signal.SIGCONT)
    assert sleeper.result()["rulings"] >= 5 * 6
