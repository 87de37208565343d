"""The word a person probably meant, for errors that name it."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

MOST_COMPARED: Final = 30
"""Words looked at closely: comparing takes time, and a long list is mostly of words unlike the one given."""
LONGEST: Final = 60
"""Characters of a word that are compared."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The nearest of `words`, case aside, or None where none is near enough to be worth naming."""
    word = word.lower()[:LONGEST]
    by_lower = {candidate.lower()[:LONGEST]: candidate for candidate in words}
    likely = heapq.nsmallest(MOST_COMPARED, by_lower, key=lambda other: _unlikeness(word, other))
    found = difflib.get_close_matches(word, likely, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def _unlikeness(word: str, other: str) -> tuple[int, int]:
    """How little two words have in common at a glance: their letters, then their lengths."""
    return len(_letters(word) ^ _letters(other)), abs(len(word) - len(other))


@lru_cache(maxsize=4096)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A clause to append to an error: `; did you mean "X"?`, or nothing."""
    near = nearest(word, words)
    return f'; did you mean "{near}"?' if near else ""
