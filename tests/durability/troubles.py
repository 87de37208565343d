"""Ways for a database to be in trouble: each begins, and ends."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.conftest import without
from tests.durability.places import Place, PostgresPlace
from tests.durability.trouble import CAP


class Cluster:
    """A PostgreSQL of one's own, to be stopped and crashed as one likes."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if not found:
            without("No initdb under /usr/lib/postgresql: apt-get install postgresql.")
        self.programs = found[-1].parent
        self.folder = Path(tempfile.mkdtemp(prefix="troth-cluster-"))  # where the account postgres may look
        self.account = ["runuser", "--user", "postgres", "--"] if os.geteuid() == 0 else []
        if self.account:
            shutil.chown(self.folder, "postgres", "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.run("initdb", "--auth", "trust", "--username", "root", "--encoding", "UTF8", "--locale", "C.UTF-8")
        self.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"postgresql://root@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        """One of its programs, as the account that owns it."""
        command = [*self.account, str(self.programs / program), "--pgdata", str(self.folder / "data"), *words]
        with (self.folder / "told").open("ab") as told:
            done = subprocess.run(command, cwd="/", stdout=told, stderr=told, timeout=300, check=False)
        assert done.returncode == 0, (self.folder / "told").read_text()[-3000:]

    def start(self) -> None:
        """It answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self.run(
            "pg_ctl", "start", "--wait", "--timeout", "250", "--log", str(self.folder / "log"), "--options", options
        )

    def stop(self, mode: str = "fast") -> None:
        """It does not answer; `immediate` is a crash."""
        self.run("pg_ctl", "stop", "--wait", "--timeout", "250", "--mode", mode)

    def close(self) -> None:
        """Nothing of it is left."""
        self.stop("immediate")
        shutil.rmtree(self.folder)


@contextmanager
def away(place: Place) -> Iterator[None]:
    """Its disk is not there, and nothing may begin another in its place."""
    elsewhere = place.var.with_name("elsewhere")
    place.var.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(place.var)


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Somebody holds it and does not let go."""
    with ExitStack() as stack:
        if isinstance(place, PostgresPlace):
            holder = stack.enter_context(psycopg.connect(place.url))
            holder.execute("LOCK TABLE desk_case, mail_received IN ACCESS EXCLUSIVE MODE")
            stack.callback(holder.rollback)
        else:
            database = sqlite3.connect(place.var / "troth.sqlite3", timeout=60, isolation_level=None)
            stack.callback(database.close)
            database.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def at_its_cap(place: Place) -> Iterator[None]:
    """SQLite may not take another page."""
    (place.var / CAP).touch()
    try:
        yield
    finally:
        (place.var / CAP).unlink()


@contextmanager
def full(place: Place) -> Iterator[None]:
    """Not a byte is left on its disk."""
    filler = place.var / "filler"
    with filler.open("wb", buffering=0) as writing:
        for size in (65536, 4096):
            try:
                while writing.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def small_disk(place: Place) -> Iterator[bool]:
    """The data folder lies on a disk of 40 MB, in memory; False where this machine lets nobody mount one."""
    kept = place.folder / "kept"
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m,mode=0700", "tmpfs", str(place.var)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield False
        return
    try:
        shutil.copytree(kept, place.var, dirs_exist_ok=True)
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(place.var)], check=True)
