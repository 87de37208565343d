"""What is looked for when a person is to be erased, and the marker that takes its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from troth.people.models import Person

MARKER: Final = "(erased)"
SHORTEST: Final = 4
"""A shorter word stands in too many others; what bears it alone is not theirs."""


@dataclass(frozen=True)
class Traces:
    """By what a person is known: words that are theirs alone (an address), and `names`, which others may bear too.

    The words are looked for everywhere; the names only where the person took part.
    """

    person: int
    words: frozenset[str]
    names: frozenset[str] = field(default=frozenset())

    @cached_property
    def everywhere(self) -> re.Pattern[str]:
        """Finds the words that are theirs alone."""
        return pattern_of(self.words)

    @cached_property
    def here(self) -> re.Pattern[str]:
        """Finds words and names."""
        return pattern_of(self.words | self.names)

    def also(self, *names: str) -> Traces:
        """The same, with further names (the title of a case) to be looked for where the person took part."""
        return Traces(self.person, self.words, self.names | kept(*names))

    def scrubbed(self, text: str) -> str:
        """The text of somebody else with the marker wherever it names the person."""
        return self.here.sub(MARKER, text)


def traces_of(person: Person, *further: str) -> Traces:
    """What this person is known by: their address alone; by name and what else is told (a telephone) as others are."""
    return Traces(person.pk, kept(person.email), kept(person.name, *person.name.split(), *further))


def kept(*words: str) -> frozenset[str]:
    """Those of the words that are long enough to be looked for."""
    return frozenset(word.strip() for word in words if len(word.strip()) >= SHORTEST)


def pattern_of(words: frozenset[str]) -> re.Pattern[str]:
    """Finds any of the words, in any spelling of case, not inside longer ones; the longest first.

    PostgreSQL reads the pattern too, so it keeps to what both know.
    """
    either = "|".join(bordered(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(either or r"(?!)", re.IGNORECASE)


def bordered(word: str) -> str:
    """The word where it stands by itself: neither jo.ann@x.org nor ann@x.org.uk is ann@x.org, ABCD-4711 is not 4711."""
    if "@" in word:
        return rf"(?<!\w)(?<!\w[.+-]){re.escape(word)}(?!-*\w|\.\w)"
    if any(map(str.isdigit, word)):
        return rf"(?<!\w)(?<!\w-){re.escape(word)}(?!-?\w)"
    return rf"(?<!\w){re.escape(word)}(?!\w)"
