"""What is done again and again: one job when it is due, however many workers look, and its end is written down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from troth.journal import periodic
from troth.journal.jobs import HOUSE, AmissError, Runner
from troth.journal.models import Schedule
from troth.journal.periodic import Periodic, provide, queue_due
from troth.site.periodic import PERIODIC

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
called: list[datetime] = []
trouble: list[Exception] = []


def wind(at: datetime) -> str:
    """What the tests do each hour."""
    called.append(at)
    if trouble:
        raise trouble[0]
    return "wound up"


@pytest.fixture(autouse=True)
def _only_the_clock() -> Iterator[None]:
    """Nothing is done again and again but winding the clock."""
    provide([Periodic("wind the clock", f"{__name__}:wind", every=HOUR, mend="Find the key.")])
    yield
    provide(PERIODIC)
    called.clear(), trouble.clear()


def run(when: datetime) -> tuple[int, int]:
    """A round of jobs at that instant."""
    return Runner("one", lambda: when).run(HOUSE, when, lambda: when)


def test_it_is_queued_when_due_and_not_again_before() -> None:
    """The first round of all finds it due; equality counts."""
    assert [queue_due(NOW), queue_due(NOW)] == [1, 0]
    assert run(NOW) == (1, 0)
    assert queue_due(NOW + HOUR - timedelta(seconds=1)) == 0
    assert queue_due(NOW + HOUR) == 1
    assert run(NOW + HOUR) == (1, 0)
    assert called == [NOW, NOW + HOUR]


def test_a_second_is_not_queued_while_the_first_is_under_way() -> None:
    """A verification that takes two hours is not begun each hour."""
    queue_due(NOW)
    assert queue_due(NOW + HOUR) == 0
    run(NOW + HOUR)
    assert queue_due(NOW + HOUR) == 1


def test_of_two_workers_who_find_it_due_one_queues_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same row; the first to move it queues the job."""
    queue_due(NOW)
    run(NOW)
    is_under_way = periodic.is_under_way

    def meanwhile(row: Schedule) -> bool:
        monkeypatch.setattr(periodic, "is_under_way", is_under_way)
        assert queue_due(NOW + HOUR) == 1
        return False

    monkeypatch.setattr(periodic, "is_under_way", meanwhile)
    assert queue_due(NOW + HOUR) == 0
    assert DBTaskResult.objects.count() == 2


def test_its_row_says_what_came_of_it() -> None:
    """When it was done and what it came to; that it failed, until it has been done again."""
    queue_due(NOW)
    run(NOW)
    row = Schedule.objects.get()
    assert (row.done_at, row.came_to, row.failed_at) == (NOW, "wound up", None)
    trouble.append(AmissError("The key is gone."))
    queue_due(NOW + HOUR)
    run(NOW + HOUR)
    row.refresh_from_db()
    assert (row.done_at, row.failed_at, row.failure) == (NOW, NOW + HOUR, "The key is gone.")
    trouble.clear()
    queue_due(NOW + 2 * HOUR)
    run(NOW + 2 * HOUR)
    row.refresh_from_db()
    assert (row.done_at, row.failed_at, row.failure) == (NOW + 2 * HOUR, None, "")


@pytest.mark.parametrize("each", PERIODIC, ids=lambda each: each.name)
def test_what_the_house_names_can_be_done(each: Periodic) -> None:
    """On an empty database each entry of the house's table comes to a line."""
    assert each.function()(NOW)
