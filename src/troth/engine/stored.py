"""The case as JSON, with a format number: what the desk keeps beside the events so that a page need not fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from troth.engine.case import FORMAT, Case, Clock, Pause, Timer
from troth.engine.facts import Facts
from troth.policy.vocabulary import ClockKind, ClockState, Goals, Status

_DEFAULTS = Case()


def case_to_json(case: Case) -> dict[str, Any]:
    """Return what differs from an empty case; equal cases give equal JSON."""
    out: dict[str, Any] = {"format": FORMAT}
    for item in fields(Case):
        value = getattr(case, item.name)
        if value == getattr(_DEFAULTS, item.name):
            continue
        out[item.name] = _plain(item.name, value)
    return out


def _plain(name: str, value: Any) -> Any:
    if name == "facts":
        return value.to_json()
    if name in {"clocks", "timers"}:
        return [_without_defaults(asdict(entry)) for entry in value.values()]
    if isinstance(value, tuple):
        return [list(entry) if isinstance(entry, tuple) else entry for entry in value]
    return dict(value) if isinstance(value, Mapping) else value


def _without_defaults(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if value not in (None, (), {})}
    if "pauses" in kept:
        kept["pauses"] = [list(pause) for pause in kept["pauses"]]
    return kept


def case_from_json(data: Mapping[str, Any]) -> Case:
    """Return the case that `case_to_json` wrote; another format number raises ValueError."""
    if data.get("format") != FORMAT:
        message = f"a case of format {data.get('format')!r} was stored; this version reads {FORMAT}: fold its events"
        raise ValueError(message)
    case = Case()
    for name, value in data.items():
        if name != "format":
            setattr(case, name, _REVIVE.get(name, lambda stored: stored)(value))
    return case


def _clock(entry: Mapping[str, Any]) -> Clock:
    made = {**entry, "kind": ClockKind(entry["kind"]), "state": ClockState(entry["state"])}
    made["due_at"] = entry.get("due_at")
    made["pauses"] = tuple(Pause(*pause) for pause in entry.get("pauses", ()))
    return Clock(**made)


_REVIVE: dict[str, Any] = {
    "facts": Facts.from_json,
    "status": Status,
    "goals": Goals,
    "clocks": lambda entries: {entry["name"]: _clock(entry) for entry in entries},
    "timers": lambda entries: {entry["name"]: Timer(**entry) for entry in entries},
    "offered": tuple,
    "levels_reached": tuple,
    "missing": tuple,
    "path": tuple,
    "links": tuple,
    "excused": lambda entries: tuple(tuple(entry) for entry in entries),
}
