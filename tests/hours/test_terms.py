"""Terms: the first day counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.hours import Term, TermError, TermUnit


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("30 calendar days", "2026-01-01", "2026-01-30"),
        ("1 calendar day", "2026-01-01", "2026-01-01"),
        ("12 months", "2026-01-10", "2027-01-09"),
        ("1 year", "2026-01-10", "2027-01-09"),
        ("36 months", "2026-01-01", "2028-12-31"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2026-01-30", "2026-02-28"),
        ("1 month", "2026-01-29", "2026-02-28"),
        ("1 month", "2026-01-28", "2026-02-27"),
        ("1 month", "2024-01-31", "2024-02-29"),
        ("1 month", "2026-02-28", "2026-03-27"),
        ("12 months", "2024-02-29", "2025-02-28"),
        ("4 years", "2024-02-29", "2028-02-28"),
        ("1 year", "2023-03-01", "2024-02-29"),
        ("1 months", "2026-03-31", "2026-04-30"),
    ],
)
def test_a_term_ends_the_day_before_its_first_day_comes_round(text: str, first: str, last: str) -> None:
    """LANGUAGE §2, decision 10; where the last month is too short, with that month's last day."""
    assert Term.parse(text).last_day(date.fromisoformat(first)) == date.fromisoformat(last)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_a_later_first_day_never_ends_earlier(first: date, months: int) -> None:
    """Who buys later is never covered for less long."""
    term = Term(TermUnit.MONTHS, months)
    assert term.last_day(first) <= term.last_day(first + timedelta(days=1))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 20))
def test_twelve_months_are_a_year(first: date, years: int) -> None:
    """The two ways to say it agree on any day, 29 February among them."""
    by_months = Term(TermUnit.MONTHS, 12 * years).last_day(first)
    assert by_months == Term(TermUnit.YEARS, years).last_day(first)


def test_a_term_is_told_as_it_was_written_or_in_words() -> None:
    """The written form stays; what was never written is spelt out."""
    assert str(Term.parse("12  months")) == "12 months"
    assert str(Term(TermUnit.CALENDAR_DAYS, 30)) == "30 calendar days"
    assert str(Term(TermUnit.YEARS, 1)) == "1 year"
    assert Term.parse("1 years") == Term(TermUnit.YEARS, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12", "is no term"),
        (12, "is no term"),
        ("twelve months", "is no term"),
        ("12 moths", 'did you mean "months"'),
        ("30 days", 'did you mean "calendar days"'),
        ("0 months", "at least one day"),
        ("4 hours", "unknown unit"),
    ],
)
def test_what_is_no_term_says_why(text: str, told: str) -> None:
    """A bare day is an amount, so a term says calendar days."""
    with pytest.raises(TermError, match=told):
        Term.parse(text)


@pytest.mark.parametrize("text", ["9000 years", "999999 months", "999999 years"])
def test_a_term_beyond_the_last_date_says_so(text: str) -> None:
    """No overflow reaches whoever asked."""
    with pytest.raises(TermError, match="last date there is"):
        Term.parse(text).last_day(date(2026, 1, 1))
