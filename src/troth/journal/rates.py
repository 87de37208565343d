"""Limits shared by every process: how often a thing may be tried, by one person and from one place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from troth.journal.models import Rate


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried in each stretch of `per`: by one person or address, and from one source."""

    kind: str
    each: int
    source: int
    per: timedelta


def is_within(limit: Limit, *, who: str, source: str, at: datetime) -> bool:
    """Whether `who` may do this once more from `source`; the try counts against both, whatever the answer.

    Both are counted every time, so that an answer costs the same whichever limit was passed. An empty `who`
    or `source` (a command, a test) is not counted.
    """
    by_who = not who or is_allowed(limit.kind, who, limit=limit.each, per=limit.per, at=at)
    by_source = not source or is_allowed(f"{limit.kind} from", source, limit=limit.source, per=limit.per, at=at)
    return by_who and by_source


def is_allowed(kind: str, who: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Whether `who` (an address, a person) may do this once more; the try is counted either way.

    At most `limit` tries pass in each stretch of `per`, stretches beginning at multiples of it. `who` is
    kept as a digest, so the table tells nobody who tried.
    """
    length = int(per.total_seconds())
    start = datetime.fromtimestamp(int(at.timestamp()) // length * length, UTC)
    key = hashlib.sha256(f"{kind}\0{who.strip().casefold()}".encode("utf-8", "surrogatepass")).hexdigest()
    with transaction.atomic():
        rate, _ = Rate.objects.get_or_create(key=key, starts_at=start)
        Rate.objects.filter(pk=rate.pk).update(count=F("count") + 1)
        rate.refresh_from_db(fields=["count"])
    return rate.count <= limit
