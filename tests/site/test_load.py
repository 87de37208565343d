"""`troth load`: many open cases with a past, the same for the same seed, and never among real ones unasked."""

from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, netop, opened
from troth.desk.models import Case, Event, Message, Notice
from troth.desk.policies import publish_file
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.people.models import Membership
from troth.policy.vocabulary import Status
from troth.site.load.command import load

pytestmark = pytest.mark.django_db

AT = ["--until", "2026-03-06 12:00"]
FIVE = ("netop", "ntp-software", "numara", "smartertools", "syncro-soft")


def story(number: int) -> list[tuple[object, ...]]:
    """What happened on a case, without the numbers of rows."""
    case = Case.objects.get(number=number)
    events = case.events.values_list("sequence", "at", "word", "data")
    return [(*rest, {key: data[key] for key in data if key != "message"}) for *rest, data in events]


@pytest.mark.parametrize("desk", FIVE)
def test_every_case_is_open_and_equals_its_events(desk: str) -> None:
    """Under each of the five policies; nothing is owed by mail for what never happened."""
    publish_file(ROOT / "policies" / f"{desk}.md", effective_at=LONG_AGO)
    assert load(["--desk", desk, "--cases", "40", *AT]) == 0
    assert Case.objects.count() == 40
    assert not Case.objects.filter(status=str(Status.CLOSED)).exists()
    assert list(verify(Case.objects.all())) == []
    assert (Notice.objects.count(), Event.objects.count() > 200, Message.objects.count() > 40) == (0, True, True)


def test_cases_stand_in_many_ways() -> None:
    """Weeks, levels, severities, waiting or not, owned or not."""
    netop()
    load(["--cases", "200", *AT])
    rows = Case.objects.all()
    assert {row.level for row in rows} >= {"1", "2", "product management"}
    assert {row.severity for row in rows} == {"critical", "high", "medium"}
    assert Counter(row.status for row in rows).keys() >= {"open", "waiting"}
    assert len({row.opened_at.isocalendar().week for row in rows}) > 8
    assert 0 < rows.filter(owner=None).count() < 200


def test_a_message_is_named_by_its_act() -> None:
    """As the door keeps it: the words of an act stand apart from it."""
    netop()
    load(["--cases", "20", *AT])
    for message in Message.objects.all():
        assert Event.objects.get(case=message.case, sequence=message.sequence).data["message"] == message.pk


def test_the_same_seed_tells_the_same() -> None:
    """Also where the second load is made beside the first; another seed tells something else."""
    desk = netop()
    for seed in ("7", "7", "8"):
        assert load(["--cases", "10", "--seed", seed, "--add", *AT]) == 0
    numbers = list(Case.objects.filter(desk=desk).order_by("number").values_list("number", flat=True))
    told = [[story(number) for number in numbers[start : start + 10]] for start in (0, 10, 20)]
    assert told[0] == told[1] != told[2]


def test_a_worker_takes_loaded_cases_on() -> None:
    """Time passes on them as on any other."""
    netop()
    load(["--cases", "30", *AT])
    later = Case.objects.exclude(wake_at=None).order_by("-wake_at")[0].wake_at
    cases, rulings = Worker("one", clock=lambda: later).pass_time(later)
    assert cases == 20
    assert rulings > cases
    assert list(verify(Case.objects.all())) == []


def test_real_cases_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a case is that no demo made, nothing is loaded unless told; and nobody is added either."""
    opened(netop())
    before = Membership.objects.count()
    assert load(["--cases", "10", *AT]) == 2
    assert "--add" in capsys.readouterr().err
    assert (Case.objects.count(), Membership.objects.count()) == (1, before)
    assert load(["--cases", "10", "--add", *AT]) == 0
    assert Case.objects.count() == 11


def test_a_desk_that_is_not_there_begins_with_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A fresh database needs nothing else; a name behind which nothing stands is told."""
    assert load(["--desk", "syncro-soft", "--cases", "5"]) == 0
    assert Case.objects.filter(desk__slug="syncro-soft").count() == 5
    assert load(["--desk", "nowhere", "--cases", "5"]) == 2
    assert "nowhere" in capsys.readouterr().err
