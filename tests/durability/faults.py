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
    """A notice is marked as sent first, and the worker dies before it is."""
    from troth.desk import delivering
    from troth.desk.outside import outside

    send = delivering.Sender.send

    def hasty(self: Any, notice: Any, *rest: Any) -> bool:
        outside.deliver = die
        delivering.mark_sent(notice, "<x@test>", notice.queued_at)
        return send(self, notice, *rest)

    delivering.Sender.send = hasty


def lease_not_asked() -> None:
    """Who has claimed once believes it for ever: the lease's end is not looked at, nor whose it is by now."""
    from datetime import timedelta

    from troth.desk import delivering, worker
    from troth.desk.models import Case, Notice

    record_many, mark_sent = worker.record_many, delivering.mark_sent

    def careless(keys: Any, token: str, now: Any, clock: Any) -> tuple[int, int]:
        Case.objects.filter(pk__in=keys).update(lease_by=token, lease_until=now + timedelta(days=999))
        return record_many(keys, token, now, clock)

    def careless_mark(notice: Any, *rest: Any) -> None:
        Notice.objects.filter(pk=notice.pk).update(lease_by=notice.lease_by)
        mark_sent(notice, *rest)

    worker.record_many, delivering.mark_sent = careless, careless_mark


FAULTS: Final[dict[str, Callable[[], None]]] = {
    "events committed alone": events_committed_alone,
    "lease not asked": lease_not_asked,
    "sent before handed over": sent_before_handed_over,
}
