"""What can go wrong at the door, each with a stable code. A refusal by the engine is a value, not one of these."""

from __future__ import annotations

from typing import Any


class DeskError(Exception):
    """The root of the desk's errors: `code` is stable, `data` machine-readable, the text is for a person."""

    code = "desk"

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.data = data


class NotAllowedError(DeskError):
    """This person may not do this; where they may not even see the case, pages answer as if it were absent."""

    code = "not-allowed"


class NoPolicyError(DeskError):
    """The desk has no policy in force at that instant, so nothing can be promised."""

    code = "no-policy"


class NoticeTextError(DeskError):
    """The text of a notice names a placeholder that does not exist, or has no subject."""

    code = "notice-text"


class CrossedDesksError(DeskError):
    """Something of one desk was to be put on a case of another."""

    code = "crossed-desks"
