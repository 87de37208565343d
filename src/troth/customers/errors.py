"""What can be wrong with something a customer is to hold: which field, and why, with a stable code."""

from __future__ import annotations


class HoldingError(ValueError):
    """This cannot be held so; `field` names what is wrong, the text is for a person."""

    code = "holding"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
