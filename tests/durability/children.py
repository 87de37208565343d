"""What the processes of a nursery do. Each function is called in a fresh fork, with a connection of its own."""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready, which `load` sees to

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.durability import faults
from tests.durability.clock import Clock
from tests.durability.commits import watch
from tests.durability.nursery import ROOT, say

NETOP = ROOT / "policies" / "netop.md"
HOLDER = "lund@customer.example"
LEASE = timedelta(minutes=1)
"""So long these workers hold a mail, too: the clock is moved by minutes, and what a dead one had is free again."""
LATER = timedelta(days=90)
"""So long after its opening nothing more becomes due on a case that nobody touches."""


def shared_clock() -> Clock:
    """The clock of all processes here."""
    return Clock(Path(os.environ["TROTH_TEST_CLOCK"]))


def load() -> None:
    """Everything a child needs is in memory, and the desk goes by the test's clock; no connection is open."""
    from django.utils import timezone

    timezone.now = shared_clock().now  # before anybody keeps the real one as a default
    from troth.site.command_line import prepare_django

    prepare_django()
    import troth.mail.commands
    import troth.site.commands
    import troth.site.urls  # noqa: F401 - the pages, so that no child has to read them in
    from troth.desk.policies import compiled
    from troth.mail import sending
    from troth.policy import parse_policy

    source = NETOP.read_text(encoding="utf-8")
    dates = {name: dates.to_json() for name, dates in parse_policy(source, NETOP.name).holiday_dates().items()}
    compiled(source, NETOP.name, json.dumps(dates, sort_keys=True))
    hand_over = sending.hand_over

    def told(sent: Any) -> None:
        hand_over(sent)
        handed(sent)

    sending.hand_over = told


def handed(sent: Any) -> None:
    """The receiver's own list of what arrived: the notice's stable id and the mail's."""
    from django.conf import settings

    row = f"{sent.notice.stable_id} {sent.mail_id}\n".encode()
    place = os.open(settings.VAR / "handed-over", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(place, row)
    os.close(place)


def prepare() -> None:
    """A desk with a customer and an agent."""
    from django.core.management import call_command

    from tests.desk.making import LONG_AGO
    from troth.customers.models import Account, Contact, Licence
    from troth.desk.policies import publish_file
    from troth.people.models import MemberRole, Person
    from troth.people.roles import give_role

    call_command("migrate", verbosity=0)
    desk = publish_file(NETOP, effective_at=LONG_AGO).desk
    account = Account.objects.create(desk=desk, name="Lund & Berg")
    Licence.objects.create(desk=desk, account=account, bought_on="2026-01-10")
    holder = Person.objects.create_user(HOLDER, name="Holder")
    give_role(holder, desk, MemberRole.CUSTOMER)
    Contact.objects.create(desk=desk, person=holder, account=account)
    agent = Person.objects.create_user("agent@netop.example", name="Agent")
    give_role(agent, desk, MemberRole.STAFF)


def open_cases(number: int, at: str | None = None) -> int:
    """So many more cases of the one customer; how many there are now."""
    from django.utils import timezone

    from troth.customers.facts import Draft
    from troth.customers.models import Contact
    from troth.desk.actors import Actor
    from troth.desk.door import open_case
    from troth.desk.models import Case
    from troth.policy.vocabulary import Role

    holder = Contact.objects.select_related("desk", "person", "account__partner").get(person__email=HOLDER)
    there = Case.objects.count()
    start = datetime.fromisoformat(at) if at else timezone.now()
    for each in range(there, there + number):
        open_case(
            holder.desk,
            by=Actor(holder.person, Role.CUSTOMER),
            draft=Draft(title=f"Case {each}", text="x", answers={"environment": "production", "workaround": "none"}),
            contact=holder,
            at=start + timedelta(minutes=each),
        )
    return there + number


def work(batch: int = 5, plant: str = "", *, until_idle: bool = False) -> str:
    """A worker as `troth worker` runs it, saying `commit` after each of its commits and `idle` after an idle round."""
    from troth.desk.worker import Worker
    from troth.site.commands import a_round

    faults.plant(plant)
    watch(lambda point: say("commit") if point.endswith("after commit") else None)
    one = Worker(f"child {os.getpid()}", lease=LEASE, batch=batch)
    say("ready")
    while True:
        if not a_round(one):
            say("idle")
            if until_idle:
                return "idle"


def decided_anew(policy: Any, events: list[Any], cutoff: int) -> list[Any]:
    """What the engine alone makes of the acts among these events, with time passing between them, up to `cutoff`."""
    from troth.engine import advance, decide, evolve
    from troth.engine.events import Act

    state, all_of_it = None, []
    for act in (event for event in events if isinstance(event, Act) and event.at <= cutoff):
        passed = advance(policy, state, act.at - 1) if state is not None else ()
        for event in passed:
            state = evolve(state, event)
        ruled = decide(policy, state, act)
        for event in (act, *ruled):
            state = evolve(state, event)
        all_of_it += [*passed, act, *ruled]
    return [*all_of_it, *advance(policy, state, cutoff)]


def check(since: str) -> dict[str, Any]:
    """All that is not as it must be on cases opened at `since` and touched by nothing but time, and how much there was.

    What is ruled is asked of the engine alone, from each case's opening on.
    """
    from django.conf import settings

    from troth.desk.models import Case, Notice
    from troth.desk.policies import load_policy
    from troth.desk.verify import verify
    from troth.engine.events import Ruling
    from troth.hours import instant

    faulty = [str(difference) for difference in verify(Case.objects.all())]
    cutoff = instant(datetime.fromisoformat(since) + LATER - timedelta(days=1))
    rulings = 0
    for case in Case.objects.select_related("policy_version", "desk"):
        events = [event.to_engine() for event in case.events.all()]
        came = [event for event in events if event.at <= cutoff]
        expected = decided_anew(load_policy(case.policy_version), events, cutoff)
        rulings += sum(isinstance(event, Ruling) for event in came)
        if came != expected:
            faulty.append(f"{case}: {len(came)} events stand where the engine gives {len(expected)}, or others")
        confirms = case.events.filter(word="confirm").count()
        if confirms != 1:
            faulty.append(f"{case}: confirmed {confirms} times")
    file = Path(settings.VAR) / "handed-over"
    arrived = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    ids: dict[str, set[str]] = {}
    for notice, mail in arrived:
        ids.setdefault(notice, set()).add(mail)
    owed = {notice.stable_id for notice in Notice.objects.all()}
    faulty += [f"{name} was owed and never handed over" for name in sorted(owed - set(ids))]
    faulty += [f"{name} was handed over and not owed" for name in sorted(set(ids) - owed)]
    faulty += [f"{name} went under the ids {sorted(ids[name])}" for name in sorted(ids) if len(ids[name]) != 1]
    unsent = Notice.objects.exclude(state="sent").count()
    if unsent:
        faulty.append(f"{unsent} notices are not marked as sent")
    cases = Case.objects.count()
    return {
        "faults": faulty[:40],
        "cases": cases,
        "rulings": rulings,
        "notices": len(owed),
        "repeated": len(arrived) - len(ids),
    }


def pipe(raw: str, plant: str = "") -> int:
    """`troth mail receive` with the mail of this file at its standard input; its exit code is the child's."""
    from troth.site.command_line import main

    faults.plant(plant)
    watch(lambda point: say("commit") if point.endswith("after commit") else None)
    os.dup2(os.open(raw, os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it ends with the process
    sys.exit(main(["mail", "receive", "--desk", "netop"]))


def work_and_stop(at: str, plant: str = "") -> dict[str, int]:
    """A worker that is frozen the first time it passes this point; what it has written after it woke.

    It freezes between its claim and its writing, as a machine does that is put to sleep.
    """
    from troth.desk import worker as working
    from troth.desk.worker import Worker
    from troth.journal.jobs import Runner

    faults.plant(plant)
    written: list[int] = []
    record_many, do = working.record_many, Runner.do

    def frozen(where: str) -> None:
        if where == at and not written:
            written.append(0)
            say("stopping")
            os.kill(os.getpid(), signal.SIGSTOP)

    def after_claim(*args: Any) -> tuple[int, int]:
        frozen("before it records")
        done = record_many(*args)
        written.append(done[1])
        return done

    def before_sending(self: Any, *rest: Any) -> bool:
        frozen("before it sends")
        return do(self, *rest)

    working.record_many, Runner.do = after_claim, before_sending
    one = Worker(f"sleeper {os.getpid()}", lease=LEASE, batch=100)
    claimed = one.claim(one.clock()) if at == "before it records" else None
    if claimed is not None:
        cases, rulings = one.bring_on(claimed[1], claimed[0], one.clock())
        return {"cases": cases, "rulings": rulings}
    sent, failed = one.send_notices(one.clock())
    return {"sent": sent, "failed": failed}


def rows() -> dict[str, Any]:
    """All that a worker writes, as it stands: to be the same before and after somebody did nothing."""
    from django_tasks_db.models import DBTaskResult

    from troth.desk.models import Case, ClockRow, Event, Notice
    from troth.journal.models import AuditEntry

    tables = (Case, ClockRow, Event, Notice, DBTaskResult, AuditEntry)
    return {
        table.__name__: json.loads(json.dumps(list(table.objects.order_by("pk").values()), default=str))
        for table in tables
    }


def check_mail(accepted: list[str], given_up: list[str]) -> dict[str, list[str]]:
    """What is not as it must be with these senders' mails, one each."""
    from troth.desk.models import Case
    from troth.desk.verify import verify
    from troth.mail.models import RawMail, Received

    faulty = [str(difference) for difference in verify(Case.objects.all())]
    for sender in [*accepted, *given_up]:
        effects = Case.objects.filter(title=sender).count()
        kept = RawMail.objects.filter(received__subject=sender).count()
        if sender in accepted and not (effects and kept):
            faulty.append(f"the mail of {sender} was accepted and is not there")
        if effects > 1 or kept > 1 or effects != kept:
            faulty.append(f"the mail of {sender} took effect {effects} times and is kept {kept} times")
    waiting = Received.objects.exclude(state="case").count()
    if waiting:
        faulty.append(f"{waiting} mails are not what they should have become")
    return {"faults": faulty}


def work_by_the_clock(zone: str, plant: str = "") -> None:
    """A worker on a machine set to this zone; after an idle round it says by which clock the round began."""
    from troth.desk.worker import Worker
    from troth.site.commands import a_round

    faults.plant(plant)
    os.environ["TZ"] = zone
    time.tzset()
    one, clock = Worker(f"child {os.getpid()}", lease=LEASE), shared_clock()
    while True:
        began = clock.now()
        if not a_round(one):
            say("idle", began.isoformat())
            time.sleep(0.01)  # lets the others have the processor


def seen() -> dict[str, Any]:
    """How many cases are overdue, when the next deadline is, the last ruling was, and how many events there are."""
    from django.db.models import Max, Min

    from troth.desk.models import Case, Event

    latest = Event.objects.filter(is_act=False).aggregate(at=Max("at"))["at"]
    overdue = Case.objects.filter(wake_at__lte=shared_clock().now()).count()
    wake = Case.objects.aggregate(at=Min("wake_at"))["at"]
    following = wake.isoformat() if wake is not None else None
    return {"overdue": overdue, "next": following, "latest": latest.isoformat(), "events": Event.objects.count()}
