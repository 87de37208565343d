"""Probes: whether the process lives, and whether the desk can serve; never more than names of parts."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from tests.desk.making import netop
from troth.desk.models import PolicyVersion
from troth.journal.heartbeat import Heart
from troth.site import health


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test finds a process that has just begun."""
    monkeypatch.setattr(health, "seen", {})


def asked(path: str = "/readyz") -> tuple[int, object]:
    """The answer of a browser that is signed in nowhere."""
    answer = Client().get(path)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json().get("missing")


def test_a_process_that_answers_is_alive_without_its_database() -> None:
    """No database is granted to this test: asking it would turn it red."""
    assert asked("/healthz") == (200, None)


@pytest.mark.django_db
def test_the_desk_is_ready_when_nothing_is_missing() -> None:
    """A policy in force and a worker that is heard."""
    netop()
    Heart("one", timezone.now).beat()
    assert asked() == (200, [])


@pytest.mark.django_db
def test_a_worker_that_is_not_heard_is_missing(settings) -> None:
    """None at all, or none of late."""
    netop()
    assert asked() == (503, ["worker"])
    Heart("one", lambda: timezone.now() - timedelta(seconds=90)).beat()
    assert asked() == (200, [])
    settings.TROTH_WORKER_SILENCE = 60
    assert asked() == (503, ["worker"])


@pytest.mark.django_db
def test_a_policy_that_cannot_be_read_is_missing() -> None:
    """A desk without a policy in force opens no case."""
    netop()
    Heart("one", timezone.now).beat()
    PolicyVersion.objects.filter()._raw_delete("default")  # noqa: SLF001 - the model itself refuses
    assert asked() == (503, ["policies"])


@pytest.mark.django_db
def test_a_migration_that_was_not_run_is_missing_until_it_is() -> None:
    """What is once of this version is not asked again."""
    netop()
    Heart("one", timezone.now).beat()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal' AND name LIKE '0006%'")
    assert asked() == (503, ["migrations"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '0006_index_running_jobs', %s)",
            [timezone.now()],
        )
    assert asked() == (200, [])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")
    assert asked() == (200, [])


def test_a_database_that_is_away_is_told_by_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its address nor its error, which may name both."""

    def away() -> bool:
        raise OperationalError("connection to postgresql://troth:secret@db failed")

    monkeypatch.setattr(health, "CHECKS", dict.fromkeys(health.CHECKS, away))
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "missing": ["database", "migrations", "policies", "worker"]}
    assert b"secret" not in answer.content
