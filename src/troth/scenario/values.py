"""How a value of a scenario file is read: each reader gives the value, or notes what is wrong and gives WRONG.

All readers have one shape, `read(node, notes)`, so that the tables in `words` can name them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from troth.hours.spelling import did_you_mean
from troth.policy.located import Mapping as MappingNode
from troth.policy.located import Node, Scalar, Sequence
from troth.scenario.findings import Notes
from troth.scenario.script import When

Reader = Callable[[Node, Notes], Any]

_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:(?:[Tt]|[ \t]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"[ \t]*(?P<offset>[Zz]|[-+]\d{1,2}(?::?\d{2})?)?)?"
)
_NOTHING = ("null", "none")


class _Wrong:
    """The value of something that was noted as a mistake."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "WRONG"


WRONG: Final = _Wrong()


def parse_when(text: str) -> When:
    """Return the instant that a text means; ValueError where it means none. A date alone is its midnight."""
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    day = date.fromisoformat(found["day"])
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    zone = _offset(found["offset"]) if found["offset"] else None
    return When(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone))


def _offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004 - HH or HHMM
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)


def text(node: Node, notes: Notes) -> Any:
    """Read a word; a number is not one, because 8.10 would not stay itself."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    if isinstance(node, Scalar) and node.value is not None:
        notes.add(node, "S103", f'a word belongs here: write "{node.text}" in quotes if that is its name')
    else:
        notes.add(node, "S103", f"a word belongs here, not {_sort(node)}")
    return WRONG


def flag(node: Node, notes: Notes) -> Any:
    """Read true or false."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    notes.add(node, "S103", f"true or false belongs here, not {_sort(node)}")
    return WRONG


def whole(node: Node, notes: Notes) -> Any:
    """Read a whole number."""
    if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    notes.add(node, "S103", f"a whole number belongs here, not {_sort(node)}")
    return WRONG


def number(node: Node, notes: Notes) -> Any:
    """Read a number; a decimal point is allowed where this reader stands."""
    if isinstance(node, Scalar) and not node.is_quoted and not isinstance(node.value, bool):
        try:
            value = float(node.text)
        except ValueError:
            pass
        else:
            notes.allow_decimal(node)
            return int(value) if value.is_integer() else value
    notes.add(node, "S103", f"a number belongs here, not {_sort(node)}")
    return WRONG


def when(node: Node, notes: Notes) -> Any:
    """Read an instant, text or timestamp alike."""
    if isinstance(node, Scalar):
        try:
            return parse_when(node.text)
        except ValueError:
            pass
    notes.add(
        node, "S105", f"{_sort(node)} is no instant: write 2026-03-06 16:30, with seconds or an offset if you like"
    )
    return WRONG


def day(node: Node, notes: Notes) -> Any:
    """Read a date."""
    if isinstance(node, Scalar):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass
    notes.add(node, "S105", f"{_sort(node)} is no date: write 2026-03-06")
    return WRONG


def one_of(words: Iterable[object]) -> Reader:
    """Return the reader of one word out of `words`."""
    known = tuple(str(word) for word in words)

    def read(node: Node, notes: Notes) -> Any:
        if isinstance(node, Scalar) and node.text in known and node.value is not None:
            return node.text
        near = did_you_mean(node.text, known) if isinstance(node, Scalar) else ""
        notes.add(node, "S104", f"{_sort(node)} may not stand here{near or _listed(known)}")
        return WRONG

    return read


def flag_or(words: Iterable[object]) -> Reader:
    """Return the reader of true, false or one of `words`."""
    read_word = one_of(words)

    def read(node: Node, notes: Notes) -> Any:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        return read_word(node, notes)

    return read


def or_nothing(reader: Reader) -> Reader:
    """Return the reader of what `reader` reads, or of null or none, which both mean: there is none."""

    def read(node: Node, notes: Notes) -> Any:
        return None if is_nothing(node) else reader(node, notes)

    return read


def is_nothing(node: Node) -> bool:
    """Whether a value says that there is none."""
    return isinstance(node, Scalar) and (node.value is None or (node.text in _NOTHING and not node.is_quoted))


def list_of(reader: Reader) -> Reader:
    """Return the reader of a list; one word alone stands for a list of one, null or none for an empty one."""

    def read(node: Node, notes: Notes) -> Any:
        if isinstance(node, Sequence):
            values = [reader(item, notes) for item in node.items]
            return tuple(value for value in values if value is not WRONG)
        if is_nothing(node):
            return ()
        value = reader(node, notes)
        return WRONG if value is WRONG else (value,)

    return read


def level(node: Node, notes: Notes) -> Any:
    """Read a level: 1, 2, 3 or a name, always as text."""
    if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, bool):
        return node.text
    notes.add(node, "S103", f"a level belongs here (1, 2, 3 or a name), not {_sort(node)}")
    return WRONG


def entries(
    node: Node, notes: Notes, readers: Mapping[str, Reader], *, needs: Iterable[str] = (), what: str = "here"
) -> dict[str, Any]:
    """Read a mapping whose keys are known; unknown and missing ones are noted, and what is wrong is left out."""
    if not isinstance(node, MappingNode):
        notes.add(node, "S103", f"keys with values belong here, not {_sort(node)}")
        return {}
    out: dict[str, Any] = {}
    for key, value in node.entries:
        reader = readers.get(key.text)
        if reader is None:
            near = did_you_mean(key.text, readers)
            notes.add(key, "S101", f'{what} has no "{key.text}"{near or _listed(readers)}')
            continue
        read = reader(value, notes)
        if read is not WRONG:
            out[key.text] = read
    for missing in needs:
        if node.key(missing) is None:
            notes.add(node, "S102", f'{what} needs "{missing}"')
    return out


def _sort(node: Node) -> str:
    """Return a node as an error names it."""
    if isinstance(node, Scalar):
        return "nothing" if node.value is None else f'"{node.text}"'
    return "a list" if isinstance(node, Sequence) else "keys with values"


def _listed(words: Iterable[str]) -> str:
    """Return the words that may stand there, for an error; nothing where they are too many to help."""
    known = list(words)
    if not known:
        return "; nothing may stand here"
    return f"; it may be {', '.join(known)}" if len(known) <= 12 else ""  # noqa: PLR2004 - as many as a reader takes in
