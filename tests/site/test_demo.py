"""The demo: made through the door, clean, alive within minutes, and the only thing `troth demo` throws away."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from troth.desk.models import Case, Notice
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.people.models import Desk, Person
from troth.people.roles import works_at
from troth.site import running
from troth.site.demo import fill as demo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A data folder of the test's own."""
    settings.VAR, settings.TROTH_OUTBOX, settings.MEDIA_ROOT = tmp_path, tmp_path / "outbox", tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 11, 21, 23, 14, tzinfo=UTC),
        datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 1, 1, 8, 0, tzinfo=UTC),
    ],
    ids=["a Saturday night", "a Wednesday noon", "the night clocks change", "New Year"],
)
def test_it_can_be_made_at_any_hour_and_is_clean(when: datetime) -> None:
    """No act is refused, the events fold to what is stored, and cases stand in many states."""
    filled = demo.fill(when)
    assert filled.cases >= 20
    assert list(verify(Case.objects.all())) == []
    seen = set(Case.objects.values_list("status", flat=True))
    assert seen == {"open", "waiting", "monitoring", "closed"}
    assert {"customer", "third party", "upgrade"} <= set(Case.objects.values_list("waiting_on", flat=True))
    assert {"1", "2", "product management"} <= set(Case.objects.values_list("level", flat=True))
    assert Case.objects.filter(is_covered=False).exists()
    assert Case.objects.filter(is_unread=True, status="closed").exists()
    assert {"licence", "contract", "trial", "courtesy"} <= set(Case.objects.values_list("basis", flat=True))


def test_deadlines_pass_within_minutes_of_the_start() -> None:
    """Whenever it is run: within ten minutes cases move up, and their customers are told."""
    now = timezone.now()
    demo.fill(now)
    at_level_1 = Case.objects.filter(level="1").count()
    mails = Notice.objects.count()
    assert Worker("test").run_once(now + timedelta(seconds=50)).cases == 0
    for minutes in (1, 3, 4, 6, 8, 10):
        assert Worker("test").run_once(now + timedelta(minutes=minutes)).cases >= 1, (
            f"nothing happens after {minutes} min"
        )
    assert Case.objects.filter(level="1").count() == at_level_1 - 4
    assert Notice.objects.count() >= mails + 4


def test_it_begins_anew_and_is_whole_again(folder) -> None:
    """What a visitor changed is gone; the password is a new one; old mails are gone."""
    first = demo.fill()
    Case.objects.update(title="changed by a visitor")
    (folder / "outbox").mkdir(exist_ok=True)
    (folder / "outbox" / "old.log").write_text("Subject: old\n\n.")
    second = demo.begin_anew()
    assert (first.cases, Case.objects.count()) == (second.cases, second.cases)
    assert not Case.objects.filter(title="changed by a visitor").exists()
    assert demo.password() == second.password
    assert not (folder / "outbox" / "old.log").exists()


def test_the_sheet_lets_everybody_in() -> None:
    """Each address on it has the password on it, and a customer's link works."""
    filled = demo.fill()
    sheet = demo.sign_in_sheet("http://desk.example")
    assert filled.password in sheet
    assert "http://desk.example/outbox" in sheet
    for desk in Desk.objects.all():
        staff = [person for person in Person.objects.filter(memberships__desk=desk) if works_at(person, desk)]
        assert len(staff) == 3
        assert all(person.email in sheet and person.check_password(filled.password) for person in staff)
        assert f"http://desk.example/{desk.slug}/sign-in/link/" in sheet


def test_data_that_is_no_demo_is_never_touched(folder, settings, capsys) -> None:
    """A desk in earnest has no mark; `troth demo` says so and leaves it."""
    from tests.desk.making import netop, opened  # noqa: PLC0415

    opened(netop())
    assert running.demo([]) == 1
    assert Case.objects.count() == 1
    assert "not made by the demo" in capsys.readouterr().err


def test_a_demo_that_fails_leaves_nothing(folder, monkeypatch) -> None:
    """One transaction: all of it or nothing, and no mark."""

    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(demo, "play", refuse)
    with pytest.raises(RuntimeError):
        demo.fill()
    assert demo.is_empty()
    assert not demo.is_demo()


def test_a_run_begins_with_the_demo_and_then_keeps_it(monkeypatch, capsys) -> None:
    """A second run finds what the first left."""
    monkeypatch.delenv("TROTH_DEMO", raising=False)
    assert running.begin() is True
    made = Case.objects.count()
    word = demo.password()
    assert running.begin() is True
    assert (Case.objects.count(), demo.password()) == (made, word)
    assert set(Desk.objects.values_list("slug", flat=True)) == {"netop", "syncro-soft"}


def test_a_run_in_earnest_invents_nothing(monkeypatch) -> None:
    """TROTH_DEMO=0: the policies in the folder are published, and there is no case and nobody."""
    monkeypatch.setenv("TROTH_DEMO", "0")
    assert running.begin() is False
    assert {"netop", "syncro-soft"} <= set(Desk.objects.values_list("slug", flat=True))
    assert not Case.objects.exists()
    assert not Person.objects.exists()
    assert running.begin() is False


def test_the_mark_is_for_its_owner_only(folder) -> None:
    """It holds the password."""
    demo.fill()
    mark = folder / demo.MARK
    assert mark.stat().st_mode & 0o077 == 0
    assert set(json.loads(mark.read_text())) == {"password", "made"}


def test_a_port_that_is_taken_is_not_used() -> None:
    """Without a wish the next one is; a wish for it is refused."""
    import socket  # noqa: PLC0415

    with socket.socket() as taken:
        taken.bind((running.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert running.free_port(port) is None
        assert running.free_port(0) not in {None, port}
