"""Of many requests for the last prepaid incident exactly one is covered (DESIGN §6, NTP-07)."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT, without

POSTGRES = os.environ.get("POSTGRES_URL") or "postgresql://root@127.0.0.1/test"
ONE = [1, 1, 1, 1]
"""One was told that it is covered, one case is, one incident is used, by one case."""


@pytest.fixture
def scratch() -> Iterator[str]:
    """A PostgreSQL database of one's own, dropped afterwards."""
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError:
        without(f"PostgreSQL does not answer at {POSTGRES}.")
    name = f"troth_last_{secrets.token_hex(4)}"
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def race(environ: dict[str, str]) -> dict[str, list[int]]:
    """What came of the races, in a process of their own."""
    environ = {**environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.desk.last_one"],
        cwd=ROOT,
        env=environ,
        check=False,
        timeout=600,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    came: dict[str, list[int]] = json.loads(done.stdout.splitlines()[-1])
    return came


def one_of_each(came: dict[str, list[int]]) -> None:
    """Two at once, five times; sixty-four; and sixteen open cases on which somebody acts, or buys a seat and a year."""
    several = {"many": [64, *ONE], "waiting": [16, *ONE], "renewing": [16, 2042]}
    assert came == {**{f"two {number}": [2, *ONE] for number in range(5)}, **several}


def test_of_many_requests_for_the_last_incident_one_is_covered_on_sqlite(tmp_path: Path) -> None:
    """Reserved in the transaction that opens the case, or that records the act which uses it."""
    environ = {**os.environ, "TROTH_VAR": str(tmp_path)}
    environ.pop("DATABASE_URL", None)
    one_of_each(race(environ))


@pytest.mark.postgres
def test_of_many_requests_for_the_last_incident_one_is_covered_on_postgresql(tmp_path: Path, scratch: str) -> None:
    """The same on the other database."""
    one_of_each(race({**os.environ, "TROTH_VAR": str(tmp_path), "DATABASE_URL": scratch}))
