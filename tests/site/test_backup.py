"""A backup taken while the desk is written to holds one instant, whole; put back, nothing is amiss."""

from __future__ import annotations

import io
import json
import os
import secrets
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import psycopg
import pytest
from django.db import connection

from tests.conftest import ROOT, own_url, without
from tests.desk.making import customer, netop, opened
from troth.desk.actors import SYSTEM
from troth.desk.door import note
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment
from troth.site.backup.archive import BackupError, unpacked, written
from troth.site.backup.backing_up import ErasedMeanwhileError, Taken, add_files, take
from troth.site.backup.databases import Copy, Named, postgresql_tool
from troth.site.backup.restoring import lay_key, refuse_filled

POSTGRES = os.environ.get("POSTGRES_URL") or "postgresql://root@127.0.0.1/test"
PATIENCE = 240
"""Seconds that one process may take on a machine that does other things too."""


class Place:
    """A data folder, with a database that is its own."""

    def __init__(self, folder: Path, database: str = "") -> None:
        names = ("DATABASE_URL", "TROTH_SECRET_KEY", "TROTH_DEMO")
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if name not in names}
        self.environment["TROTH_LOG_LEVEL"] = "WARNING"
        self.environment |= {"TROTH_VAR": str(folder), "PYTHONPATH": str(ROOT), "TROTH_TEST_STOP": f"{folder}.stop"}
        if database:
            self.environment["DATABASE_URL"] = database

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A process that goes on."""
        return subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )

    def run(self, *words: str, code: int = 0) -> str:
        """What a process said that has ended with this code."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def troth(self, *words: str, code: int = 0) -> str:
        """What our own command said."""
        return self.run("troth.site.command_line", *words, code=code)

    def state(self) -> dict[str, object]:
        """How many cases and files there are, and what is amiss."""
        said = self.run("tests.site.written_to", "check")
        return json.loads(next(line for line in said.splitlines() if line.startswith("{")))


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Two PostgreSQL databases of one's own, dropped afterwards."""
    if which("pg_dump") is None:
        without("PostgreSQL's own programs are not on this machine: apt-get install postgresql-client.")
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        without(f"PostgreSQL does not answer at {POSTGRES}.")
    names = [f"troth_backup_{secrets.token_hex(4)}" for _ in range(2)]
    with server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"')
        yield [f"{POSTGRES.rpartition('/')[0]}/{name}" for name in names]
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def under_load(here: Place, there: Place, file: Path) -> None:
    """Taken while cases are opened, a backup restores to the cases up to one instant, with all their files."""
    here.run("tests.site.written_to", "setup")
    writer = here.start("tests.site.written_to", "write")
    assert writer.stdout is not None
    for _ in range(3):
        before = int(writer.stdout.readline())
    told: list[str] = []
    reading = threading.Thread(target=told.extend, args=(writer.stdout,))  # or the writer would wait for a reader
    reading.start()
    said = here.troth("backup", str(file), "--with-secret-key")
    assert writer.poll() is None, "the writer was to write all the while"
    Path(here.environment["TROTH_TEST_STOP"]).touch()
    assert writer.wait(timeout=PATIENCE) == 0
    reading.join(timeout=PATIENCE)
    writer.stdout.close()
    total = here.state()
    assert total["faults"] == []
    assert "with the secret key" in said
    there.troth("restore", str(file))
    came = there.state()
    assert came["faults"] == []
    assert before <= int(str(came["cases"])) <= int(told[-1]) == total["cases"]
    assert (there.folder / "secret-key").read_text() == (here.folder / "secret-key").read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is not empty" in there.troth("restore", str(file), code=1)
    assert there.state() == came
    assert "is there already" in here.troth("backup", str(file), code=1)


@pytest.mark.long
def test_a_backup_under_load_restores_to_one_instant_on_sqlite(tmp_path: Path) -> None:
    """TRUST: backup and restore under load."""
    here, there = Place(tmp_path / "here"), Place(tmp_path / "there")
    file = tmp_path / "desk.backup"
    under_load(here, there, file)
    away = Place(tmp_path / "away", "postgresql://nobody@127.0.0.1:1/none")
    assert "take out DATABASE_URL" in away.troth("restore", str(file), code=1)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "cut short" in away.troth("restore", str(cut), code=1)
    assert not list((tmp_path / "away").iterdir())


@pytest.mark.long
@pytest.mark.postgres
def test_a_backup_under_load_restores_to_one_instant_on_postgresql(tmp_path: Path, databases: list[str]) -> None:
    """The same on the other database; without PostgreSQL's own programs it is said what is missing."""
    here, there = Place(tmp_path / "here", databases[0]), Place(tmp_path / "there", databases[1])
    under_load(here, there, tmp_path / "desk.backup")
    here.environment["PATH"] = str(tmp_path)
    assert "pg_dump is not on this machine" in here.troth("backup", str(tmp_path / "other"), code=1)
    assert not list(tmp_path.glob("*other*"))
    again = Place(tmp_path / "again", databases[1])
    assert "The database is not empty" in again.troth("restore", str(tmp_path / "desk.backup"), code=1)
    assert not list((tmp_path / "again").iterdir())


# --- the file --------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


def made(file: Path, **members: bytes) -> Path:
    """A small backup."""
    with written(file, NOW) as writing:
        for name, content in members.items():
            writing.add(name.replace("__", "/"), io.BytesIO(content), len(content))
        writing.end({"amiss": []})
    return file


def test_what_is_unpacked_is_what_was_put_in(tmp_path: Path) -> None:
    """Names, bytes, digests."""
    file = made(tmp_path / "b", media__aa=b"one")
    told = unpacked(file, tmp_path / "out")
    assert (tmp_path / "out" / "media" / "aa").read_bytes() == b"one"
    assert set(told["digests"]) == {"media/aa"}


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda raw: raw.replace(b"one", b"two", 1), "media/aa is not as it was written"),
        (lambda raw: raw[:512], "cut short"),
        (lambda raw: raw[:1024], "its last member is missing"),
        (lambda raw: b"nonsense" * 100, "is no backup"),
        (lambda raw: raw.replace(b'"format": 1', b'"format": 9'), "a later version"),
    ],
    ids=["altered", "cut in a member", "cut between two", "something else", "a later format"],
)
def test_a_backup_that_is_not_whole_is_refused(tmp_path: Path, harm, says: str) -> None:
    """Before anything is in its place."""
    file = made(tmp_path / "b", media__aa=b"one")
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(BackupError, match=says):
        unpacked(file, tmp_path / "out")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "media/../../x", "media/..", "x", "media/a/b/c"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Whoever wrote the file: nothing is laid down but where it belongs."""
    file = tmp_path / "b"
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 3
        tar.addfile(member, io.BytesIO(b"one"))
    with pytest.raises(BackupError, match="has no place in it"):
        unpacked(file, tmp_path / "out" / "deep")
    assert not (tmp_path / "x").exists()


def test_a_backup_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    """Neither the file nor a piece of it."""
    with pytest.raises(BackupError, match="unexpected end"), written(tmp_path / "b", NOW) as writing:
        writing.add("media/aa", io.BytesIO(b"one"), 4)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    """A key that another process has just made is not in the way; a database or a file is."""
    (tmp_path / "secret-key").write_text("k")
    (tmp_path / "media").mkdir()
    refuse_filled(tmp_path)
    (tmp_path / "media" / "aa").write_text("x")
    with pytest.raises(BackupError, match=r"not empty \(media\)"):
        refuse_filled(tmp_path)


def test_another_key_is_never_overwritten(tmp_path: Path) -> None:
    """Who put it there needs it."""
    found, own = tmp_path / "found", tmp_path / "own"
    found.write_text("one")
    own.write_text("other")
    with pytest.raises(BackupError, match="another key"):
        lay_key(found, own)
    assert own.read_text() == "other"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is copied without a transaction")
@pytest.mark.skipif(which("pg_dump") is None, reason="PostgreSQL's own programs are not on this machine.")
def test_an_erasure_while_the_copy_is_taken_is_noticed_on_postgresql(tmp_path: Path, monkeypatch) -> None:
    """The copy is of an earlier instant; whether a file was erased since is asked of the database as it is now."""
    desk = netop()
    case = opened(desk, customer(desk), text="").case
    note(case, by=SYSTEM, written=Written("x", enclosed=(Enclosed("a", b"abc"),)))
    one = Attachment.objects.get()
    dumps: list[str] = []

    def dump_and_erase(*words: str) -> None:
        postgresql_tool(*words)
        if not dumps:
            with psycopg.connect(own_url()) as other:
                other.execute("UPDATE desk_message SET erased_at = now() WHERE id = %s", [one.message_id])
                other.execute("UPDATE desk_attachment SET file = '' WHERE id = %s", [one.pk])
            Path(one.file.path).unlink()
        dumps.append(words[0])

    monkeypatch.setattr("troth.site.backup.databases.postgresql_tool", dump_and_erase)
    taken = take(tmp_path / "desk.backup", key=None, at=NOW)
    assert (taken.amiss, taken.files) == ([], 0)
    assert dumps == ["pg_dump", "pg_dump"]


@pytest.mark.django_db
def test_a_file_that_is_gone_or_altered_is_told_and_one_erased_meanwhile_begins_anew(tmp_path: Path) -> None:
    """The rest is backed up all the same: a lost file must not cost the others."""
    desk = netop()
    case = opened(desk, customer(desk), text="").case
    note(case, by=SYSTEM, written=Written("x", enclosed=tuple(Enclosed(f"{n}", b"abc") for n in range(3))))
    one, two, three = Attachment.objects.order_by("pk")
    Path(one.file.path).write_bytes(b"abd")
    Path(two.file.path).unlink()
    files = [Named(row.pk, row.file.name, row.size, row.digest) for row in (one, two, three)]
    taken = Taken({})
    with written(tmp_path / "b", NOW) as writing:
        add_files(writing, Copy(tmp_path, "", files, {}), taken)
        writing.end({})
    assert taken.files == 2
    assert [said.partition(":")[0] for said in taken.amiss] == [
        f"attachment {one.pk} is not as it came",
        f"attachment {two.pk} is not there",
    ]
    Attachment.objects.filter(pk=two.pk).update(file="")
    with pytest.raises(ErasedMeanwhileError), written(tmp_path / "c", NOW) as writing:
        add_files(writing, Copy(tmp_path, "", files, {}), taken)
