"""What differs between two versions of a policy, told in sentences: the page of changes, and `troth policy compare`.

What the rules come to is compared, not how they are written: a value moved into an `else` is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, Final

from troth.hours import HolidayDates, HoursSpec
from troth.policy.choices import ELSE, Table
from troth.policy.facets import NOTHING, ORDER, Facets, Path, condition, facets_of
from troth.policy.kinds import KINDS
from troth.policy.located import Mapping
from troth.policy.phrases import either, label
from troth.policy.policy import ALWAYS, Policy
from troth.policy.rules import CoverRow, Rule

YEAR: Final = timedelta(days=365)
UNSAID: Final = {"within"}
"""Keys that go without saying: `respond, critical: 2 hours` can mean nothing else."""
FRONT: Final = ("vendor", "title", "zone", "language")
Pair = tuple[str, str]
"""What was said, and what is said now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `clause` is cited in the new version; in the old one where the new has it no more."""

    clause: str
    sentence: str


def compare(a: Policy, b: Policy) -> list[Change]:
    """Return what `b` says otherwise than `a`: the words of its clauses first, then its rules kind by kind."""
    changes = [*_front(a, b), *_clauses(a, b)]
    for kind in KINDS:
        changes.extend(_kind(kind, a, b))
    changes.extend(_closed_days(a, b))
    return list(dict.fromkeys(changes))


def _front(a: Policy, b: Policy) -> Iterator[Change]:
    for name in FRONT:
        if (old := getattr(a, name)) != (new := getattr(b, name)):
            yield Change("", f"{label(name)}: {old} → {new}")


def _clauses(a: Policy, b: Policy) -> Iterator[Change]:
    for name, clause in b.clauses.items():
        before = a.clauses.get(name)
        if before is None:
            yield Change(name, f'The clause "{clause.title}" is new.')
            continue
        if before.title != clause.title:
            yield Change(name, f'The clause "{before.title}" is now called "{clause.title}".')
        if before.markdown.split() != clause.markdown.split():
            yield Change(name, f'The clause "{clause.title}" is worded anew.')
    for name, clause in a.clauses.items():
        if name not in b.clauses:
            yield Change(name, f'The clause "{clause.title}" is gone.')


# --- rules ---------------------------------------------------------------------------------------------


def _kind(kind: str, a: Policy, b: Policy) -> Iterator[Change]:
    old, new = _entries(kind, a), _entries(kind, b)
    title = label(kind)
    for name, rule in new.items():
        if name not in old:
            yield Change(_clause(rule, kind, b), f"{title}: {name or 'this'} is new{_summary(rule)}.")
        else:
            for sentence in _differences(old[name], rule):
                yield Change(_clause(rule, kind, b), ": ".join(part for part in (title, sentence(name)) if part))
    for name, rule in old.items():
        if name not in new:
            yield Change(_clause(rule, kind, a), f"{title}: {name or 'this'} is gone.")
    kept, now = ([name for name in names if name in old and name in new] for names in (old, new))
    if kind == "entitlement" and kept != now:
        yield Change(b.clause_of(kind), f"{title}: the rows stand in another order: {'; '.join(now)}")


def _entries(kind: str, policy: Policy) -> dict[str, Any]:
    """Return the rules of a kind by name; rows of cover are known by their conditions."""
    held = getattr(policy, kind)
    if kind == "hours":
        return {name: spec for name, spec in held.items() if name != ALWAYS}
    if kind == "entitlement":
        return {_cover_name(row): row for row in held}
    if kind == "silence":
        return {f"from {next(iter(table.rows.values())).from_}": table for table in held}
    if held is None or (isinstance(held, Table) and not held.rows):
        return {}
    return dict(held) if isinstance(held, dict) else {"": held}


def _cover_name(row: CoverRow) -> str:
    return f"when {condition(row.when)}" if row.when else "in every other case"


def _clause(rule: Any, kind: str, policy: Policy) -> str:
    if isinstance(rule, HoursSpec):
        return _clause_of_hours(rule, policy)
    one = next(iter(rule.rows.values())) if isinstance(rule, Table) else rule
    return one.clause if isinstance(one, Rule) and one.clause else policy.clause_of(kind)


def _clause_of_hours(spec: HoursSpec, policy: Policy) -> str:
    name = next(name for name, one in policy.hours.items() if one is spec)
    for block in policy.document.blocks:
        if block.kind == "hours" and isinstance(block.node, Mapping) and name in block.node.names():
            return f"{block.clause}/{name}"
    return policy.clause_of("hours")


def _summary(rule: Any) -> str:
    """Return the heart of a new rule that depends on nothing, in brackets."""
    one = rule.only if isinstance(rule, Table) else rule
    if one is None or isinstance(one, HoursSpec):
        return ""
    said = facets_of(one)
    title = said.get(("title",)) or said.get(("within",)) or said.get(("basis",)) or said.get(("uncovered",))
    return f" ({title})" if title else ""


@dataclass(frozen=True, slots=True)
class _Difference:
    """One sentence, still without the name of its rule."""

    words: Path
    old: str
    new: str

    def __call__(self, name: str) -> str:
        said = ", ".join(part for part in (name, *self.words) if part and part not in UNSAID)
        return f"{said}: {self.old} → {self.new}" if said else f"{self.old} → {self.new}"


def _differences(old: Any, new: Any) -> Iterator[_Difference]:
    """Yield where two rules differ; where only some combinations do, with these named."""
    one, other = _laid_out(old, new)
    differing: dict[Path, dict[Pair, list[tuple[str, ...]]]] = {}
    for values, before in one.items():
        after = other[values]
        for path in dict.fromkeys((*before, *after)):
            pair = (before.get(path, NOTHING), after.get(path, NOTHING))
            if pair[0] != pair[1] and not _is_noise(path, before, after):
                differing.setdefault(path, {}).setdefault(pair, []).append(values)
    if isinstance(new, HoursSpec):
        differing = _days_together(differing)
    for path, pairs in differing.items():
        for pair, combinations in pairs.items():
            everywhere = len(combinations) == len(one)
            who = () if everywhere else (either(dict.fromkeys(map(_who, combinations)), "and"),)
            yield _told(path, who, pair)


def _days_together(differing: dict[Path, dict[Pair, list[tuple[str, ...]]]]) -> dict[Path, Any]:
    """Say in one sentence what changes alike on several days of the week."""
    alike: dict[Pair, list[str]] = {}
    for path, pairs in differing.items():
        for pair in pairs:
            alike.setdefault(pair, []).append(path[-1])
    return {(either(names, "and"),): {pair: [()]} for pair, names in alike.items()}


def _who(values: tuple[str, ...]) -> str:
    return " ".join(value for value in values if value != ELSE) or "otherwise"


def _is_noise(path: Path, before: Facets, after: Facets) -> bool:
    """An order has changed only where the same rows stand in it; the first `assumed` of a new value says nothing."""
    if path[-1] == ORDER:
        return sorted(before.get(path, "").split("; ")) != sorted(after.get(path, "").split("; "))
    if path[-1] == "assumed":
        return path[:-1] not in before or path[:-1] not in after
    return False


def _told(path: Path, who: tuple[str, ...], pair: Pair) -> _Difference:
    if path[-1] == "assumed":
        was, now = ("stated", "assumed") if pair[0] == NOTHING else ("assumed", "stated")
        return _Difference((*path[:-1], *who), was, now)
    return _Difference((*path, *who), *pair)


def _laid_out(old: Any, new: Any) -> tuple[dict[tuple[str, ...], Facets], dict[tuple[str, ...], Facets]]:
    """Return what both say for every combination of what either depends on."""
    if not isinstance(old, Table) or not isinstance(new, Table):
        return {(): facets_of(old)}, {(): facets_of(new)}
    dimensions = tuple(dict.fromkeys((*old.dimensions, *new.dimensions)))
    values = [_values(name, old, new) for name in dimensions]
    combinations = list(product(*values))
    both = []
    for table in (old, new):
        asked = [dict(zip(dimensions, combination, strict=True)) for combination in combinations]
        rules = (table.at(words) for words in asked)
        both.append({key: facets_of(rule) if rule else {} for key, rule in zip(combinations, rules, strict=True)})
    return both[0], both[1]


def _values(dimension: str, *tables: Table[Any]) -> tuple[str, ...]:
    """Return the values either table names for a dimension; `else` only where nothing is named."""
    named = dict.fromkeys(
        row[table.dimensions.index(dimension)]
        for table in tables
        if dimension in table.dimensions
        for row in table.rows
    )
    return tuple(value for value in named if value != ELSE) or (ELSE,)


# --- holidays ------------------------------------------------------------------------------------------


def _closed_days(a: Policy, b: Policy) -> Iterator[Change]:
    """Say on which dates of the new version's first year a calendar is closed in one of the two only."""
    old, new = a.holiday_dates(), b.holiday_dates()
    for name in new:
        if name not in old:
            continue
        before, after = (_in_year(dates, b.version) for dates in (old[name], new[name]))
        clause = _clause_of_hours(b.hours[name], b)
        if more := sorted(after - before):
            yield Change(clause, f"Hours: {name}, closed in the first year on {_days(more)} as well")
        if fewer := sorted(before - after):
            yield Change(clause, f"Hours: {name}, open in the first year on {_days(fewer)}, formerly closed")


def _in_year(dates: HolidayDates, first: date) -> frozenset[date]:
    return frozenset(day for day in dates.dates if first <= day < first + YEAR)


def _days(days: list[date]) -> str:
    return either((day.isoformat() for day in days), "and")
