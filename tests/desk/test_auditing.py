"""Cases decided anew: what their acts come to today is what is stored, or the first event that differs is named."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, again, agent, at, customer, netop, opened
from tests.desk.test_adopting import BLEND, a_round, desk_of_old, published
from troth.customers.facts import Draft
from troth.desk import auditing
from troth.desk import verify as verifying
from troth.desk.actors import Actor
from troth.desk.auditing import audit
from troth.desk.commands import audit as command
from troth.desk.commands import explain
from troth.desk.door import Recorded, open_case, record
from troth.desk.models import Case, Event
from troth.desk.outside import outside
from troth.desk.policies import loaded, publish_file
from troth.desk.store import CASE_COLUMNS, clock_row, set_columns
from troth.desk.verify import verify
from troth.engine import fold
from troth.engine.facts import Contract, Facts
from troth.hours import instant
from troth.people.models import Desk
from troth.policy.vocabulary import Role, Verb

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_anew() -> None:
    """Each test publishes texts of its own under the numbers of the test before."""
    loaded.cache_clear()


def drifts() -> list[str]:
    """What an audit of all cases finds."""
    return [str(drift) for drift in audit(Case.objects.order_by("pk"))]


def tamper(case: Case, change: Callable[[list[Event]], Sequence[Event]]) -> None:
    """The events of the case are others now, and all that is folded from them fits: no fold can tell."""
    events = change(list(Event.objects.filter(case=case)))
    QuerySet(Event).filter(case=case).delete()
    for number, event in enumerate(events, 1):
        event.pk, event.sequence = None, number
    Event.objects.bulk_create(events)
    row = again(case)
    state = fold(event.to_engine() for event in events)
    set_columns(row, state)
    row.save(update_fields=CASE_COLUMNS)
    row.clocks.all().delete()
    for clock in state.clocks.values():
        clock_row(row, clock).save()
    assert list(verify(Case.objects.filter(pk=case.pk))) == [], "the fault was to be one that folding cannot see"


def worn() -> Case:
    """A case that was answered, on which time missed a target and moved it to level 2."""
    desk = netop()
    case = opened(desk).case
    record(case, Verb.ASK, by=agent(desk), at=at("2026-03-09 10:00"))
    a_round("2026-04-20 10:00")
    record(case, Verb.CUSTOMER_REPLY, by=Actor(case.contact.person, Role.CUSTOMER), at=at("2026-04-20 11:00"))
    a_round("2026-06-20 10:00")
    assert drifts() == []
    assert case.events.filter(word="clock missed").exists()
    return again(case)


def altered(of: str, **changes: object) -> Callable[[list[Event]], list[Event]]:
    """The first event of that word says something else."""

    def change(events: list[Event]) -> list[Event]:
        event = next(event for event in events if event.word == of)
        for name, value in changes.items():
            setattr(event, name, {**event.data, **value} if name == "data" else value)
        return events

    return change


def without(word: str) -> Callable[[list[Event]], list[Event]]:
    """The last event of that word is gone, and the numbers close up."""

    def change(events: list[Event]) -> list[Event]:
        last = [event for event in events if event.word == word][-1]
        return [event for event in events if event is not last]

    return change


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        (altered("clock started", data={"due": 1_900_000_000}), '"due": 1900000000'),
        (altered("covered", clause="somewhere/else"), "covered [somewhere/else]"),
        (altered("clock missed", reason="because"), "clock missed"),
        (without("clock missed"), "decided anew it is clock missed"),
        (without("level"), "decided anew it is level"),
        (altered("ask", word="reply"), "decided anew it is"),
    ],
    ids=["a due instant", "a clause", "a reason", "a miss taken out", "a level taken out", "another act"],
)
def test_rulings_that_no_act_comes_to_are_named(change, finds) -> None:
    """Planted with all that is folded from them, so that `verify` sees nothing."""
    case = worn()
    tamper(case, change)
    found = drifts()
    assert len(found) == 1
    assert found[0].startswith(f"{case.label}: event ")
    assert finds in found[0]


def test_a_ruling_put_in_is_named() -> None:
    """Nothing in the acts gives it."""
    case = worn()

    def twice(events: list[Event]) -> list[Event]:
        place = next(number for number, event in enumerate(events) if event.word == "notice")
        return [*events[: place + 1], Event.objects.get(pk=events[place].pk), *events[place + 1 :]]

    tamper(case, twice)
    assert "is stored as notice" in drifts()[0]


def test_a_late_worker_and_a_new_version_are_no_drift() -> None:
    """Each stretch is decided under the versions the case had heard of by then."""
    desk = desk_of_old()
    case, late = opened(desk).case, opened(desk).case
    published("2026-03-09 00:00")
    record(case, Verb.REPLY, by=agent(desk), at=at("2026-03-09 09:00"))
    published("2026-03-16 00:00", 'to: "17:00"', 'to: "15:00"', version="2027-02-01")
    a_round("2026-05-16 12:00")
    assert {len(again(one).adopted) for one in (case, late)} == {2}
    assert drifts() == []
    tamper(case, without("clock moved"))
    assert len(drifts()) == 1


def test_a_dismissal_that_waited_for_unread_mail_is_no_drift(monkeypatch) -> None:
    """Nobody can know today how far the mail was read then; where it came later than its time, it waited."""
    desk = publish_file(ROOT / "policies" / "ntp-software.md", effective_at=LONG_AGO).desk
    by, facts = agent(desk), Facts(contract=Contract(plan="maintenance", starts=date(2026, 1, 5)))
    case = opened_by(desk, by, facts)
    record(case, Verb.ASK, by=by, at=at("2026-03-03 11:00"))
    monkeypatch.setattr(outside, "heard_until", lambda _: instant(at("2026-03-03 11:00")))
    a_round("2026-04-20 10:00")
    assert again(case).status != "closed"
    record(case, Verb.LOG, by=by, at=at("2026-04-20 11:00"), data={"minutes": 5, "activity": "telephone"})
    assert again(case).events.filter(word="log").exists()
    assert drifts() == []
    monkeypatch.undo()
    a_round("2026-04-21 10:00")
    assert again(case).status == "closed"
    assert drifts() == []


def opened_by(desk: Desk, by: Actor, facts: Facts) -> Case:
    """A case with these facts, opened on a Monday."""
    done = open_case(desk, by=by, draft=Draft(title="It stops"), facts=facts, at=at("2026-03-02 16:00"))
    assert isinstance(done, Recorded), done
    return done.case


def test_the_command_tells_and_ends_with_1(capsys) -> None:
    """`troth cases audit`."""
    case = worn()
    assert command(["--desk", "netop"]) == 0
    assert "1 cases decided anew, 0 came out otherwise." in capsys.readouterr().out
    tamper(case, without("clock missed"))
    assert command([]) == 1
    assert "decided anew it is clock missed" in capsys.readouterr().out
    assert command(["--desk", "netpo"]) == 2
    assert "known are: netop" in capsys.readouterr().err


@pytest.mark.parametrize("going_through", [audit, verify])
def test_many_cases_are_held_a_few_at_a_time(going_through, monkeypatch) -> None:
    """However many there are: the first finding comes before the third chunk's events were asked for."""
    monkeypatch.setattr(auditing, "CHUNK", 2)
    monkeypatch.setattr(verifying, "CHUNK", 2)
    desk = netop()
    holder = customer(desk)
    cases = [opened(desk, holder).case for _ in range(8)]
    for case in cases:
        Case.objects.filter(pk=case.pk).update(level="2")
        tampered = altered("covered", clause="somewhere/else")(list(Event.objects.filter(case=case)))
        QuerySet(Event).filter(case=case).delete()
        for event in tampered:
            event.pk = None
        Event.objects.bulk_create(tampered)
    with CaptureQueriesContext(
        connection,
    ) as asked_for:
        next(going_through(Case.objects.order_by("pk")))
    chunks = [query["sql"] for query in asked_for if 'FROM "desk_event"' in query["sql"]]
    assert len(chunks) == 1
    assert sum(str(case.pk) in chunks[0] for case in cases) <= 4


def test_explained_as_of_then_a_case_stands_under_the_policy_of_then(capsys) -> None:
    """A version heard of later changes neither the story nor the proof of an instant before it."""
    desk = desk_of_old()
    case = opened(desk).case
    explain([case.label, "--at", "2026-03-06 17:30"])
    before = capsys.readouterr().out
    published("2026-03-09 00:00")
    a_round("2026-03-10 00:00")
    assert explain([case.label, "--at", "2026-03-06 17:30"]) == 0
    assert capsys.readouterr().out == before
    assert explain([case.label, "--at", "2026-03-10 00:00"]) == 0
    assert f"under {BLEND}" in capsys.readouterr().out
