"""Background jobs: queued with what causes them, done at least once by any number of workers, never lost from sight."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from troth.journal.jobs import CARE, HOUSE, MAIL, RESTS, AmissError, Care, Failure, Runner, again, queue

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
done: list[str] = []
told: list[Failure] = []
trouble: list[Exception] = []
PATH = f"{__name__}.work"


@task(queue_name=HOUSE)
def work(word: str, *, clock) -> str:
    """What the tests queue; it fails while there is trouble."""
    done.append(word)
    if trouble:
        raise trouble[0]
    return f"{word} at {clock():%H:%M}"


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is left of the last test."""
    monkeypatch.setitem(CARE, PATH, Care(when_failed=lambda given, failure: told.append(failure)))
    yield
    done.clear(), told.clear(), trouble.clear()


def runner(when: datetime = NOW, name: str = "one") -> Runner:
    """A worker's hand whose clock stands still."""
    return Runner(name, lambda: when)


def run(when: datetime = NOW, **more) -> tuple[int, int]:
    """A round at that instant."""
    return runner(when).run(HOUSE, when, lambda: when, **more)


def put(word: str = "a", after: datetime = NOW) -> DBTaskResult:
    """One job."""
    return queue(PATH, [((word,), after)], to=HOUSE)[0]


def test_a_job_is_done_once_and_says_what_it_came_to() -> None:
    """The second round finds nothing."""
    job = put()
    assert run() == (1, 0)
    assert run() == (0, 0)
    job.refresh_from_db()
    assert (done, job.status, job.return_value) == (["a"], TaskResultStatus.SUCCESSFUL, "a at 15:00")


def test_a_job_is_not_done_before_its_time_nor_out_of_another_queue() -> None:
    """Equality counts: it is due at the instant itself."""
    put(after=NOW + MINUTE)
    assert run() == (0, 0)
    assert runner(NOW + MINUTE).run(MAIL, NOW + MINUTE, lambda: NOW) == (0, 0)
    assert run(NOW + MINUTE) == (1, 0)


def test_a_job_queued_by_the_packages_own_call_is_done_too() -> None:
    """`enqueue` sets no time, which the package keeps as the year 9999."""
    work.enqueue("b", clock=None)
    DBTaskResult.objects.update(args_kwargs={"args": ["b"], "kwargs": {}})
    assert run() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_there_only_with_what_caused_it() -> None:
    """Promise 3: a change and what it causes commit together."""

    def fail() -> None:
        with transaction.atomic():
            put()
            raise RuntimeError("the change does not come about")

    with pytest.raises(RuntimeError):
        fail()
    assert DBTaskResult.objects.count() == 0


def test_of_two_workers_one_has_the_job() -> None:
    """What is claimed nobody else can claim until the lease is over."""
    put()
    first, second = runner(name="first"), runner(name="second")
    assert first.claim(HOUSE, NOW) is not None
    assert second.claim(HOUSE, NOW) is None


def test_what_a_dead_worker_had_is_taken_up_when_its_lease_ends() -> None:
    """The package alone would leave it *running* for ever."""
    job = put()
    assert runner().claim(HOUSE, NOW) is not None  # and here it is killed
    assert run(NOW + MINUTE - timedelta(seconds=1)) == (0, 0)
    assert run(NOW + MINUTE) == (1, 0)
    job.refresh_from_db()
    assert job.status == TaskResultStatus.SUCCESSFUL


def test_who_overslept_a_job_writes_nothing_when_it_wakes() -> None:
    """Another has done it meanwhile, and that stands, though the sleeper's own try fails."""
    put()
    sleeper = runner(name="sleeper")
    overslept = sleeper.claim(HOUSE, NOW)
    assert overslept is not None
    assert run(NOW + MINUTE) == (1, 0)
    trouble.append(RuntimeError("late"))
    assert sleeper.do(overslept, NOW, lambda: NOW) is False
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert told == []


def test_a_job_that_fails_waits_longer_each_time_and_then_stands_as_failed() -> None:
    """Eight rests, nine tries; who looks after it hears of each, and of the last that it was."""
    job, when = put(), NOW
    trouble.append(ValueError("no\0thing works"))
    for rest in RESTS:
        assert run(when) == (0, 1)
        assert run(when + rest - timedelta(seconds=1)) == (0, 0)
        when += rest
    assert run(when) == (0, 1)
    assert run(when + timedelta(days=365)) == (0, 0)
    job.refresh_from_db()
    assert (job.status, len(done)) == (TaskResultStatus.FAILED, 9)
    assert job.traceback.rstrip().endswith("ValueError: nothing works")
    assert [(each.tries, each.is_over) for each in told] == [(tries, tries == 9) for tries in range(1, 10)]
    assert told[-1].reason == "ValueError: nothing works"


def test_what_was_found_amiss_is_not_looked_for_again() -> None:
    """Waiting mends nothing; a person must see it."""
    put()
    trouble.append(AmissError("2 cases differ."))
    assert run() == (0, 1)
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
    assert told[0].reason == "2 cases differ."


def test_a_job_whose_worker_dies_each_time_is_at_last_left_alone() -> None:
    """A job that kills its worker must not kill one a minute for ever."""
    put()
    when = NOW
    for _ in range(9):
        assert runner(when).claim(HOUSE, when) is not None
        when += MINUTE
    assert run(when) == (0, 1)
    assert (done, told[-1].is_over) == ([], True)
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def test_a_job_that_names_what_is_no_longer_there_fails_like_any_other() -> None:
    """A new version may have moved it; it does not stop the jobs behind it."""
    queue(f"{__name__}.gone", [((), NOW)], to=HOUSE)
    put("behind")
    assert run() == (1, 1)
    assert done == ["behind"]


def test_a_failed_job_that_is_taken_up_again_has_all_its_tries() -> None:
    """Once only, however often the button is pressed."""
    job = put()
    trouble.append(AmissError("no"))
    run()
    trouble.clear()
    assert again(job, NOW) is True
    assert again(job, NOW) is False
    assert run() == (1, 0)


def test_a_round_ends_after_so_many_and_after_so_long() -> None:
    """Who has more to do than jobs comes to it, however many wait and however slow they are."""
    for _ in range(5):
        put()
    assert run(most=2) == (2, 0)
    clock = [NOW]

    def slow() -> datetime:
        clock[0] += timedelta(seconds=4)
        return clock[0]

    assert sum(Runner("slow", slow).run(HOUSE, NOW, lambda: NOW, longest=timedelta(seconds=9))) == 1
    assert run() == (2, 0)
