"""Counts what is asked of the database: each SELECT, INSERT, UPDATE; a statement told for many rows counts once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

STATEMENT = re.compile(
    r"^(?:\d+ times: )?\(?(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+(?:\"(\w+)\"|.*? FROM \"(\w+)\")", re.DOTALL
)
NOT_COUNTED = frozenset({"django_session"})


class Asked(list[str]):
    """What was asked, as words like `SELECT desk_case`, in order."""


@contextmanager
def asked() -> Iterator[Asked]:
    """What the block asks of the database; savepoints and the session are left out."""
    words = Asked()
    with CaptureQueriesContext(connection) as context:
        yield words
    for query in context.captured_queries:
        found = STATEMENT.match(query["sql"])
        if found is None:
            assert query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")), query["sql"]
            continue
        verb, table = found.group(1).split()[0], found.group(2) or found.group(3)
        if table not in NOT_COUNTED:
            words.append(f"{verb} {table}")
