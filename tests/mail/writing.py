"""Writes mails as customers' programs do, hands them in, and reads what the desk sent back."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from troth.mail.reading import Mail, read_mail

if TYPE_CHECKING:
    from troth.desk.models import Case, Notice
    from troth.mail.models import Received
    from troth.people.models import Desk

numbers = count(1)


def mail(
    text: str = "The host stops at noon.",
    *,
    sender: str | None = "Ann Lee <ann@customer.example>",
    to: str = "netop@desk.example",
    subject: str | None = "The host stops",
    **headers: str,
) -> bytes:
    """The bytes of a mail; further headers by name, `_` for `-`."""
    number = next(numbers)
    fields = {"From": sender, "To": to, "Subject": subject, "Message-ID": f"<m{number}@customer.example>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def handed_in(desk: Desk, raw: bytes, *, at: datetime) -> Received:
    """What became of these bytes in the desk's own mailbox."""
    from troth.mail.mailboxes import mailbox_of  # noqa: PLC0415 - models need Django to be ready
    from troth.mail.receiving import receive  # noqa: PLC0415 - models need Django to be ready

    return receive(raw, mailbox_of(desk), at=at)


def posted(notice: Notice, *, at: datetime) -> Mail:
    """The mail of this notice as its recipient reads it."""
    from troth.mail.models import Sent  # noqa: PLC0415
    from troth.mail.sending import deliver  # noqa: PLC0415

    deliver(notice, at=at)
    return read_mail(bytes(Sent.objects.get(notice=notice).content))


def reply_address_of(case: Case, *, at: datetime) -> str:
    """Where the case's holder replies to."""
    from troth.mail.mailboxes import mailbox_of  # noqa: PLC0415
    from troth.mail.participants import address_for  # noqa: PLC0415

    address = address_for(case, case.contact.person, mailbox_of(case.desk), at=at)
    assert address is not None
    return address.email
