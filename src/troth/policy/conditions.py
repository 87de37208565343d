"""The one form of condition, `{word: value or [values]}`, over one closed list of words.

A condition holds when every word in it has one of its values; an empty condition always holds. A word nobody gave
a value counts as `not given`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from troth.policy.vocabulary import (
    ANSWERS,
    NOT_GIVEN,
    Channel,
    LicenceKey,
    LicenceKind,
    Lifecycle,
    Request,
    Role,
    Status,
    WaitingOn,
)

LEVELS: Final = ("1", "2", "3", "product management")
PURCHASES: Final = (
    "incident",
    "professional services",
    "exception",
    "premium care",
    "licences",
    "24x7",
    "product release",
    "renewal",
    "reinstatement",
    "emergency",
    "installation",
    "training",
)
PAUSES: Final = (
    "waiting on customer",
    "waiting on third party",
    "waiting on upgrade",
    "waiting on purchase",
    "contact unavailable",
    "monitoring",
    "announced delay",
)
"""What `paused while` and `held by` may name: the states in which a clock stands still."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of conditions: its values, or the dimension whose names a policy declares; and what it asks."""

    says: str
    values: tuple[str, ...] = ()
    declared: str | None = None
    """`severity`, `plan`, `basis`, `product`, `add-on`: the policy's own names. None and no values: any word."""


def _answer(word: str, says: str) -> Word:
    return Word(says, (*ANSWERS[word], NOT_GIVEN))


WORDS: Final[dict[str, Word]] = {
    "environment": _answer("environment", "where the problem occurs"),
    "workaround": _answer("workaround", "whether there is a way around the problem"),
    "affects": _answer("affects", "whom the problem affects"),
    "product_state": _answer("product_state", "what the product still does"),
    "data_loss": _answer("data_loss", "whether data is lost"),
    "email_intake_down": _answer("email_intake_down", "whether the customer's own mail intake is down"),
    "kind_of_problem": _answer("kind_of_problem", "the kind of problem chosen at triage"),
    "severity": Word("the case's severity", declared="severity"),
    "level": Word("the level the case stands at", LEVELS),
    "basis": Word("why the case is covered", declared="basis"),
    "plan": Word("the plan it is covered by", declared="plan"),
    "channel": Word("how the request came", tuple(Channel)),
    "product": Word("the product", declared="product"),
    "request": Word("the kind of request", tuple(Request)),
    "licence": Word("the kind of licence", tuple(LicenceKind)),
    "key": Word("what is known of the licence key", tuple(LicenceKey)),
    "trial": Word("whether a trial still runs", ("running", "over", NOT_GIVEN)),
    "contract": Word("how the contract stands", ("active", "none", "over", "not yet", "unverified", "overdue")),
    "lifecycle": Word("where the version stands in its product's life", tuple(Lifecycle)),
    "minor": Word("whether the version is its line's newest", ("latest", "behind", "unknown")),
    "add-on": Word("an add-on the contract holds", declared="add-on"),
    "partner": Word("whether a partner looks after the customer", ("yes", "no")),
    "language": Word("the language the request is written in"),
    "kind": Word("what sort of product it is", ("product", "utility", "add-on")),
    "branded": Word("whether the product bears the vendor's name", ("true", "false")),
    "incidents": Word("whether prepaid incidents are left", ("left", "none")),
    "term": Word("whether the licence's own term runs", ("running", "over", NOT_GIVEN)),
    "exception": Word("whether an exception for this product runs", ("running", "none")),
    "bought": Word(
        "what was bought for this case, if it `gives: attention`; other purchases change the facts they are of",
        (*PURCHASES, "none"),
    ),
    "senior": Word("whether a senior is free", ("free", "none")),
    "status": Word("where the case stands", tuple(Status)),
    "waiting": Word("whom the case waits on", (*WaitingOn, NOT_GIVEN)),
    "contact": Word("whether the technical contact can be reached", ("available", "unavailable")),
    "by": Word("who opened the case", tuple(Role)),
}
"""Every word a condition may use; the reference prints this table."""


def holds(condition: Mapping[str, tuple[str, ...]], words: Mapping[str, str]) -> bool:
    """Return whether every word of `condition` has one of its values in `words`."""
    return all(words.get(word, NOT_GIVEN) in accepted for word, accepted in condition.items())
