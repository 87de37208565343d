"""What the database tells of the desk: whether it keeps what it takes, and what has been left lying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from troth.desk.errors import DeskError
from troth.desk.models import Case, Event, Notice
from troth.desk.policies import in_force, load_policy
from troth.journal.heartbeat import is_alive, workers
from troth.journal.models import AuditEntry, Schedule
from troth.mail.models import Received, State
from troth.people.desks import all_desks
from troth.policy import PolicyError
from troth.site.backup.backing_up import ACTION as TOOK_A_BACKUP
from troth.site.checks import database_keeps_what_it_acknowledges
from troth.site.doctor.findings import Finding, one_line

LATE: Final = timedelta(minutes=15)
AHEAD: Final = timedelta(minutes=5)
BACKUP_EVERY: Final = timedelta(days=2)
CONNECT: Final = 5


def reached() -> Finding | None:
    """Why the database cannot be asked, or nothing."""
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", CONNECT)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is told
        where = connection.settings_dict.get("HOST") or connection.settings_dict["NAME"]
        return Finding(
            "database-away",
            f"The database does not answer ({where}): {one_line(error)}",
            "Start it, or mend DATABASE_URL; on SQLite look at the rights of the data folder and at its disk.",
        )
    return None


def the_version(now: datetime) -> Iterator[Finding]:
    """The database is of this version."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(
            "not-migrated",
            f"The database is not of this version: {len(missing)} steps are missing, {missing[0][0]} first.",
            "Take a backup, then: troth migrate",
        )


def the_database(now: datetime) -> Iterator[Finding]:
    """It keeps what it acknowledges."""
    for message in database_keeps_what_it_acknowledges(databases=list(connections)):
        yield Finding(str(message.id), str(message.msg), str(message.hint))


def the_worker(now: datetime) -> Iterator[Finding]:
    """One has been heard of late, and no case waits for it."""
    if not is_alive(now, timedelta(seconds=settings.TROTH_WORKER_SILENCE)):
        last = workers().first()
        heard = f"the last was heard on {last.heard_at:%Y-%m-%d at %H:%M} UTC" if last else "none was ever heard"
        yield Finding(
            "no-worker",
            f"No worker is running ({heard}): no deadline passes, and no mail leaves.",
            "Start one: troth worker (systemctl start troth-worker@1).",
        )
    late = Case.objects.filter(wake_at__lt=now - LATE)
    if late.exists():
        oldest = late.aggregate(at=Min("wake_at"))["at"]
        yield Finding(
            "cases-late",
            f"{late.count()} cases wait for time to pass on them, since {oldest:%Y-%m-%d %H:%M} UTC.",
            "Look into the worker's log for `cannot be brought on`; unread or failed mail holds dismissals back.",
        )
    held = Q(lease_until__gt=now + LATE) | Q(lease_until__lt=now - LATE, wake_at__lt=now - LATE)
    stuck = Case.objects.filter(held).exclude(lease_by="")
    if stuck.exists():
        yield Finding(
            "leases-stuck",
            f"{stuck.count()} cases are held by a worker that does nothing with them ({stuck[0].lease_by}).",
            "End that worker; what it held is free when its minute is over. Look at the machines' clocks.",
        )


def the_jobs(now: datetime) -> Iterator[Finding]:
    """None stands as failed, none is overdue."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    if failed.exists():
        yield Finding(
            "jobs-failed",
            f"{failed.count()} background jobs failed for good, the last: {failed.latest('finished_at').task_path}.",
            "The operator's page says why, and begins one anew.",
        )
    overslept = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, run_after__lt=now - LATE)
    if overslept.exists():
        yield Finding(
            "jobs-stuck",
            f"{overslept.count()} background jobs were taken up and never finished.",
            "A running worker takes them up again; start one.",
        )
    for row in Schedule.objects.exclude(failed_at=None).order_by("name"):
        yield Finding(
            f"periodic-{row.name.replace(' ', '-')}",
            f"“{row.name}” failed on {row.failed_at:%Y-%m-%d at %H:%M} UTC: {row.failure}",
            "The operator's page says what to do.",
        )


def the_mail(now: datetime) -> Iterator[Finding]:
    """Nothing that came or should go has been left lying."""
    notices = Notice.objects.filter(state="failed")
    if notices.exists():
        yield Finding(
            "notices-failed",
            f"{notices.count()} notices could not be sent, the last: {notices.latest('pk').failure}",
            "Mend the address or the mail server, and send them again from the operator's page.",
            is_grave=False,
        )
    mails = Received.objects.filter(state=State.FAILED)
    if mails.exists():
        yield Finding("mail-failed", f"{mails.count()} mails could not be taken in.", "troth mail retry")
    waiting = Received.objects.filter(state=State.STORED, received_at__lt=now - LATE)
    if waiting.exists():
        yield Finding("mail-waiting", f"{waiting.count()} mails are kept and not taken in yet.", "Start a worker.")
    held = Received.objects.filter(state=State.HELD, received_at__lt=now - timedelta(days=1))
    if held.exists():
        yield Finding(
            "mail-held",
            f"{held.count()} mails have been held for more than a day.",
            "An agent settles them on the page of held mail.",
            is_grave=False,
        )


def the_record(now: datetime) -> Iterator[Finding]:
    """What was done is sealed, nothing stands in the future, and a backup was taken of late."""
    open_since = AuditEntry.objects.filter(place=None).aggregate(at=Min("at"))["at"]
    if open_since is not None and open_since < now - LATE:
        yield Finding(
            "audit-unsealed",
            f"Entries of the audit record are not sealed since {open_since:%Y-%m-%d %H:%M} UTC.",
            "Start a worker, or: troth audit seal",
        )
    newest = Event.objects.order_by("-pk").first()
    if newest is not None and newest.at > now + AHEAD:
        yield Finding(
            "clock-behind",
            f"Something happened at {newest.at:%Y-%m-%d %H:%M} UTC, which is still to come.",
            "Set this machine's clock, and that of every other that runs server or worker; keep them by NTP.",
        )
    if settings.TROTH_DEMO:
        return
    last = AuditEntry.objects.filter(action=TOOK_A_BACKUP).order_by("-at").first()
    if last is None or last.at < now - BACKUP_EVERY:
        when = f"The last backup was taken on {last.at:%Y-%m-%d}" if last is not None else "No backup was ever taken"
        yield Finding(
            "no-backup", f"{when} with this desk's own command.", "troth backup FILE, every night", is_grave=False
        )


def the_policies_in_force(now: datetime) -> Iterator[Finding]:
    """Every desk has one, and it can be read."""
    desks = all_desks()
    if not desks:
        yield Finding("no-desk", "There is no desk yet.", "troth policy publish FILE", is_grave=False)
    for desk in desks:
        try:
            load_policy(in_force(desk, now))
        except (DeskError, PolicyError) as error:
            yield Finding("no-policy", f"/{desk.slug}/: {one_line(error)}", "troth policy publish FILE")


EXAMINATIONS: Final = (the_database, the_policies_in_force, the_worker, the_jobs, the_mail, the_record)
