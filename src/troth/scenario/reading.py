"""Reads a scenario file: every mistake is found at once and told with its place and the nearest word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from troth.hours import HoursError, HoursSpec
from troth.hours.spelling import did_you_mean
from troth.policy.located import Lines, Node, Scalar, Sequence, follow, plain, read_yaml
from troth.policy.located import Mapping as MappingNode
from troth.policy.vocabulary import Verb
from troth.scenario.findings import Notes, ScenarioError
from troth.scenario.script import Do, Expected, PartnerGiven, Place, Released, Scenario, ScenarioFile, Step
from troth.scenario.values import WRONG, Reader, day, entries, flag, is_nothing, one_of, or_nothing, parse_when, text
from troth.scenario.words import ARGUMENTS, EXPECTED, FACTS, NEEDED

_CATALOGUE: dict[str, Reader] = {
    "product": text,
    "version": text,
    "released": or_nothing(day),
    "line": or_nothing(text),
    "kind": one_of(("product", "utility", "add-on")),
    "status": or_nothing(one_of(("current", "prior", "retired", "legacy"))),
    "ends": or_nothing(day),
    "branded": flag,
}


def read_scenarios(path: Path | str) -> ScenarioFile:
    """Return the scenarios of a file; ScenarioError tells all its mistakes, OSError that it cannot be opened."""
    raw = Path(path).read_bytes()
    try:
        return parse_scenarios(raw.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        notes = Notes(str(path))
        line = raw[: error.start].count(b"\n") + 1
        notes.add(Place(line, 1), "S001", "this is not UTF-8: save the file in that encoding")
        raise ScenarioError(notes.all()) from error


def parse_scenarios(source: str, name: str = "scenarios.yaml") -> ScenarioFile:
    """Return the scenarios in a text; ScenarioError tells all its mistakes. `name` stands in the errors."""
    notes = Notes(name)
    root = read_yaml(source, Lines(source, 1), notes.yaml)
    file = _Reading(name, notes).file(root) if root is not None else None
    found = notes.all()
    if found or file is None:
        raise ScenarioError(found)
    return file


class _Reading:
    """One reading of one file."""

    def __init__(self, name: str, notes: Notes) -> None:
        self._name = name
        self._notes = notes
        self._partners: dict[str, PartnerGiven] = {}

    def file(self, root: Node) -> ScenarioFile:
        """Return the whole file; what is wrong in it is noted and left out."""
        known = ("desk", "catalogue", "partners", "scenarios")
        if not isinstance(root, MappingNode):
            self._notes.add(root, "S103", "a scenario file has the keys desk, catalogue, partners and scenarios")
            return ScenarioFile(self._name, "", (), {}, ())
        self._check_keys(root, known, "a scenario file")
        for needed in ("desk", "scenarios"):
            if root.key(needed) is None:
                self._notes.add(root, "S102", f'a scenario file needs "{needed}"')
        desk = self._read(root.get("desk"), text) or ""
        catalogue = tuple(self._released(item) for item in self._items(root.get("catalogue"), "catalogue"))
        for item in self._items(root.get("partners"), "partners"):
            self._partner(item)
        scenarios = tuple(self._scenarios(root.get("scenarios")))
        return ScenarioFile(self._name, desk, catalogue, dict(self._partners), scenarios)

    def _read(self, node: Node | None, reader: Reader) -> Any:
        if node is None:
            return None
        value = reader(node, self._notes)
        return None if value is WRONG else value

    def _check_keys(self, node: MappingNode, known: tuple[str, ...], what: str) -> None:
        for key, _ in node.entries:
            if key.text not in known:
                near = did_you_mean(key.text, known) or f"; it may be {', '.join(known)}"
                self._notes.add(key, "S101", f'{what} has no "{key.text}"{near}')

    def _items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """Return the entries of a list; none where it is left out or null."""
        if node is None or is_nothing(node):
            return ()
        if isinstance(node, Sequence):
            return node.items
        self._notes.add(node, "S103", f"{what} is a list: begin each entry with a hyphen")
        return ()

    def _released(self, node: Node) -> Released:
        read = entries(node, self._notes, _CATALOGUE, needs=("product", "version", "released"), what="a release")
        return Released(**{"product": "", "version": "", **read})

    def _partner(self, node: Node) -> None:
        if not isinstance(node, MappingNode):
            self._notes.add(node, "S103", "a partner has a name, and perhaps a zone and hours")
            return
        self._check_keys(node, ("name", "zone", "hours"), "a partner")
        name = self._read(node.get("name"), text)
        if name is None:
            if node.key("name") is None:
                self._notes.add(node, "S102", 'a partner needs "name"')
            return
        if name in self._partners:
            self._notes.add(node.key("name") or node, "S109", f'a partner named "{name}" stands above already')
        zone = self._read(node.get("zone"), or_nothing(text))
        hours_node = node.get("hours")
        has_zone = zone is not None or (isinstance(hours_node, MappingNode) and hours_node.key("zone") is not None)
        self._partners[name] = PartnerGiven(name, self._hours(hours_node, zone or "UTC"), has_zone=has_zone)

    def _hours(self, node: Node | None, zone: str) -> HoursSpec | None:
        if node is None or is_nothing(node):
            return None
        try:
            return HoursSpec.parse(plain(node), zone)
        except HoursError as error:
            for problem in error.problems:
                _, where = follow(node, tuple(part for part in problem.key if isinstance(part, (int, str))))
                self._notes.add(where, "S110", problem.message)
        return None

    def _scenarios(self, node: Node | None) -> Iterator[Scenario]:
        names: set[str] = set()
        for item in self._items(node, "scenarios"):
            scenario = self._scenario(item)
            if scenario is None:
                continue
            if scenario.name in names:
                self._notes.add(
                    scenario.place,
                    "S109",
                    f'a scenario named "{scenario.name}" stands above: give this one another name',
                )
            names.add(scenario.name)
            yield scenario

    def _scenario(self, node: Node) -> Scenario | None:
        if not isinstance(node, MappingNode):
            self._notes.add(node, "S103", "a scenario has a name, perhaps facts, and a timeline")
            return None
        self._check_keys(node, ("name", "facts", "timeline"), "a scenario")
        for needed in ("name", "timeline"):
            if node.key(needed) is None:
                self._notes.add(node, "S102", f'a scenario needs "{needed}"')
        name = self._read(node.get("name"), text) or ""
        facts_node = node.get("facts")
        facts: dict[str, Any] = {}
        if facts_node is not None and not is_nothing(facts_node):
            facts = entries(facts_node, self._notes, FACTS, what="the list of facts")
            self._check_partner(facts_node)
        steps = tuple(self._steps(node.get("timeline")))
        return Scenario(name, Place(node.line, node.column), facts, steps)

    def _check_partner(self, node: Node) -> None:
        """Note a partner the file does not define."""
        given = node.get("partner") if isinstance(node, MappingNode) else None
        if given is None or is_nothing(given) or not isinstance(given, Scalar) or given.text in self._partners:
            return
        near = did_you_mean(given.text, self._partners)
        self._notes.add(given, "S108", f'no partner of this file is named "{given.text}"{near}')

    def _steps(self, node: Node | None) -> Iterator[Step]:
        for item in self._items(node, "a timeline"):
            if not isinstance(item, MappingNode) or len(item.entries) != 1:
                self._notes.add(
                    item, "S103", "a step is one instant with do, expect or both: - 2026-03-06 16:30: {do: open}"
                )
                continue
            step = self._step(*item.entries[0])
            if step is not None:
                yield step

    def _step(self, key: Scalar, body: Node) -> Step | None:
        place = Place(key.line, key.column)
        try:
            when = parse_when(key.text)
        except ValueError:
            self._notes.add(key, "S105", f'"{key.text}" is no instant: write 2026-03-06 16:30')
            return None
        if not isinstance(body, MappingNode):
            self._notes.add(body, "S103", "a step has do, expect or both: {do: open}")
            return None
        do = self._do(body)
        if do is None and body.key("do") is None:
            self._check_keys(body, ("do", "expect"), "a step that does nothing")
            if body.key("expect") is None:
                self._notes.add(body, "S102", 'a step needs "do", "expect" or both')
        expects = self._expects(body.get("expect"), is_doing=body.key("do") is not None)
        return Step(when, place, do, expects)

    def _do(self, body: MappingNode) -> Do | None:
        node = body.get("do")
        if node is None:
            return None
        read = one_of(Verb)(node, self._notes)
        if read is WRONG:
            return None
        verb = Verb(read)
        readers = ARGUMENTS[verb]
        given = MappingNode(
            tuple((key, value) for key, value in body.entries if key.text not in {"do", "expect"}),
            node.line,
            node.column,
        )
        arguments = entries(given, self._notes, readers, needs=NEEDED.get(verb, ()), what=f'"{verb}"')
        if verb is Verb.SET:
            self._check_set(given)
        return Do(verb, Place(node.line, node.column), arguments)

    def _check_set(self, given: MappingNode) -> None:
        if all(key.text == "by" for key, _ in given.entries):
            self._notes.add(given, "S102", '"set" needs what is set: {do: set, severity: high}')
        self._check_partner(given)

    def _expects(self, node: Node | None, *, is_doing: bool) -> tuple[Expected, ...] | None:
        if node is None:
            return None
        read = entries(node, self._notes, EXPECTED, what="expect")
        places = _places(node)
        if "refused" in places and not is_doing:
            self._notes.add(
                places["refused"],
                "S106",
                "a refusal is expected in the step of the act that is refused: put do beside it",
            )
        return tuple(Expected(name, value, places[name]) for name, value in read.items())


def _places(node: Node) -> dict[str, Place]:
    """Return where each key of a mapping stands."""
    if not isinstance(node, MappingNode):
        return {}
    return {key.text: Place(key.line, key.column) for key, _ in node.entries}
