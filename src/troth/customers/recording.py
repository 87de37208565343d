"""How every change of what a customer holds is put on record: an audit entry, and a word to the open cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from troth.customers.models import Account
from troth.journal.audit import write_audit
from troth.journal.changes import Changed, note_change
from troth.people.models import Person


def put_on_record(
    account: Account,
    action: str,
    *,
    by: Person | None,
    at: datetime,
    brings: Changed | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """What was done stands in the audit record; with `brings`, the worker takes it to the account's open cases.

    Call it in the transaction of the change. Without a person it was the desk's own doing: a command, an import.
    """
    write_audit(
        action,
        f"account {account.pk}",
        at=at,
        by=by.pk if by is not None else None,
        role="person" if by is not None else "system",
        desk=account.desk_id,
        data=data,
    )
    if brings is not None:
        note_change(brings, desk=account.desk_id, account=account.pk, at=at)
