"""A worker that lives is heard, one that ends is not missed, one that dies is."""

from datetime import UTC, datetime, timedelta

import pytest

from troth.journal.heartbeat import BEAT, SILENCE, Heart, is_alive, workers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)


def test_a_beat_is_written_every_ten_seconds_at_the_most() -> None:
    """A worker that goes round twice a second writes no more often than one that rests."""
    clock = [NOW]
    heart = Heart("one", lambda: clock[0])
    heart.beat()
    clock[0] += BEAT - timedelta(seconds=1)
    heart.beat()
    assert workers().get().heard_at == NOW
    clock[0] += timedelta(seconds=1)
    heart.beat()
    row = workers().get()
    assert (row.began_at, row.heard_at) == (NOW, NOW + BEAT)


def test_who_is_silent_too_long_counts_as_gone() -> None:
    """Equality counts as gone."""
    Heart("one", lambda: NOW).beat()
    assert is_alive(NOW + SILENCE - timedelta(seconds=1))
    assert not is_alive(NOW + SILENCE)


def test_who_ends_by_its_own_will_is_not_missed() -> None:
    """Only a worker that died stays in the list."""
    ended, died = Heart("ended", lambda: NOW), Heart("died", lambda: NOW)
    ended.beat(), died.beat()
    ended.stop()
    assert [row.worker for row in workers()] == ["died"]
