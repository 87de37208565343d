"""Arrays give what single questions give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.hours import AmountError, HoursSpec, InstantError, compile_calendar, instant

HOURS: dict[str, dict[str, Any]] = {
    "office": {"zone": "Europe/Copenhagen", "days": "mon-fri", "from": "09:00", "to": "17:00", "holidays": "DK"},
    "nights": {"zone": "America/New_York", "days": "mon-fri", "from": "22:00", "to": "06:00"},
    "always": {"always": True},
}
START = instant(datetime(2026, 1, 1, tzinfo=UTC))
near = st.lists(st.integers(START - 10**7 * 5, START + 10**7 * 5), max_size=30)


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
@settings(max_examples=20)
@given(near, st.integers(0, 10**6))
def test_many_deadlines_are_the_single_ones(hours: dict[str, Any], instants: list[int], seconds: int) -> None:
    """With one amount for all, and with one for each, zero among them."""
    calendar = compile_calendar(HoursSpec.parse(hours))
    at = np.array(instants, dtype=np.int64)
    amounts = np.arange(len(instants)) * 1800
    expected = [calendar.add_working(one, seconds) for one in instants]
    assert calendar.add_many(at, seconds).tolist() == expected
    expected = [calendar.add_working(one, 1800 * n) for n, one in enumerate(instants)]
    assert calendar.add_many(at, amounts).tolist() == expected


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
@settings(max_examples=20)
@given(near)
def test_many_durations_are_the_single_ones(hours: dict[str, Any], instants: list[int]) -> None:
    """Signed, pair by pair, and against one instant."""
    calendar = compile_calendar(HoursSpec.parse(hours))
    starts, ends = np.array(instants, dtype=np.int64), np.array(instants[::-1], dtype=np.int64)
    expected = [calendar.between(a, b) for a, b in zip(instants, instants[::-1], strict=True)]
    assert calendar.between_many(starts, ends).tolist() == expected
    assert calendar.between_many(starts, START).tolist() == [calendar.between(a, START) for a in instants]


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
def test_arrays_refuse_what_single_questions_refuse(hours: dict[str, Any]) -> None:
    """Negative amounts, amounts beyond the last year, and seconds that are no whole numbers."""
    calendar = compile_calendar(HoursSpec.parse(hours))
    at = np.array([START])
    with pytest.raises(AmountError, match="negative"):
        calendar.add_many(at, -1)
    with pytest.raises(InstantError, match="9998"):
        calendar.add_many(at, 10**15)
    with pytest.raises(InstantError, match="whole seconds"):
        calendar.add_many(np.array([1.5]), 1)
    with pytest.raises(InstantError, match="9998"):
        calendar.between_many(np.array([10**15]), at)
