"""Questions to a calendar, one JSON object a line, and their answers, one JSON object a line.

    {"add": {"from": "2026-04-01 16:00", "amount": "5 business days"}}
    {"between": {"from": "2026-04-01 16:00", "to": "2026-04-07 10:00"}}
    {"open": {"at": "2026-04-02 10:00"}}

Times without an offset are the desk's wall-clock time, resolved with `fold=0`; answers carry the
desk's offset. A question that cannot be answered gets `{"error": ...}`, and the next one its turn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from troth.hours.amounts import Amount
from troth.hours.calendars import Calendar
from troth.hours.errors import BusinessTimeError
from troth.hours.instants import Instant, instant, local_instant, moment, within_range
from troth.hours.spelling import did_you_mean

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LONGEST = 10_000
"""Characters of a line that are still read as a question; no real one has more than a few hundred."""

Zone = str | ZoneInfo


class _QuestionError(ValueError):
    """A line is no question; the text says what one looks like."""


def answer(calendar: Calendar, zone: Zone, line: str) -> str:
    """The answer to one line, as one line of JSON without its line end; it never raises."""
    try:
        found = _answered(calendar, zone, line)
    except (_QuestionError, BusinessTimeError) as error:
        found = {"error": str(error)}
    return json.dumps(found)


def answer_lines(calendar: Calendar, zone: Zone, lines: Iterable[str], out: TextIO) -> None:
    """Answers each line as it comes, and flushes: who asks may wait for it before asking on."""
    for line in lines:
        out.write(answer(calendar, zone, line) + "\n")
        out.flush()


def _answered(calendar: Calendar, zone: Zone, line: str) -> dict[str, Any]:
    question = _read(line)
    if len(question) != 1:
        message = f"a line holds one question, and this one holds {len(question)}: {_known()}"
        raise _QuestionError(message)
    ((name, details),) = question.items()
    if name not in _QUESTIONS:
        message = f'unknown question "{name[:50]}"{did_you_mean(name, _QUESTIONS)} ({_known()})'
        raise _QuestionError(message)
    keys, answered = _QUESTIONS[name]
    _check_keys(name, details, keys)
    return answered(calendar, zone, details)


def _read(line: str) -> dict[str, Any]:
    if len(line) > _LONGEST:
        message = f"this line has {len(line)} characters, a question at most {_LONGEST}"
        raise _QuestionError(message)
    if not line.strip():
        message = f"this line is empty: {_known()}"
        raise _QuestionError(message)
    try:
        question = json.loads(line, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        message = f"this line is no JSON: {error.msg} at column {error.colno}"
        raise _QuestionError(message) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets.
        message = f"this line cannot be read as JSON: {str(error)[:200]}"
        raise _QuestionError(message) from error
    if not isinstance(question, dict):
        message = f"a question is a JSON object: {_known()}"
        raise _QuestionError(message)
    return question


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a key stands twice in one object"
        raise ValueError(message)
    return found


def _check_keys(name: str, details: object, keys: tuple[str, ...]) -> None:
    example = ", ".join(f'"{key}": ...' for key in keys)
    if not isinstance(details, Mapping):
        message = f'"{name}" asks with an object: {{"{name}": {{{example}}}}}'
        raise _QuestionError(message)
    for key in details:
        if key not in keys:
            message = f'unknown key "{key[:50]}" in "{name}"{did_you_mean(key, keys)} (keys are {", ".join(keys)})'
            raise _QuestionError(message)
    for key in keys:
        if key not in details:
            message = f'"{key}" is missing: {{"{name}": {{{example}}}}}'
            raise _QuestionError(message)


def _add(calendar: Calendar, zone: Zone, details: Mapping[str, Any]) -> dict[str, Any]:
    start = _time(details["from"], zone)
    due = calendar.add(start, Amount.parse(details["amount"]))
    skipped = [day.isoformat() for day in calendar.skipped(start, due)]
    return {"due": moment(due, zone).isoformat(), "skipped": skipped}


def _between(calendar: Calendar, zone: Zone, details: Mapping[str, Any]) -> dict[str, Any]:
    return {"seconds": calendar.between(_time(details["from"], zone), _time(details["to"], zone))}


def _open(calendar: Calendar, zone: Zone, details: Mapping[str, Any]) -> dict[str, Any]:
    at = _time(details["at"], zone)
    change = calendar.next_change(at)
    told = None if change is None else moment(change, zone).isoformat()
    return {"open": calendar.is_open(at), "next": told}


def _time(value: object, zone: Zone) -> Instant:
    """The instant of a text like `2026-04-01 16:00`, with an offset or on the desk's clocks."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        told = json.dumps(value)[:60]
        message = f'{told} is no time: write "2026-04-01 16:00", or with an offset "2026-04-01T16:00:00+02:00"'
        raise _QuestionError(message)
    try:
        read = datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    except ValueError as error:
        message = f'"{value}" is no time: {error}'
        raise _QuestionError(message) from error
    return within_range(local_instant(read, zone) if read.tzinfo is None else instant(read))


def _known() -> str:
    return f"questions are {', '.join(_QUESTIONS)}"


_Answering = Callable[[Calendar, Zone, Mapping[str, Any]], dict[str, Any]]

_QUESTIONS: dict[str, tuple[tuple[str, ...], _Answering]] = {
    "add": (("from", "amount"), _add),
    "between": (("from", "to"), _between),
    "open": (("at",), _open),
}
