"""The one answer the desk gives by itself to a mail that the policy makes no case of, where the policy has one.

RFC 3834: never to a machine (those are sorted out before), at most one an hour to a sender, and marked as automatic.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django_tasks import task

from troth.desk.delivering import LEASE
from troth.desk.policies import in_force, load_policy
from troth.desk.texts import fill, text_for
from troth.journal.jobs import CARE, MAIL, Care, queue
from troth.journal.rates import is_allowed
from troth.mail.addresses import Address
from troth.mail.models import Received, Sent
from troth.mail.outgoing import build, is_message_id, new_message_id
from troth.mail.reading import Mail
from troth.mail.sending import hand_over, one_line
from troth.policy.vocabulary import Notice as Kind

DELIVER: Final = "troth.mail.answering.deliver"
AN_HOUR: Final = timedelta(hours=1)


def tell_held(received: Received, mail: Mail) -> bool:
    """The sender will hear that their mail is kept and no case yet; False where the policy says nothing of it.

    Text and bytes are frozen in the transaction in which the mail is held, and the job that sends them is queued.
    """
    desk, sender, at = received.desk, mail.sender, received.received_at
    version = in_force(desk, at)
    if sender is None or Kind.HELD not in load_policy(version).notices:
        return False
    if not is_allowed("automatic answer", f"{desk.pk} {sender.key}", limit=1, per=AN_HOUR, at=at):
        return False
    words = {
        "title": mail.subject,
        "vendor": desk.vendor,
        "desk": desk.title,
        "contact": sender.name or sender.email,
        "link": f"{settings.TROTH_URL}/{desk.slug}/cases/new",
        "policy link": f"{settings.TROTH_URL}/{desk.slug}/policy",
    }
    subject, body = fill(text_for(str(Kind.HELD), desk.language, version.notices), words)
    mail_id = new_message_id(received.mailbox.address.rpartition("@")[2])
    sent = Sent.objects.create(
        desk=desk,
        mailbox=received.mailbox,
        mail_id=mail_id,
        address=sender.email,
        subject=one_line(subject)[:250],
        made_at=at,
        content=build(
            sender=Address(one_line(desk.vendor), received.mailbox.address),
            to=[Address(one_line(sender.name), sender.email)],
            subject=one_line(subject),
            text=body,
            sent_at=at,
            message_id=mail_id,
            in_reply_to=mail.message_id if is_message_id(mail.message_id) else "",
            notice=str(Kind.HELD),
        ),
    )
    queue(DELIVER, [((sent.pk,), at)], to=MAIL)
    return True


@task(queue_name=MAIL)
def deliver(sent: int, *, clock: Callable[[], datetime]) -> str:
    """The mail is with the server; one that goes twice (we died in between) is the same mail, with the same id."""
    row = Sent.objects.select_related("mailbox").get(pk=sent)
    hand_over(row)
    return row.mail_id


CARE[DELIVER] = Care(lease=LEASE)
