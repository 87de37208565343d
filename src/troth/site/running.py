"""`troth run` and `troth demo`: a desk on this machine, with a server and a worker that live and end together."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from troth.desk.errors import DeskError
from troth.desk.policies import publish_file
from troth.policy import PolicyError
from troth.site.checks import refuse_unsafe_start
from troth.site.demo import fill as demo_room

CLEAN, FINDINGS, USAGE = 0, 1, 2
HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 8000
PORTS_TRIED: Final = 50
PYTHON: Final = (sys.executable, "-m")
SERVER: Final = ("--workers", "2", "--threads", "4", "--log-level", "warning")
PATIENCE: Final = 30.0
"""How long the server may take to answer first, and how long both may take to end, in seconds."""


def demo(arguments: list[str]) -> int:
    """Throws the demo's data away and begins anew; refuses where the data is not a demo's."""
    parser = argparse.ArgumentParser(prog="troth demo", description=demo.__doc__)
    parser.add_argument("--url", default=settings.TROTH_URL, help="where the desk will be reached")
    asked = parser.parse_args(arguments)
    migrate()
    if not (demo_room.is_demo() or demo_room.is_empty()):
        print(
            f"troth: the data in {settings.VAR} was not made by the demo, so none of it was touched. "
            "For a demo beside it, set TROTH_VAR to another folder.",
            file=sys.stderr,
        )
        return FINDINGS
    filled = demo_room.begin_anew() if demo_room.is_demo() else demo_room.fill()
    print(f"A demo of {filled.desks} desks and {filled.cases} cases is in {settings.VAR}.\n")
    print(demo_room.sign_in_sheet(asked.url))
    return CLEAN


def run(arguments: list[str]) -> int:
    """Starts the desk and its worker here and says where it is and as whom to sign in; Ctrl-C ends both.

    Where nothing was set up yet it begins with the demo, and keeps what is there the next time. With
    TROTH_DEMO=0 it is a desk in earnest: the policies are published, and nothing is invented.
    """
    parser = argparse.ArgumentParser(prog="troth run", description=run.__doc__)
    parser.add_argument("--port", type=int, help="the port; else PORT, else 8000 or the next that is free")
    asked = parser.parse_args(arguments)
    port = free_port(asked.port or int(os.environ.get("PORT") or 0))
    if port is None:
        print("troth: that port is taken; name another: troth run --port 8100", file=sys.stderr)
        return USAGE
    url = os.environ.get("TROTH_URL") or f"http://{HOST}:{port}"
    settings.TROTH_URL = url.rstrip("/")  # the demo's mails, written by this process, name it
    migrate()
    settings.TROTH_DEMO = settings.TROTH_DEMO or is_to_be_demo()
    refuse_unsafe_start()
    is_demo = begin()
    connection.close()  # the children have their own
    environment = {**os.environ, "TROTH_URL": settings.TROTH_URL, "TROTH_DEMO": "1" if is_demo else "0"}
    return serve(port, environment, settings.TROTH_URL, is_demo=is_demo)


def migrate() -> None:
    """The database is that of this version. Checks run once, at the start of each process, not here too."""
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def is_to_be_demo() -> bool:
    """Whether what is here is a demo, or becomes one because nothing is here and nobody said otherwise."""
    is_refused = os.environ.get("TROTH_DEMO", "").strip().lower() in {"0", "false", "no", "off"}
    return not is_refused and (demo_room.is_empty() or demo_room.is_demo())


def begin() -> bool:
    """What the desk needs before it can open; whether what is here is a demo."""
    is_demo = is_to_be_demo()
    if is_demo and demo_room.is_empty():
        print("Nothing is set up here yet, so the demo is made; that takes a few seconds.", flush=True)
        demo_room.fill()
        return True
    folder = Path(settings.TROTH_POLICIES)
    publish_what_is_new([folder / name for name in demo_room.TELLERS] if is_demo else sorted(folder.glob("*.md")))
    return is_demo


def publish_what_is_new(files: Iterable[Path]) -> None:
    """Every file with a version its desk does not know yet is in force from now; others are left as they are."""
    for file in files:
        try:
            publish_file(file)
        except (OSError, ValueError, PolicyError, DeskError) as error:
            print(f"troth: {file.name} was not published: {error}", file=sys.stderr)


def serve(port: int, environment: Mapping[str, str], url: str, *, is_demo: bool) -> int:
    """Server and worker run until one of them ends or somebody ends us; then the other ends too."""
    commands = {
        "the server": [*PYTHON, "gunicorn", "troth.site.wsgi", "--bind", f"{HOST}:{port}", *SERVER],
        "the worker": [*PYTHON, "troth.site.command_line", "worker"],
    }
    with ending() as ended:
        children = {name: subprocess.Popen(words, env=dict(environment)) for name, words in commands.items()}  # noqa: S603 (our own words)
        try:
            if not answers(port, children, ended):
                return FINDINGS if not ended else CLEAN
            tell(url, is_demo=is_demo)
            while not ended:
                dead = next((name for name, child in children.items() if child.poll() is not None), None)
                if dead is not None:
                    code = children[dead].returncode
                    print(f"troth: {dead} has ended by itself (code {code}); the desk stops.", file=sys.stderr)
                    return FINDINGS
                time.sleep(0.3)
            print("\nThe desk ends; its data is kept.")
            return CLEAN
        finally:
            end(children)


def answers(port: int, children: Mapping[str, subprocess.Popen[bytes]], ended: list[int]) -> bool:
    """Wait until the server takes connections; False when it, or the worker, died on the way."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and not ended:
        for name, child in children.items():
            if child.poll() is not None:
                print(f"troth: {name} did not start (code {child.returncode}); see above.", file=sys.stderr)
                return False
        with closing(socket.socket()) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.1)
    if not ended:
        print(f"troth: the server did not answer within {PATIENCE:.0f} seconds.", file=sys.stderr)
    return False


def tell(url: str, *, is_demo: bool) -> None:
    """Where the desk is, and as whom to come in."""
    print(f"\nTroth is at  {url}/   (Ctrl-C ends it)\n")
    if is_demo:
        print(demo_room.sign_in_sheet(url))
        print("This is a demo: `make demo` begins it anew. In earnest: TROTH_DEMO=0 and another TROTH_VAR.")
    sys.stdout.flush()
    connection.close()


@contextmanager
def ending() -> Iterator[list[int]]:
    """A list that holds a signal's number once somebody has asked us to end."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask each to end, wait, and end by force who does not."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    limit = time.monotonic() + PATIENCE
    for name, child in children.items():
        try:
            child.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"troth: {name} does not end; it is ended by force.", file=sys.stderr)
            child.kill()
            child.wait()


def free_port(wanted: int) -> int | None:
    """The wanted port if nobody listens there; without a wish the first free one from 8000 on."""
    candidates = [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    return next((port for port in candidates if is_free(port)), None)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
