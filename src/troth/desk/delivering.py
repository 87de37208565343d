"""What the desk owes people leaves it: each notice is a job of its own, queued in the transaction that ruled it.

The notice keeps the frozen text and what became of it; the job keeps whose turn it is, the lease and the tries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import task

from troth.desk.actors import SYSTEM
from troth.desk.door import record
from troth.desk.models import Notice
from troth.desk.notices import DELIVER
from troth.desk.outside import outside
from troth.desk.store import queue_notices
from troth.journal.audit import write_audit
from troth.journal.jobs import CARE, MAIL, Care, Failure, Then
from troth.people.models import Person
from troth.policy.vocabulary import Notice as Kind
from troth.policy.vocabulary import Verb

LEASE: Final = timedelta(minutes=15)
"""So long a worker may have a mail: a scanner may take a minute for each of ten files, a mail server half a minute
for each of ten answers."""


@task(queue_name=MAIL)
def deliver(case: int, sequence: int, kind: str, recipient: str, *, clock: Callable[[], datetime]) -> Then | None:
    """The notice is handed over; that it went is written with the job's being done.

    A crash between the two sends it once more: at least once, under the same id.
    """
    waiting = queued(case, sequence, kind, recipient)
    owed = waiting.select_related("desk", "case__desk", "person", "message__author").first()
    if owed is None:
        return None
    mail_id = outside.deliver(owed)
    return Then(lambda: mark_sent(owed, mail_id, clock()))


def queued(case: int, sequence: int, kind: str, recipient: str) -> QuerySet[Notice]:
    """The notice of that identity, while it waits to be sent."""
    return Notice.objects.filter(case=case, sequence=sequence, kind=kind, recipient=recipient, state="queued")


def mark_sent(notice: Notice, mail_id: str, now: datetime) -> None:
    """The notice stands as sent, and what its going means for the case is recorded with it: once."""
    with transaction.atomic():
        is_news = Notice.objects.filter(pk=notice.pk, state="queued").update(
            state="sent", sent_at=now, mail_id=mail_id[:255], attempts=F("attempts") + 1
        )
        if is_news and notice.kind == Kind.CONFIRMATION:
            record(notice.case_id, Verb.CONFIRM, by=SYSTEM, at=now, key=f"confirm {notice.stable_id}")


def when_failed(given: Sequence[Any], failure: Failure) -> None:
    """The notice says why it did not go; after the last try it stands as failed, for a person to see."""
    queued(*given).update(
        state="failed" if failure.is_over else "queued",
        attempts=failure.tries,
        failure=failure.reason,
        failed_at=failure.at if failure.is_over else None,
    )


def send_again(notice: Notice, *, by: Person, role: str, at: datetime) -> bool:
    """A notice that failed for good is queued anew with all its tries; False where it had not, or reaches nobody."""
    with transaction.atomic():
        failed = Notice.objects.filter(pk=notice.pk, state="failed", person__isnull=False)
        if not failed.update(state="queued", attempts=0, failure="", failed_at=None):
            return False
        queue_notices([notice], after=at)
        write_audit(
            "sent a failed notice again",
            f"notice {notice.pk}",
            at=at,
            by=by.pk,
            role=role,
            desk=notice.desk_id,
            data={"case": notice.case_id, "kind": notice.kind},
        )
        return True


CARE[DELIVER] = Care(lease=LEASE, when_failed=when_failed)
