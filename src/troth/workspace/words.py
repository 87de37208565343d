"""What things are called when an agent reads them."""

from __future__ import annotations

from troth.engine.case import Case
from troth.faces.words import capital


def level_words(level: str) -> str:
    """A level as agents call it: `Level 1`, `Product management`."""
    return f"Level {level}" if level.isdecimal() else capital(level)


def owner_words(state: Case, owner: str) -> str:
    """Whose turn it was: the partner by name, else the team."""
    partner = state.facts.partner
    return partner.name if owner == "partner" and partner is not None else capital(owner)


def worker_words(state: Case, vendor: str) -> str:
    """Who works on the case where it stands: the partner by name, else the team."""
    if state.worked_by == "partner":
        return state.facts.partner.name if state.facts.partner is not None else "the partner"
    return vendor if state.worked_by == "support" else state.worked_by
