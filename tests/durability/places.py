"""Private databases with one desk in them, put back to their beginning for each test."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import ROOT, without
from tests.durability.clock import Clock
from tests.durability.nursery import Child, Nursery

POSTGRES = os.environ.get("POSTGRES_URL") or "postgresql://root@127.0.0.1/test"
IS_LONG = os.environ.get("TROTH_TEST_LONG") == "1"
"""Whether `make test-long` runs: it strikes ten times as often."""
KILLS = 100 if IS_LONG else 10
START = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
"""A Friday afternoon at the desk, a minute before it closes or so; cases open here unless a test says otherwise."""


class Place:
    """A data folder, a database, a clock, and a nursery of processes that know no others."""

    def __init__(self, kind: str, folder: Path, url: str = "") -> None:
        self.kind, self.folder, self.url = kind, folder, url
        self.var = folder / "var"
        self.var.mkdir(parents=True)
        self.clock = Clock(folder / "clock", START)
        self.nursery = Nursery(self.environ(), folder)
        self.nursery.do("prepare")
        self.keep()

    def environ(self) -> dict[str, str]:
        """What its processes find around them."""
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environ |= {"TROTH_VAR": str(self.var), "TROTH_TEST_CLOCK": str(self.folder / "clock")}
        environ |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "TROTH_DEMO": "0"}
        return environ | ({"DATABASE_URL": self.url} if self.url else {})

    def keep(self, name: str = "kept") -> None:
        """What is there now, with the time it is, can be put back under this name."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.var, self.folder / name)
        (self.folder / f"{name}-at").write_text(self.clock.now().isoformat())

    def fresh(self, name: str = "kept") -> None:
        """As it was when it was kept. No process may be at work here."""
        shutil.rmtree(self.var)
        shutil.copytree(self.folder / name, self.var)
        self.clock.set(datetime.fromisoformat((self.folder / f"{name}-at").read_text()))

    def start(self, what: str, **given: Any) -> Child:
        """A process that does this here."""
        return self.nursery.start(what, **given)

    def do(self, what: str, **given: Any) -> Any:
        """What came of it."""
        return self.nursery.do(what, **given)

    def close(self) -> None:
        """Nothing of it is left."""
        self.nursery.close()


class PostgresPlace(Place):
    """The same on PostgreSQL: the kept state is a database of its own, copied by the server."""

    def __init__(self, folder: Path, server: str = POSTGRES) -> None:
        self.at = server
        try:
            self.reconnect()
        except psycopg.OperationalError as error:
            without(f"PostgreSQL does not answer at {server}: {error}")
        self.sequences: dict[str, list[Any]] = {}
        self.name = f"troth_durable_{secrets.token_hex(6)}"
        self.server.execute(f'CREATE DATABASE "{self.name}"')
        super().__init__("postgresql", folder, f"{server.rpartition('/')[0]}/{self.name}")

    def reconnect(self) -> None:
        """The test's own connection, to make and drop databases."""
        self.server = psycopg.connect(self.at, autocommit=True, connect_timeout=60)

    def keep(self, name: str = "kept") -> None:
        """Every table has a copy in a schema beside it: put back within milliseconds, unlike a whole database."""
        super().keep(name)
        with psycopg.connect(self.url) as database:
            rows = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self.tables = [table for (table,) in rows]
            database.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
            database.execute(f'CREATE SCHEMA "{name}"')
            for table in self.tables:
                database.execute(f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"')
            rows = database.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            self.sequences[name] = rows.fetchall()

    def fresh(self, name: str = "kept") -> None:
        """Whoever is still connected is sent away, and each row and number is as it was."""
        super().fresh(name)
        with psycopg.connect(self.url) as database:
            database.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            database.execute("SET LOCAL session_replication_role = replica")  # no triggers, no foreign keys
            for table in self.tables:
                database.execute(f'DELETE FROM public."{table}"')
                database.execute(f'INSERT INTO public."{table}" SELECT * FROM "{name}"."{table}"')
            for sequence, last in self.sequences[name]:
                database.execute("SELECT setval(%s::regclass, %s, %s)", (f'public."{sequence}"', last or 1, bool(last)))

    def close(self) -> None:
        """The database goes too."""
        super().close()
        self.server.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self.server.close()
