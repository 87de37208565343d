"""Time's own hand: brings due cases to the instant they have reached, and sends what the desk owes.

Any number of workers may run. Work is claimed by a conditional UPDATE with a lease (SQLite has no SKIP LOCKED),
and what was claimed is written only while the lease is still one's own, asked under the lock in the same
transaction. A worker killed or frozen at any instant therefore loses nothing and does nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from troth.desk.adopting import bring, unheard, versions_on
from troth.desk.changes import bring_changes
from troth.desk.models import Case
from troth.desk.outside import outside
from troth.desk.store import save_steps, step_of, stored_state
from troth.hours import instant
from troth.journal.away import answers, is_away
from troth.journal.jobs import MAIL, Runner, token_of

log = logging.getLogger("troth.worker")

BATCH: Final = 100
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Work:
    """What one round came to."""

    cases: int = 0
    rulings: int = 0
    sent: int = 0
    failed: int = 0
    changes: int = 0
    jobs: int = 0
    jobs_failed: int = 0

    def __bool__(self) -> bool:
        return any((self.cases, self.sent, self.failed, self.changes, self.jobs, self.jobs_failed))

    @property
    def has_moved(self) -> bool:
        """Whether something came of it, so that more may follow at once."""
        return bool(self.cases or self.sent or self.jobs)


class Worker:
    """One worker: a name for the log, a clock, which a test may set, and who hears that it is alive.

    Without a lease of its own it holds cases for a minute, and each job as long as the job's care says.
    """

    def __init__(
        self,
        name: str,
        clock: Callable[[], datetime] = timezone.now,
        *,
        lease: timedelta | None = None,
        batch: int = BATCH,
        heartbeat: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.clock = clock
        self.lease = lease or LEASE
        self.batch = batch
        self.heartbeat = heartbeat
        self.runner = Runner(name, clock, lease)
        self.brought_to = 0
        """After which change the next round goes on, where one could not come to the end of them."""

    def run_once(self, now: datetime | None = None) -> Work:
        """One round: changes of facts, cases whose time has come, notices to be sent; `now` is the desk's time."""
        at = now or self.clock()
        work = self.bring_time(at)
        sent, failed = self.send_notices(at, self.clock if now is None else lambda: at)
        return replace(work, sent=sent, failed=failed)

    def bring_time(self, now: datetime) -> Work:
        """One round of time alone: changes of facts, and cases whose time has come."""
        self.heartbeat()
        changes, self.brought_to = bring_changes(now, self.brought_to)
        cases, rulings = self.pass_time(now)
        return Work(cases, rulings, changes=changes)

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
            self.heartbeat()
        return cases, rulings

    def claim(self, now: datetime) -> tuple[str, list[int]] | None:
        """Up to `batch` cases that nobody holds are ours for the length of the lease.

        Those whose time has come, else those that have not heard of the version of the policy in force.
        """
        keys = self.claim_of(Q(wake_at__lte=now))
        if keys is None and (behind := unheard(now)) is not None:
            keys = self.claim_of(behind)
        return keys

    def claim_of(self, wanted: Q) -> tuple[str, list[int]] | None:
        """The first of the cases so described that are free, by a fresh word; None where there is none.

        Where rows can be locked, those a colleague is just claiming are passed over, not waited for.
        """
        token, clock = self.token(), self.clock()
        rows = Case.objects.filter(wanted, Q(lease_until=None) | Q(lease_until__lte=clock))
        if not rows.exists():
            return None
        with transaction.atomic():
            some = rows.select_for_update(skip_locked=True).order_by("wake_at", "pk")[: self.batch]
            keys = list(some.values_list("pk", flat=True))
            if not keys:
                return None  # all of them are in a colleague's hands this instant
            rows.filter(pk__in=keys).update(lease_by=token, lease_until=clock + self.lease)
        return token, keys

    def bring_on(self, keys: Sequence[int], token: str, now: datetime) -> tuple[int, int]:
        """These cases are brought to `now` together; where one of them fails, each by itself.

        A database that is away is no case's fault: the error ends the round, and a later one tries again.
        """
        try:
            return record_many(keys, token, now, self.clock)
        except Exception as error:
            if is_away(error) and not answers():
                raise
            if len(keys) == 1:
                log.exception("%s: case %s cannot be brought on; it is tried again later", self.name, keys[0])
                return 0, 0
            log.warning("%s: a batch of %s cases failed; each goes alone", self.name, len(keys))
        single = [self.bring_on([key], token, now) for key in keys]
        return sum(done[0] for done in single), sum(done[1] for done in single)

    def send_notices(self, now: datetime, clock: Callable[[], datetime] | None = None) -> tuple[int, int]:
        """Notices whose turn has come by `now` are handed over, as many as a round may do; how many went, how many not.

        `clock` says when each was taken; without it that is `now`.
        """
        return self.runner.run(MAIL, now, clock or (lambda: now))

    def token(self) -> str:
        """A fresh word nobody else has, by which a claim is known."""
        return token_of(self.name)


def record_many(keys: Sequence[int], token: str, now: datetime, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Time passes on these cases up to `now`, in one transaction; only on those still held under `token`.

    The lease is looked at after the rows are locked: who overslept it finds that nothing is theirs.
    """
    with transaction.atomic():
        rows = list(
            Case.objects.select_for_update(of=("self",))
            .filter(pk__in=keys, lease_by=token)
            .with_policy()
            .select_related("contact__person")
            .order_by("pk")
        )
        held = [row for row in rows if row.lease_until is not None and row.lease_until > clock()]
        desks = {row.desk_id: row.desk for row in held}
        versions = versions_on(desks)
        heard = {key: outside.heard_until(desk) for key, desk in desks.items()}
        steps = []
        for row in held:
            before = stored_state(row)
            brought = bring(row, before, instant(now), heard=heard[row.desk_id], versions=versions[row.desk_id])
            if brought.events or brought.has_heard:
                steps.append(step_of(row, brought.policy, before, brought.events))
            else:
                # Nothing may happen yet (mail is still unread): the lease stays, and so the case rests till it ends.
                log.debug("case %s is due but waits", row)
        save_steps(steps)
        return len(steps), sum(len(step.events) for step in steps)
