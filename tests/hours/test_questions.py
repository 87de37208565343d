"""`troth hours`: one JSON object a line in, one out, and never a stop."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.hours import HoursSpec, compile_calendar
from troth.hours.questions import answer, answer_lines

ZONE = "Europe/Copenhagen"
SUPPORT = compile_calendar(HoursSpec.parse({"days": "mon-fri", "from": "09:00", "to": "17:00", "holidays": "DK"}, ZONE))
ALWAYS = compile_calendar(HoursSpec.parse({"always": True}, ZONE))


def asked(question: Any, calendar: Any = SUPPORT) -> dict[str, Any]:
    """The answer to a question, read back."""
    line = answer(calendar, ZONE, question if isinstance(question, str) else json.dumps(question))
    assert "\n" not in line
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            {"add": {"from": "2026-04-01 16:00", "amount": "5 business days"}},
            {
                "due": "2026-04-13T16:00:00+02:00",
                "skipped": ["2026-04-02", "2026-04-03", "2026-04-06"],
            },
        ),
        (
            {"add": {"from": "2026-03-27 16:00:30", "amount": "2 hours"}},
            {"due": "2026-03-30T10:00:30+02:00", "skipped": []},
        ),
        (
            {"add": {"from": "2026-03-02T08:00:00+00:00", "amount": "8 hours"}},
            {"due": "2026-03-02T17:00:00+01:00", "skipped": []},
        ),
        ({"between": {"from": "2026-04-01 16:00", "to": "2026-04-07 10:00"}}, {"seconds": 7200}),
        ({"between": {"from": "2026-04-07 10:00", "to": "2026-04-01 16:00"}}, {"seconds": -7200}),
        ({"open": {"at": "2026-04-02 10:00"}}, {"open": False, "next": "2026-04-07T09:00:00+02:00"}),
        ({"open": {"at": "2026-04-01 10:00"}}, {"open": True, "next": "2026-04-01T17:00:00+02:00"}),
        ({"open": {"at": "2026-04-01T15:00Z"}}, {"open": False, "next": "2026-04-07T09:00:00+02:00"}),
    ],
)
def test_a_question_is_answered(question: dict[str, Any], expected: dict[str, Any]) -> None:
    """DESIGN §4, last point; the design's own example first."""
    assert asked(question) == expected


def test_hours_that_never_change_answer_null() -> None:
    """Around the clock there is no next change."""
    assert asked({"open": {"at": "2026-04-02 10:00"}}, ALWAYS) == {"open": True, "next": None}


@pytest.mark.parametrize(
    ("wall", "due"),
    [
        ("2026-03-29 02:30", "2026-03-29T04:30:00+02:00"),
        ("2026-10-25 02:30", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25 02:30+01:00", "2026-10-25T03:30:00+01:00"),
    ],
)
def test_times_the_clocks_skip_or_repeat_are_resolved_with_fold_0(wall: str, due: str) -> None:
    """An offset tells the second of two apart."""
    assert asked({"add": {"from": wall, "amount": "1 elapsed hour"}})["due"] == due


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "empty"),
        ("\n", "empty"),
        ("{", "no JSON"),
        ("open", "no JSON"),
        ("[" * 5000, "cannot be read"),
        ('{"add": ' + "9" * 6000 + "}", "cannot be read"),
        (" " * 20_000, "characters"),
        ("[]", "a JSON object"),
        ("null", "a JSON object"),
        ("{}", "one question"),
        ('{"open": {}, "add": {}}', "one question"),
        ('{"open": {}, "open": {}}', "twice"),
        ('{"opne": {}}', 'did you mean "open"'),
        ('{"open": "2026-04-01 10:00"}', "asks with an object"),
        ('{"open": {}}', '"at" is missing'),
        ('{"open": {"ta": 1}}', "keys are at"),
        ('{"add": {"fro": 1}}', 'did you mean "from"'),
        ('{"open": {"at": 5}}', "is no time"),
        ('{"open": {"at": "2026-04-01"}}', "is no time"),
        ('{"open": {"at": "2026-04-31 10:00"}}', "is no time"),
        ('{"open": {"at": "2026-04-01 25:00"}}', "is no time"),
        ('{"open": {"at": "0001-01-01 10:00"}}', "before the year"),
        ('{"open": {"at": "9999-12-31 23:59-23:00"}}', "after the year"),
        ('{"add": {"from": "2026-04-01 10:00", "amount": 4}}', "has no unit"),
        ('{"add": {"from": "2026-04-01 10:00", "amount": "4 huors"}}', "hours"),
        ('{"add": {"from": "2026-04-01 10:00", "amount": "3 days"}}', "day: 8 hours"),
        ('{"add": {"from": "2026-04-01 10:00", "amount": "999999999 hours"}}', "9998"),
    ],
)
def test_what_cannot_be_answered_says_why(line: str, told: str) -> None:
    """`{"error": ...}`, and nothing beside it."""
    found = asked(line)
    assert list(found) == ["error"]
    assert told in found["error"]


@given(
    st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["add", "from", "to", "amount", "open", "at", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    ).map(json.dumps)
)
def test_any_line_has_an_answer(line: str) -> None:
    """The command goes on whatever comes."""
    assert asked(line)


class Watched(io.StringIO):
    """An output that remembers what it held at each flush."""

    def __init__(self) -> None:
        """Nothing was flushed yet."""
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        """Remembers."""
        self.flushed.append(self.getvalue())


def test_each_answer_is_flushed_before_the_next_question_is_read() -> None:
    """Who asks may wait for an answer before asking on; a bad line stops nothing."""
    out = Watched()
    seen_when_read = []

    def lines() -> Any:
        for line in ("?\n", '{"open": {"at": "2026-04-01 10:00"}}\n'):
            seen_when_read.append(len(out.flushed))
            yield line

    answer_lines(SUPPORT, ZONE, lines(), out)
    assert seen_when_read == [0, 1]
    assert [text.count("\n") for text in out.flushed] == [1, 2]
    assert json.loads(out.getvalue().splitlines()[1])["open"] is True
