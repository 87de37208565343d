"""Commands of the whole house: `troth worker`; `troth run` and `troth demo` stand in `running`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
from types import FrameType
from typing import Final

from django.db import close_old_connections
from django.utils import timezone

from troth.desk.worker import Work, Worker
from troth.journal.chain import seal_when_due
from troth.mail.receiving import process_waiting
from troth.site.checks import refuse_unsafe_start
from troth.site.running import demo, run

__all__ = ["demo", "run", "worker"]

log = logging.getLogger("troth.worker")

LONGEST_REST: Final = 60.0


def worker(arguments: list[str]) -> int:
    """Lets time pass on the cases and sends what is queued, until it is told to stop."""
    parser = argparse.ArgumentParser(prog="troth worker", description=worker.__doc__)
    parser.add_argument("--once", action="store_true", help="one round, then end")
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="how long to rest when idle")
    asked = parser.parse_args(arguments)
    refuse_unsafe_start()
    one = Worker(f"{socket.gethostname()}-{os.getpid()}")
    if asked.once:
        print(said(a_round(one)))
        return 0
    work_until_stopped(one, asked.every)
    return 0


def a_round(one: Worker) -> Work:
    """Mail that was left half-way comes first: what a case is about to do may hang on an answer in it.

    What all that left in the record of who did what is sealed last.
    """
    process_waiting(timezone.now())
    work = one.run_once()
    seal_when_due(timezone.now())
    return work


def work_until_stopped(one: Worker, every: float) -> None:
    """Round after round; SIGTERM and SIGINT let the round under way end.

    A round that fails (the database is away, say) is told in the log; the next one tries again, after a longer rest
    each time.
    """
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log.info("worker %s begins", one.name)
    failures = 0
    while not stop.is_set():
        close_old_connections()
        try:
            work, failures = a_round(one), 0
        except Exception:
            work, failures = Work(), failures + 1
            log.exception("a round failed (%s in a row); the next one tries again", failures)
        if work:
            log.info("%s", said(work))
        stop.wait(0 if work.cases or work.sent else rest_after(failures, every))
    log.info("worker %s has ended", one.name)


def rest_after(failures: int, every: float) -> float:
    """How long to rest, in seconds: twice as long after each failure in a row, up to a minute."""
    return max(every, min(every * 2.0 ** min(failures, 30), LONGEST_REST))


def said(work: Work) -> str:
    """What a round came to, in a line."""
    return (
        f"{work.cases} cases moved on by {work.rulings} rulings, {work.sent} notices sent, "
        f"{work.failed} not taken, {work.changes} changes brought"
    )
