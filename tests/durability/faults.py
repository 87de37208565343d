"""Faults put into the desk on purpose: each must turn the test red that is there to find it."""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, Final


def plant(name: str) -> None:
    """This process has the fault of that name; without a name it has none."""
    if name:
        FAULTS[name]()


def die(*_: Any, **__: Any) -> None:
    """`kill -9` by one's own hand."""
    os.kill(os.getpid(), signal.SIGKILL)


def events_committed_alone() -> None:
    """Events are committed before the case they change, and the machine stops in between."""
    from django.db import connection

    from troth.desk import store

    def torn(rows: Any) -> None:
        connection.connection.commit()
        die()

    store.save_rows = torn


def sent_before_handed_over() -> None:
    """A notice is marked as sent and its job as done first, and the worker dies before it is."""
    from django_tasks_db.models import DBTaskResult

    from troth.desk import delivering
    from troth.journal.jobs import Runner

    def hasty(self: Any, job: Any, now: Any, clock: Any) -> bool:
        DBTaskResult.objects.filter(pk=job.pk).update(status="SUCCESSFUL", finished_at=now)
        delivering.mark_sent(delivering.queued(*job.args_kwargs["args"]).get(), "<x@test>", now)
        die()
        return True

    Runner.do = hasty


def lease_not_asked() -> None:
    """Who has claimed once believes it for ever: the lease's end is not looked at, nor whose it is by now."""
    from datetime import timedelta

    from django_tasks_db.models import DBTaskResult

    from troth.desk import worker
    from troth.desk.models import Case
    from troth.journal import jobs

    record_many = worker.record_many

    def careless(keys: Any, token: str, now: Any, clock: Any) -> tuple[int, int]:
        Case.objects.filter(pk__in=keys).update(lease_by=token, lease_until=now + timedelta(days=999))
        return record_many(keys, token, now, clock)

    def settled(job: Any, **columns: Any) -> bool:
        return bool(DBTaskResult.objects.filter(pk=job.pk).update(**columns))

    worker.record_many, jobs.settle = careless, settled


def keys_forgotten() -> None:
    """A retry is taken for a first try, whatever key it carries."""
    from troth.desk import door
    from troth.desk.models import Done

    def forget(desk: Any, key: str | None) -> None:
        Done.objects.filter(desk=desk, key=key).delete()

    door.done_before = forget


def accepted_unkept() -> None:
    """The mail server hears that all is well, and nothing was kept."""
    from troth.mail import commands
    from troth.mail.models import Received

    commands.receive_mail = lambda raw, mailbox, at: Received(mailbox=mailbox, state="case")


def always_new() -> None:
    """No mail is known again."""
    from itertools import count

    from troth.mail import receiving

    numbers = count(os.getpid() * 1000)
    receiving.content_key = lambda raw: f"{next(numbers):064}"


def an_hour_early() -> None:
    """The worker's time is an hour ahead of the clock."""
    from datetime import timedelta

    from troth.desk.worker import Worker

    pass_time = Worker.pass_time
    Worker.pass_time = lambda self, now: pass_time(self, now + timedelta(hours=1))


def errors_hidden() -> None:
    """Whatever the database says, the caller hears that all is well."""
    from types import SimpleNamespace

    from django.db import OperationalError

    from troth.mail import commands
    from troth.mail.models import Received
    from troth.portal import acts

    record, receive = acts.record, commands.receive_mail

    def quiet_record(*args: Any, **given: Any) -> Any:
        try:
            return record(*args, **given)
        except OperationalError:
            return SimpleNamespace()

    def quiet_receive(raw: bytes, mailbox: Any, at: Any) -> Any:
        try:
            return receive(raw, mailbox, at=at)
        except OperationalError:
            return Received(mailbox=mailbox, state="case")

    acts.record, commands.receive_mail = quiet_record, quiet_receive


def another_word() -> None:
    """Notices are stored with other words than were written."""
    from troth.desk import store

    notices_for = store.notices_for

    def changed(*args: Any) -> Any:
        owed = list(notices_for(*args))
        for notice in owed:
            notice.body += "!"
        return owed

    store.notices_for = changed


FAULTS: Final[dict[str, Callable[[], None]]] = {
    "events committed alone": events_committed_alone,
    "accepted unkept": accepted_unkept,
    "always new": always_new,
    "an hour early": an_hour_early,
    "errors are hidden": errors_hidden,
    "another word": another_word,
    "keys forgotten": keys_forgotten,
    "lease not asked": lease_not_asked,
    "sent before handed over": sent_before_handed_over,
}
