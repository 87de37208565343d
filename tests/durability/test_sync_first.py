"""What is acknowledged has been synced: the system calls of real processes, in the order in which they came."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import without
from tests.durability.nursery import PATIENCE, ROOT
from tests.durability.places import START, Place, PostgresPlace
from tests.durability.troubles import Cluster

pytestmark = pytest.mark.long
CALLS = "pwrite64,pwritev,write,writev,fdatasync,fsync,sendto,sendmsg"
LINE = re.compile(r"(?P<pid>\d+) +(?:<\.\.\. )?(?P<call>\w+)(?P<rest>.*)")
MAIL = "From: Ann <ann@customer.example>\r\nTo: netop@desk.example\r\nSubject: Traced\r\n\r\nIt stops.\r\n"
TOKEN = "a" * 32
START_COMMAND = """
import sys
from troth.site.command_line import main, prepare_django
prepare_django()
{fault}
sys.exit(main(sys.argv[1:]))
"""
START_SERVER = """
import sys
from troth.site.command_line import prepare_django
prepare_django()
{fault}
from gunicorn.app.wsgiapp import run
sys.argv = ["gunicorn", "troth.site.wsgi", *sys.argv[1:]]
run()
"""
NORMAL = """
from django.db import connection
connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
from troth.site import checks
checks.sqlite_findings = lambda connection: []
"""
"""The planted fault: SQLite acknowledges before its log is on the disk, and the start lets it."""


def tracer() -> list[str]:
    """strace, following every thread and child, naming the file behind each number."""
    if shutil.which("strace") is None:
        without("No strace on this machine: apt-get install strace.")
    return ["strace", "-f", "-y", "-qq", "-s", "60", "-e", f"trace={CALLS}", "-e", "signal=none"]


def order(trace: Path) -> Iterator[tuple[str, str, str]]:
    """Process, call and arguments as each call ended; one that another interrupted is put together again."""
    begun: dict[str, str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        pid, call, rest = found["pid"], found["call"], found["rest"]
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest
            if call.startswith("p"):
                yield pid, call, rest  # a write has begun: what it wrote is not on the disk
            continue
        yield pid, call, begun.pop(pid, "") + rest


def acknowledged(calls: Iterable[tuple[str, str, str]], log: str, answer: str, *, each: bool = False) -> list[bool]:
    """For each answer that followed a write to the log, whether all writes to it had been synced by then.

    With `each` a process answers only for what it wrote itself.
    """
    unsynced: dict[str, bool] = {}
    found = []
    for pid, call, rest in calls:
        who = pid if each else ""
        if call.startswith("pwrite") and log in rest:
            unsynced[who] = True
        elif call in {"fsync", "fdatasync"} and log in rest and rest.endswith("= 0") and who in unsynced:
            unsynced[who] = False
        elif call in {"write", "writev", "sendto", "sendmsg"} and answer in rest and who in unsynced:
            found.append(not unsynced[who])
            if each:
                del unsynced[who]
    return found


def traced_pipe(place: Place, fault: str = "") -> list[bool]:
    """`troth mail receive`, whose answer to the mail server is what it prints before it exits with 0."""
    trace = place.folder / "pipe-trace"
    words = [sys.executable, "-c", START_COMMAND.format(fault=fault), "mail", "receive", "--desk", "netop"]
    done = subprocess.run(
        [*tracer(), "-o", str(trace), *words],
        input=MAIL.encode(),
        env=place.environ(),
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"NETOP-1001" in done.stdout
    return acknowledged(order(trace), "troth.sqlite3-wal", '"mail 1 to')


@contextmanager
def traced_server(place: Place, trace: Path, fault: str) -> Iterator[int]:
    """Gunicorn on a free port, until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", START_SERVER.format(fault=fault), "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    with (place.folder / "server-log").open("ab") as log:
        server = subprocess.Popen(
            [*tracer(), "-o", str(trace), *words], env=place.environ(), cwd=ROOT, stdout=log, stderr=log
        )
    try:
        limit = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, (place.folder / "server-log").read_text()
            assert time.monotonic() < limit
            time.sleep(0.1)
        yield port
    finally:
        # strace itself hears no signal while it writes into a file; the server it started does.
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGTERM)
        server.wait(PATIENCE)


class Unfollowed(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer."""

    def redirect_request(self, *_: object) -> None:
        """Not followed."""


def traced_form(place: Place, fault: str = "") -> list[bool]:
    """A customer's reply by the page, whose answer is the redirect."""
    place.do("open_cases", number=1, at=START.isoformat())
    session = place.do("trouble.signed_in")
    trace = place.folder / "form-trace"
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "text": "It is 12.9.", "idempotency_key": "traced"}).encode()
    with traced_server(place, trace, fault) as port:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/netop/cases/NETOP-1001/reply", body)
        asked.add_header("Cookie", f"sessionid={session}; csrftoken={TOKEN}")
        try:
            urllib.request.build_opener(Unfollowed).open(asked, timeout=PATIENCE)
        except urllib.error.HTTPError as answer:
            status = answer.code
    assert status == 302
    return acknowledged(order(trace), "troth.sqlite3-wal", "HTTP/1.1 302")


@pytest.mark.parametrize("road", [traced_pipe, traced_form])
def test_what_is_acknowledged_has_been_synced_to_sqlites_log(sqlite_place: Place, road) -> None:
    """TRUST: sync before acknowledge, for a mail by the pipe and a form by the page; and the trace sees a desk
    that syncs too late.
    """
    sqlite_place.fresh()
    assert road(sqlite_place) == [True]
    sqlite_place.fresh()
    assert road(sqlite_place, NORMAL) == [False]


def traced_commits(place: PostgresPlace, cluster: Cluster, fault: str = "") -> list[bool]:
    """Of each commit that PostgreSQL answered, whether the process that wrote it to the log had synced it."""
    trace = place.folder / "server-trace"
    head = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    tracing = subprocess.Popen([*tracer(), "-o", str(trace), "-p", str(head)], stderr=subprocess.DEVNULL)
    limit = time.monotonic() + PATIENCE
    while f"TracerPid:\t{tracing.pid}" not in Path(f"/proc/{head}/status").read_text():
        if tracing.poll() is not None:
            without("This machine does not let root trace another process.")
        assert time.monotonic() < limit
        time.sleep(0.05)
    try:
        if fault:
            place.server.execute(f'ALTER DATABASE "{place.name}" SET {fault}')
        place.do("open_cases", number=20, at=START.isoformat())
    finally:
        tracing.send_signal(signal.SIGINT)
        tracing.wait(PATIENCE)
    return acknowledged(order(trace), "/pg_wal/", "COMMIT", each=True)


@pytest.mark.postgres
def test_what_postgresql_acknowledges_has_been_synced_to_its_log(own_place: PostgresPlace, cluster: Cluster) -> None:
    """The same promise where the server keeps it; with `synchronous_commit = off` no commit waits for its log."""
    synced = traced_commits(own_place, cluster)
    assert len(synced) >= 10, "now and then the server's own log writer is quicker, but not as a rule"
    assert all(synced)
    own_place.fresh()
    assert len(traced_commits(own_place, cluster, "synchronous_commit = off")) < 10
