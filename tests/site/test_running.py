"""`troth run`: one command brings up server and worker; what dies is told, what is asked to end ends, data stays."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.long


class Desk:
    """A desk started as a person starts it, with its output in a file."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.said = folder / f"said-{self.port}"
        names = ("TROTH_DEMO", "TROTH_URL", "DATABASE_URL", "PORT")
        environment = {key: value for key, value in os.environ.items() if key not in names}
        environment |= {
            "TROTH_VAR": str(folder / "var"),
            "TROTH_POLICIES": str(ROOT / "policies"),
            "PORT": str(self.port),
        }
        words = [sys.executable, "-m", "troth.site.command_line", "run"]
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(words, env=environment, stdout=out, stderr=out)

    @property
    def output(self) -> str:
        """All that it has said so far."""
        return self.said.read_text()

    def wait_for(self, words: str, seconds: float = 180) -> None:
        """Until it says so."""
        limit = time.monotonic() + seconds
        while words not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < limit, self.output
            time.sleep(0.1)

    def get(self, path: str) -> int:
        """What the server answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=120) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def children(self) -> list[int]:
        """Server and worker, in the order in which they were started."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    """Start desks on one data folder; what is left is ended."""
    desks: list[Desk] = []

    def begin() -> Desk:
        desks.append(Desk(tmp_path))
        return desks[-1]

    yield begin
    for desk in desks:
        if desk.process.poll() is None:
            desk.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                desk.process.wait(120)


def test_a_desk_is_up_with_one_command_and_keeps_its_data(start) -> None:
    """From an empty folder to pages that answer; then a child dies, then a second run finds everything again."""
    first = start()
    first.wait_for("All mail stays here")
    password = re.search(r"below is\s+(\S+)", first.output).group(1)
    link = re.search(rf"http://127\.0\.0\.1:{first.port}(/netop/sign-in/link/\S+)", first.output).group(1)
    assert [first.get(path) for path in ("/", "/outbox", "/netop/policy", link)] == [200] * 4
    os.kill(first.children()[1], signal.SIGKILL)
    assert first.process.wait(120) == 1
    assert "the worker has ended by itself" in first.output
    with pytest.raises(urllib.error.URLError):
        first.get("/")

    second = start()
    second.wait_for("All mail stays here")
    assert password in second.output
    assert "Nothing is set up here yet" not in second.output
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(120) == 0
    assert "its data is kept" in second.output
