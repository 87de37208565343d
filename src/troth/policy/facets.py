"""A rule taken apart into single statements in words, so that two versions of it can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from troth.hours import HoursSpec
from troth.hours.spec import WEEKDAYS, told
from troth.policy.phrases import CONDITIONS, either, label
from troth.policy.rules import Rule

Path = tuple[str, ...]
Facets = dict[Path, str]
NOTHING: Final = "nothing"
ORDER: Final = "order"


def facets_of(rule: Rule | HoursSpec) -> Facets:
    """Return what a rule says, by the keys that lead to it; what it leaves open is not in it."""
    return dict(_of_hours(rule) if isinstance(rule, HoursSpec) else _of_rule(rule, ()))


def _of_rule(rule: Rule, path: Path) -> Iterator[tuple[Path, str]]:
    for name, field in type(rule).model_fields.items():
        value = getattr(rule, name)
        if name == "clause" or value in (None, "", (), {}):
            continue
        key = str(field.alias)
        if name == "assumed":
            yield from (((*path, word, "assumed"), "yes") for word in value)
        else:
            yield from _of_value(value, (*path, key), key)


def _of_value(value: Any, path: Path, key: str) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Rule):
        yield from _of_rule(value, path)
    elif isinstance(value, Mapping):
        if key in CONDITIONS:
            yield path, condition(value)
            return
        for name, inside in value.items():
            yield from _of_value(inside, (*path, name), name)
    elif isinstance(value, tuple) and any(isinstance(one, Rule) for one in value):
        yield from _of_rows(value, path)
    elif isinstance(value, tuple):
        yield path, either((_word(one) for one in value), "and")
    else:
        yield path, _word(value)


def _of_rows(rows: tuple[Rule, ...], path: Path) -> Iterator[tuple[Path, str]]:
    """Rows are known by their conditions, where they have them; else by their number."""
    names = [_row_name(row, number) for number, row in enumerate(rows, start=1)]
    for row, name in zip(rows, names, strict=True):
        inside: Facets = dict(_of_rule(row, ()))
        inside.pop(("when",), None)
        for keys, text in (inside or {(): "yes"}).items():
            yield (*path[:-1], name, *keys), text
    yield (*path, ORDER), "; ".join(names)


def _row_name(row: Rule, number: int) -> str:
    when = getattr(row, "when", None)
    return condition(when) if when else f"step {number}"


def condition(words: Mapping[str, tuple[str, ...]]) -> str:
    """Return a condition in words."""
    return " and ".join(f"{word} is {either(values)}" for word, values in words.items()) or "always"


def _word(value: Any) -> str:
    if isinstance(value, Mapping):
        return condition(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _of_hours(spec: HoursSpec) -> Iterator[tuple[Path, str]]:
    yield ("zone",), spec.zone
    if spec.always:
        yield ("always",), "yes"
    for day, spans in zip(WEEKDAYS, spec.week, strict=True):
        if spans:
            yield (label(day),), either((told(*span) for span in spans), "and")
    holidays = " ".join(part for part in (spec.country, spec.region) if part)
    if holidays:
        yield ("holidays of",), holidays
    for closed, spans in spec.half_days:
        yield (f"half day on {closed}",), either((told(*span) for span in spans), "and")
    if spec.day is not None:
        yield ("length of a day",), f"{spec.day / 3600:g} hours"
