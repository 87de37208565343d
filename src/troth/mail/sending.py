"""Mail on its way out: built once, kept with its id before it leaves, handed to a server or laid in a folder."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.utils import timezone

from troth.desk.adopting import policy_of
from troth.desk.models import Case, Message, Notice
from troth.desk.notices import CASE_HOLDER, REPLY
from troth.desk.readers import line_for
from troth.desk.scanning import Scan, look_at
from troth.desk.store import stored_state
from troth.hours import instant
from troth.mail.addresses import Address
from troth.mail.filenames import safe_name
from troth.mail.mailboxes import mailbox_of
from troth.mail.models import Mailbox, Received, Sent
from troth.mail.outgoing import REFERENCES_KEPT, File, build, is_message_id, new_message_id
from troth.mail.participants import address_for

LARGEST_ENCLOSED: Final = 15_000_000
LONGEST_NAME: Final = 200
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def deliver(notice: Notice, *, at: dt.datetime | None = None) -> str:
    """The notice was handed over; its Message-ID comes back. Raises what the server or the disk said if not.

    Id and bytes are committed before, so a mail that goes twice (we died in between) is the same mail.
    """
    sent = Sent.objects.filter(notice=notice).first() or prepared(notice, at or timezone.now())
    hand_over(sent)
    return sent.mail_id


def prepared(notice: Notice, at: dt.datetime) -> Sent:
    """The mail of this notice, built and kept; not yet sent.

    The scanner is asked before the transaction begins: in SQLite nobody else writes while one is open.
    """
    files = files_of(notice.message) if notice.message is not None else ()
    with transaction.atomic():
        case = Case.objects.select_related("desk", "policy_version", "amendment").get(pk=notice.case_id)
        mailbox = mailbox_of(case.desk)
        mail_id = new_message_id(mailbox.address.rpartition("@")[2])
        return Sent.objects.create(
            desk=case.desk,
            mailbox=mailbox,
            case=case,
            notice=notice,
            mail_id=mail_id,
            address=notice.address,
            subject=one_line(notice.subject)[:250],
            made_at=at,
            content=built(notice, case, mailbox, mail_id, at, files=files),
        )


def built(
    notice: Notice, case: Case, mailbox: Mailbox, mail_id: str, at: dt.datetime, *, files: Sequence[File]
) -> bytes:
    """The bytes of the mail: what a person wrote comes as from a person, what a rule sends is marked so."""
    message = notice.message
    person = notice.person
    holder = person if notice.recipient == CASE_HOLDER else None
    earlier = thread_of(case, mailbox)
    return build(
        sender=Address(sender_name(case, message), mailbox.address),
        to=[Address(one_line(person.name) if person is not None else "", notice.address)],
        reply_to=address_for(case, holder, mailbox, at=at) if holder is not None else None,
        subject=one_line(notice.subject) or f"[{case.label}]",
        text=text_of(notice, case, at),
        sent_at=at,
        message_id=mail_id,
        in_reply_to=earlier[-1] if earlier else "",
        references=earlier,
        notice=notice.kind if message is None else "",
        files=files,
    )


def sender_name(case: Case, message: Message | None) -> str:
    """Who writes: the agent by name where one did, always with the vendor's."""
    if message is not None and message.author is not None and message.author.name:
        return one_line(f"{message.author.name}, {case.desk.vendor}")
    return one_line(case.desk.vendor)


def text_of(notice: Notice, case: Case, at: dt.datetime) -> str:
    """The whole text; beneath an agent's own words stands where the case is now, and the way to it."""
    if notice.kind != REPLY:
        return notice.body
    state = stored_state(case)
    line = line_for(policy_of(case), state, audience="customer", at=max(instant(at), state.at))
    link = f"{settings.TROTH_URL}/{case.desk.slug}/cases/{case.label}"
    return f"{notice.body.rstrip()}\n\n{case.label}: {line.sentence}\n{link}\n"


def thread_of(case: Case, mailbox: Mailbox) -> list[str]:
    """The ids of the mails that went to and fro on this case, oldest first; those that may stand in a header."""
    came = Received.objects.filter(case=case, mailbox=mailbox, message__isnull=False).exclude(mail_id="")
    rows = [
        *came.order_by("-pk").values_list("received_at", "mail_id")[:REFERENCES_KEPT],
        *Sent.objects.filter(case=case, mailbox=mailbox)
        .order_by("-pk")
        .values_list("made_at", "mail_id")[:REFERENCES_KEPT],
    ]
    return [mail_id for _, mail_id in sorted(rows) if is_message_id(mail_id)]


def files_of(message: Message) -> Sequence[File]:
    """The files that an agent put beside their words, as far as a mail carries them."""
    files, room = [], LARGEST_ENCLOSED
    for attachment in message.attachments.order_by("pk"):
        if attachment.size > room:
            continue  # it lies on the case's page, to which the mail leads
        found = look_at(attachment, at=timezone.now())
        if found is Scan.HELD:
            raise OSError("the scanner does not answer, and no file leaves unchecked")
        if found is Scan.HARMFUL:
            continue
        room -= attachment.size
        with attachment.file.open("rb") as content:
            name = safe_name(attachment.name, attachment.media_type)
            files.append(File(name, attachment.media_type, content.read()))
    return files


def one_line(value: str) -> str:
    """Words for a header: no line ends, no control characters, nothing a reader would decode into some."""
    return " ".join(_CONTROLS.sub(" ", value).replace("=?", "= ?").split())[:LONGEST_NAME]


def hand_over(sent: Sent) -> None:
    """The mail is with the server, or in the outbox folder where no server is named."""
    if settings.TROTH_SMTP_URL:
        to_server(sent)
    else:
        to_folder(sent, Path(settings.TROTH_OUTBOX))


def to_server(sent: Sent) -> None:
    """The server took the mail; what comes back goes to the mailbox."""
    backend = EmailBackend()
    backend.open()
    try:
        if backend.connection is None:
            raise ConnectionError("the mail server gave no connection")
        backend.connection.sendmail(sent.mailbox.address, [sent.address], bytes(sent.content))
    finally:
        backend.close()


def to_folder(sent: Sent, folder: Path) -> None:
    """The mail is in the folder whole, and on the disk, or not at all; a second try replaces the first."""
    folder.mkdir(mode=0o750, exist_ok=True)  # not its parents: where the data folder is away, none may be begun
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as writing:
            writing.write(bytes(sent.content))
            writing.flush()
            os.fsync(writing.fileno())
        Path(draft).replace(folder / f"{sent.made_at.astimezone(dt.UTC):%Y%m%d-%H%M%S}-{sent.pk}.eml")
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """The folder's own list of names is on the disk."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
