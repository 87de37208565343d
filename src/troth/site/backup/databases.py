"""The two databases, copied out as they are at one instant, and put back into an empty place."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any, Final

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from troth.site.backup.archive import POSTGRESQL, SQLITE, BackupError

FILES: Final = "SELECT id, file, size, digest FROM desk_attachment WHERE file <> '' ORDER BY id"
COUNTS: Final = ("people_desk", "desk_case", "desk_event", "desk_message", "desk_attachment", "mail_received")
NEEDS: Final = "It comes with PostgreSQL's client: apt-get install postgresql-client."


@dataclass(frozen=True, slots=True)
class Named:
    """A file that the database names: where it lies, and what it must be."""

    pk: int
    file: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Copy:
    """The database at one instant: the file it lies in, the name it has in a backup, and what it knows of itself."""

    path: Path
    name: str
    files: list[Named]
    told: dict[str, Any]


@contextmanager
def copied(folder: Path) -> Iterator[Copy]:
    """A copy of the database lies in `folder`, of one instant, while everybody goes on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            target = folder / POSTGRESQL
            postgresql_tool(
                "pg_dump",
                f"--snapshot={snapshot}",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={target}",
            )
            copy = told_by(cursor, target, POSTGRESQL)
        yield copy  # after the transaction: who asks what was erased meanwhile must see it
        return
    target = folder / SQLITE
    with connection.cursor() as cursor:
        # A reader's copy: writers go on. And nothing that was deleted is in it, as it would be in a copy of pages.
        cursor.execute("VACUUM INTO %s", [str(target)])
    with closing(sqlite3.connect(target)) as snapshot, closing(snapshot.cursor()) as cursor:
        yield told_by(cursor, target, SQLITE)


def told_by(cursor: Any, path: Path, name: str) -> Copy:
    """What the copy itself says: asked of it, not of the database that has gone on meanwhile."""
    counts = {}
    for table in COUNTS:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (our own words)
        counts[table] = cursor.fetchone()[0]
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    migrations = [f"{app}.{step}" for app, step in cursor.fetchall()]
    cursor.execute(FILES)
    files = [Named(*row) for row in cursor.fetchall()]
    return Copy(path, name, files, {"database": connection.vendor, "migrations": migrations, "counts": counts})


def is_empty() -> bool:
    """Whether there is nothing in the database yet."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return not any(file.with_name(file.name + tail).exists() for tail in ("", "-wal", "-journal"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        return bool(cursor.fetchone()[0] == 0)


def put_back(dump: Path) -> None:
    """The database is what the copy was."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(dump)) as copy:
            (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
        if answer != "ok":
            raise BackupError(f"The database in it is damaged: {answer}. Take another backup.")
        dump.replace(str(connection.settings_dict["NAME"]))
    else:
        connection.close()
        postgresql_tool(
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump)
        )


def unknown_migrations(told: dict[str, Any]) -> list[str]:
    """The steps the backup's database has taken and this version does not know."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - reads every room

    known = {f"{app}.{step}" for app, step in MigrationLoader(None).disk_migrations}
    ours = {name.partition(".")[0] for name in known} | {MigrationRecorder.Migration._meta.app_label}  # noqa: SLF001 - documented
    return [name for name in told["migrations"] if name not in known and name.partition(".")[0] in ours]


def postgresql_tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs runs on our database; BackupError with what it said when it fails.

    The password goes by the environment: arguments can be read by everybody on the machine.
    """
    program = which(name)
    if program is None:
        raise BackupError(f"{name} is not on this machine. {NEEDS}")
    words, environment = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    *place, database = words[1:]
    done = subprocess.run(  # noqa: S603 (our own words)
        [program, *place, f"--dbname={database}", *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{name} failed: {done.stderr.strip() or done.returncode}")
