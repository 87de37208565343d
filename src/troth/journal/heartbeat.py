"""That a worker is alive stands in a table: a page and a probe can see it, whatever machine it runs on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError
from django.db.models import QuerySet

from troth.journal.jobs import Clock
from troth.journal.models import Heartbeat

BEAT: Final = timedelta(seconds=10)
SILENCE: Final = timedelta(minutes=2)
"""How long a worker may be silent before it counts as gone: a round with much to do, not a minute's rest."""


@dataclass(slots=True)
class Heart:
    """One worker's; it writes every ten seconds at the most, however often it is asked to."""

    worker: str
    clock: Clock
    last: datetime | None = None

    def beat(self) -> None:
        """The worker is alive now."""
        now = self.clock()
        if self.last is not None and now - self.last < BEAT:
            return
        Heartbeat.objects.update_or_create(
            worker=self.worker[:80], defaults={"heard_at": now}, create_defaults={"heard_at": now, "began_at": now}
        )
        self.last = now

    def stop(self) -> None:
        """The worker ends by its own will; nobody need miss it. Where the database is away it will be missed."""
        with suppress(DatabaseError):
            Heartbeat.objects.filter(worker=self.worker[:80]).delete()


def workers() -> QuerySet[Heartbeat]:
    """Every worker that was heard and did not end by its own will, the last heard first."""
    return Heartbeat.objects.order_by("-heard_at")


def is_alive(now: datetime, silence: timedelta = SILENCE) -> bool:
    """Whether any worker was heard of late."""
    return Heartbeat.objects.filter(heard_at__gt=now - silence).exists()
