"""What is shown before a case is opened is what its opening then comes to."""

import pytest

from tests.desk.making import at, customer, netop
from troth.customers.facts import Draft
from troth.desk.actors import Actor
from troth.desk.door import Recorded, open_case
from troth.desk.models import Case, Event
from troth.desk.preview import preview
from troth.engine import Ruling
from troth.hours import instant
from troth.journal.models import AuditEntry
from troth.policy.vocabulary import Channel, Role

pytestmark = pytest.mark.django_db
WHEN = at("2026-03-06 16:30")


@pytest.mark.parametrize("environment", ["production", "lab"])
@pytest.mark.parametrize("has_licence", [True, False])
def test_the_opening_keeps_what_the_preview_said(environment, has_licence) -> None:
    """Same facts, same function: cover, severity, clocks and clauses agree to the letter."""
    desk = netop()
    holder = customer(desk, has_licence=has_licence)
    draft = Draft(title="x", text="y", answers={"environment": environment})
    shown = preview(desk, draft, contact=holder, at=WHEN)
    done = open_case(desk, by=Actor(holder.person, Role.CUSTOMER), draft=draft, contact=holder, at=WHEN)
    assert isinstance(done, Recorded)
    assert shown.case is not None
    assert (shown.case.clocks, shown.case.is_covered) == (done.state.clocks, has_licence)
    assert tuple(event for event in shown.events if isinstance(event, Ruling)) == done.rulings


def test_the_promise_is_the_first_clock_still_running() -> None:
    """What every face names."""
    desk = netop()
    draft = Draft(answers={"environment": "production"})
    promise = preview(desk, draft, contact=customer(desk), at=WHEN).promise
    assert promise is not None
    assert (promise.name, promise.due_at) == ("case id", instant(at("2026-03-07 16:30")))


def test_a_preview_writes_nothing() -> None:
    """Looking costs no number and leaves no row."""
    desk = netop()
    audit = AuditEntry.objects.count()
    preview(desk, Draft(), contact=customer(desk), at=WHEN)
    assert (Case.objects.count(), Event.objects.count(), AuditEntry.objects.count()) == (0, 0, audit)


def test_a_preview_tells_of_a_refusal_and_its_clause() -> None:
    """A channel that opens no case says so before anything is sent."""
    shown = preview(netop(), Draft(channel=Channel.REMOTE), at=WHEN)
    assert shown.case is None
    assert shown.promise is None
    assert shown.refusal is not None
    assert shown.refusal.clause is not None
