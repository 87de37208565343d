"""Case numbers, given out one by one, and what opening a case has to know before all else, in the same question.

The statement that counts up is the lock: whoever opens a case on this desk waits for it, so no two get one number.
Django's own UPDATE gives nothing back, and asking again would be two questions more for each case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from troth.desk.models import Counter, Done, PolicyVersion
from troth.desk.policies import version_known, versions_at
from troth.people.models import Desk


@dataclass(frozen=True, slots=True)
class Taken:
    """The desk's next number, ours until the transaction ends; the version in force; whether the key was used.

    Two with one key at the same instant may both read that it was not: the later one's cannot be written, and is asked
    for again (`door.at_the_door`).
    """

    number: int
    version: PolicyVersion | None
    is_done: bool


def take_number(desk: Desk, at: datetime, key: str | None) -> Taken:
    """The next number of this desk, inside a transaction; a case that is not opened after all gives it back."""
    table = connection.ops.quote_name(Counter._meta.db_table)  # noqa: SLF001 (Django's own name for it)
    version = versions_at(desk, at)
    beside = [version.values(name)[:1] for name in ("pk", "ref", "published_at")]
    beside += [Done.objects.filter(desk=desk, key=key).values("pk")[:1]] if key is not None else []
    told = [sql_of(rows) for rows in beside]
    returned = ", ".join(["last", *(f"({sql})" for sql, _ in told)])
    sql = f"UPDATE {table} SET last = last + 1 WHERE desk_id = %s RETURNING {returned}"  # noqa: S608 (no word of a person's)
    with connection.cursor() as cursor:
        cursor.execute(sql, [desk.pk, *(value for _, values in told for value in values)])
        row = cursor.fetchone()
    if row is None:
        raise Counter.DoesNotExist(f"The desk {desk.slug} has no counter of cases.")
    number, pk, ref, published_at, *done = row
    known = version_known(pk, ref, aware(published_at)) if pk is not None else None
    return Taken(number, known, bool(done) and done[0] is not None)


def give_back(desk: Desk) -> None:
    """The number just taken is the next one again; nobody else can have had one since."""
    Counter.objects.filter(desk=desk).update(last=F("last") - 1)


def sql_of(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """The question as the database reads it, and its values."""
    return rows.query.sql_with_params()


def aware(at: Any) -> datetime:
    """A time as the database gave it: what SQLite keeps is in UTC and does not say so."""
    told: datetime = datetime.fromisoformat(at) if isinstance(at, str) else at
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
