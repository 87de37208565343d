"""The record of which files were handed out to whom, and of who asked for what is not theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from troth.desk.models import Attachment
from troth.journal.audit import write_audit
from troth.people.models import Desk, Person
from troth.people.roles import acting_role

LONGEST_SUBJECT: Final = 80
"""An address may name any number; what was asked for is kept as far as there is room."""


def write_handed_out(desk: Desk, attachment: Attachment | None, *, asked: int, by: Person | None, at: datetime) -> None:
    """The file that was asked for was handed out, or it was refused: one that is not there and one that is not theirs
    are told alike here too.
    """
    role = acting_role(by, desk) if by is not None else None
    with transaction.atomic():
        write_audit(
            "took an attachment" if attachment is not None else "was refused an attachment",
            f"attachment {asked}"[:LONGEST_SUBJECT],
            at=at,
            by=by.pk if by is not None else None,
            role=str(role or "person"),
            desk=desk.pk,
            data={"message": attachment.message_id} if attachment is not None else {},
        )
