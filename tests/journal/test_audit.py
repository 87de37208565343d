"""The record of who did what."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError, atomic, set_rollback

from troth.journal.audit import write_audit
from troth.journal.models import AppendOnlyError, AuditEntry

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_an_entry_goes_when_its_change_is_undone() -> None:
    """Audit and change are one transaction: neither is there without the other."""
    with atomic():
        write_audit("tried", "thing 1", at=NOW, by=None, role="system")
        set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    """An entry beside its change would prove nothing."""
    assert not connection.in_atomic_block
    with pytest.raises(TransactionManagementError):
        write_audit("tried", "thing 1", at=NOW, by=None, role="system")


@pytest.mark.django_db
def test_entries_are_never_changed() -> None:
    """Append only."""
    entry = write_audit("did", "thing 1", at=NOW, by=7, role="staff", desk=1, data={"a": 1})
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.filter(pk=entry.pk).update(action="did not")
