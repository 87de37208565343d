"""Time's own hand: brings due cases to the instant they have reached, and sends what the desk owes.

Any number of workers may run. Work is claimed by a conditional UPDATE with a lease (SQLite has no SKIP LOCKED),
and what was claimed is written only while the lease is still one's own, asked under the lock in the same
transaction. A worker killed or frozen at any instant therefore loses nothing and does nothing twice.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from troth.desk.actors import SYSTEM
from troth.desk.adopting import bring, unheard
from troth.desk.changes import bring_changes
from troth.desk.door import record
from troth.desk.models import Case, Notice
from troth.desk.outside import outside
from troth.desk.store import save_steps, step_of, stored_state
from troth.hours import instant
from troth.policy.vocabulary import Notice as Kind
from troth.policy.vocabulary import Verb

log = logging.getLogger("troth.worker")

BATCH: Final = 100
LEASE: Final = timedelta(seconds=60)
RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
LONGEST_FAILURE: Final = 500


@dataclass(frozen=True, slots=True)
class Work:
    """What one round came to."""

    cases: int = 0
    rulings: int = 0
    sent: int = 0
    failed: int = 0
    changes: int = 0

    def __bool__(self) -> bool:
        return any((self.cases, self.sent, self.failed, self.changes))


class Worker:
    """One worker: a name for the log, and a clock, which a test may set."""

    def __init__(
        self,
        name: str,
        clock: Callable[[], datetime] = timezone.now,
        *,
        lease: timedelta = LEASE,
        batch: int = BATCH,
    ) -> None:
        self.name = name
        self.clock = clock
        self.lease = lease
        self.batch = batch

    def run_once(self, now: datetime | None = None) -> Work:
        """One round: changes of facts, cases whose time has come, notices to be sent; `now` is the desk's time."""
        at = now or self.clock()
        changes = bring_changes(at)
        cases, rulings = self.pass_time(at)
        sent, failed = self.send_notices(at, self.clock if now is None else lambda: at)
        return Work(cases, rulings, sent, failed, changes)

    def pass_time(self, now: datetime) -> tuple[int, int]:
        """Every case whose time, or whose policy's new version, has come by `now` is brought there; how many, by how
        many events.

        A case that cannot be brought on keeps its lease until it runs out and does not hold up the others.
        """
        cases = rulings = 0
        while claimed := self.claim(now):
            token, keys = claimed
            done = self.bring_on(keys, token, now)
            cases, rulings = cases + done[0], rulings + done[1]
        return cases, rulings

    def claim(self, now: datetime) -> tuple[str, list[int]] | None:
        """Up to `batch` cases that nobody holds are ours for the length of the lease.

        Those whose time has come, else those that have not heard of the version of the policy in force.
        """
        token, clock = self.token(), self.clock()
        free = Q(lease_until=None) | Q(lease_until__lte=clock)
        for wanted in (Q(wake_at__lte=now), unheard(now)):
            if wanted is None:
                continue
            due = list(
                Case.objects.filter(wanted, free).order_by("wake_at", "pk").values_list("pk", flat=True)[: self.batch]
            )
            if due:
                Case.objects.filter(wanted, free, pk__in=due).update(lease_by=token, lease_until=clock + self.lease)
                held = Case.objects.filter(lease_by=token).order_by("wake_at", "pk")
                return token, list(held.values_list("pk", flat=True))
        return None

    def bring_on(self, keys: Sequence[int], token: str, now: datetime) -> tuple[int, int]:
        """These cases are brought to `now` together; where one of them fails, each by itself."""
        try:
            return record_many(keys, token, now, self.clock)
        except Exception:
            if len(keys) == 1:
                log.exception("%s: case %s cannot be brought on; it is tried again later", self.name, keys[0])
                return 0, 0
            log.warning("%s: a batch of %s cases failed; each goes alone", self.name, len(keys))
        single = [self.bring_on([key], token, now) for key in keys]
        return sum(done[0] for done in single), sum(done[1] for done in single)

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
        token, clock = self.token(), self.clock()
        free = Q(lease_until=None) | Q(lease_until__lte=clock)
        waiting = Notice.objects.filter(free, state="queued", next_try_at__lte=now)
        for key in waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:10]:
            if Notice.objects.filter(free, pk=key, state="queued").update(
                lease_by=token, lease_until=clock + self.lease
            ):
                return Notice.objects.select_related("desk", "case", "person", "message").get(pk=key)
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

    def token(self) -> str:
        """A fresh word nobody else has, by which a claim is known."""
        return f"{self.name[:40]}:{secrets.token_hex(8)}"


def record_many(keys: Sequence[int], token: str, now: datetime, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Time passes on these cases up to `now`, in one transaction; only on those still held under `token`.

    The lease is looked at after the rows are locked: who overslept it finds that nothing is theirs.
    """
    with transaction.atomic():
        rows = list(
            Case.objects.select_for_update(of=("self",))
            .filter(pk__in=keys, lease_by=token)
            .select_related("desk", "policy_version", "latest_version", "contact__person")
            .order_by("pk")
        )
        held = [row for row in rows if row.lease_until is not None and row.lease_until > clock()]
        steps = []
        for row in held:
            before = stored_state(row)
            brought = bring(row, before, instant(now), heard=outside.heard_until(row.desk))
            if brought.events or brought.has_heard:
                steps.append(step_of(row, brought.policy, before, brought.events))
            else:
                # Nothing may happen yet (mail is still unread): the lease stays, and so the case rests till it ends.
                log.debug("case %s is due but waits", row)
        save_steps(steps)
        return len(steps), sum(len(step.events) for step in steps)


def mark_sent(notice: Notice, mail_id: str, now: datetime) -> None:
    """The notice stands as sent, and what its going means for the case is recorded with it."""
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state="sent",
            sent_at=now,
            mail_id=mail_id[:255],
            attempts=notice.attempts + 1,
            lease_by="",
            lease_until=None,
        )
        if notice.kind == Kind.CONFIRMATION:
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
