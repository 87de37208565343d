"""Amounts and terms: how they are written, what they mean, how a mistake is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.hours import Amount, AmountError, AmountUnit


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("4 hours", AmountUnit.WORKING, 4 * 3600),
        ("1 hours", AmountUnit.WORKING, 3600),
        ("2 hour", AmountUnit.WORKING, 7200),
        ("30 minutes", AmountUnit.WORKING, 1800),
        ("45 seconds", AmountUnit.WORKING, 45),
        ("1 hour 30 minutes", AmountUnit.WORKING, 5400),
        ("24 elapsed hours", AmountUnit.ELAPSED, 86_400),
        ("90 elapsed minutes", AmountUnit.ELAPSED, 5400),
        ("5 business days", AmountUnit.BUSINESS_DAYS, 5),
        ("1 business day", AmountUnit.BUSINESS_DAYS, 1),
        ("3 days", AmountUnit.DAYS, 3),
        ("  4   Hours ", AmountUnit.WORKING, 4 * 3600),
        ("0 hours", AmountUnit.WORKING, 0),
    ],
)
def test_an_amount_is_a_number_and_a_unit(text: str, unit: AmountUnit, number: int) -> None:
    """LANGUAGE §2, decision 10: singular and plural units with any number."""
    amount = Amount.parse(text)
    assert (amount.unit, amount.number) == (unit, number)


def test_an_amount_is_told_as_it_was_written() -> None:
    """A clause says `120 minutes`, and so does the page."""
    assert str(Amount.parse("120  minutes")) == "120 minutes"


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Amount(AmountUnit.WORKING, 7200), "2 hours"),
        (Amount(AmountUnit.WORKING, 3661), "1 hour 1 minute 1 second"),
        (Amount(AmountUnit.ELAPSED, 86_400), "24 elapsed hours"),
        (Amount(AmountUnit.BUSINESS_DAYS, 1), "1 business day"),
        (Amount(AmountUnit.DAYS, 3), "3 days"),
        (Amount(AmountUnit.WORKING, 0), "0 hours"),
    ],
)
def test_an_amount_that_was_never_written_is_told_in_words(amount: Amount, told: str) -> None:
    """What the engine computes is shown like what a policy says."""
    assert str(amount) == told


@given(st.sampled_from(AmountUnit), st.integers(0, 10**8))
def test_what_is_told_is_read_back(unit: AmountUnit, number: int) -> None:
    """The words of any amount stand for that amount."""
    amount = Amount(unit, number)
    assert Amount.parse(str(amount)) == amount


def test_amounts_that_mean_the_same_are_equal() -> None:
    """An amount is a value: 60 minutes is an hour, and an elapsed hour is not a working one."""
    assert Amount.parse("60 minutes") == Amount.parse("1 hour")
    assert len({Amount.parse("60 minutes"), Amount.parse("1 hour")}) == 1
    assert Amount.parse("1 elapsed hour") != Amount.parse("1 hour")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4", '"4" has no unit'),
        (4, "4 has no unit"),
        (None, "None has no unit"),
        ("", "missing"),
        ("hours", "is no amount of time"),
        ("four hours", "is no amount of time"),
        ("1.5 hours", "is no amount of time"),
        ("-4 hours", "is no amount of time"),
        ("4 huors", 'did you mean "hours"'),
        ("4 bussiness days", 'did you mean "business days"'),
        ("2 weeks", "unknown unit"),
        ("30 calendar days", "is a term"),
        ("12 months", "is a term"),
        ("1 business day 2 hours", "mixes kinds"),
        ("1 hour 30 elapsed minutes", "mixes kinds"),
        ("1 business day 2 business days", "mixes kinds"),
        ("٤ hours", "is no amount of time"),
        ("9" * 5000 + " hours", "is no amount of time"),
        ("9" * 5000, "has no unit"),
    ],
)
def test_what_is_no_amount_says_why(text: str, told: str) -> None:
    """A number without a unit, an unknown unit, a term, a mixture: each is told apart."""
    with pytest.raises(AmountError, match=told) as raised:
        Amount.parse(text)
    assert len(str(raised.value)) < 400


def test_an_amount_is_never_negative() -> None:
    """A promise does not run backwards."""
    with pytest.raises(AmountError, match="negative"):
        Amount(AmountUnit.WORKING, -1)


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_an_error_that_says_so(text: str) -> None:
    """The reader of policies sees no other exception."""
    try:
        amount = Amount.parse(text)
    except AmountError:
        return
    assert amount.number >= 0
