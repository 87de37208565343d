"""What the desk does again and again by itself: verifying, sealing, forgetting. Each is a job, queued when it is due.

The house names them in one table (`troth.site.periodic`); any number of workers may find one due, and one job
comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from troth.journal.jobs import CARE, HOUSE, Care, Clock, Failure, queue
from troth.journal.models import Schedule

RESTS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LEASE: Final = timedelta(hours=2)
PATH: Final = "troth.journal.periodic.do"
UNDER_WAY: Final = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One thing done again and again.

    `target` names a function, `module:function`; it gets the instant and returns in a line what it came to. It
    raises `AmissError` where it found what a person must see, anything else where it could not do its work. It may
    be called twice.
    """

    name: str
    target: str
    every: timedelta
    mend: str
    """What the operator does when it has failed."""

    def function(self) -> Callable[[datetime], str]:
        """What is called; imported only now, for the rooms name each other downward only."""
        found: Callable[[datetime], str] = import_string(self.target.replace(":", "."))
        return found


known: dict[str, Periodic] = {}


def provide(entries: Sequence[Periodic]) -> None:
    """The house names what is done again and again; called once, when all rooms are ready."""
    known.clear()
    known.update({each.name: each for each in entries})


def queue_due(now: datetime) -> int:
    """Each thing whose turn has come is queued as one job, unless its last is still under way; how many were."""
    queued = 0
    rows = {row.name: row for row in Schedule.objects.filter(name__in=known)}
    for each in known.values():
        row = rows.get(each.name) or Schedule.objects.get_or_create(name=each.name, defaults={"due_at": now})[0]
        if row.due_at > now or is_under_way(row):
            continue
        with transaction.atomic():
            # The first to move `due_at` queues the job; the others find it moved.
            if Schedule.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=now + each.every):
                job = queue(PATH, [((each.name,), now)], to=HOUSE)[0]
                Schedule.objects.filter(pk=row.pk).update(job=job.pk)
                queued += 1
    return queued


def is_under_way(row: Schedule) -> bool:
    """Whether the job it was last queued as has not come to an end."""
    return row.job is not None and DBTaskResult.objects.filter(pk=row.job, status__in=UNDER_WAY).exists()


@task(queue_name=HOUSE)
def do(name: str, *, clock: Clock) -> str:
    """The thing of that name is done, and its row says when and what it came to."""
    came = known[name].function()(clock())
    Schedule.objects.filter(name=name).update(done_at=clock(), came_to=came[:500], failed_at=None, failure="")
    return came


def write_down(given: Sequence[Any], failure: Failure) -> None:
    """The row says that the last try failed, and why."""
    Schedule.objects.filter(name=given[0]).update(failed_at=failure.at, failure=failure.reason)


CARE[PATH] = Care(lease=LEASE, rests=RESTS, when_failed=write_down)
