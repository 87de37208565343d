"""A database that is away, locked, restarted or full: callers hear of it, nothing is half done, all recovers."""

import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.durability.nursery import PATIENCE
from tests.durability.places import START, Place, PostgresPlace
from tests.durability.troubles import Cluster, at_its_cap, away, full, locked, small_disk

pytestmark = pytest.mark.long
TRY_LATER = 75
Trouble = Callable[[Place], AbstractContextManager[None]]


def until(what: Callable[[], bool]) -> None:
    """Asks again and again until it is so."""
    limit = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < limit, "it never came to be"
        time.sleep(0.05)


def lived_through(place: Place, trouble: Trouble, *, worker_fails: bool = True) -> None:
    """Before, during and after: a web form, a mail, and a worker that is never started again."""
    place.do("open_cases", number=3, at=START.isoformat())
    session = place.do("trouble.signed_in")
    place.clock.move(minutes=10)
    worker = place.start("trouble.keep_working")
    worker.until(f"round {place.clock.now().isoformat()}")
    with trouble(place):
        assert_told(place, session)
        place.clock.move(days=10)
        if worker_fails:
            for _ in range(3):
                worker.until("failed")
    recovered(place, session)
    worker.until(f"round {place.clock.now().isoformat()}")
    until(lambda: account(place)["overdue"] == 0)
    assert worker.kill() == -signal.SIGKILL, "it was still the same worker"
    came = account(place)
    assert came["differences"] == []
    assert came["half"] == 0


def account(place: Place) -> dict[str, Any]:
    """What became of the one reply and the one mail."""
    return dict(place.do("trouble.account_of", keys=["the-letter", "the-reply"]))


def assert_told(place: Place, session: str, fault: str = "") -> None:
    """No caller hears that all is well: the page says 503, what is safe and when to come again; the pipe says 75."""
    status, page = place.do("trouble.reply", session=session, key="the-reply", plant=fault)
    assert status == 503, page
    assert "What you had sent before is safe" in page
    assert "Send it again in a few minutes" in page
    assert place.start("trouble.hand_in", name="the-letter", plant=fault).end() == TRY_LATER


def recovered(place: Place, session: str) -> None:
    """Both ask again, as they were told to, twice even; each has taken effect once."""
    for _ in range(2):
        assert place.do("trouble.reply", session=session, key="the-reply")[0] == 302
        assert place.start("trouble.hand_in", name="the-letter").end() == 0
    came = account(place)
    assert came["replies"]["the-reply"] == 1
    assert came["files"] == 1
    assert came["mails"]["the-letter"] == came["cases"]["the-letter"] == 1


@pytest.mark.parametrize("trouble", [away, locked])
def test_sqlite_in_trouble(sqlite_place: Place, trouble: Trouble) -> None:
    """TRUST promise 6, while its disk is not there, and while somebody holds the database."""
    sqlite_place.fresh()
    lived_through(sqlite_place, trouble)


def test_sqlite_that_may_not_grow(sqlite_place: Place) -> None:
    """The same where SQLite itself says that it is full; a small write that fits is none of it."""
    sqlite_place.fresh()
    lived_through(sqlite_place, at_its_cap, worker_fails=False)


def test_a_full_disk(sqlite_place: Place) -> None:
    """The same where the disk has no byte left. Where nobody may mount one, the cap above stands for it."""
    sqlite_place.fresh()
    with small_disk(sqlite_place) as is_mounted:
        lived_through(sqlite_place, full if is_mounted else at_its_cap, worker_fails=False)


@pytest.mark.postgres
def test_postgresql_locked(own_place: PostgresPlace) -> None:
    """Somebody holds the tables: who waits too long hears of it."""
    lived_through(own_place, locked)


@pytest.mark.postgres
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_away(own_place: PostgresPlace, cluster: Cluster, mode: str) -> None:
    """Stopped in order and by a crash, and back after a while: connections die under the worker."""

    class Stopped:
        """The server is not there."""

        def __init__(self, _: Place) -> None: ...

        def __enter__(self) -> None:
            cluster.stop(mode)

        def __exit__(self, *_: object) -> None:
            cluster.start()

    own_place.server.close()
    try:
        lived_through(own_place, Stopped)
    finally:
        own_place.reconnect()


@pytest.mark.parametrize("fault", ["errors are hidden"])
def test_a_desk_that_hides_its_errors_is_found_out(sqlite_place: Place, fault: str) -> None:
    """A 2xx or an exit code of 0 in the midst of trouble must turn these tests red."""
    sqlite_place.fresh()
    sqlite_place.do("open_cases", number=1, at=START.isoformat())
    session = sqlite_place.do("trouble.signed_in")
    assert sqlite_place.start("trouble.hand_in", name="an-earlier-letter").end() == 0
    with locked(sqlite_place):
        status, _ = sqlite_place.do("trouble.reply", session=session, key="the-reply", plant=fault)
        code = sqlite_place.start("trouble.hand_in", name="the-letter", plant=fault).end()
        assert (status, code) == (302, 0)
        with pytest.raises(AssertionError):
            assert_told(sqlite_place, session, fault)
    came = account(sqlite_place)
    assert (came["replies"]["the-reply"], came["mails"]["the-letter"]) == (0, 0)
