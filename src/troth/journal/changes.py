"""Changes of facts, left for the worker to bring to the open cases."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from troth.journal.models import FactChange


class Changed(StrEnum):
    """What of a customer's changed."""

    LICENCE = "licence"
    CONTRACT = "contract"
    PARTNER = "partner"
    PURCHASE = "purchase"


def note_change(what: Changed, *, desk: int, account: int, at: datetime) -> FactChange:
    """The change will reach every open case of the account; call it in the transaction of the change."""
    return FactChange.objects.create(what=what, desk_id=desk, account_id=account, at=at)
