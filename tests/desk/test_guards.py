"""The database itself keeps what was written as it was written."""

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from tests.desk.making import netop, opened


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE desk_event SET word = 'reply'",
        "UPDATE desk_policyversion SET source = ''",
        "UPDATE journal_auditentry SET action = 'nothing'",
    ],
)
def test_what_was_written_is_not_changed_even_past_python(change) -> None:
    """Events, published policies and audit entries are append only."""
    opened(netop())
    with pytest.raises(DatabaseError, match="never changed"), atomic(), connection.cursor() as cursor:
        cursor.execute(change)
