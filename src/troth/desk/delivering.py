"""What the desk owes people leaves it: each notice is claimed, handed over, and marked sent or put off.

Claims are those of the worker: a conditional UPDATE with a lease, so that any number may send and a worker
killed or frozen at any instant loses no notice.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from troth.desk.actors import SYSTEM
from troth.desk.door import record
from troth.desk.models import Notice
from troth.desk.outside import outside
from troth.policy.vocabulary import Notice as Kind
from troth.policy.vocabulary import Verb

log = logging.getLogger("troth.worker")

RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
LONGEST_FAILURE: Final = 500


def token_of(name: str) -> str:
    """A fresh word nobody else has, by which a claim is known."""
    return f"{name[:40]}:{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a name for the claims, a clock, and how long a claim holds."""

    name: str
    clock: Callable[[], datetime]
    lease: timedelta

    def send_notices(self, now: datetime, clock: Callable[[], datetime] | None = None) -> tuple[int, int]:
        """Every notice whose turn has come by `now` is handed over once; how many went, and how many did not.

        `clock` says when each was taken; without it that is `now`.
        """
        sent = failed = 0
        while (notice := self.claim_notice(now)) is not None:
            if self.send(notice, now, clock):
                sent += 1
            else:
                failed += 1
        return sent, failed

    def claim_notice(self, now: datetime) -> Notice | None:
        """The oldest queued notice that nobody holds is ours for the length of the lease."""
        token, clock = token_of(self.name), self.clock()
        free = Q(lease_until=None) | Q(lease_until__lte=clock)
        waiting = Notice.objects.filter(free, state="queued", next_try_at__lte=now)
        for key in waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:10]:
            if Notice.objects.filter(free, pk=key, state="queued").update(
                lease_by=token, lease_until=clock + self.lease
            ):
                mine = Notice.objects.select_related("desk", "case", "person", "message")
                return mine.filter(pk=key, lease_by=token).first()
        return None

    def send(self, notice: Notice, now: datetime, clock: Callable[[], datetime] | None = None) -> bool:
        """The notice is handed over and marked sent; the confirmation's going is itself an act on the case.

        A crash between the two sends it once more: at least once, under the same id. Whatever fails, the mail
        server or the case, it is tried again a limited number of times.
        """
        try:
            mail_id = outside.deliver(notice)
            mark_sent(notice, mail_id, clock() if clock is not None else now)
        except Exception as error:  # noqa: BLE001 - whatever a mail server does, the notice is kept and tried again
            put_off(notice, error, now)
            return False
        return True


def mark_sent(notice: Notice, mail_id: str, now: datetime) -> None:
    """The notice stands as sent, and what its going means for the case is recorded with it.

    Only while it is still ours: what another has taken up meanwhile, that one accounts for.
    """
    with transaction.atomic():
        is_ours = Notice.objects.filter(pk=notice.pk, lease_by=notice.lease_by).update(
            state="sent",
            sent_at=now,
            mail_id=mail_id[:255],
            attempts=notice.attempts + 1,
            lease_by="",
            lease_until=None,
        )
        if is_ours and notice.kind == Kind.CONFIRMATION:
            record(notice.case_id, Verb.CONFIRM, by=SYSTEM, at=now, key=f"confirm {notice.stable_id}")


def put_off(notice: Notice, error: Exception, now: datetime) -> None:
    """The notice waits longer after each failure; after the last it stands as failed, for a person to see.

    Only while it is still ours: who overslept the lease says nothing about what another has taken up.
    """
    tries = notice.attempts + 1
    is_over = tries > len(RETRIES)
    Notice.objects.filter(pk=notice.pk, lease_by=notice.lease_by).update(
        state="failed" if is_over else "queued",
        attempts=tries,
        failure=f"{type(error).__name__}: {error}"[:LONGEST_FAILURE],
        failed_at=now if is_over else None,
        next_try_at=None if is_over else now + RETRIES[tries - 1],
        lease_by="",
        lease_until=None,
    )
    log.warning("notice %s to %s was not taken (try %s): %s", notice.pk, notice.recipient, tries, error)
