"""The chain over the audit entries: what was written shows, if somebody with the database in hand changes it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from troth.journal import commands
from troth.journal.audit import erase_entries, write_audit
from troth.journal.chain import check, seal
from troth.journal.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 12, 0, 0, 123456, tzinfo=UTC)


def written(count: int = 6, desk: int | None = 1, **data: object) -> list[AuditEntry]:
    """So many entries of one desk, each with its number among the data."""
    with atomic():
        return [
            write_audit("did", f"thing {number}", at=NOW, by=7, role="staff", desk=desk, data={"n": number, **data})
            for number in range(count)
        ]


def says() -> list[str]:
    """What a check finds."""
    return [str(fault) for fault in check().faults]


@contextmanager
def past_the_guard() -> Iterator[None]:
    """The database's own refusal is switched off, as its owner can do."""
    with connection.cursor() as cursor:
        for table in ("journal_auditentry", "journal_auditseal"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_kept")
            else:
                cursor.execute(f"DROP TRIGGER {table}_is_kept")
    yield


def run(statement: str, *values: object) -> None:
    """Raw SQL, past every guard of ours."""
    with past_the_guard(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "the fault was not planted"


def sealed(count: int = 6, desk: int | None = 1) -> list[AuditEntry]:
    """So many entries, sealed in two seals."""
    made = written(count - 2, desk)
    seal(NOW)
    made += written(2, desk)
    seal(NOW + timedelta(minutes=1))
    assert says() == []
    return made


def test_every_entry_has_its_place_and_nothing_is_wrong() -> None:
    """Entries of a desk, of another and without any have a chain each; values come back as they were written."""
    written(3, 1, word="é", number=2.0, small=1e-7, big=1e16, nested={"b": [1, None], "a": True})
    written(2, 2)
    written(4, None)
    assert seal(NOW) == 9
    report = check()
    assert (report.entries, report.waiting, report.faults) == (9, 0, [])
    assert [head.split(":")[0] for head in report.heads] == ["0", "1", "2"]
    assert list(AuditEntry.objects.filter(desk_id=1).order_by("pk").values_list("place", flat=True)) == [1, 2, 3]
    assert seal(NOW) == 0


@pytest.mark.parametrize("desk", [1, None])
@pytest.mark.parametrize(
    ("statement", "finds"),
    [
        ("UPDATE journal_auditentry SET subject = 'thing 9' WHERE id = %s", "no. 3) was altered: did thing 9"),
        ("UPDATE journal_auditentry SET data = '{\"n\": 9}' WHERE id = %s", "no. 3) was altered"),
        ("UPDATE journal_auditentry SET actor_id = 8 WHERE id = %s", "no. 3) was altered or is not in its place"),
        ("UPDATE journal_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE id = %s", "no. 3) was altered"),
        ("UPDATE journal_auditentry SET salt = '', subject = '(erased)', data = '{}' WHERE id = %s", "was emptied"),
        ("DELETE FROM journal_auditentry WHERE id = %s", "entry no. 3 is missing: after entry "),
    ],
)
def test_a_row_changed_or_deleted_is_named(statement, finds, desk) -> None:
    """Planted by raw SQL; the first fault of the chain is told, with its number."""
    third = sealed(desk=desk)[2]
    run(statement, third.pk)
    assert len(says()) == 1
    assert finds in says()[0]
    if "missing" not in finds:
        assert str(third.pk) in says()[0]


def test_two_rows_that_changed_places_are_named() -> None:
    """Each has the place of the other; nothing else was touched."""
    made = sealed()
    with past_the_guard(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_auditentry SET place = 99 WHERE id = %s", [made[1].pk])
        cursor.execute("UPDATE journal_auditentry SET place = 2 WHERE id = %s", [made[2].pk])
        cursor.execute("UPDATE journal_auditentry SET place = 3 WHERE id = %s", [made[1].pk])
    assert len(says()) == 1
    assert f"entry {made[2].pk} (no. 2) was altered or is not in its place" in says()[0]


def test_contents_exchanged_with_their_salts_are_named() -> None:
    """Who exchanges all that is erasable of two entries leaves the digests behind, or breaks the links."""
    made = sealed()
    one, other = made[0], made[3]
    with past_the_guard(), connection.cursor() as cursor:
        for target, source in ((one, other), (other, one)):
            cursor.execute(
                "UPDATE journal_auditentry SET subject = %s, data = %s, salt = %s, digest = %s WHERE id = %s",
                [source.subject, f'{{"n": {source.data["n"]}}}', source.salt, source.digest, target.pk],
            )
    assert [f"entry {one.pk} (no. 1) was altered or is not in its place" in fault for fault in says()] == [True]


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ("UPDATE journal_auditseal SET link = '0' WHERE number = 1", "seal 1 was altered"),
        ("UPDATE journal_auditseal SET sealed_at = '2020-01-01 00:00:00+00:00' WHERE number = 1", "seal 1 was altered"),
        ("UPDATE journal_auditseal SET place = 5 WHERE number = 1", "seal 1 was altered"),
        ("DELETE FROM journal_auditseal WHERE number = 1", "seal 1 is missing"),
        ("DELETE FROM journal_auditseal WHERE number = 2", "stands after the last seal"),
    ],
)
def test_a_changed_or_missing_seal_is_named(change, finds) -> None:
    """A seal is bound to the entry it ends with and to the seal before it."""
    sealed()
    run(change)
    assert len(says()) == 1
    assert finds in says()[0]


def test_a_tail_cut_off_after_a_seal_is_named() -> None:
    """The seal says how far the chain had come."""
    made = sealed()
    run("DELETE FROM journal_auditentry WHERE id >= %s", made[4].pk)
    assert says() == ["desk 1: entries no. 5 to 6 are missing, which seal 2 speaks of"]


def test_a_tail_cut_off_with_its_seal_shows_against_a_seal_that_was_noted() -> None:
    """Whoever has the whole database can write it anew; a seal kept elsewhere tells."""
    made = sealed()
    noted = check().heads
    run("DELETE FROM journal_auditentry WHERE id >= %s", made[4].pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_auditseal WHERE number = 2")
    assert check().faults == []
    assert [fault.says for fault in check(noted).faults] == [f"the seal {noted[0]} noted earlier is not there"]


def test_an_entry_altered_before_it_is_sealed_is_named() -> None:
    """Its digest was taken when it was written."""
    written(1)
    run("UPDATE journal_auditentry SET subject = 'thing 9'")
    assert "(not sealed yet) was altered: did thing 9" in says()[0]


def test_an_erased_entry_leaves_the_chain_whole_and_tells_nobody_what_it_was() -> None:
    """The salt goes with the words, so the digest that stays cannot be guessed back; an entry names what went."""
    made = sealed()
    with atomic():
        assert erase_entries([made[2].pk, made[4].pk], at=NOW, by=None, role="system") == 2
        assert erase_entries([made[2].pk], at=NOW, by=None, role="system") == 0
    entry = AuditEntry.objects.get(pk=made[2].pk)
    assert (entry.subject, entry.data, entry.salt) == ("(erased)", {}, "")
    assert says() == []
    seal(NOW)
    assert says() == []


def test_the_database_itself_lets_only_sealing_and_erasing_through() -> None:
    """What the trigger refuses, it refuses to everybody who does not take it away first."""
    entry = sealed()[0]
    for change in (
        "place = 77",
        "place = NULL",
        "link = ''",
        "subject = '(erased)'",
        "salt = ''",
        "digest = ''",
        "actor_id = NULL",
        "salt = '', data = '{}', subject = '(erased)', actor_id = 9",
    ):
        with pytest.raises(DatabaseError, match="never changed"), atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE journal_auditentry SET {change} WHERE id = %s", [entry.pk])
    with pytest.raises(DatabaseError, match="never changed"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_auditseal SET number = 9")


def test_another_worker_that_was_quicker_leaves_nothing_to_do(monkeypatch) -> None:
    """The later of two finds its seal taken and changes nothing."""
    written(2)

    class Late(AuditSeal):
        class Meta:
            proxy = True
            app_label = "journal"

        def save(self, *args: object, **kwargs: object) -> None:
            AuditSeal(
                chain=self.chain, number=self.number, place=0, link="", sealed_at=NOW, digest="the other's"
            ).save_base(force_insert=True)
            self.save_base(force_insert=True)

    monkeypatch.setattr("troth.journal.chain.AuditSeal", Late)
    assert seal(NOW) == 0
    assert AuditEntry.objects.filter(place=None).count() == 2


def test_each_seal_stands_in_the_log(caplog) -> None:
    """There it can be compared with, where the database's owner does not reach."""
    written(1)
    with caplog.at_level(logging.INFO, logger="troth.audit"):
        seal(NOW)
    assert str(AuditSeal.objects.get()) in caplog.text


def test_the_command_tells_and_ends_with_1_on_a_fault(capsys) -> None:
    """`troth audit check`, with the seals to be noted."""
    made = sealed()
    assert commands.check([]) == 0
    out = capsys.readouterr().out
    assert f"last seal of desk 1: {AuditSeal.objects.get(number=2)}" in out
    assert "6 entries checked, 0 faults." in out
    assert commands.check(["--noted", str(AuditSeal.objects.get(number=1))]) == 0
    assert commands.check(["--noted", "nonsense"]) == 2
    written(1)
    run("DELETE FROM journal_auditentry WHERE id = %s", made[0].pk)
    assert commands.check([]) == 1
    out = capsys.readouterr().out
    assert "desk 1: entry no. 1 is missing" in out
    assert "1 entries are not sealed yet" in out
    assert commands.seal([]) == 0
    assert "1 entries sealed." in capsys.readouterr().out


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: numbers leave no gaps")
def test_an_entry_committed_after_a_younger_one_was_sealed_is_sealed_then() -> None:
    """On PostgreSQL a transaction may hold a lower number and commit later; no writer waits for another."""
    settings = connection.settings_dict
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + settings["NAME"]
    columns = "at, desk_id, role, action, subject, data, salt, digest, link"
    with psycopg.connect(url) as slow, slow.cursor() as cursor:
        early = write_early(cursor, columns)
        written(2)
        assert seal(NOW) == 2
        slow.commit()
        assert seal(NOW) == 1
    assert early < min(AuditEntry.objects.exclude(pk=early).values_list("pk", flat=True))
    assert AuditEntry.objects.get(pk=early).place == 3
    assert check().faults == []


def write_early(cursor: psycopg.Cursor, columns: str) -> int:
    """An entry in a transaction that is still under way."""
    from troth.journal.hashing import content_digest  # noqa: PLC0415 - used here only

    digest = content_digest("s", "thing", {})
    cursor.execute(
        f"INSERT INTO journal_auditentry ({columns}) VALUES (now(), 1, '', 'did', 'thing', '{{}}', 's', %s, '')"
        " RETURNING id",
        [digest],
    )
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.django_db(transaction=True)
def test_entries_written_before_there_was_a_chain_come_into_it() -> None:
    """The migrations go back and forth, and the guard stands after either way."""
    try:
        call_command("migrate", "journal", "0002", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_auditentry (at, desk_id, actor_id, role, action, subject, data)"
                " VALUES ('2026-03-06 12:00:00+00:00', 1, 7, 'staff', 'did', 'thing', '{}')"
            )
            with pytest.raises(DatabaseError, match="never changed"), atomic():
                cursor.execute("UPDATE journal_auditentry SET action = 'x'")
    finally:
        call_command("migrate", "journal", verbosity=0)
    assert seal(NOW) == 1
    assert says() == []
    with pytest.raises(DatabaseError, match="never changed"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_auditentry SET action = 'x'")
