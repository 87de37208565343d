"""A parent that has loaded the desk once and forks a child for each thing asked of it.

A hundred kills need a hundred processes; loading Django for each would take minutes, a fork takes milliseconds.
Each child is a process of its own with its own connection, killed, stopped and woken by its number.

Run as `python -m tests.durability.nursery FILE-DESCRIPTOR`, with the database named by the environment.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180.0
"""In seconds: no test waits for time to pass, so this is only how long a stuck one takes to say so."""


class Child:
    """A child at work, seen from the test: what it says, and what can be done to it."""

    def __init__(self, nursery: Nursery, pid: int, said: int, what: str) -> None:
        self.nursery, self.pid, self.said, self.what = nursery, pid, said, what
        self.unread = b""
        self.code: int | None = None

    def line(self) -> str | None:
        """The next line it says; None once it has ended."""
        limit = time.monotonic() + PATIENCE
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.said], [], [], max(0.0, limit - time.monotonic()))
            assert ready, f"{self.what} said nothing for {PATIENCE:.0f} seconds\n{self.nursery.log()}"
            more = os.read(self.said, 65536)
            if not more:
                return None
            self.unread += more
        line, _, self.unread = self.unread.partition(b"\n")
        return line.decode()

    def until(self, *words: str) -> str:
        """Reads on until it says one of these words, and which; it must not have ended before."""
        while (line := self.line()) is not None:
            if line in words:
                return line
        raise AssertionError(f"{self.what} ended without saying {words}\n{self.nursery.log()}")

    def signal(self, number: int) -> None:
        """It is sent this signal; until it has been reaped its number is nobody else's."""
        assert self.code is None
        os.kill(self.pid, number)

    def until_stopped(self) -> None:
        """Until the kernel says that it is stopped."""
        limit = time.monotonic() + PATIENCE
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < limit, f"{self.what} does not stop"
            time.sleep(0.005)

    def kill(self) -> int:
        """`kill -9`, and how it ended."""
        self.signal(signal.SIGKILL)
        return self.end()

    def end(self) -> int:
        """Reads to the end and reaps; the exit code, or minus the signal that ended it."""
        if self.code is None:
            self.lines = []
            while (line := self.line()) is not None:
                self.lines.append(line)
            os.close(self.said)
            self.code = int(self.nursery.ask({"reap": self.pid})["code"])
        return self.code

    def result(self) -> Any:
        """What it returned; it must have ended well."""
        code = self.end()
        assert code == 0, f"{self.what} ended with {code}\n{self.nursery.log()}"
        return json.loads(self.lines[-1])["returned"]


class Nursery:
    """The loaded parent, seen from the test."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self.logged = folder / "log"
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(PATIENCE)
        with self.logged.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=ROOT,
                env=dict(environ),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        theirs.close()
        assert self.hear() == {"ready": True}

    def hear(self) -> Any:
        """The parent's answer."""
        answer = self.control.recv(65536)
        assert answer, f"the nursery has died\n{self.log()}"
        return json.loads(answer)

    def ask(self, what: Mapping[str, Any]) -> Any:
        """The parent's answer to this."""
        self.control.send(json.dumps(what).encode())
        return self.hear()

    def start(self, what: str, **given: Any) -> Child:
        """A child that calls `what(**given)`, a function of `children` or, as `story.tell`, of another file here."""
        reading, writing = os.pipe()
        socket.send_fds(self.control, [json.dumps({"call": what, "given": given}).encode()], [writing])
        os.close(writing)
        return Child(self, self.hear()["pid"], reading, what)

    def do(self, what: str, **given: Any) -> Any:
        """What a child returns from it."""
        return self.start(what, **given).result()

    def log(self) -> str:
        """The end of what parent and children have told in their log."""
        return self.logged.read_text(errors="replace")[-6000:]

    def close(self) -> None:
        """Parent and children are gone."""
        self.control.close()
        self.process.wait(PATIENCE)


def say(*words: object) -> None:
    """A line to the test, at once."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


def grown(message: Mapping[str, Any], said: int) -> None:
    """What a child does from its birth to its end."""
    os.dup2(said, sys.stdout.fileno())
    code = 1
    try:
        file, _, name = message["call"].rpartition(".")
        function = getattr(import_module(f"tests.durability.{file or 'children'}"), name)
        returned = function(**message["given"])
        say(json.dumps({"returned": returned}))
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it was, the log tells it and the test sees the code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(number: int) -> None:
    """Loads the desk, then forks and reaps as it is asked; when the test is gone, so are all children."""
    import_module("tests.durability.children").load()
    control = socket.socket(fileno=number)
    control.send(json.dumps({"ready": True}).encode())
    living: set[int] = set()
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not asked:
            break
        message = json.loads(asked)
        if "reap" in message:
            _, status = os.waitpid(message["reap"], 0)
            living.discard(message["reap"])
            control.send(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode())
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            grown(message, descriptors[0])
        os.close(descriptors[0])
        living.add(pid)
        control.send(json.dumps({"pid": pid}).encode())
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
