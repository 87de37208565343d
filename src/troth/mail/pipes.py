"""What the operator sees: each pipe of the desk, what went through last, what waits, what failed, how to mend it.

Counts end at a thousand: whoever has more than that knows enough, and the page never waits for a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from troth.desk.changes import waiting_at
from troth.desk.models import Case, Notice
from troth.journal import periodic
from troth.journal.heartbeat import is_alive, workers
from troth.journal.jobs import HOUSE
from troth.journal.models import FactChange, Schedule
from troth.mail import answering
from troth.mail.models import Received, Sent, State
from troth.people.models import Desk

MOST: Final = 1000
SHOWN: Final = 50
SLOW: Final = timedelta(minutes=10)
"""How long something may wait its turn before the operator should look."""
UNDER_WAY: Final = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Count:
    """How many, as far as anybody counted."""

    number: int

    def __str__(self) -> str:
        return f"more than {MOST}" if self.number > MOST else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class Pipe:
    """One thing that runs by itself. `look` says in a sentence what is wrong with it; empty when nothing is."""

    name: str
    done_at: datetime | None
    came_to: str
    waiting: Count
    waiting_since: datetime | None
    failed: Count
    look: str = ""
    mend: str = ""
    next_at: datetime | None = None


def counted(rows: QuerySet[Any]) -> Count:
    """The number of these, counted to a thousand and no further."""
    return Count(rows.order_by()[: MOST + 1].count())


def pipes(desk: Desk, now: datetime, *, is_of_house: bool = True) -> list[Pipe]:
    """Every pipe, in the order in which a case meets them, then what the house does by itself.

    What came of the house's own work may name another desk's case: who is not of the house reads whether it failed.
    """
    house = scheduled(now) if is_of_house else [without_reason(each) for each in scheduled(now)]
    return [mail_in(desk, now), mail_out(desk, now), worker(desk, now), changes(desk, now), jobs(now), *house]


def without_reason(pipe: Pipe) -> Pipe:
    """The pipe without what it said."""
    return replace(pipe, came_to="", look="It failed.") if pipe.failed else replace(pipe, came_to="")


def mail_in(desk: Desk, now: datetime) -> Pipe:
    """From a mail's receipt to what became of it; held mail waits for an agent, not for the operator."""
    rows = Received.objects.filter(desk=desk)
    on_its_way = rows.filter(state=State.STORED) | rows.filter(state=State.FAILED, try_at__isnull=False)
    failed, held = counted(failed_mail(desk)), counted(rows.filter(state=State.HELD))
    last = rows.filter(state__in=[State.CASE, State.REPLY, State.AUTOMATIC]).order_by("-received_at").first()
    return Pipe(
        "Mail in",
        last.received_at if last is not None else None,
        f"{held} held for an agent" if held else "",
        counted(on_its_way),
        on_its_way.aggregate(at=Min("received_at"))["at"],
        failed,
        look="Mails could not be taken in." if failed else "",
        mend="The reason stands beside each, below. Mend what it names and try again: the mail is kept whole.",
    )


def mail_out(desk: Desk, now: datetime) -> Pipe:
    """From what the desk owes to what the server took."""
    rows = Notice.objects.filter(desk=desk)
    waiting, failed = rows.filter(state="queued"), counted(failed_notices(desk))
    last = rows.filter(state="sent").order_by("-pk").first()
    since = waiting.aggregate(at=Min("queued_at"))["at"]
    slow = "Mail waits longer than it should." if since is not None and since < now - SLOW else ""
    stuck = waiting.exclude(failure="").order_by("-pk").first() if slow else None
    return Pipe(
        "Mail out",
        last.sent_at if last is not None else None,
        "",
        counted(waiting),
        since,
        failed,
        look="Mails did not go, and are not tried again by themselves." if failed else slow,
        mend="See that the mail server named by TROTH_SMTP_URL takes mail, then send again."
        + (f" The last try said: {stuck.failure}" if stuck is not None else ""),
    )


def worker(desk: Desk, now: datetime) -> Pipe:
    """Who lets time pass on the cases; those whose time has come wait for it."""
    alive, due = workers().first(), Case.objects.filter(desk=desk, wake_at__lte=now)
    since = due.aggregate(at=Min("wake_at"))["at"]
    look = "No worker has been heard of late: no deadline passes and no mail leaves." if not is_alive(now) else ""
    if not look and since is not None and since < now - SLOW:
        look = "Cases wait longer for their time to pass than they should."
    heard = workers().filter(heard_at__gt=now - timedelta(minutes=2)).count()
    return Pipe(
        "Worker",
        alive.heard_at if alive is not None else None,
        "1 worker is heard" if heard == 1 else f"{heard} workers are heard",
        counted(due),
        since,
        Count(0),
        look=look,
        mend="Start “troth worker”, or look into its log; a case that cannot be brought on is named there.",
    )


def changes(desk: Desk, now: datetime) -> Pipe:
    """From a change of licence, contract, partner or purchase to the account's open cases."""
    rows = FactChange.objects.filter(desk_id=desk.pk)
    waiting = rows.filter(waiting_at(now))
    since = waiting.aggregate(at=Min("at"))["at"]
    return Pipe(
        "Changes",
        rows.aggregate(at=Max("brought_at"))["at"],
        "",
        counted(waiting),
        since,
        Count(0),
        look="Open cases do not hear of what changed in their accounts." if since and since < now - SLOW else "",
        mend="Look into the worker's log: each change that cannot be brought is named there, and tried again.",
    )


def jobs(now: datetime) -> Pipe:
    """What the house has queued for itself."""
    rows = DBTaskResult.objects.filter(queue_name=HOUSE)
    waiting, failed = rows.filter(status__in=UNDER_WAY), counted(rows.filter(status=TaskResultStatus.FAILED))
    last = rows.filter(status=TaskResultStatus.SUCCESSFUL).order_by("-finished_at").first()
    since = waiting.aggregate(at=Min("enqueued_at"))["at"]
    return Pipe(
        "Jobs",
        last.finished_at if last is not None else None,
        "",
        counted(waiting),
        since,
        failed,
        look="Jobs failed, and are not tried again by themselves." if failed else "",
        mend="The reason stands beside each, below.",
    )


def scheduled(now: datetime) -> list[Pipe]:
    """What is done again and again: one that failed, or is long over its time, is to be looked at."""
    rows = {row.name: row for row in Schedule.objects.all()}
    return [pipe_of(each, rows.get(each.name), now) for each in periodic.known.values()]


def pipe_of(each: periodic.Periodic, row: Schedule | None, now: datetime) -> Pipe:
    """One of them, whether it was ever done or not."""
    done_at = row.done_at if row is not None else None
    look = row.failure if row is not None and row.failed_at is not None else ""
    if not look and (done_at is None or done_at < now - 2 * each.every - SLOW):
        look = "It has not been done when it should have been." if done_at else "It has not been done yet."
    return Pipe(
        each.name[0].upper() + each.name[1:],
        done_at,
        row.came_to if row is not None else "",
        Count(0),
        None,
        Count(int(row is not None and row.failed_at is not None)),
        look=look,
        mend=each.mend,
        next_at=row.due_at if row is not None else None,
    )


# --- what a person must see ------------------------------------------------------------------------


def failed_notices(desk: Desk) -> QuerySet[Notice]:
    """What did not go for good, the latest first."""
    rows = Notice.objects.filter(desk=desk, state="failed").select_related("case__desk", "person")
    return rows.order_by("-failed_at", "-pk")


def failed_mail(desk: Desk) -> QuerySet[Received]:
    """What could not be taken in and is not tried again by itself, the latest first."""
    rows = Received.objects.filter(desk=desk, state=State.FAILED, try_at=None)
    return rows.select_related("mailbox").order_by("-received_at", "-pk")


def returned_mail(desk: Desk) -> QuerySet[Sent]:
    """What the server took and somebody else's sent back, the latest first."""
    rows = Sent.objects.filter(desk=desk, returned_at__isnull=False).defer("content")
    return rows.select_related("case__desk").order_by("-returned_at", "-pk")


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed for good, in words."""

    pk: UUID
    name: str
    failed_at: datetime | None
    reason: str
    tries: int
    is_ours: bool = True
    """Whether who asked may take it up."""


def failed_jobs(desk: Desk, *, is_of_house: bool = True) -> list[FailedJob]:
    """The house's own, which are of no desk, and this desk's answers to held mail, the latest first.

    Who is not of the house reads of its jobs that they failed, and no reason.
    """
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).filter(
        Q(queue_name=HOUSE) | Q(task_path=answering.DELIVER)
    )
    latest = list(rows.order_by("-finished_at")[:SHOWN])
    ours = sent_by(desk, [job.args_kwargs["args"][0] for job in latest if job.task_path == answering.DELIVER])
    jobs = [
        FailedJob(
            job.pk,
            name_of(job),
            job.finished_at,
            last_line(job.traceback),
            len(job.worker_ids),
            is_of_house or job.queue_name != HOUSE,
        )
        for job in latest
        if job.queue_name == HOUSE or job.args_kwargs["args"][0] in ours
    ]
    return [each if each.is_ours else replace(each, reason="") for each in jobs]


def sent_by(desk: Desk, keys: Sequence[int]) -> set[int]:
    """Which of these mails are this desk's."""
    return set(Sent.objects.filter(desk=desk, pk__in=keys).values_list("pk", flat=True)) if keys else set()


def name_of(job: DBTaskResult) -> str:
    """What the job is for."""
    if job.task_path == periodic.PATH:
        return str(job.args_kwargs["args"][0])
    return "answer a held mail" if job.task_path == answering.DELIVER else job.task_name


def last_line(traceback: str) -> str:
    """What a traceback ends in: the error and what it said."""
    lines = traceback.strip().splitlines()
    said = lines[-1] if lines else "no reason was written down"
    return said.removeprefix("troth.journal.jobs.AmissError: ")


def came_back(case: Case, address: str = "") -> list[Sent]:
    """The mails of this case that came back and that no later mail to the same address has made good; latest first."""
    rows = Sent.objects.filter(case=case).defer("content").order_by("-pk")
    latest: dict[str, Sent] = {}
    for sent in rows.filter(address__iexact=address) if address else rows[:SHOWN]:
        latest.setdefault(sent.address.casefold(), sent)
    return [sent for sent in latest.values() if sent.returned_at is not None]
