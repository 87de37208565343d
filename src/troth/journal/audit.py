"""The record of who did what."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet

from troth.journal.hashing import content_digest
from troth.journal.models import AuditEntry

ERASED: Final = "(erased)"
"""What stands for a subject that was erased; the trigger on the table knows the word."""
ERASING: Final = "erased audit entries"
SALT_BYTES: Final = 16


def write_audit(
    action: str,
    subject: str,
    *,
    at: datetime,
    by: int | None,
    role: str,
    desk: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """One entry is written in the transaction of the change it speaks of.

    `by` and `desk` are the numbers of a person and a desk. Outside a transaction it raises: an entry that
    can be there without its change, or the other way about, proves nothing. It is sealed into its chain later,
    so that two who write at once never wait for each other.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"audit of {action!r} must be written in the same transaction as the change."
        )
    told, salt = dict(data or {}), secrets.token_hex(SALT_BYTES)
    entry = AuditEntry(
        at=at,
        desk_id=desk,
        actor_id=by,
        role=role,
        action=action,
        subject=subject,
        data=told,
        salt=salt,
        digest=content_digest(salt, subject, told),
    )
    entry.save()
    return entry


def erase_entries(keys: Collection[int], *, at: datetime, by: int | None, role: str) -> int:
    """Subject and data of these entries are gone for good, and their salts with them; how many there were.

    Their digests stay, so the chains hold, and an entry of its own names them: one that was emptied and is not
    named there is a fault (`troth audit check`).
    """
    past_the_model: QuerySet[AuditEntry] = QuerySet(AuditEntry)  # whose own rows refuse every update
    rows = past_the_model.filter(pk__in=keys).exclude(salt="")
    erased = sorted(rows.values_list("pk", flat=True))
    if erased:
        rows.update(subject=ERASED, data={}, salt="")
        write_audit(ERASING, f"{len(erased)} entries", at=at, by=by, role=role, data={"entries": erased})
    return len(erased)
