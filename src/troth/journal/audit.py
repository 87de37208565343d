"""The record of who did what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from troth.journal.models import AuditEntry


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
    can be there without its change, or the other way about, proves nothing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"audit of {action!r} must be written in the same transaction as the change."
        )
    entry = AuditEntry(
        at=at, desk_id=desk, actor_id=by, role=role, action=action, subject=subject, data=dict(data or {})
    )
    entry.save()
    return entry
