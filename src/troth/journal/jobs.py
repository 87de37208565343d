"""Background jobs: queued in the transaction of what causes them, run by a worker at least once, never lost from sight.

django-tasks-db keeps them. It claims by a lock and knows neither a lease nor a second try: what a killed worker
had taken up would stay *running* for ever. So claims are the desk's own (a conditional UPDATE with a lease, which
serves SQLite and PostgreSQL alike), and a job that fails waits longer each time, until it stands as failed for a
person to see. While a job runs, `run_after` says until when it is its worker's.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from traceback import format_exception
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from troth.journal.away import answers, is_away

log = logging.getLogger("troth.jobs")

MAIL: Final = "mail"
HOUSE: Final = "house"
RESTS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
LONGEST_REASON: Final = 500
MOST: Final = 100
LONGEST_ROUND: Final = timedelta(seconds=10)
LOOKED_AT: Final = 10

numbers = count()

Clock = Callable[[], datetime]


class AmissError(Exception):
    """A job did its work and found what a person must see; doing it again would find the same."""


@dataclass(frozen=True, slots=True)
class Failure:
    """That a job failed: for which time, why, when, and whether it was the last."""

    tries: int
    reason: str
    at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Care:
    """How one kind of job is looked after: how long a worker may have it, how it rests between tries, who hears."""

    lease: timedelta = timedelta(minutes=1)
    rests: Sequence[timedelta] = RESTS
    when_failed: Callable[[Sequence[Any], Failure], None] | None = None
    """Called in the transaction that writes down the failure, with what the job was called with."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a job leaves to be written in the transaction in which it stands as done: both or neither."""

    write: Callable[[], object]


CARE: dict[str, Care] = {}
"""By the path of the task; a job that is not named here is looked after like any other."""


def queue(path: str, calls: Iterable[tuple[Sequence[Any], datetime]], *, to: str) -> list[DBTaskResult]:
    """One job a call (what it is called with, from when on) waits in the queue `to`, in the caller's transaction."""
    jobs: list[DBTaskResult] = [
        DBTaskResult(
            id=next_id(),
            task_path=path,
            args_kwargs={"args": list(given), "kwargs": {}},
            queue_name=to,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            run_after=after,
        )
        for given, after in calls
    ]
    insert(jobs)
    return jobs


def insert(jobs: Sequence[DBTaskResult]) -> None:
    """The rows are written by one statement told for each: SQLite would take a batch's in slices."""
    meta, quote = DBTaskResult._meta, connection.ops.quote_name  # noqa: SLF001 (Django's own name for it)
    names = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    marks = ", ".join(["%s"] * len(meta.concrete_fields))
    rows = [
        [field.get_db_prep_save(field.pre_save(job, add=True), connection) for field in meta.concrete_fields]
        for job in jobs
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({marks})", rows)  # noqa: S608 (names are the model's, values are given)


def next_id() -> UUID:
    """An id nobody else has; those one process gives out sort in their order, so that jobs of one instant do."""
    return UUID(int=time.time_ns() << 64 | next(numbers) % 2**32 << 32 | secrets.randbits(32))


def token_of(name: str) -> str:
    """A fresh word nobody else has, by which a claim is known."""
    return f"{name[:40]}:{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Runner:
    """Who does jobs: a name for the claims, and the clock by which they end."""

    name: str
    clock: Clock
    lease: timedelta | None = None
    """How long a claim holds; without it, what the job's own care says."""

    def run(
        self, kind: str, now: datetime, clock: Clock, *, most: int = MOST, longest: timedelta = LONGEST_ROUND
    ) -> tuple[int, int]:
        """The jobs of a queue whose turn has come by `now` are done, each once; how many were, and how many failed.

        At most so many, and none is begun when `longest` has passed: who has more to do than jobs comes to it.
        """
        done = failed = 0
        end = self.clock() + longest
        while done + failed < most and self.clock() < end and (job := self.claim(kind, now)) is not None:
            if self.do(job, now, clock):
                done += 1
            else:
                failed += 1
        return done, failed

    def claim(self, kind: str, now: datetime) -> DBTaskResult | None:
        """The job that has waited longest and that nobody holds is ours for the length of its lease."""
        clock = self.clock()
        for free in free_jobs(kind, now, clock):
            for job in free.order_by("-priority", "run_after", "enqueued_at", "pk")[:LOOKED_AT]:
                ours = {
                    "status": TaskResultStatus.RUNNING,
                    "started_at": clock,
                    "worker_ids": [*job.worker_ids, token_of(self.name)],
                    "run_after": clock + (self.lease or care_of(job).lease),
                }
                if DBTaskResult.objects.filter(pk=job.pk, status=job.status, run_after=job.run_after).update(**ours):
                    for column, value in ours.items():
                        setattr(job, column, value)
                    return job
        return None

    def do(self, job: DBTaskResult, now: datetime, clock: Clock) -> bool:
        """The job is done and stands as done; or it waits longer, and after its last try stands as failed."""
        if len(job.worker_ids) > len(care_of(job).rests) + 1:
            put_off(job, RuntimeError("it was taken up and never finished, each time"), now)
            return False
        try:
            came = job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"], clock=clock)
            finish(job, came, clock())
        except Exception as error:
            if is_away(error) and not answers():
                raise  # no fault of the job's: the round ends, and when its lease does another takes it up
            put_off(job, error, now)
            return False
        return True


def free_jobs(kind: str, now: datetime, clock: datetime) -> tuple[QuerySet[DBTaskResult], ...]:
    """The jobs of a queue whose turn has come by `now`, and those whose worker has overslept by the clock."""
    all_of_them = DBTaskResult.objects.filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS, queue_name=kind)
    due = Q(run_after__lte=now) | Q(run_after=get_date_max())
    return (
        all_of_them.filter(due, status=TaskResultStatus.READY),
        all_of_them.filter(run_after__lte=clock, status=TaskResultStatus.RUNNING),
    )


def care_of(job: DBTaskResult) -> Care:
    """How this job is looked after; the task's own module says so, and no process need have imported it before."""
    with suppress(Exception):  # what cannot be imported fails when it is done, with its reason
        _ = job.task
    return CARE.get(job.task_path, Care())


def finish(job: DBTaskResult, came: Any, at: datetime) -> None:
    """The job stands as done, with what it left to be written; nothing of it where another holds the job by now."""
    value = None if isinstance(came, Then) else came
    with transaction.atomic():
        is_ours = settle(job, status=TaskResultStatus.SUCCESSFUL, finished_at=at, return_value=value, traceback="")
        if is_ours and isinstance(came, Then):
            came.write()


def settle(job: DBTaskResult, **columns: Any) -> bool:
    """What became of the job is written, but only by who still holds it: another may have it by now."""
    held = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING, worker_ids=job.worker_ids)
    return bool(held.update(**columns))


def put_off(job: DBTaskResult, error: Exception, now: datetime) -> None:
    """The job waits longer after each failure; after the last, or where waiting mends nothing, it stands as failed."""
    care, tries = care_of(job), len(job.worker_ids)
    is_over = tries > len(care.rests) or isinstance(error, AmissError)
    reason = reason_of(error)
    with transaction.atomic():
        is_ours = settle(
            job,
            status=TaskResultStatus.FAILED if is_over else TaskResultStatus.READY,
            run_after=job.run_after if is_over else now + care.rests[tries - 1],
            finished_at=now if is_over else None,
            exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
            traceback="".join(format_exception(error)).replace("\0", ""),
        )
        if is_ours and care.when_failed is not None:
            care.when_failed(job.args_kwargs["args"], Failure(tries, reason, now, is_over))
    log.warning("job %s %s failed (try %s): %s", job.task_name, job.args_kwargs["args"], tries, reason)


def reason_of(error: Exception) -> str:
    """Why, in a line for a person."""
    said = str(error) if isinstance(error, AmissError) else f"{type(error).__name__}: {error}"
    return said.replace("\0", "")[:LONGEST_REASON]


def again(job: DBTaskResult, at: datetime) -> bool:
    """A job that failed for good begins anew, with all its tries; False where it had not, or has begun meanwhile."""
    failed = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.FAILED)
    return bool(failed.update(status=TaskResultStatus.READY, worker_ids=[], run_after=at, finished_at=None))
