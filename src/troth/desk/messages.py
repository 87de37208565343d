"""What people write, kept apart from the events so that it can be erased."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.files.base import ContentFile

from troth.desk.models import Attachment, Case, Message
from troth.people.models import Person
from troth.policy.vocabulary import Role

CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
"""What a sender may have put into a file's kind: no database keeps it, no mail may carry it."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that comes with a message; whoever reads it in has already made the name safe."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Something somebody wrote; `html` is already cleaned, `received_at` is when it reached us."""

    text: str
    html: str = ""
    received_at: datetime | None = None
    mail_id: str = ""
    author_name: str = ""
    direction: str | None = None
    enclosed: tuple[Enclosed, ...] = field(default=())


def direction_of(role: Role) -> str:
    """Which way a message goes that someone in this role writes."""
    return {Role.CUSTOMER: "customer", Role.SYSTEM: "automatic"}.get(role, "us")


def keep_message(
    row: Case,
    written: Written | None,
    *,
    direction: str,
    author: Person | None,
    at: datetime,
    sequence: int | None,
) -> Message | None:
    """The message with its attachments, in the transaction of its act; None where nothing was written."""
    if written is None or not (written.text.strip() or written.html.strip() or written.enclosed):
        return None
    message = Message.objects.create(
        case=row,
        desk_id=row.desk_id,
        sequence=sequence,
        direction=written.direction or direction,
        author=author,
        author_name=written.author_name[:160],
        at=at,
        received_at=written.received_at,
        text=written.text.replace("\0", ""),
        html=written.html.replace("\0", ""),
        mail_id=written.mail_id[:255],
    )
    for file in written.enclosed:
        attachment = Attachment(
            message=message,
            desk_id=row.desk_id,
            name=file.name[:200],
            media_type=CONTROLS.sub("", file.media_type)[:120],
            size=len(file.content),
            digest=hashlib.sha256(file.content).hexdigest(),
            content_id=file.content_id[:255],
        )
        attachment.file.save(file.name, ContentFile(file.content))
    return message
