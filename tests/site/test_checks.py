"""A desk that could lose what it acknowledged, or whose key others know, does not start."""

import stat
import threading

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from troth.site.checks import database_keeps_what_it_acknowledges, key_is_our_own, refuse_unsafe_start
from troth.site.places import secret_key

ON_SQLITE = connection.vendor == "sqlite"


def found(databases=("default",)) -> list[str]:
    """The ids of what the database check found."""
    return [message.id for message in database_keeps_what_it_acknowledges(databases=databases)]


@pytest.mark.django_db
def test_our_own_settings_pass() -> None:
    """As it comes, the desk starts."""
    assert found() == []
    refuse_unsafe_start()


@pytest.mark.skipif(not ON_SQLITE, reason="SQLite's own settings")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("value", ["NORMAL", "OFF"])
def test_sqlite_without_a_sync_at_each_commit_is_refused(value) -> None:
    """With NORMAL every acknowledgement leaves before the log is synced."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={value}")
        try:
            assert found() == ["troth.E002"]
            with pytest.raises(ImproperlyConfigured, match="PRAGMA synchronous=FULL"):
                refuse_unsafe_start()
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


@pytest.mark.skipif(not ON_SQLITE, reason="SQLite's own settings")
@pytest.mark.django_db(transaction=True)
def test_sqlite_without_foreign_keys_is_refused() -> None:
    """A row that points nowhere is never written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            assert found() == ["troth.E003"]
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")


@pytest.mark.postgres
@pytest.mark.skipif(ON_SQLITE, reason="PostgreSQL's own settings")
@pytest.mark.django_db
def test_postgresql_that_answers_before_the_disk_is_refused() -> None:
    """synchronous_commit off means: acknowledged, and perhaps lost."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert found() == ["troth.E005"]


@pytest.mark.parametrize("key", ["short", "x" * 80, "django-insecure-" + "abcdefghijklmnop" * 4, "changeme" * 10])
def test_a_key_that_others_could_know_is_refused(key) -> None:
    """Start refuses a default key."""
    with override_settings(SECRET_KEY=key):
        assert [message.id for message in key_is_our_own()] == ["troth.E006"]
        assert "troth.E006" in [message.id for message in run_checks(tags=[Tags.security])]


def test_the_key_made_on_first_use_is_kept_and_read_by_its_owner_only(tmp_path, monkeypatch) -> None:
    """The second start has the first one's key."""
    monkeypatch.delenv("TROTH_SECRET_KEY", raising=False)
    key = secret_key(tmp_path)
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]
    with override_settings(SECRET_KEY=key):
        assert key_is_our_own() == []
    monkeypatch.setenv("TROTH_SECRET_KEY", "of the environment")
    assert secret_key(tmp_path) == "of the environment"


def test_processes_that_start_together_have_one_key(tmp_path, monkeypatch) -> None:
    """Whoever comes first makes it; the others read it."""
    monkeypatch.delenv("TROTH_SECRET_KEY", raising=False)
    gate, keys = threading.Barrier(8), []

    def start() -> None:
        gate.wait()
        keys.append(secret_key(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
