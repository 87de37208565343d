"""What the test of a killed worker does in processes of its own: `setup`, `work`, `check`.

Run as `python -m tests.desk.killed WHAT`, with the database named by the environment.
"""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
CASES = 50
OPENED_DAYS_AGO = 90
LEASE = timedelta(seconds=float(os.environ.get("TROTH_TEST_LEASE", "1")))
"""Short, so that a killed worker's work is soon free again; long where nobody dies, whatever the machine does."""


def setup() -> None:
    """Fifty cases opened long ago, on which no time has passed yet."""
    from django.core.management import call_command
    from django.utils import timezone

    from tests.desk.making import customer, netop
    from troth.customers.facts import Draft
    from troth.desk.actors import Actor
    from troth.desk.door import open_case
    from troth.policy.vocabulary import Role

    call_command("migrate", verbosity=0)
    desk = netop()
    holder = customer(desk)
    start = timezone.now() - timedelta(days=OPENED_DAYS_AGO)
    for number in range(CASES):
        open_case(
            desk,
            by=Actor(holder.person, Role.CUSTOMER),
            draft=Draft(title=f"Case {number}", text="x", answers={"environment": "production"}),
            contact=holder,
            at=start + timedelta(minutes=number),
        )


def work() -> None:
    """A worker that goes on until nothing is left, in small batches, so that there is much to be killed in."""
    from troth.desk.outside import provide
    from troth.desk.worker import Worker

    outbox = os.open(Path(os.environ["TROTH_VAR"]) / "handed-over", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def deliver(notice) -> str:
        os.write(outbox, f"{notice.stable_id}\n".encode())
        return f"<{notice.stable_id}@test>"

    provide(deliver=deliver)
    one = Worker(f"killed {os.getpid()}", lease=LEASE, batch=5)
    print("ready", flush=True)
    while one.run_once():
        pass
    print("done", flush=True)


def check() -> None:
    """Tells, as JSON, all that is not as it must be, and how much there was."""
    from troth.desk.models import Case, Notice
    from troth.desk.policies import load_policy
    from troth.desk.verify import verify
    from troth.engine import advance, fold
    from troth.hours import instant

    faults = [str(difference) for difference in verify(Case.objects.all())]
    cutoff = instant(datetime.now(UTC)) - 3600
    rulings = 0
    for case in Case.objects.select_related("policy_version", "desk"):
        events = [event.to_engine() for event in case.events.all()]
        opening = [event for event in events if event.at == instant(case.opened_at)]
        expected = list(advance(load_policy(case.policy_version), fold(opening), cutoff))
        came = [event for event in events[len(opening) :] if event.at <= cutoff]
        rulings += len(came)
        if came != expected:
            faults.append(f"{case}: time ruled {len(came)} times, not {len(expected)}, or otherwise")
        confirms = case.events.filter(word="confirm").count()
        if confirms != 1:
            faults.append(f"{case}: confirmed {confirms} times")
    handed = (Path(os.environ["TROTH_VAR"]) / "handed-over").read_text().split()
    owed = {notice.stable_id for notice in Notice.objects.all()}
    faults += [f"{name} was owed and never handed over" for name in sorted(owed - set(handed))]
    faults += [f"{name} was handed over and not owed" for name in sorted(set(handed) - owed)]
    unsent = Notice.objects.exclude(state="sent").count()
    if unsent:
        faults.append(f"{unsent} notices are not marked as sent")
    print(json.dumps({"faults": faults, "cases": Case.objects.count(), "rulings": rulings, "notices": len(owed)}))


if __name__ == "__main__":
    django.setup()
    {"setup": setup, "work": work, "check": check}[sys.argv[1]]()
