"""Mail on its way in: kept first, in a transaction of its own, and only then looked at.

A mail that raises becomes *failed*: visible, tried again by the worker, never lost and never in its
neighbours' way. All that a mail brings about commits together with what is said of it here.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Final

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, Min, Q, QuerySet

from troth.hours import Instant, instant
from troth.mail.identity import content_key
from troth.mail.intake import Outcome, take_in
from troth.mail.models import Mailbox, RawMail, Received, State
from troth.mail.reading import Mail, read_mail
from troth.people.models import Desk

log = logging.getLogger("troth.mail")

TRIES: Final = 5
LONGEST_TRY: Final = dt.timedelta(minutes=2)
"""Who took a mail up and has not said by then what became of it is taken for dead."""
RESTS: Final = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
BATCH: Final = 50
LONGEST_REASON: Final = 2000


def receive(raw: bytes, mailbox: Mailbox, *, at: dt.datetime) -> Received:
    """The mail is kept, and what became of it is known; one that came before is left as it is."""
    received, is_new = keep(raw, mailbox, at=at)
    if is_new or received.state == State.STORED:
        return process(received, at=at)
    return received


def keep(raw: bytes, mailbox: Mailbox, *, at: dt.datetime) -> tuple[Received, bool]:
    """The bytes and their row are committed when this returns; False when they were there before."""
    key = content_key(raw)
    known = Received.objects.filter(mailbox=mailbox, content_key=key)
    found = known.first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            received = Received.objects.create(
                desk_id=mailbox.desk_id,
                mailbox=mailbox,
                content_key=key,
                received_at=at,
                size=len(raw),
                try_at=at + LONGEST_TRY,
            )
            RawMail.objects.create(received=received, desk_id=mailbox.desk_id, content=raw)
    except IntegrityError:
        found = known.first()
        if found is None:
            raise
        return found, False  # the same mail came by two roads at once
    return received, True


def process(received: Received, *, at: dt.datetime) -> Received:
    """What the mail is has been decided and done, once; or it is *failed*, with the reason, and stays.

    A database that is away is no fault of the mail: the error goes to the caller, who tries later.
    """
    Received.objects.filter(pk=received.pk).update(attempts=F("attempts") + 1, try_at=at + LONGEST_TRY)
    try:
        with transaction.atomic():
            row = (
                Received.objects.select_for_update(of=("self",))
                .select_related("mailbox__desk", "desk")
                .get(pk=received.pk)
            )
            if row.state not in {State.STORED, State.FAILED}:
                return row
            mail = read_mail(bytes(row.raw.content))
            write_down(row, mail, take_in(row, mail))
            return row
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("mail %s could not be taken in; its bytes are kept", received.pk)
        return failed(received, error, at=at)


def write_down(row: Received, mail: Mail, outcome: Outcome) -> None:
    """The row says what the mail was and what became of it."""
    describe(row, mail)
    row.state, row.reason, row.clause = outcome.state, outcome.reason, outcome.clause
    row.proof, row.case, row.message = outcome.proof, outcome.case, outcome.message
    row.try_at = None
    row.save()


def describe(row: Received, mail: Mail) -> None:
    """Who, what about, and what could not be read: short enough for its columns."""
    row.sender = mail.sender.key[:320] if mail.sender else ""
    row.sender_name = mail.sender.name[:300] if mail.sender else ""
    row.subject = mail.subject[:998]
    row.mail_id = mail.message_id[:998]
    row.defects, row.left_out = list(mail.defects)[:100], list(mail.left_out)[:100]


def failed(received: Received, error: Exception, *, at: dt.datetime) -> Received:
    """The mail is visible as failed; a worker tries it again, later each time, five times in all."""
    with transaction.atomic():
        row = Received.objects.select_for_update(of=("self",)).get(pk=received.pk)
        if row.state not in {State.STORED, State.FAILED}:
            return row  # another has taken it in meanwhile, and that stands
        row.state = State.FAILED
        row.reason = f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST_REASON]
        row.try_at = at + RESTS[row.attempts - 1] if row.attempts < TRIES else None
        row.save(update_fields=["state", "reason", "try_at"])
    try:
        with transaction.atomic():
            describe(row, read_mail(bytes(row.raw.content)))
            row.save(update_fields=["sender", "sender_name", "subject", "mail_id", "defects", "left_out"])
    except Exception:  # what failed may be the reading itself
        log.exception("mail %s cannot even be described", received.pk)
    return row


def process_waiting(now: dt.datetime) -> int:
    """Every mail that was left half-way, or failed and is due for another try, has had it; how many."""
    done = 0
    for pk in list(waiting(now).order_by("received_at", "pk").values_list("pk", flat=True)[:BATCH]):
        # The first to move `try_at` has the mail; the others find nothing to do.
        if not waiting(now).filter(pk=pk).update(try_at=now + LONGEST_TRY):
            continue
        row = Received.objects.get(pk=pk)
        if row.attempts >= TRIES:
            failed(row, RuntimeError("it was taken up five times and never finished"), at=now)
        else:
            process(row, at=now)
        done += 1
    return done


def waiting(now: dt.datetime) -> QuerySet[Received]:
    """Mails that a worker has to look at by now."""
    return Received.objects.filter(Q(state=State.STORED) | Q(state=State.FAILED), try_at__lte=now)


def retry(rows: Iterable[Received], *, at: dt.datetime) -> list[Received]:
    """Each of these mails, stored or failed, is tried once more at once, however often it was before."""
    return [process(row, at=at) for row in rows if row.state in {State.STORED, State.FAILED}]


def heard_until(desk: Desk) -> Instant | None:
    """Up to when the desk's mail has been read: just before the oldest mail still on its way; None, all of it."""
    oldest = Received.objects.filter(desk=desk, try_at__isnull=False).aggregate(at=Min("received_at"))["at"]
    return instant(oldest) - 1 if oldest is not None else None
