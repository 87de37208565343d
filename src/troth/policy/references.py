"""Every name a rule uses must be one that the policy, or the language, has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from troth.hours.spelling import did_you_mean
from troth.policy.branches import mappings_in
from troth.policy.conditions import LEVELS, PAUSES, WORDS, Word
from troth.policy.entries import Entry
from troth.policy.findings import Findings, listed
from troth.policy.gathering import ALWAYS, Gathered
from troth.policy.kinds import KINDS, LEVEL_NAMES, MOMENTS, NOTICE_MOMENTS, WORKERS
from troth.policy.located import Mapping, Node, Scalar, Sequence, shown, texts
from troth.policy.vocabulary import NOT_GIVEN, Role

NEXT_LEVEL: Final = "next level"
RELEASE_PLANS: Final = ("hot fix", "hot fix or next release", "future release")
REQUEST_MOMENTS: Final = ("request 1", "request 2")
LAPSES: Final = ("contract",)
NEEDS: Final = ("error found", "occurred")
LEVEL_NAMES_SET: Final = frozenset(LEVEL_NAMES)
EACH, KEYS = "*", "<keys>"

Names = Callable[[Gathered], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A place where a name stands: `path` leads there from the entry (EACH item or value, the KEYS)."""

    kind: str
    path: tuple[str, ...]
    names: Names
    what: str
    code: str = "P305"


def _words(*words: str) -> Names:
    return lambda _: words


def _declared(dimension: str) -> Names:
    return lambda found: found.dimensions.allowed[dimension]


def _hours(found: Gathered) -> tuple[str, ...]:
    return (ALWAYS, *found.hours_at)


def _hours_or_partner(found: Gathered) -> tuple[str, ...]:
    return (*_hours(found), "partner")


def _levels(found: Gathered) -> tuple[str, ...]:
    """Return the levels that stand in the file, with and without the word; all where one is misspelt."""
    is_sound = LEVEL_NAMES_SET.issuperset(found.names.get("levels", ()))
    named = found.dimensions.required["level"] if is_sound else LEVELS
    return (*(f"level {name}" if name.isdigit() else name for name in named), *named)


def _moments(found: Gathered) -> tuple[str, ...]:
    levels = _levels(found)
    return tuple(moment for moment in MOMENTS if moment not in LEVEL_NAMES or moment in levels)


def _names_of(kind: str) -> Names:
    return lambda found: found.names.get(kind, ())


REFERENCES: Final = (
    Reference("targets", ("hours",), _hours, "hours", "P303"),
    Reference("silence", ("hours",), _hours, "hours", "P303"),
    Reference("levels", ("hours", KEYS), _hours, "hours", "P303"),
    Reference("levels", ("hours", EACH), _hours_or_partner, "hours", "P303"),
    Reference("plans", ("add-ons", EACH, "hours", KEYS), _hours, "hours", "P303"),
    Reference("plans", ("add-ons", EACH, "hours", EACH), _hours, "hours", "P303"),
    Reference("plans", ("add-ons", EACH, "products"), _declared("product"), "product"),
    Reference("targets", ("from",), _moments, "moment", "P304"),
    Reference("silence", ("from",), _words(*REQUEST_MOMENTS), "moment of silence", "P304"),
    Reference("levels", ("reached by",), _moments, "moment", "P304"),
    Reference("notices", ("at",), _words(*NOTICE_MOMENTS), "moment of a notice", "P304"),
    Reference("targets", ("paused while",), _words(*PAUSES), "pause", "P204"),
    Reference("silence", ("held by",), _words(*PAUSES), "pause", "P204"),
    Reference("targets", ("instead of",), _names_of("targets"), "target"),
    Reference("reopening", ("restarts",), _names_of("targets"), "target"),
    Reference("targets", ("when missed", "escalate to"), lambda found: (*_levels(found), NEXT_LEVEL), "level", "P405"),
    Reference("levels", ("worked by",), _words(*WORKERS), "place of work", "P204"),
    Reference("levels", ("needs",), _words(*NEEDS), "need", "P204"),
    Reference("requests", ("level",), _levels, "level"),
    Reference("entitlement", ("plan",), _declared("plan"), "plan"),
    Reference("severities", ("titles", KEYS), _declared("severity"), "severity"),
    Reference("severities", ("first of", EACH, "then"), _declared("severity"), "severity"),
    Reference("severities", ("otherwise",), _declared("severity"), "severity"),
    Reference("fixes", ("release plan",), _words(*RELEASE_PLANS), "release plan", "P204"),
    Reference("plans", ("products",), _declared("product"), "product"),
    Reference("purchases", ("products",), _declared("product"), "product"),
    Reference("purchases", ("approved by",), _words(*Role), "role", "P204"),
    Reference("purchases", ("lapses",), _words(*LAPSES), "thing a purchase lapses with", "P204"),
    Reference("escalation", ("after",), _names_of("escalation"), "step of escalation", "P405"),
    Reference("escalation", ("needs",), _words(*NEEDS), "need", "P204"),
    Reference("updates", ("open cases", KEYS), _words(*KINDS), "kind of rule"),
)
"""Where names stand, and whose names they are."""


def check_references(found: Gathered, findings: Findings) -> None:
    """Note each name that nothing has, and each condition over unknown words or values."""
    for reference in REFERENCES:
        names = reference.names(found)
        for node in located(found.of(reference.kind)):
            for word in select(node, reference.path):
                if word.text not in names:
                    _note(word, reference, names, findings)
    for entries in found.entries.values():
        for node in located(entries):
            for condition in conditions_in(node):
                check_condition(condition, found, findings)


def _note(word: Scalar, reference: Reference, names: tuple[str, ...], findings: Findings) -> None:
    near = did_you_mean(word.text, names)
    if not near:
        near = f" (there is {listed(names)})" if names else f" (the policy names no {reference.what})"
    start = "this leads nowhere: " if reference.code == "P405" else ""
    there = "there are" if reference.what == "hours" else "there is"
    findings.add(word, reference.code, f'{start}{there} no {reference.what} "{shown(word.text)}"{near}')


def located(entries: list[Entry[Any]]) -> Iterator[Mapping]:
    """Yield what the entries say, for each combination of what they depend on."""
    return (row.node for entry in entries for row in entry.rows)


def select(node: Node | None, path: tuple[str, ...]) -> Iterator[Scalar]:
    """Yield the words at `path`; nothing where the path leads nowhere."""
    if not path:
        yield from texts(node)
    elif isinstance(node, Mapping):
        if path[0] == KEYS:
            yield from (key for key, _ in node.entries)
        elif path[0] == EACH:
            for _, value in node.entries:
                yield from select(value, path[1:])
        else:
            yield from select(node.get(path[0]), path[1:])
    elif isinstance(node, Sequence) and path[0] == EACH:
        for item in node.items:
            yield from select(item, path[1:])


def conditions_in(node: Node) -> Iterator[Mapping]:
    """Yield every condition inside a rule: under `when`, `for` and `needs`, and the items of lists of them."""
    for part in mappings_in(node):
        for key, value in part.entries:
            if key.text in {"when", "for", "needs"} and isinstance(value, Mapping):
                yield value
            elif key.text in {"update first", "needs"} and isinstance(value, Sequence):
                yield from (item for item in value.items if isinstance(item, Mapping))


def check_condition(condition: Mapping, found: Gathered, findings: Findings) -> None:
    """Note each word that conditions do not have, and each value its word cannot have."""
    for key, accepted in condition.entries:
        word = WORDS.get(key.text)
        if word is None:
            near = did_you_mean(key.text, WORDS) or f" (words are {', '.join(WORDS)})"
            findings.add(key, "P301", f'conditions have no word "{shown(key.text)}"{near}')
            continue
        values = texts(accepted)
        if not values:
            findings.add(key, "P302", f"{key.text} needs a value here, or [several, values]")
        possible = values_of(word, found)
        for value in values if possible else ():
            if value.text not in (*possible, NOT_GIVEN):
                near = did_you_mean(value.text, possible) or f" (it may be {listed(possible)})"
                findings.add(value, "P302", f'{key.text} is never "{shown(value.text)}"{near}')


def values_of(word: Word, found: Gathered) -> tuple[str, ...]:
    """Return the values a word of conditions can have in this policy; none where any text may stand."""
    if word.declared == "add-on":
        return tuple(key.text for node in located(found.of("plans")) for key in select(node, ("add-ons", KEYS)))
    if word.declared:
        return found.dimensions.allowed.get(word.declared, ())
    return word.values


def level_of(text: str) -> int:
    """Return a level's place in the order of levels, from 0; -1 for what is no level."""
    name = text.removeprefix("level ")
    return LEVELS.index(name) if name in LEVELS else -1
