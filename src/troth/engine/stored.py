"""The case as JSON, with a format number: what the desk keeps beside the events so that a page need not fold.

Each act on a case reads it and writes it, so both go by the dictionaries behind it and touch only what differs from a
case, or a clock, to which nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from troth.engine.case import FORMAT, NO_CASE, NO_CLOCK, Case, Clock, Pause, Timer
from troth.engine.facts import Facts
from troth.policy.vocabulary import ClockKind, ClockState, Goals, Status

_EMPTY: tuple[object, ...] = ((), {})


def case_to_json(case: Case) -> dict[str, Any]:
    """Return what differs from an empty case; equal cases give equal JSON."""
    out: dict[str, Any] = {"format": FORMAT}
    facts, empty = case.facts.to_json(), NO_CASE.__dict__
    if facts:
        out["facts"] = facts
    for name, value in case.__dict__.items():
        if name != "facts" and value != empty[name]:
            written = _WRITTEN.get(name)
            out[name] = value if written is None else written(value)
    return out


def case_from_json(data: Mapping[str, Any]) -> Case:
    """Return the case that `case_to_json` wrote; another format number or a name it does not know raises ValueError."""
    if data.get("format") != FORMAT:
        message = f"a case of format {data.get('format')!r} was stored; this version reads {FORMAT}: fold its events"
        raise ValueError(message)
    case = NO_CASE.copy()
    held = case.__dict__
    for name, value in data.items():
        if name in held:
            read = _READ.get(name)
            held[name] = value if read is None else read(value)
        elif name != "format":
            message = f"{name!r} stands in a stored case, and this version does not know it: fold its events"
            raise ValueError(message)
    return case


def _told(value: object) -> bool:
    return bool(value) or (value is not None and value not in _EMPTY)


def _written_clock(clock: Clock) -> dict[str, Any]:
    kept = {name: value for name, value in clock.__dict__.items() if value or _told(value)}
    if clock.pauses:
        kept["pauses"] = [list(pause) for pause in clock.pauses]
    return kept


def _written_timer(timer: Timer) -> dict[str, Any]:
    kept = {"name": timer.name, "at": timer.at, "rank": timer.rank, "clause": timer.clause}
    return {**kept, "data": dict(timer.data)} if timer.data else kept


def _read_clock(entry: Mapping[str, Any]) -> Clock:
    pauses = tuple([Pause(*pause) for pause in entry.get("pauses", ())])
    kind, state = _KINDS[entry["kind"]], _STATES[entry["state"]]
    return NO_CLOCK.with_changes(**{**entry, "kind": kind, "state": state, "pauses": pauses})


def _lists(entries: Iterable[Iterable[Any]]) -> list[list[Any]]:
    return [list(entry) for entry in entries]


_KINDS = {str(kind): kind for kind in ClockKind}
_STATES = {str(state): state for state in ClockState}

_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "clocks": lambda clocks: [_written_clock(clock) for clock in clocks.values()],
    "timers": lambda timers: [_written_timer(timer) for timer in timers.values()],
    "minutes": dict,
    "offered": list,
    "levels_reached": list,
    "missing": list,
    "path": list,
    "links": list,
    "excused": _lists,
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "facts": Facts.from_json,
    "status": Status,
    "goals": Goals,
    "clocks": lambda entries: {entry["name"]: _read_clock(entry) for entry in entries},
    "timers": lambda entries: {entry["name"]: Timer(**entry) for entry in entries},
    "minutes": dict,
    "offered": tuple,
    "levels_reached": tuple,
    "missing": tuple,
    "path": tuple,
    "links": tuple,
    "excused": lambda entries: tuple(tuple(entry) for entry in entries),
}
"""What JSON has no form for, or what must not be shared: how it is written, and how it is made again."""
