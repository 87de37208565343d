"""What callers do while the database is in trouble, and how a worker lives through it."""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tests.durability import faults
from tests.durability.children import HOLDER, shared_clock
from tests.durability.nursery import say

LARGE = "x" * 2_000_000
"""More than any file of the database has room for when it may not grow."""
CAP = "may-not-grow"
"""While a file of this name lies in the data folder, SQLite may not take another page."""


def impatient() -> None:
    """Half a second is as good as half a minute to show that waiting ends; and a capped database is capped."""
    from django.db import connections
    from django.db.backends.signals import connection_created

    options = connections["default"].settings_dict.setdefault("OPTIONS", {})
    if connections["default"].vendor == "sqlite":
        options["timeout"] = 0.5
        connection_created.connect(capped, weak=False)
    else:
        options["options"] = "-c lock_timeout=500"


def capped(connection: Any, **_: Any) -> None:
    """`PRAGMA max_page_count` at what there is, for as long as the file says so."""
    from django.conf import settings

    if (Path(settings.VAR) / CAP).exists():
        with connection.connection as database:
            database.execute("PRAGMA max_page_count = 1")


def signed_in() -> str:
    """The session of the customer."""
    from django.test import Client

    from tests.desk.making import BACKEND
    from troth.people.models import Person

    client = Client()
    client.force_login(Person.objects.get(email=HOLDER), backend=BACKEND)
    return client.cookies["sessionid"].value


def reply(session: str, key: str, plant: str = "") -> tuple[int, str]:
    """The customer's reply by the page, with a file: the status, and what the page says."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    impatient()
    faults.plant(plant)
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.cookies["sessionid"] = session
    words = {
        "text": f"{key} {LARGE[:10000]}",
        "idempotency_key": key,
        "files": SimpleUploadedFile("log.txt", LARGE.encode()),
    }
    answer = client.post("/netop/cases/NETOP-1001/reply", words)
    return answer.status_code, answer.content.decode()


def hand_in(name: str, plant: str = "") -> None:
    """A large mail by the pipe; the exit code is the pipe's. The mail server keeps its own copy, elsewhere."""
    from tests.durability.children import pipe

    impatient()
    letter = Path(os.environ["TROTH_TEST_CLOCK"]).with_name(f"{name}.eml")
    head = f"From: {name}@customer.example\r\nTo: netop@desk.example\r\nSubject: {name}\r\n\r\n"
    letter.write_text(head + "\r\n".join([LARGE[:70]] * 30000), newline="")
    pipe(str(letter), plant)


def keep_working() -> None:
    """`troth worker`, with rests short enough for a test; it ends when it is told to, not before."""
    from troth.site import commands

    impatient()
    commands.LONGEST_REST = 0.4
    let_time_pass = commands.let_time_pass

    def told(one: Any) -> Any:
        try:
            work = let_time_pass(one)
        except BaseException:
            say("failed")
            raise
        say("round", shared_clock().now().isoformat())
        return work

    commands.let_time_pass = told
    told.__name__ = "let_time_pass"
    sys.exit(commands.worker(["--every", "0.05"]))


def account_of(keys: list[str]) -> dict[str, Any]:
    """What became of these replies and mails, what is overdue, and what does not add up."""
    from troth.desk.models import Attachment, Case, Message
    from troth.desk.verify import verify
    from troth.mail.models import Received

    return {
        "replies": {key: Message.objects.filter(text__startswith=f"{key} ").count() for key in keys},
        "files": Attachment.objects.count(),
        "mails": {key: Received.objects.filter(subject=key, state="case").count() for key in keys},
        "half": Received.objects.exclude(state="case").count(),
        "cases": {key: Case.objects.filter(title=key).count() for key in keys},
        "overdue": Case.objects.filter(wake_at__lte=shared_clock().now()).count(),
        "differences": [str(each) for each in verify(Case.objects.all())],
    }
