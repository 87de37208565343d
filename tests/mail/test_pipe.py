"""`troth mail receive` as a mail server runs it: a process, its standard input, its exit code (MAIL 1 and 8)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mail.writing import mail
from troth.mail.identity import content_key

pytestmark = pytest.mark.long
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
RECEIVE = ("mail", "receive", "--desk", "netop")
KILLED = -9


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    """A data folder with a desk in it."""
    folder = tmp_path_factory.mktemp("var")
    for words in (("migrate", "--verbosity", "0"), ("policy", "publish", str(ROOT / "policies" / "netop.md"))):
        done = troth(folder, *words)
        assert done.returncode == 0, done.stderr.decode()
    return folder


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What the process finds around it: its data folder, and nothing of the person's who runs the tests."""
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**clean, "TROTH_VAR": str(folder), "PYTHONPATH": str(ROOT / "src"), **more}


def troth(folder: Path, *words: str, raw: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "troth.site.command_line", *words]
    return subprocess.run(
        command, input=raw, capture_output=True, env=environment(folder, **more), timeout=180, check=False
    )


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What the database says to somebody who only looks."""
    database = sqlite3.connect(folder / "troth.sqlite3")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_five_real_mails_by_a_real_pipe(var, data_dir) -> None:
    """Each exits with 0, is kept byte for byte and accounted for; handed in again it adds nothing."""
    files = sorted((data_dir / "mail" / "imap_tools" / "plain_emails").rglob("*.eml"))
    raws = list({content_key(file.read_bytes()): file.read_bytes() for file in files}.values())[:5]
    assert len(raws) == 5
    for raw in [*raws, raws[0]]:
        done = troth(var, *RECEIVE, raw=raw)
        assert (done.returncode, done.stderr) == (0, b"")
    rows = asked(var, "SELECT w.content, r.state FROM mail_received r JOIN mail_rawmail w ON w.received_id = r.id")
    kept = [content for content, _ in rows]
    assert [kept.count(raw) for raw in raws] == [1] * 5
    assert {dict(rows)[raw] for raw in raws} <= {"case", "reply", "automatic", "held"}


def test_a_database_that_is_away_means_try_later_and_the_retry_makes_one_case(var) -> None:
    """Exit 75, which a mail server takes as: keep it and come again."""
    raw = mail(sender="away@customer.example")
    assert troth(var, *RECEIVE, raw=raw, DATABASE_URL=NOWHERE).returncode == 75
    assert [troth(var, *RECEIVE, raw=raw).returncode for _ in range(2)] == [0, 0]
    assert asked(var, "SELECT state FROM mail_received WHERE sender = 'away@customer.example'") == [("case",)]


@pytest.mark.parametrize("words", [("--desk", "nobody"), ()])
def test_a_slip_in_the_mail_servers_table_loses_no_mail(var, words) -> None:
    """Whatever is wrong with the call, the mail server is told to keep the mail."""
    before = asked(var, "SELECT count(*) FROM mail_received")
    done = troth(var, "mail", "receive", *words, raw=mail())
    assert (done.returncode, bool(done.stderr)) == (75, True)
    assert asked(var, "SELECT count(*) FROM mail_received") == before


KILLS = {
    "after it was kept": "receiving.process = kill",
    "after all was done, before it was committed": "receiving.write_down = kill",
}
KILLER = """
import os, signal, sys
from troth.site.command_line import main, prepare_django
prepare_django()
from troth.mail import receiving
def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{where}
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("name", KILLS)
def test_a_mail_whose_process_was_killed_is_there_and_takes_effect_once(var, name) -> None:
    """`kill -9` between keeping and taking in, and in the midst of it: `mail retry` brings one case, then nothing."""
    sender = f"killed-{len(name)}@customer.example"
    cases = "desk_case JOIN customers_contact k ON k.id = contact_id JOIN people_person p ON p.id = k.person_id"
    count = f"SELECT count(*) FROM {cases} WHERE p.email = '{sender}'"
    command = [sys.executable, "-c", KILLER.format(where=KILLS[name]), *RECEIVE]
    done = subprocess.run(
        command, input=mail(sender=sender), capture_output=True, env=environment(var), timeout=180, check=False
    )
    assert done.returncode == KILLED, done.stderr.decode()
    assert asked(var, "SELECT count(*) FROM mail_received WHERE state = 'stored'") == [(1,)]
    assert asked(var, count) == [(0,)]
    for tried in (b"1 mails", b"0 mails"):
        again = troth(var, "mail", "retry")
        assert (again.returncode, tried in again.stdout) == (0, True), again.stderr.decode()
    assert asked(var, count) == [(1,)]
    assert troth(var, "cases", "verify").returncode == 0
