"""`troth doctor`: each thing that can be wrong is found, with its code and what to do; nothing makes it fail itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.transaction import atomic
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.conftest import ROOT
from tests.desk.making import netop, opened
from tests.mail.writing import handed_in, mail
from troth.desk.models import Case, Event, Notice
from troth.journal.audit import write_audit
from troth.journal.chain import seal
from troth.journal.heartbeat import Heart
from troth.journal.models import Heartbeat, Schedule
from troth.mail.models import Received, State
from troth.people.models import Desk
from troth.site.backup.backing_up import ACTION
from troth.site.checks import debug_is_for_the_demo
from troth.site.command_line import main
from troth.site.doctor import machine
from troth.site.doctor.command import doctor, findings
from troth.site.doctor.findings import Finding, examined

LONG_AGO = timedelta(days=3)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """A day after all that these tests tell of, whatever the machine's clock says."""
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=True):
        yield


@pytest.fixture(autouse=True)
def well(settings, tmp_path: Path, monkeypatch) -> None:
    """A machine on which nothing is wrong: a folder of one's own, a key, an address, a mail server that answers."""
    monkeypatch.setattr(machine, "LITTLE_SPACE", 0)
    (tmp_path / "media").mkdir()
    tmp_path.chmod(0o750)
    settings.VAR = tmp_path
    settings.SECRET_KEY = "a key of fifty characters or more, with many of them"
    settings.TROTH_URL, settings.IS_HTTPS = "https://support.example", True
    settings.TROTH_PROXIES = ("127.0.0.1",)
    settings.TROTH_SMTP_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def codes(now: datetime | None = None) -> list[str]:
    """What is found."""
    return [finding.code for finding in findings(now or timezone.now())]


def lived_in() -> Case:
    """A desk that has been worked at, with a worker, a backup and a sealed record."""
    case = opened(netop()).case
    now = timezone.now()
    Case.objects.update(wake_at=None)
    Notice.objects.update(state="sent")
    handed_in(case.desk, mail(), at=now)
    Case.objects.update(wake_at=None)
    with atomic():
        write_audit(ACTION, "1 cases", at=now, by=None, role="operator")
    seal(now)
    Heart("one", lambda: now).beat()
    return case


@pytest.mark.django_db
def test_where_nothing_is_wrong_nothing_is_found(capsys) -> None:
    """Or nobody would read it."""
    lived_in()
    assert list(findings(timezone.now())) == []
    assert doctor([]) == 0
    assert "Nothing is wrong." in capsys.readouterr().out


def job(**columns: object) -> None:
    """A background job as it was left."""
    now = timezone.now() - LONG_AGO
    DBTaskResult.objects.create(
        task_path="troth.some.job", args_kwargs={}, backend_name="default", run_after=now, finished_at=now, **columns
    )


PLANTED = {
    "no-worker": lambda: Heartbeat.objects.update(heard_at=timezone.now() - LONG_AGO),
    "cases-late": lambda: Case.objects.update(wake_at=timezone.now() - LONG_AGO),
    "leases-stuck": lambda: Case.objects.update(lease_by="gone:1", lease_until=timezone.now() + LONG_AGO),
    "jobs-failed": lambda: job(status=TaskResultStatus.FAILED),
    "jobs-stuck": lambda: job(status=TaskResultStatus.RUNNING),
    "periodic-check-the-audit": lambda: Schedule.objects.create(
        name="check the audit", due_at=timezone.now(), failed_at=timezone.now(), failure="desk 1: entry 2 was altered"
    ),
    "notices-failed": lambda: Notice.objects.update(state="failed"),
    "mail-failed": lambda: Received.objects.update(state=State.FAILED),
    "mail-waiting": lambda: Received.objects.update(state=State.STORED, received_at=timezone.now() - LONG_AGO),
    "mail-held": lambda: Received.objects.update(state=State.HELD, received_at=timezone.now() - LONG_AGO),
    "no-policy": lambda: Desk.objects.create(slug="bare", vendor="Bare", title="Bare", prefix="BARE", zone="UTC"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(PLANTED))
def test_what_was_left_lying_is_found(code: str, capsys) -> None:
    """Each by its code, with a sentence and a remedy."""
    lived_in()
    PLANTED[code]()
    assert codes() == [code]
    assert doctor(["--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == code
    assert told["says"]
    assert told["mend"]


@pytest.mark.django_db
def test_time_itself_finds_what_was_not_done() -> None:
    """No seal, no backup, no worker since."""
    lived_in()
    with atomic():
        write_audit("did", "thing", at=timezone.now(), by=None, role="system")
    assert codes(timezone.now() + LONG_AGO) == ["no-worker", "audit-unsealed", "no-backup"]
    assert Event.objects.exists()
    late = Event.objects.latest("pk").at - timedelta(days=1)
    assert "clock-behind" in codes(late)


@pytest.mark.django_db
def test_a_database_of_an_older_version_is_said_and_its_tables_are_left_alone() -> None:
    """What the new version expects is not there yet."""
    lived_in()
    newest = MigrationLoader(connection).graph.leaf_nodes("journal")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    assert codes() == ["not-migrated"]


@pytest.mark.django_db
def test_the_machine_is_looked_at(settings, tmp_path: Path, monkeypatch) -> None:
    """Folder, key, room, address, policies, debug."""
    lived_in()
    settings.DEBUG, settings.TROTH_URL, settings.TROTH_POLICIES = True, "http://127.0.0.1:8000", tmp_path / "none"
    settings.TROTH_SMTP_URL = ""
    (tmp_path / "secret-key").write_text("k")
    (tmp_path / "secret-key").chmod(0o644)
    tmp_path.chmod(0o755)
    monkeypatch.setattr(machine, "LITTLE_SPACE", 1 << 62)
    expected = ["troth.E007", "folder-open", "key-open", "little-space", "no-address", "no-policies", "no-mail-server"]
    assert codes() == expected
    settings.TROTH_POLICIES = tmp_path
    (tmp_path / "a.md").write_text("nothing")
    settings.TROTH_URL, settings.IS_HTTPS = "http://support.example", False
    assert {"policy-file", "no-https"} <= set(codes())
    assert "no-proxies" not in codes(), "nobody is known to stand in front"


@pytest.mark.django_db
def test_a_server_in_front_that_is_not_named_is_a_remark(settings) -> None:
    """Else all visitors share its address, and one who guesses locks everybody out."""
    lived_in()
    settings.TROTH_PROXIES = ()
    (found,) = findings(timezone.now())
    assert (found.code, found.is_grave) == ("no-proxies", False)
    assert "TROTH_PROXIES" in found.mend


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_is_named(settings) -> None:
    """Nobody listens on port 9 of this machine."""
    lived_in()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    found = list(findings(timezone.now()))
    assert [finding.code for finding in found] == ["mail-server"]
    assert "127.0.0.1:9" in found[0].says


def test_an_examination_that_fails_stops_no_other() -> None:
    """It is a finding of its own."""

    def the_thing(now: datetime) -> list[Finding]:
        raise RuntimeError("fainted")

    def another(now: datetime) -> list[Finding]:
        return [Finding("found", "It is so.", "Mend it.")]

    found = list(examined((the_thing, another), timezone.now()))
    assert [finding.code for finding in found] == ["not-examined", "found"]
    assert "the thing could not be looked at: RuntimeError: fainted" in found[0].says


def test_debug_outside_a_demo_is_refused(settings) -> None:
    """A page of errors tells a stranger what is in the settings."""
    settings.DEBUG, settings.TROTH_DEMO = True, False
    assert [message.id for message in debug_is_for_the_demo()] == ["troth.E007"]
    settings.TROTH_DEMO = True
    assert debug_is_for_the_demo() == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "database-away"),
        ({"TROTH_VAR": "/proc/no-such-folder"}, "settings"),
        ({"TROTH_PROXIES": "nonsense"}, "settings"),
    ],
)
def test_it_ends_well_whatever_is_wrong(environment: dict[str, str], code: str, tmp_path: Path) -> None:
    """No database, no folder, settings that do not hold: a sentence each, and exit 1."""
    (tmp_path / "var").mkdir()
    given = {**os.environ, "TROTH_VAR": str(tmp_path / "var"), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "troth.site.command_line", "doctor", "--json"],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert code in [json.loads(line)["code"] for line in done.stdout.splitlines()]


def test_the_command_is_in_the_table(capsys) -> None:
    """`troth doctor --help`."""
    assert main(["doctor", "--help"]) == 0
    assert "what is wrong" in capsys.readouterr().out
