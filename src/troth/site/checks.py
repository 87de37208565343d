"""Checks that a start must pass: the disk is made to keep what was acknowledged, the key is our own.

TRUST.md: a commit that the desk acknowledged is on the disk. SQLite gives that with `synchronous=FULL`,
PostgreSQL with `fsync` and `synchronous_commit`; a desk set otherwise does not start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

FULL: Final = 2
EXTRA: Final = 3
SAFE_COMMITS: Final = frozenset({"on", "remote_apply", "remote_write"})
SHORTEST_KEY: Final = 50
FEWEST_CHARACTERS: Final = 10
EXAMPLE_WORDS: Final = ("insecure", "changeme", "change-me")


@register(Tags.database)
def database_keeps_what_it_acknowledges(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Every database this start will write to has safe settings."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "sqlite":
            found += sqlite_findings(connection)
        elif connection.vendor == "postgresql":
            found += postgresql_findings(connection)
        else:
            found.append(
                Error(
                    f"Troth keeps its data in SQLite or PostgreSQL, not in {connection.vendor}.",
                    hint="Leave DATABASE_URL out, or set it to postgresql://...",
                    id="troth.E001",
                )
            )
    return found


def sqlite_findings(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """SQLite syncs at each commit and holds foreign keys."""
    found: list[CheckMessage] = []
    if setting(connection, "PRAGMA journal_mode") not in {"wal", "memory"}:  # a database in memory has no log
        found.append(
            Error(
                "SQLite does not keep a log of its own (PRAGMA journal_mode is not WAL): readers and writers would "
                "stop each other.",
                hint="Put PRAGMA journal_mode=WAL into the init_command of DATABASES; the data folder must lie on a "
                "disk of this machine, not on a network's.",
                id="troth.E008",
            )
        )
    if setting(connection, "PRAGMA synchronous") not in {FULL, EXTRA}:
        found.append(
            Error(
                "SQLite does not sync its log at each commit (PRAGMA synchronous is not FULL): "
                "what was acknowledged could be lost when the machine stops.",
                hint="Set PRAGMA synchronous=FULL in the init_command of DATABASES.",
                id="troth.E002",
            )
        )
    if setting(connection, "PRAGMA foreign_keys") != 1:
        found.append(
            Error(
                "SQLite does not hold foreign keys.",
                hint="Take out what switches PRAGMA foreign_keys off.",
                id="troth.E003",
            )
        )
    return found


def postgresql_findings(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """PostgreSQL syncs at each commit."""
    found: list[CheckMessage] = []
    if setting(connection, "SHOW fsync") != "on":
        found.append(
            Error(
                "PostgreSQL runs with fsync off: what was acknowledged could be lost.",
                hint="Set fsync = on in postgresql.conf and restart it.",
                id="troth.E004",
            )
        )
    commit = setting(connection, "SHOW synchronous_commit")
    if commit not in SAFE_COMMITS:
        found.append(
            Error(
                f"PostgreSQL runs with synchronous_commit = {commit}: a commit returns too early.",
                hint="Set synchronous_commit = on for this role or database.",
                id="troth.E005",
            )
        )
    return found


def setting(connection: BaseDatabaseWrapper, question: str) -> Any:
    """What the database answers to a question with one value."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row[0] if row else None


@register(Tags.security)
def key_is_our_own(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """The secret key is long, random and not one that came with an example."""
    key = settings.SECRET_KEY
    if (
        len(key) >= SHORTEST_KEY
        and len(set(key)) >= FEWEST_CHARACTERS
        and not any(word in key.lower() for word in EXAMPLE_WORDS)
    ):
        return []
    return [
        Error(
            "The secret key is too short or one that others know.",
            hint="Take TROTH_SECRET_KEY out (a key is then made in the data folder), "
            "or set it to 50 random characters or more.",
            id="troth.E006",
        )
    ]


@register(Tags.security)
def debug_is_for_the_demo(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Errors are shown with their code on a demo only: such a page tells a stranger settings and what was written."""
    if not settings.DEBUG or settings.TROTH_DEMO:
        return []
    return [
        Error(
            "TROTH_DEBUG is on, and this is no demo: errors would show settings, code and people's data.",
            hint="Take TROTH_DEBUG out.",
            id="troth.E007",
        )
    ]


def refuse_unsafe_start() -> None:
    """A server or worker process ends here, with the reasons, when a check of ours found an error."""
    errors = [
        message
        for message in (
            *key_is_our_own(),
            *debug_is_for_the_demo(),
            *database_keeps_what_it_acknowledges(databases=list(connections)),
        )
        if not message.is_silenced()
    ]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
