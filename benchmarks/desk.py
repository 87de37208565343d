"""How a desk stands with many open cases: its queue, a case, an opening, deadlines that come due.

    troth load --cases 100000
    make bench-desk

Measures the desk named by TROTH_VAR or DATABASE_URL, which must be one that was loaded for it: cases are opened and
time passes on them. Server time is a page's from request to answer in this process, without a network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
django.setup()

from django.conf import settings  # noqa: E402 (Django must be ready first)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from troth.customers.facts import Draft  # noqa: E402
from troth.customers.models import Contact  # noqa: E402
from troth.desk.actors import Actor  # noqa: E402
from troth.desk.door import open_case  # noqa: E402
from troth.desk.models import Case  # noqa: E402
from troth.desk.worker import Worker  # noqa: E402
from troth.people.models import Membership  # noqa: E402
from troth.policy.vocabulary import Role  # noqa: E402


def timed(calls: int, call: Callable[[int], object]) -> str:
    """Return the median wall and processor time of a call, in milliseconds."""
    walls, used = [], []
    for number in range(calls):
        wall, processor = time.perf_counter(), time.process_time()
        call(number)
        walls.append(time.perf_counter() - wall)
        used.append(time.process_time() - processor)
    return f"{statistics.median(walls) * 1000:>9.1f}{min(walls) * 1000:>9.1f}{statistics.median(used) * 1000:>9.1f}"


def main() -> None:
    """Print a table for the desk at hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", default="netop")
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--due", type=int, default=10_000, help="how many cases' deadlines come due")
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    cases = Case.objects.filter(desk__slug=asked.desk, is_listed=1)
    print(f"\n{connection.vendor}, {cases.count():,} open cases; milliseconds:   median      min   median of processor")
    agent = Membership.objects.filter(desk__slug=asked.desk, role="staff").select_related("person").order_by("pk")[0]
    client = Client()
    client.force_login(agent.person, backend=settings.AUTHENTICATION_BACKENDS[0])
    numbers = list(cases.order_by("number").values_list("number", flat=True)[: asked.calls])

    def page(path: str) -> None:
        answer = client.get(f"/{asked.desk}/desk/{path}")
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    prefix = agent.desk.prefix
    page("queue")
    page(f"cases/{prefix}-{numbers[0]}")
    print(f"{'the queue':46}{timed(asked.calls, lambda _: page('queue'))}")
    print(f"{'a case':46}{timed(asked.calls, lambda number: page(f'cases/{prefix}-{numbers[number]}'))}")
    contact = Contact.objects.filter(desk=agent.desk).select_related("account__partner", "person").order_by("pk")[0]
    by, draft = Actor(contact.person, Role.CUSTOMER), Draft(title="It stops", text="It stops.", answers={})
    print(
        f"{'opening a case':46}"
        f"{timed(asked.calls, lambda _: open_case(agent.desk, by=by, draft=draft, contact=contact))}"
    )
    waking = list(cases.exclude(wake_at=None).order_by("wake_at").values_list("wake_at", flat=True)[: asked.due])
    begun, processor = time.perf_counter(), time.process_time()
    done, rulings = Worker("benchmark", clock=lambda: waking[-1]).pass_time(waking[-1])
    wall, used = time.perf_counter() - begun, time.process_time() - processor
    print(
        f"one worker: {done:,} cases due, {rulings:,} rulings: {done / wall:,.0f} cases and {rulings / wall:,.0f} "
        f"rulings a second ({done / used:,.0f} cases a second of processor)"
    )


if __name__ == "__main__":
    main()
