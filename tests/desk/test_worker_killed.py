"""A worker is killed ten times at random instants; what was to happen has happened once, and nothing is lost."""

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT, without

KILLS = 10
POSTGRES = os.environ.get("POSTGRES_URL") or "postgresql://root@127.0.0.1/test"


def process(what: str, environ: dict[str, str]) -> "subprocess.Popen[str]":
    """One of the things `tests.desk.killed` does, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.desk.killed", what],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def finished(what: str, environ: dict[str, str]) -> str:
    """The last line of a process that must end well."""
    running = process(what, environ)
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 0, said
    return said.strip().splitlines()[-1] if said.strip() else ""


@pytest.fixture
def scratch() -> Iterator[str]:
    """A PostgreSQL database of one's own, dropped afterwards."""
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        without(f"PostgreSQL does not answer at {POSTGRES}.")
    name = f"troth_killed_{secrets.token_hex(4)}"
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def kill_ten_times(environ: dict[str, str]) -> int:
    """Each worker is killed a random while after it began its work; how many were still at it."""
    chance = random.Random(time.time_ns())
    interrupted = 0
    for _ in range(KILLS):
        worker = process("work", environ)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.25))
        worker.kill()
        said, _ = worker.communicate(timeout=30)
        interrupted += "done" not in said
    return interrupted


def every_ruling_once(environ: dict[str, str]) -> None:
    """Kill, let one worker finish, and hold what is stored against what the engine alone says."""
    finished("setup", environ)
    assert kill_ten_times(environ) > 1, "the workers were too quick to be interrupted"
    time.sleep(1.1)  # the last lease
    assert finished("work", environ) == "done"
    came = json.loads(finished("check", environ))
    assert came["faults"] == []
    assert came["cases"] == 50
    assert came["rulings"] >= 50 * 6
    assert came["notices"] >= 50 * 3


def three_at_once(environ: dict[str, str]) -> None:
    """Three workers over the same cases do together what one would have done."""
    environ = {**environ, "TROTH_TEST_LEASE": "60"}
    finished("setup", environ)
    workers = [process("work", environ) for _ in range(3)]
    assert [worker.communicate(timeout=120)[0].splitlines()[-1] for worker in workers] == ["done"] * 3
    assert json.loads(finished("check", environ))["faults"] == []
    handed = (Path(environ["TROTH_VAR"]) / "handed-over").read_text().split()
    assert len(handed) == len(set(handed)), "nobody died, so each notice went once"


@pytest.mark.long
def test_three_workers_at_once_do_the_work_of_one_on_sqlite(tmp_path: Path) -> None:
    """Any number of workers may run: what one has claimed the others leave alone."""
    environ = {**os.environ, "TROTH_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environ.pop("DATABASE_URL", None)
    three_at_once(environ)


@pytest.mark.long
@pytest.mark.postgres
def test_three_workers_at_once_do_the_work_of_one_on_postgresql(tmp_path: Path, scratch: str) -> None:
    """The same on the other database."""
    three_at_once({**os.environ, "TROTH_VAR": str(tmp_path), "PYTHONPATH": str(ROOT), "DATABASE_URL": scratch})


@pytest.mark.long
def test_a_killed_worker_loses_nothing_and_does_nothing_twice_on_sqlite(tmp_path: Path) -> None:
    """TRUST promise 5: a deadline takes effect exactly once, through any number of crashes."""
    environ = {**os.environ, "TROTH_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environ.pop("DATABASE_URL", None)
    every_ruling_once(environ)


@pytest.mark.long
@pytest.mark.postgres
def test_a_killed_worker_loses_nothing_and_does_nothing_twice_on_postgresql(tmp_path: Path, scratch: str) -> None:
    """The same promise on the other database."""
    every_ruling_once({**os.environ, "TROTH_VAR": str(tmp_path), "PYTHONPATH": str(ROOT), "DATABASE_URL": scratch})
