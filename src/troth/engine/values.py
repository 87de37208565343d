"""Values: frozen data that is copied at the cost of a dictionary, with the fields that change replaced."""

from __future__ import annotations

from typing import Any, Self


class Value:
    """What a frozen dataclass without slots builds on, where the engine makes and copies many of it.

    A frozen dataclass sets each of its fields through a call of its own, and `dataclasses.replace` looks at every
    field besides: for the twenty of a clock or of the facts that is most of what a fold would cost. A copy of the
    dictionary behind a value that exists already costs a tenth of it, and the copy is as frozen as its original.
    """

    def with_changes(self, **changes: Any) -> Self:
        """Return this value with some fields replaced; a name it does not have raises TypeError."""
        held = self.__dict__ | changes
        if len(held) != len(self.__dict__):
            names = ", ".join(sorted(changes.keys() - self.__dict__.keys()))
            raise TypeError(f"{type(self).__name__} has no {names}")
        twin = object.__new__(type(self))
        object.__setattr__(twin, "__dict__", held)
        return twin
