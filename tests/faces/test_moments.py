"""Instants are shown absolute first, in the reader's zone."""

from datetime import UTC, datetime

import pytest

from troth.faces.moments import aware, duration_words, remaining_words, shown_time

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 3, 9, 10, 0, tzinfo=UTC), "Mon 11:00"),
        (datetime(2026, 3, 12, 10, 0, tzinfo=UTC), "Thu 11:00"),
        (datetime(2026, 3, 13, 10, 0, tzinfo=UTC), "Fri 13 Mar 11:00"),
        (datetime(2026, 2, 27, 10, 0, tzinfo=UTC), "Fri 27 Feb 11:00"),
        (datetime(2026, 3, 29, 10, 0, tzinfo=UTC), "Sun 29 Mar 12:00"),
        (datetime(2027, 3, 9, 10, 0, tzinfo=UTC), "Tue 9 Mar 2027 11:00"),
        (1773050400, "Mon 11:00"),
    ],
    ids=[
        "next Monday",
        "six days on",
        "a week on is another Friday",
        "a week back",
        "after the DST change",
        "next year",
        "seconds",
    ],
)
def test_a_time_is_said_with_as_much_date_as_it_needs(at: datetime | int, text: str) -> None:
    """The weekday alone only where it cannot mean another week."""
    assert shown_time(at, reader_zone="Europe/Copenhagen", now=NOW).text == text


def test_the_desk_s_own_time_stands_beside_the_reader_s() -> None:
    """On hover a reader elsewhere sees the time as the desk counts it."""
    shown = shown_time(
        datetime(2026, 3, 9, 10, 0, tzinfo=UTC),
        desk_zone="Europe/Copenhagen",
        reader_zone="America/Chicago",
        now=NOW,
    )
    assert shown.text == "Mon 05:00"
    assert shown.title == "Mon 9 Mar 2026 11:00, desk time (Europe/Copenhagen)"
    assert shown.iso == "2026-03-09T10:00:00Z"


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive datetime would be shown in whatever zone the server happens to have."""
    with pytest.raises(ValueError, match="has no zone"):
        aware(datetime(2026, 3, 9, 10, 0))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "less than a minute"),
        (60, "1 min"),
        (3600, "1 h"),
        (12000, "3 h 20 min"),
        (48 * 3600 - 60, "47 h 59 min"),
        (48 * 3600, "2 days"),
        (52 * 3600 + 1, "2 days 4 h"),
    ],
)
def test_a_length_of_time_is_said_in_two_units(seconds: int, words: str) -> None:
    """Never seconds, and days only where hours would have to be counted."""
    assert duration_words(seconds) == words


def test_what_is_left_and_what_is_over_differ_in_words() -> None:
    """At the very instant it is still due, as the engine has it: equality keeps the promise."""
    assert remaining_words(1000, 1000) == "in less than a minute"
    assert remaining_words(1000 + 12000, 1000) == "in 3 h 20 min"
    assert remaining_words(1000, 1000 + 2400) == "40 min ago"
