"""The word a person probably meant, for errors that name it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The nearest of `words`, case aside, or None where none is near enough to be worth naming."""
    by_lower = {candidate.lower(): candidate for candidate in words}
    found = difflib.get_close_matches(word.lower()[:100], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A clause to append to an error: `; did you mean "X"?`, or nothing."""
    near = nearest(word, words)
    return f'; did you mean "{near}"?' if near else ""
