"""What the settings promise before any room says anything."""

import io
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import ROOT


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no-such-page", "/static/favicon.svg"])
@pytest.mark.parametrize("host", ["testserver", "evil.example"])
def test_every_answer_forbids_what_a_page_of_ours_never_needs(client, path, host) -> None:
    """A strict policy for content: no inline script or style, no frame, nothing from elsewhere.

    On errors too, and on files: a picture that is opened by itself is a page.
    """
    answer = client.get(path, headers={"host": host})
    answer.close()
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
def test_a_file_of_our_own_syncs_at_each_commit(tmp_path: Path) -> None:
    """WAL, synchronous FULL (2), foreign keys on, on the file a desk really uses."""
    script = (
        "import django; django.setup()\n"
        "from django.db import connection as c\n"
        "ask = lambda name: c.cursor().execute('PRAGMA ' + name).fetchone()[0]\n"
        "print(ask('journal_mode'), ask('synchronous'), ask('foreign_keys'))"
    )
    environ = {**os.environ, "TROTH_VAR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["wal", "2", "1"]


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_ends_its_round_and_says_so(tmp_path: Path, number: signal.Signals) -> None:
    """Operators stop it like any service; exit 0."""
    environ = {**os.environ, "TROTH_VAR": str(tmp_path), "DATABASE_URL": ""}
    troth = [sys.executable, "-m", "troth.site.command_line"]
    subprocess.run([*troth, "migrate", "-v0"], env=environ, cwd=ROOT, check=True)
    worker = subprocess.Popen([*troth, "worker"], env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    assert "begins" in worker.stderr.readline()
    worker.send_signal(number)
    _, said = worker.communicate(timeout=120)
    assert worker.returncode == 0
    assert "has ended" in said


@pytest.mark.django_db
def test_a_link_that_was_not_used_yet_is_in_no_line_of_the_log(monkeypatch) -> None:
    """A form without its token is refused before the link is spent, and Django logs the path it refused."""
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    client = Client(enforce_csrf_checks=True)
    assert client.post("/netop/sign-in/link/the-secret").status_code == 403
    assert client.get("/netop/sign-in/link/the-secret").status_code == 404  # no desk here
    assert written.getvalue().count("/netop/sign-in/link/…") == 1
    assert written.getvalue().count("<slug:desk>/sign-in/link/<str:token>") == 2  # each has its line, by its route
    assert "the-secret" not in written.getvalue()
