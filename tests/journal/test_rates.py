"""Limits shared by all processes."""

from datetime import UTC, datetime, timedelta

import pytest

from troth.journal.models import Rate
from troth.journal.rates import Limit, is_allowed, is_within

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


def test_the_table_tells_nobody_who_tried() -> None:
    """Digests only."""
    allowed("secret@x.example")
    assert "secret" not in Rate.objects.get().key


def within(who="a@x.example", source="1.2.3.4") -> bool:
    """Whether somebody may do it once more from there: two an hour each, four from one source."""
    return is_within(Limit("link", each=2, source=4, per=HOUR), who=who, source=source, at=NOON)


def test_who_tries_many_addresses_is_stopped_by_where_it_comes_from() -> None:
    """Four addresses from one source, then none, known or not; from elsewhere they pass."""
    assert [within(f"{number}@x.example") for number in range(6)] == [True] * 4 + [False] * 2
    assert within("9@x.example", source="5.6.7.8")


def test_who_tries_one_address_from_many_places_is_stopped_by_the_address() -> None:
    """Two, from wherever."""
    assert [within(source=f"1.2.3.{number}") for number in range(3)] == [True, True, False]


def test_both_are_counted_whatever_the_answer() -> None:
    """Else a limit that was passed would cost less than one that was not, and a clock would tell."""
    for number in range(5):
        within("a@x.example")
        assert sorted(Rate.objects.values_list("count", flat=True)) == [number + 1] * 2
