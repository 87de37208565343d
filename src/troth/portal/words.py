"""What things are called when we speak to a customer (FACES 5.4): closed tables, one for each vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from troth.engine.case import Case
from troth.faces.words import capital
from troth.policy import Policy
from troth.policy.vocabulary import Information, LicenceKind, Offer

ASKED: Final[dict[str, tuple[str, str]]] = {
    Information.CLIENT_NUMBER: ("Your client number", ""),
    Information.COMPANY: ("Your company", ""),
    Information.CONTACT: ("Who else knows about it, and how we reach them", ""),
    Information.PHONE: ("A telephone number", "One at which you are within reach while we work."),
    Information.SERIAL: ("Serial number or licence key", ""),
    Information.OS: ("Operating system", ""),
    Information.DATABASE: ("Database", ""),
    Information.SERVICE_PACKS: ("Service packs", ""),
    Information.HOT_FIXES: ("Hot fixes", ""),
    Information.STEPS: ("Steps that lead there", "What you did, one after the other."),
    Information.ERROR_TEXT: ("The error text", "Exactly as it stands on the screen."),
    Information.THIRD_PARTY_APPLICATIONS: ("Other software in play", ""),
    Information.LICENCE_TYPE: ("What kind of licence you have", ""),
    Information.SAMPLE_CODE: ("A piece of code that shows it", ""),
}
"""The label and the help of each piece of information that gets a field of its own."""

LONG: Final = frozenset({Information.STEPS, Information.ERROR_TEXT, Information.SAMPLE_CODE})

GAPS: Final[dict[str, str]] = {
    Information.PRODUCT: "Which product it is",
    Information.VERSION: "Which version you run",
    Information.DESCRIPTION: "A description of what happens",
    Information.SEVERITY: "How severe it is for you",
    Information.EMAIL: "Your mail address",
    Information.CALL: "A call to us",
    **{name: label for name, (label, _) in ASKED.items()},
}

OFFERS: Final[dict[str, str]] = {
    Offer.UPGRADE: "update to a supported version",
    Offer.EXCEPTION: "ask for an exception",
    Offer.INCIDENT: "buy one incident",
    Offer.RENEWAL: "renew your contract",
    Offer.REINSTATEMENT: "take your contract up again",
    Offer.COMMUNITY: "ask other users",
    Offer.PROFESSIONAL_SERVICES: "engage our consultants",
    Offer.WEB_FORM: "use the web form",
    Offer.PROOF_OF_PURCHASE: "show us how you came by the software",
}

LICENCES: Final[dict[str, str]] = {
    LicenceKind.COMMERCIAL: "licence",
    LicenceKind.TRIAL: "trial licence",
    LicenceKind.EVALUATION: "evaluation licence",
    LicenceKind.DONATION: "donated licence",
    LicenceKind.NFR: "licence not for resale",
    LicenceKind.HOSTED: "hosted licence",
    LicenceKind.PARTNER: "partner licence",
    LicenceKind.FREE: "free licence",
}

CLOCKS: Final = {"respond": "first answer", "case id": "case number"}


def clock_title(name: str) -> str:
    """What a clock counts towards, within a sentence: `first answer`, `solution at level 1`."""
    if name.startswith("resolve"):
        return f"solution{name.removeprefix('resolve')}"
    return CLOCKS.get(name, name)


def listed(parts: Iterable[str], joint: str = "and") -> str:
    """Things in a row: `a, b and c`."""
    some = list(parts)
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} {joint} {some[-1]}" if some else ""


def level_title(policy: Policy, level: str, worked_by: str = "", partner: str = "") -> str:
    """Who has the case there: the partner by name, else the level's title, else its number."""
    if worked_by == "partner":
        return partner or "your partner"
    table = policy.levels.get(level)
    rule = (table.only or next(iter(table.rows.values()), None)) if table is not None else None
    if rule is not None and rule.title and "partner" not in rule.worked_by:
        return rule.title
    return "our front desk" if level == "1" else f"level {level}" if level.isdecimal() else level


def owner_title(policy: Policy, state: Case, owner: str) -> str:
    """Whose turn it was, as the customer knows them."""
    if owner == "partner":
        return state.facts.partner.name if state.facts.partner is not None else "Your partner"
    if owner == "third party":
        return "Another company"
    if owner == "excused":
        return "Not counted"
    title = level_title(policy, owner.removeprefix("level "))
    return capital(title)


def gaps_in_words(missing: Iterable[str]) -> tuple[str, ...]:
    """What has not been given yet, a call apart: that one is asked for in its own place."""
    return tuple(GAPS.get(item, item) for item in missing if item != Information.CALL)


def offers_in_words(offered: Iterable[str]) -> str:
    """What somebody without cover can do: `show us …, or buy one incident`."""
    return listed((OFFERS.get(item, item) for item in offered), "or")


def asked_duration(amount: str) -> str:
    """An amount as a customer reads it: elapsed hours are hours, hours of work say so."""
    if amount.endswith((" hours", " hour")) and "elapsed" not in amount:
        return amount.replace(" hour", " working hour")
    return amount.replace(" elapsed", "").replace("1 hours", "1 hour")
