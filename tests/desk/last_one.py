"""What the test of the last incident does in a process of its own: many requests for one, at the same instant.

Run as `python -m tests.desk.last_one`, with the database named by the environment. Prints what came, as JSON.
"""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
REQUESTS, AT_ONCE = 64, 16
"""So many requests, by so many threads with a connection each: more would be more than a server of PostgreSQL gives."""
NOON = datetime(2026, 3, 9, 16, tzinfo=UTC)
LONGEST = 240


def at_once(calls: list[Callable[[], bool]]) -> list[bool]:
    """All of them, begun together by as many threads as there are, at most AT_ONCE; each with its own connection."""
    from django.db import OperationalError, connection

    def patient(call: Callable[[], bool]) -> bool:
        """SQLite gives its turns to whoever asks at the right instant: who went without for 30 s asks again."""
        for _ in range(10):
            try:
                return call()
            except OperationalError as error:
                if "locked" not in str(error):
                    raise
        return call()

    threads = min(AT_ONCE, len(calls))
    start = threading.Barrier(threads)

    def one(number: int) -> list[bool]:
        connection.ensure_connection()
        start.wait(timeout=LONGEST)
        try:
            return [patient(call) for call in calls[number::threads]]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [came for some in pool.map(one, range(threads)) for came in some]


def race() -> dict[str, list[int]]:
    """How many of each race were covered, how much was taken, and how many incidents stand as used by cases."""
    from django.core.management import call_command
    from django.db.models import Sum

    from tests.conftest import ROOT
    from tests.desk.making import LONG_AGO, agent, customer
    from troth.customers.facts import Draft
    from troth.customers.models import Account, Contract, Licence, Purchase, Use
    from troth.desk.actors import SYSTEM
    from troth.desk.door import open_case, record
    from troth.desk.models import Case
    from troth.desk.policies import publish_file
    from troth.policy.vocabulary import Verb

    call_command("migrate", verbosity=0)
    desk = publish_file(ROOT / "policies" / "ntp-software.md", effective_at=LONG_AGO).desk
    staff = agent(desk)

    def buyer(name: str):
        return customer(desk, Account.objects.create(desk=desk, name=name))

    def bought(holder) -> None:
        Purchase.objects.create(
            desk=desk, account=holder.account, what="incident", gives="incidents", bought_on=date(2026, 1, 5)
        )

    def opening(holder) -> Callable[[], bool]:
        return lambda: bool(
            open_case(desk, by=SYSTEM, draft=Draft(title="x", product="QFS"), contact=holder, at=NOON).case.is_covered
        )

    def setting(row) -> Callable[[], bool]:
        data = {"product": "Defendex"}
        return lambda: bool(record(row, Verb.SET, by=staff, data=data, at=NOON).state.is_covered)

    def buying(row) -> Callable[[], bool]:
        def both() -> bool:
            record(row, Verb.BUY, by=staff, data={"what": "licences", "quantity": 1}, at=NOON)
            return bool(record(row, Verb.BUY, by=staff, data={"what": "renewal", "term": "12 months"}, at=NOON))

        return both

    def told(holder, came: list[bool]) -> list[int]:
        used = Purchase.objects.filter(account=holder.account).aggregate(sum=Sum("used"))["sum"]
        uses = Use.objects.filter(purchase__account=holder.account).count()
        covered = Case.objects.filter(account=holder.account, is_covered=True).count()
        return [len(came), sum(came), covered, used, uses]

    came = {}
    for number in range(5):
        two = buyer(f"two {number}")
        bought(two)
        came[f"two {number}"] = told(two, at_once([opening(two)] * 2))
    many = buyer("many")
    bought(many)
    came["many"] = told(many, at_once([opening(many)] * REQUESTS))
    waiting = buyer("waiting")
    rows = [
        open_case(desk, by=SYSTEM, draft=Draft(title="x", product="QFS"), contact=waiting, at=NOON).case
        for _ in range(16)
    ]
    bought(waiting)  # nobody tells the open cases: whoever acts on one of them finds it
    renewing = buyer("renewing")
    several = [
        open_case(desk, by=SYSTEM, draft=Draft(title="x", product="QFS"), contact=renewing, at=NOON).case
        for _ in range(16)
    ]
    at_once([buying(row) for row in several])
    held, kept = Licence.objects.get(account=renewing.account), Contract.objects.get(account=renewing.account)
    came["renewing"] = [held.seats or 0, kept.ends_on.year]
    came["waiting"] = told(waiting, at_once([setting(row) for row in rows]))
    return came


if __name__ == "__main__":
    django.setup()
    print(json.dumps(race()))
