"""What is over and nobody asks for any more is dropped, a little at a time, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from troth.desk.models import Done
from troth.journal.models import Heartbeat, Rate
from troth.people.models import SignInLink

RATES: Final = timedelta(days=2)
KEYS: Final = timedelta(days=30)
LINKS: Final = timedelta(days=30)
DONE_JOBS: Final = timedelta(days=2)
FAILED_JOBS: Final = timedelta(days=90)
WORKERS: Final = timedelta(days=7)
SLICE: Final = 1000


def forget(at: datetime) -> str:
    """Old counts of tries, keys of calls, jobs and workers are gone; how many rows that were."""
    over = [
        ("counts of tries", Rate.objects.filter(starts_at__lt=at - RATES)),
        ("sign-in links", SignInLink.objects.filter(expires_at__lt=at - LINKS)),
        ("sessions", Session.objects.filter(expire_date__lt=at)),
        ("keys of calls", Done.objects.filter(at__lt=at - KEYS)),
        ("finished jobs", jobs(TaskResultStatus.SUCCESSFUL, at - DONE_JOBS)),
        ("failed jobs", jobs(TaskResultStatus.FAILED, at - FAILED_JOBS)),
        ("workers", Heartbeat.objects.filter(heard_at__lt=at - WORKERS)),
    ]
    dropped = {what: drop(rows) for what, rows in over}
    return ", ".join(f"{number} {what}" for what, number in dropped.items() if number) or "nothing was old enough"


def jobs(status: TaskResultStatus, before: datetime) -> QuerySet[DBTaskResult]:
    """The jobs that came to this end before then."""
    return DBTaskResult.objects.filter(status=status, finished_at__lt=before)


def drop(rows: QuerySet[Any]) -> int:
    """All of these rows are deleted, a slice in a transaction; how many."""
    dropped = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:SLICE]):
        rows.model._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001 - Django's own public name
        dropped += len(keys)
    return dropped
