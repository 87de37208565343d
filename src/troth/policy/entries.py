"""One entry of a rule block becomes models, and each mistake in it a finding at its own line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from troth.hours import AmountError, TermError
from troth.hours.spelling import did_you_mean
from troth.policy.branches import (
    MOST_LAID_OUT,
    Dimensions,
    Layout,
    check_branches,
    depends_on,
    is_branching,
    lay_out,
    mappings_in,
)
from troth.policy.choices import Table
from troth.policy.findings import Findings, Located
from troth.policy.kinds import Kind, keys_of, model_at
from troth.policy.located import Mapping, Node, Room, follow, plain, shown, source_of, texts
from troth.policy.rules import Rule

R = TypeVar("R", bound=Rule)
_QUOTED = re.compile(r"'([^']*)'")

_SORTS = {
    "string_type": "a word belongs here: put it in quotes if it looks like a number",
    "int_type": "a whole number belongs here",
    "int_parsing": "a whole number belongs here",
    "int_from_float": "a whole number belongs here",
    "bool_type": "true or false belongs here",
    "bool_parsing": "true or false belongs here",
    "dict_type": "keys with values belong here, like {key: value}",
    "model_type": "keys with values belong here, like {key: value}",
    "tuple_type": "a list belongs here, like [one, other]",
    "greater_than_equal": "a number from 0 up belongs here",
    "date_from_datetime_parsing": "a date belongs here, like 2026-11-01",
    "date_parsing": "a date belongs here, like 2026-11-01",
    "date_type": "a date belongs here, like 2026-11-01",
}


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """What a rule says for one combination of its dimensions: the located mapping and the model made of it."""

    values: tuple[str, ...]
    node: Mapping
    rule: R


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """One rule of the file. `name` is empty for settings; `key` is where it begins; `clause` is its citation."""

    kind: str
    name: str
    clause: str
    key: Located
    node: Mapping
    dimensions: tuple[str, ...]
    rows: tuple[Row[R], ...]

    def table(self) -> Table[R]:
        """Return the rule for every combination."""
        rows = {row.values: row.rule for row in self.rows}
        return Table(self.dimensions, rows, rows.get(()))

    def words_of(self, row: Row[R]) -> dict[str, str]:
        """Return the values of the dimensions a row is for."""
        return dict(zip(self.dimensions, row.values, strict=True))


class EntryReader:
    """Reads entries of one policy, whose dimensions are known."""

    def __init__(self, dimensions: Dimensions, findings: Findings) -> None:
        """Read with these dimensions, into these findings."""
        self.dimensions = dimensions
        self.findings = findings
        self._room = Room(MOST_LAID_OUT)

    def read(  # noqa: PLR0917 - what an entry is made of
        self, kind: Kind, name: str, clause: str, key: Located, node: Mapping, model: type[R], label: str = ""
    ) -> Entry[R] | None:
        """Return the entry, or None after noting why it cannot be one."""
        label = label or (f'{kind.one} "{shown(name)}"' if name else kind.name)
        layout = self._laid_out(kind, node)
        rows = []
        for values, row in layout.rows.items():
            if not isinstance(row, Mapping):
                self.findings.add(row, "P203", f"{label} needs keys with values, like {{{kind.keys[0]}: …}}")
                continue
            rule = self.validate(model, row, cited(row, clause), key, label)
            if rule is not None:
                check_assumed(row, self.findings)
                rows.append(Row(values, row, rule))
        if not rows:
            return None
        return Entry(kind.name, name, clause, key, node, layout.dimensions, tuple(rows))

    def _laid_out(self, kind: Kind, node: Mapping) -> Layout:
        if kind.varies:
            check_branches(
                node, self._required(kind, node), self.findings, "P403" if kind.name == "targets" else "P210"
            )
            return lay_out(node, self.dimensions, self.findings, self._room)
        if depends_on(node):
            for part in mappings_in(node):
                for word in (word for word, _ in part.entries if is_branching(word)):
                    self.findings.add(
                        word, "P211", f"{kind.name} are the same for every case: leave {shown(word.text)} out"
                    )
            return Layout((), {})
        return Layout((), {(): node})

    def _required(self, kind: Kind, node: Mapping) -> Dimensions:
        """A target need not speak of bases without goals, nor, where it has `for`, of what it is not for."""
        needed = self.dimensions
        if kind.name != "targets":
            return needed
        for dimension, left_out in needed.goalless.items():
            needed = needed.without(dimension, left_out)
        condition = node.get("for")
        if isinstance(condition, Mapping):
            for word, accepted in condition.entries:
                kept = {scalar.text for scalar in texts(accepted)}
                others = frozenset(needed.required.get(word.text, ())) - kept
                needed = needed.without(word.text, others)
        return needed

    def validate(self, model: type[R], node: Mapping, clause: str, key: Located, label: str) -> R | None:
        """Return the model of a mapping without `by`, or None after noting each of its mistakes."""
        if node.get("clause") is not None:
            self.findings.add(
                node.key("clause") or node,
                "P201",
                "a rule's clause is the section it stands in: leave this key out",
            )
            return None
        try:
            rule = model.model_validate(plain(node), by_alias=True, by_name=False)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._note(detail, model, node, key, label)
            return None
        return rule.model_copy(update={"clause": clause})

    def _note(self, detail: ErrorDetails, model: type[Rule], node: Mapping, key: Located, label: str) -> None:
        path = detail["loc"]
        value, name = follow(node, path)
        sort = detail["type"]
        if sort == "extra_forbidden":
            self._unknown_key(model, path, name, label)
        elif sort == "missing":
            parent, parent_key = follow(node, path[:-1])
            where: Located = key if parent is node else parent_key
            self.findings.add(where, "P202", f"{label} needs {path[-1]}: add `{path[-1]}: …`")
        elif sort in {"enum", "literal_error"}:
            words = _QUOTED.findall(str(detail.get("ctx", {}).get("expected", "")))
            given = shown(str(detail["input"]))
            near = did_you_mean(given, words)
            self.findings.add(value, "P204", f'"{given}" cannot stand here{near} (one of {", ".join(words)})')
        elif sort == "value_error":
            reason = detail.get("ctx", {}).get("error")
            code = "P205" if isinstance(reason, (AmountError, TermError)) else "P203"
            self.findings.add(value, code, str(reason))
        else:
            self.findings.add(value, "P203", _SORTS.get(sort, detail["msg"]))

    def _unknown_key(self, model: type[Rule], path: tuple[int | str, ...], name: Node, label: str) -> None:
        inside: type[BaseModel] = model_at(model, path[:-1]) or model
        keys = keys_of(inside)
        near = did_you_mean(str(path[-1]), keys) or f" (its keys are {', '.join(keys)})"
        self.findings.add(name, "P201", f'{label} has no key "{shown(str(path[-1]))}"{near}')


def cited(node: Node, clause: str) -> str:
    """Return the citation of what `node` says: its own section's, or that of the amendment which changed it."""
    source = source_of(node)
    _, slash, name = clause.partition("/")
    return f"{source}{slash}{name}" if source else clause


def check_assumed(node: Node, findings: Findings) -> None:
    """Note each name under `assumed` that is not a key beside it."""
    for part in mappings_in(node):
        keys = [word for word in part.names() if word != "assumed"]
        for name in texts(part.get("assumed")):
            if name.text not in keys:
                near = did_you_mean(name.text, keys) or f" (the keys are {', '.join(keys)})"
                findings.add(name, "P213", f'"{shown(name.text)}" is assumed but is no key here{near}')


def entries_of(node: Node) -> Iterator[tuple[Any, Node]]:
    """Yield the keys and values of a mapping; nothing for anything else."""
    if isinstance(node, Mapping):
        yield from node.entries
