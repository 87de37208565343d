"""What happens to two cases from their opening to their end, step by step; each step may die at any of its commits."""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.durability import faults
from tests.durability.children import HOLDER, LEASE, NETOP, pipe, shared_clock
from tests.durability.commits import watch

ANN = "ann@elsewhere.example"
MAIL = (
    "From: Ann Lee <{ann}>\r\nTo: netop@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@elsewhere.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
)


def by_pipe(name: str, subject: str, text: str) -> None:
    """A mail comes as a mail server hands it in."""
    from django.conf import settings

    file = Path(settings.VAR) / f"{name}.eml"
    file.write_bytes(MAIL.format(ann=ANN, subject=subject, id=name, text=text).encode())
    with contextlib.suppress(SystemExit):
        pipe(str(file))
        raise AssertionError("the pipe ends with its code")


def case_of(number: int) -> Any:
    """The case of that number."""
    from troth.desk.models import Case

    return Case.objects.get(number=number)


def agent() -> Any:
    """The agent at the desk."""
    from troth.desk.actors import Actor
    from troth.people.models import Person
    from troth.policy.vocabulary import Role

    return Actor(Person.objects.get(email="agent@netop.example"), Role.STAFF)


def ann_writes() -> None:
    """A case opens by mail."""
    by_pipe("first", "The host stops", "It stops at noon.")


def worker_works() -> None:
    """One round of a worker."""
    from troth.desk.worker import Worker
    from troth.site.commands import a_round

    a_round(Worker(f"story {os.getpid()}", lease=LEASE))


def agent_replies() -> None:
    """An answer from the page, with the key its form had."""
    from troth.desk.door import record
    from troth.desk.messages import Written

    said = Written("Which version is it?")
    record(case_of(1001), "reply", by=agent(), written=said, key="web the reply")


def ann_answers() -> None:
    """The customer answers by mail."""
    by_pipe("second", "Re: [NETOP-1001] The host stops", "It is 12.9.")


def agent_notes() -> None:
    """What is kept beside a case: a note, and whose it is."""
    from troth.desk.door import give_to, note
    from troth.desk.messages import Written

    note(case_of(1001), by=agent(), written=Written("Seen this before."), key="web the note")
    give_to(case_of(1001), by=agent(), owner=agent().person)


def holder_opens() -> None:
    """Another case by the page, with a file."""
    from troth.customers.facts import Draft
    from troth.customers.models import Contact
    from troth.desk.actors import Actor
    from troth.desk.door import open_case
    from troth.desk.messages import Enclosed, Written
    from troth.policy.vocabulary import Role

    holder = Contact.objects.select_related("desk", "person", "account__partner").get(person__email=HOLDER)
    open_case(
        holder.desk,
        by=Actor(holder.person, Role.CUSTOMER),
        draft=Draft(title="No sound", text="None.", answers={"environment": "production", "workaround": "none"}),
        contact=holder,
        written=Written("None.", enclosed=(Enclosed("log.txt", b"a log\n", "text/plain"),)),
        key="web the case",
    )


def licence_changes() -> None:
    """A change of facts is left for the worker, with the change."""
    from django.db import transaction
    from django.utils import timezone

    from troth.customers.models import Licence
    from troth.journal.changes import Changed, note_change

    with transaction.atomic():
        licence = Licence.objects.get()
        if str(licence.bought_on) != "2026-02-01":
            licence.bought_on = "2026-02-01"
            licence.save()
            note_change(Changed.LICENCE, desk=licence.desk_id, account=licence.account_id, at=timezone.now())


def policy_changes() -> None:
    """A new version is put in force."""
    from troth.desk.policies import publish_policy

    source = NETOP.read_text(encoding="utf-8").replace("version: 2026-11-01", "version: 2026-11-02")
    publish_policy(source, name=NETOP.name)


def agent_closes() -> None:
    """The end of a case."""
    from troth.desk.door import record

    record(case_of(1001), "close", by=agent(), data={"because": "withdrawn"}, key="web the close")


def time_passes() -> None:
    """Nobody does anything."""


Step = Callable[[], None]
STEPS: tuple[tuple[Step, dict[str, float]], ...] = (
    (ann_writes, {}),
    (agent_replies, {"minutes": 20}),
    (ann_answers, {"hours": 1}),
    (agent_notes, {"minutes": 10}),
    (holder_opens, {"minutes": 10}),
    (licence_changes, {"minutes": 10}),
    (policy_changes, {"minutes": 10}),
    (time_passes, {"days": 60}),
    (agent_closes, {"minutes": 10}),
)
"""What is done, and how much later than the step before. A minute after each a worker makes its round."""


def step(number: int, die_at: int = -1, plant: str = "") -> list[str]:
    """One step; the names of the points it passed, or death at the one of that place among them."""
    faults.plant(plant)
    passed: list[str] = []

    def reached(point: str) -> None:
        if len(passed) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed.append(point)

    watch(reached)
    STEPS[number][0]()
    shared_clock().move(minutes=1)
    worker_works()
    return passed


def settle() -> dict[str, Any]:
    """Five minutes later a worker takes up what was left lying; then all that has come of the story so far."""
    shared_clock().move(minutes=5)
    worker_works()
    return state()


def retry_and_settle(number: int, plant: str = "") -> dict[str, Any]:
    """Whoever got no answer asks again at once, with the same key; later a worker comes by."""
    faults.plant(plant)
    STEPS[number][0]()
    return settle()


def state() -> dict[str, Any]:
    """What people could see of it all, without the numbers a database gives out by itself."""
    from django.conf import settings

    from troth.desk.models import Case, Notice
    from troth.desk.verify import verify
    from troth.journal.models import AuditEntry, FactChange
    from troth.mail.models import Received

    file = Path(settings.VAR) / "handed-over"
    notices = {notice.stable_id: notice for notice in Notice.objects.select_related("case")}
    arrived = {tuple(line.split()) for line in file.read_text().splitlines()} if file.exists() else set()
    told = {
        "cases": [told_case(case) for case in Case.objects.order_by("number")],
        "differences": [str(each) for each in verify(Case.objects.all())],
        "mails": sorted(Received.objects.values_list("subject", "state", "case__number", "reason")),
        "changes": sorted((each.what, each.brought_at is None) for each in FactChange.objects.all()),
        "audit": sorted(AuditEntry.objects.values_list("subject", "action", "role")),
        "arrived": sorted((str(notices[name]), notices[name].case.number) for name, _ in arrived),
    }
    return dict(json.loads(json.dumps(told, default=str)))


WHEN_A_WORKER_CAME = ("confirm", "set")


def told_case(case: Any) -> Any:
    """One case; the instants of acts that are a worker's are only called so: after a crash it came later."""
    from troth.desk.models import Attachment

    events = list(case.events.select_related("actor"))
    texts = {message.pk: message.text for message in case.messages.all()}
    told = {
        "columns": [case.label, case.title, case.status, case.level, case.severity, case.wake_at, str(case.owner)],
        "adopted": [ref for _, ref, _ in case.adopted],
        "events": [(event.sequence, event.at, event.word, *told_event(event, texts)) for event in events],
        "clocks": list(case.clocks.order_by("name").values_list("name", "state", "started_at", "due_at", "met_at")),
        "messages": sorted(case.messages.values_list("sequence", "direction", "text"), key=str),
        "files": sorted(Attachment.objects.filter(message__case=case).values_list("name", "digest")),
        "notices": list(
            case.notices.order_by("sequence", "kind").values_list(
                "sequence", "kind", "recipient", "state", "subject", "body"
            )
        ),
    }
    text = json.dumps(told, default=str)
    for event in events:
        if event.word in WHEN_A_WORKER_CAME:
            text = text.replace(str(event.at), "when a worker came by")
    return json.loads(text)


def told_event(event: Any, texts: dict[int, str]) -> tuple[Any, ...]:
    """The rest of an event, with its message by its words and not by its number."""
    data = dict(event.data)
    if "message" in data:
        data["message"] = texts[data["message"]]
    return event.role, str(event.actor), event.clause, event.policy, event.reason, data
