"""What the worker does in a round."""

import pytest

from tests.desk.making import netop, opened
from troth.desk.worker import Worker
from troth.journal.models import AuditEntry
from troth.site.commands import a_round

pytestmark = pytest.mark.django_db


def test_a_round_seals_what_it_and_others_left_in_the_record() -> None:
    """The chain is made behind the writers' backs."""
    opened(netop())
    a_round(Worker("one"))
    assert AuditEntry.objects.count() > 1
    assert not AuditEntry.objects.filter(place=None).exists()
