"""Limits shared by every process: how often a thing may be tried."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from troth.journal.models import Rate


def is_allowed(kind: str, who: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Whether `who` (an address, a person) may do this once more; the try is counted either way.

    At most `limit` tries pass in each stretch of `per`, stretches beginning at multiples of it. `who` is
    kept as a digest, so the table tells nobody who tried.
    """
    length = int(per.total_seconds())
    start = datetime.fromtimestamp(int(at.timestamp()) // length * length, UTC)
    key = hashlib.sha256(f"{kind}\0{who.strip().casefold()}".encode()).hexdigest()
    with transaction.atomic():
        rate, _ = Rate.objects.get_or_create(key=key, starts_at=start)
        Rate.objects.filter(pk=rate.pk).update(count=F("count") + 1)
        rate.refresh_from_db(fields=["count"])
    return rate.count <= limit


def forget_old(before: datetime) -> int:
    """Stretches that began before this instant are dropped; the number of them comes back."""
    return Rate.objects.filter(starts_at__lt=before).delete()[0]
