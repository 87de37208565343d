"""The queue's query: `level:2 sev:high waiting:customer is:mine -is:unread printer`, read by a closed table.

Nothing a person types reaches the database as a name: every filter here builds its own condition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from django.db.models import Q

from troth.desk.reads import has_missed
from troth.people.models import Person
from troth.policy.vocabulary import Status, WaitingOn

WORD: Final = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
MOST_WORDS: Final = 20
OPEN: Final = Q(is_listed=1)
CLOSED: Final = Q(is_listed=0)
WAITING: Final = Q(is_waiting=1)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query as it was written, and what it asks for."""

    written: str
    condition: Q


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read: its terms, and a sentence for each word that is none."""

    terms: tuple[Term, ...] = ()
    mistakes: tuple[str, ...] = ()

    def without(self, term: Term) -> str:
        """The query's text without one of its terms."""
        return " ".join(other.written for other in self.terms if other is not term)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose query it is and which words their policy has."""

    person: Person
    levels: tuple[str, ...]
    severities: tuple[str, ...]


def read_query(text: str, asked: Asked) -> Query:
    """The terms of a query; a word it cannot read is told with the nearest one it could."""
    terms: list[Term] = []
    mistakes: list[str] = []
    for match in list(WORD.finditer(text))[:MOST_WORDS]:
        minus, name, quoted, plain = match.groups()
        value = quoted if quoted is not None else plain
        if not value:
            continue
        found = plain_words(value) if name is None else filtered(name.lower(), value, asked)
        if isinstance(found, str):
            mistakes.append(found)
        else:
            terms.append(Term(match.group(0), ~found if minus else found))
    return Query(tuple(terms), tuple(mistakes))


def filtered(name: str, value: str, asked: Asked) -> Q | str:
    """The condition of `name:value`, or the sentence that says what is wrong with it."""
    name = SHORT.get(name, name)
    reader = FILTERS.get(name)
    if reader is None:
        near = get_close_matches(name, [*FILTERS, *SHORT], n=1)
        hint = f"{near[0]}?" if near else f"known are {', '.join(FILTERS)}."
        return f"no filter {name}; {hint}"
    return reader(value, asked)


def plain_words(value: str) -> Q:
    """A word without a filter is looked for in title and number."""
    digits = value.rpartition("-")[2]
    number = Q(number=int(digits)) if digits.isdecimal() and len(digits) <= MOST_DIGITS else Q()
    return Q(title__icontains=value) | number if number else Q(title__icontains=value)


MOST_DIGITS: Final = 9
Reader = Callable[[str, Asked], "Q | str"]


def one_of(name: str, known: tuple[str, ...], value: str) -> str | None:
    """The known word that `value` means: itself, or the only one it begins."""
    wanted = value.lower().replace("-", " ")
    begun = [word for word in known if word.lower().startswith(wanted)]
    exact = [word for word in begun if word.lower() == wanted]
    return exact[0] if exact else begun[0] if len(begun) == 1 else None


def unknown(name: str, value: str, known: tuple[str, ...]) -> str:
    """The sentence for a value that a filter does not have."""
    near = get_close_matches(value.lower(), [word.lower() for word in known], n=1)
    return f"no {name} {value}; {near[0]}?" if near else f"no {name} {value}; one of {', '.join(known)}."


def _level(value: str, asked: Asked) -> Q | str:
    word = one_of("level", asked.levels, value)
    return Q(level=word) if word is not None else unknown("level", value, asked.levels)


def _severity(value: str, asked: Asked) -> Q | str:
    word = one_of("severity", asked.severities, value)
    return Q(severity=word) if word is not None else unknown("severity", value, asked.severities)


def _waiting(value: str, asked: Asked) -> Q | str:
    known = tuple(str(word) for word in WaitingOn)
    word = one_of("waiting", known, value)
    return Q(status=str(Status.WAITING), waiting_on=word) if word is not None else unknown("waiting", value, known)


def _is(value: str, asked: Asked) -> Q | str:
    states: Mapping[str, Q] = {
        "mine": Q(owner=asked.person),
        "unowned": Q(owner=None),
        "open": OPEN,
        "closed": CLOSED,
        "unread": Q(is_unread=True),
        "late": Q(has_missed()),
        "waiting": Q(status=str(Status.WAITING)),
        "monitoring": Q(status=str(Status.MONITORING)),
        "uncovered": Q(is_covered=False),
    }
    known = tuple(states)
    word = one_of("is", known, value)
    return states[word] if word is not None else unknown("state", value, known)


def _account(value: str, asked: Asked) -> Q:
    return Q(account__name__icontains=value)


def _owner(value: str, asked: Asked) -> Q:
    return Q(owner__name__icontains=value) | Q(owner__email__iexact=value)


def _product(value: str, asked: Asked) -> Q:
    return Q(product__icontains=value)


FILTERS: Final[Mapping[str, Reader]] = {
    "level": _level,
    "severity": _severity,
    "waiting": _waiting,
    "is": _is,
    "account": _account,
    "owner": _owner,
    "product": _product,
}
SHORT: Final[Mapping[str, str]] = {"sev": "severity", "lvl": "level"}
