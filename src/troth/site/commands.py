"""Commands of the whole house: `troth worker`; `troth run` and `troth demo` stand in `running`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Final

from django.db import close_old_connections, connections
from django.utils import timezone

from troth.desk.worker import Work, Worker
from troth.journal.heartbeat import Heart
from troth.journal.jobs import HOUSE, Runner
from troth.journal.periodic import queue_due
from troth.mail.receiving import process_waiting
from troth.site.checks import refuse_unsafe_start
from troth.site.running import demo, run

__all__ = ["demo", "run", "worker"]

log = logging.getLogger("troth.worker")

LONGEST_REST: Final = 60.0


def worker(arguments: list[str]) -> int:
    """Lets time pass on the cases, sends what is queued and does the house's jobs, until it is told to stop."""
    parser = argparse.ArgumentParser(prog="troth worker", description=worker.__doc__)
    parser.add_argument("--once", action="store_true", help="one round, then end")
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="how long to rest when idle")
    asked = parser.parse_args(arguments)
    refuse_unsafe_start()
    name = f"{socket.gethostname()}-{os.getpid()}"
    heart = Heart(name, timezone.now)
    one = Worker(name, heartbeat=heart.beat)
    if asked.once:
        print(said(a_round(one)))
        return 0
    try:
        work_until_stopped(one, asked.every)
    finally:
        heart.stop()
    return 0


def a_round(one: Worker) -> Work:
    """Everything once, one after the other."""
    time, mail, house = let_time_pass(one), send(one), do_house_jobs(one)
    return replace(time, sent=mail.sent, failed=mail.failed, jobs=house.jobs, jobs_failed=house.jobs_failed)


def let_time_pass(one: Worker) -> Work:
    """Mail that was left half-way comes first: what a case is about to do may hang on an answer in it."""
    now = timezone.now()
    process_waiting(now)
    queue_due(now)
    return one.bring_time(now)


def send(one: Worker) -> Work:
    """What the desk owes people leaves it."""
    sent, failed = one.send_notices(timezone.now(), timezone.now)
    return Work(sent=sent, failed=failed)


def do_house_jobs(one: Worker) -> Work:
    """What the house does by itself: verifying, sealing, forgetting."""
    done, failed = Runner(one.name, timezone.now).run(HOUSE, timezone.now(), timezone.now)
    return Work(jobs=done, jobs_failed=failed)


def work_until_stopped(one: Worker, every: float) -> None:
    """Three loops, each in a thread of its own, so that no deadline waits for a mail server or a long job, and no
    mail for a job. SIGTERM and SIGINT let what is under way end.
    """
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log.info("worker %s begins", one.name)
    others = [
        threading.Thread(target=keep_at, args=(part, one, stop, every), name=part.__name__)
        for part in (send, do_house_jobs)
    ]
    for thread in others:
        thread.start()
    keep_at(let_time_pass, one, stop, every)
    for thread in others:
        thread.join()
    log.info("worker %s has ended", one.name)


def keep_at(part: Callable[[Worker], Work], one: Worker, stop: threading.Event, every: float) -> None:
    """Round after round until it is time to stop.

    A round that fails (the database is away, say) is told in the log; the next one tries again, after a longer rest
    each time.
    """
    failures = 0
    while not stop.is_set():
        close_old_connections()
        try:
            work, failures = part(one), 0
        except Exception:
            work, failures = Work(), failures + 1
            log.exception("a round failed (%s in a row); the next one tries again", failures)
        if work:
            log.info("%s", said(work))
        stop.wait(0 if work.has_moved else rest_after(failures, every))
    connections.close_all()


def rest_after(failures: int, every: float) -> float:
    """How long to rest, in seconds: twice as long after each failure in a row, up to a minute."""
    return max(every, min(every * 2.0 ** min(failures, 30), LONGEST_REST))


def said(work: Work) -> str:
    """What a round came to, in a line; nothing of what it had nothing to do with."""
    told = {
        "cases moved on": work.cases,
        "rulings": work.rulings,
        "notices sent": work.sent,
        "notices not taken": work.failed,
        "changes brought": work.changes,
        "jobs done": work.jobs,
        "jobs failed": work.jobs_failed,
    }
    return ", ".join(f"{number} {what}" for what, number in told.items() if number) or "nothing was to be done"
