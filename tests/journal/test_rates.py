"""Limits shared by all processes."""

from datetime import UTC, datetime, timedelta

import pytest

from troth.journal.models import Rate
from troth.journal.rates import forget_old, is_allowed

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def allowed(who="a@x.example", at=NOON, kind="link") -> bool:
    """Whether somebody may do it once more, two an hour."""
    return is_allowed(kind, who, limit=2, per=HOUR, at=at)


def test_as_many_as_the_limit_pass_and_the_next_does_not() -> None:
    """At equality it passes, one more does not."""
    assert [allowed() for _ in range(3)] == [True, True, False]


def test_another_spelling_of_an_address_is_the_same_one() -> None:
    """Else a database that takes the long s for an s would give whoever guesses a fresh limit for each spelling."""
    assert [allowed(who) for who in ("ask@x.example", " ASK@x.example", "a\u017fk@x.example")] == [True, True, False]


def test_a_new_stretch_begins_anew() -> None:
    """The last second of the hour still counts to it, the next does not."""
    assert [allowed() for _ in range(3)][-1] is False
    assert allowed(at=NOON + HOUR - timedelta(seconds=1)) is False
    assert allowed(at=NOON + HOUR) is True


def test_kinds_and_persons_count_apart_and_spelling_does_not() -> None:
    """An address is the same in any spelling of case."""
    assert [allowed("A@X.example"), allowed(" a@x.example "), allowed("a@x.EXAMPLE")] == [True, True, False]
    assert allowed("b@x.example")
    assert allowed(kind="password")


def test_the_table_tells_nobody_who_tried_and_is_emptied() -> None:
    """Digests only."""
    allowed("secret@x.example")
    assert "secret" not in Rate.objects.get().key
    assert forget_old(NOON + HOUR) == 1
