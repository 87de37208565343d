"""What a rule comes to for each combination of what it depends on, once every `by` in it is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
ELSE = "else"


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """A rule for every combination of the dimensions it depends on; most depend on none."""

    dimensions: tuple[str, ...]
    rows: Mapping[tuple[str, ...], T]
    only: T | None = None

    @classmethod
    def of(cls, value: T) -> Table[T]:
        """Return the table of a rule that depends on nothing."""
        return cls((), {(): value}, value)

    def at(self, words: Mapping[str, str]) -> T | None:
        """Return the rule that holds where the dimensions have these `words`; None where the policy gives none.

        A word that no row names, a product the policy does not list for instance, takes the row of `else`.
        """
        if not self.dimensions:
            return self.only
        key = tuple(words.get(dimension) or ELSE for dimension in self.dimensions)
        if key in self.rows:
            return self.rows[key]
        named = [{row[place] for row in self.rows} for place in range(len(key))]
        return self.rows.get(
            tuple(word if word in words_here else ELSE for word, words_here in zip(key, named, strict=True))
        )
