"""Targets as people compare them: a row for each promise, and for whom; a column for each severity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from troth.policy.choices import ELSE, Table
from troth.policy.phrases import either, in_hours, label
from troth.policy.policy import Policy
from troth.policy.rules import TargetRule
from troth.policy.vocabulary import NOT_GIVEN

NO_PROMISE: Final = "–"
ALL_OTHERS: Final = "all others"
SEVERITY: Final = "severity"


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that a target treats alike but for their severity: who they are, and a time for each severity.

    One time alone holds whatever the severity is.
    """

    who: str
    times: tuple[str, ...]


def scale_of(tables: list[Table[TargetRule]], policy: Policy) -> tuple[str, ...]:
    """Return the severities a table of these targets needs a column for; none where no time depends on them."""
    return policy.severities.scale if any(SEVERITY in table.dimensions for table in tables) else ()


def groups_of(table: Table[TargetRule], scale: tuple[str, ...], policy: Policy) -> list[Group]:
    """Return the rows of one target; cases with the same times share one."""
    others = [name for name in table.dimensions if name != SEVERITY]
    found: dict[tuple[str, ...], list[str]] = {}
    for values in _combinations(table, others):
        words = dict(zip(others, values, strict=True))
        times = tuple(_times(table, words, scale))
        who = ", ".join(_who(name, value, policy) for name, value in words.items())
        found.setdefault(times, []).append(ALL_OTHERS if values == (ELSE,) else who)
    if len(found) == 1:
        return [Group("", next(iter(found)))]
    groups = [Group(ALL_OTHERS if ALL_OTHERS in who else either(who), times) for times, who in found.items()]
    return sorted(groups, key=lambda group: group.who == ALL_OTHERS)


def _combinations(table: Table[TargetRule], others: list[str]) -> list[tuple[str, ...]]:
    places = [table.dimensions.index(name) for name in others]
    return list(dict.fromkeys(tuple(values[place] for place in places) for values in table.rows))


def _times(table: Table[TargetRule], words: dict[str, str], scale: tuple[str, ...]) -> Iterator[str]:
    """Yield the time for each severity, or the one that holds for all."""
    if not scale:
        yield _time(table.at(words), table)
        return
    rules = [(word, table.at({**words, SEVERITY: word})) for word in scale]
    if SEVERITY not in table.dimensions and not any(rule and SEVERITY in rule.for_ for _, rule in rules):
        yield _time(rules[0][1], table)
        return
    for word, rule in rules:
        yield _time(rule if rule and word in rule.for_.get(SEVERITY, (word,)) else None, table)


def _time(rule: TargetRule | None, table: Table[TargetRule]) -> str:
    """Return how much time; where hours differ from row to row, which."""
    if rule is None:
        return NO_PROMISE
    return f"{rule.within} {in_hours(rule.hours)}" if len(distinct(table, "hours")) > 1 else str(rule.within)


def _who(dimension: str, value: str, policy: Policy) -> str:
    """Return whom a value of a dimension means: `Silver plan`, `level 2`, `any other product`."""
    if value == ELSE:
        return f"any other {dimension}"
    if dimension == "plan" and value in policy.plans:
        title = policy.plans[value].title or label(value)
        return title if title.lower().endswith("plan") else f"{title} plan"
    return value if dimension in {"product", "request"} else f"{dimension} {value}"


def how(table: Table[TargetRule], scale: tuple[str, ...]) -> str:
    """Return all that is said of a target beside its time; severities that have columns are not named again."""
    kinds, hours, begins = (distinct(table, name) for name in ("kind", "hours", "from_"))
    parts = [f"{either(kinds)}, from {either(begins)}"]
    if len(hours) == 1:
        parts.append(in_hours(hours[0]))
    rule = next(iter(table.rows.values()))
    only = {word: values for word, values in rule.for_.items() if word != SEVERITY or not scale}
    if only:
        parts.append("for " + " and ".join(f"{word} {_accepted(values)}" for word, values in only.items()))
    met_by = distinct(table, "met_by")
    if len(met_by) == 1 and rule.met_by:
        parts.append(f"met by {either(rule.met_by)}")
    if rule.paused_while:
        parts.append(f"paused while {either(rule.paused_while)}")
    if rule.when_missed and rule.when_missed.escalate_to:
        parts.append(f"when missed, escalated to {rule.when_missed.escalate_to}")
    if rule.when_missed and rule.when_missed.tell:
        parts.append(f"when missed, told to {either(rule.when_missed.tell, 'and')}")
    return "; ".join(parts)


def _accepted(values: tuple[str, ...]) -> str:
    return either("none" if value == NOT_GIVEN else value for value in values)


def distinct(table: Table[TargetRule], name: str) -> list[Any]:
    """Return the different values of one key over all rows."""
    return list(dict.fromkeys(getattr(rule, name) for rule in table.rows.values()))
