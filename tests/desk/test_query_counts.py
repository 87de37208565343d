"""How often the desk asks its database: committed here, so that one question more shows in the diff.

The same on SQLite and on PostgreSQL. A batch costs the same for one case and for a hundred.
"""

from datetime import timedelta

import pytest

from tests.desk.counting import asked
from tests.desk.making import agent, at, customer, netop, opened
from troth.desk.door import Written, record
from troth.desk.models import Case
from troth.desk.policies import load_policy
from troth.desk.worker import Worker, record_many
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db

LATER = at("2026-05-04 12:00")


def test_opening_a_case() -> None:
    """At most twelve, with the facts gathered and a key."""
    desk = netop()
    contact = customer(desk)
    opened(desk, contact)  # the policy is read once a process
    with asked() as words:
        opened(desk, contact, key="once")
    assert len(words) <= 12
    assert words == [
        "UPDATE desk_counter",
        "SELECT products_release",
        "SELECT customers_licence",  # contracts come by the same statement
        "INSERT desk_case",
        "INSERT desk_message",
        "INSERT desk_event",
        "INSERT desk_clockrow",
        "INSERT desk_notice",
        "INSERT django_tasks_database_dbtaskresult",
        "INSERT desk_done",
        "INSERT journal_auditentry",
    ]


def test_recording_a_reply() -> None:
    """The case, who may, what the mail and the policy bring; then what is written."""
    desk = netop()
    case, by = opened(desk).case, agent(desk)
    with asked() as words:
        record(case.pk, Verb.REPLY, by=by, written=Written("Hello"), at=at("2026-03-06 16:40"), key="once")
    assert words == [
        "SELECT desk_case",
        "SELECT desk_done",
        "SELECT desk_case",
        "SELECT mail_received",
        "SELECT desk_policyversion",
        "INSERT desk_message",
        "INSERT desk_event",
        "UPDATE desk_case",
        "INSERT desk_clockrow",
        "INSERT desk_notice",
        "INSERT django_tasks_database_dbtaskresult",
        "INSERT desk_done",
        "INSERT journal_auditentry",
    ]


@pytest.mark.parametrize("count", [1, 100])
def test_a_batch_of_the_workers(count: int) -> None:
    """A hundred cases are brought on by as many questions as one."""
    desk = netop()
    contact = customer(desk)
    load_policy(opened(desk, contact).case.policy_version)
    Case.objects.all().update(wake_at=None)
    keys = [opened(desk, contact).case.pk for _ in range(count)]
    Case.objects.filter(pk__in=keys).update(lease_by="mine", lease_until=LATER + timedelta(minutes=1))
    with asked() as words:
        cases, _ = record_many(keys, "mine", LATER, lambda: LATER)
    assert cases == count
    assert words == [
        "SELECT desk_case",
        "SELECT desk_policyversion",
        "SELECT mail_received",
        "INSERT desk_event",
        "UPDATE desk_case",
        "INSERT desk_clockrow",
        "INSERT desk_notice",
        "INSERT django_tasks_database_dbtaskresult",
    ]


def test_claiming() -> None:
    """Looked for, then taken; the policy's new version only where no time has come."""
    desk = netop()
    opened(desk)
    worker = Worker("one", clock=lambda: LATER)
    with asked() as words:
        assert worker.claim(LATER) is not None
    assert words == ["SELECT desk_case", "SELECT desk_case", "UPDATE desk_case"]
    with asked() as words:
        assert worker.claim(LATER) is None
    assert words == ["SELECT desk_case", "SELECT desk_policyversion"]
