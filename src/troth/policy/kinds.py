"""Which kinds of rule there are, what shape each has and what it says: the language's table of contents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel

from troth.policy import rules
from troth.policy.conditions import LEVELS, PURCHASES
from troth.policy.vocabulary import ANSWERS, Notice, Request

DIMENSIONS: Final = ("severity", "plan", "basis", "level", "channel", "product", "request")
"""What `by` may stand before."""

NOTHING_AUTOMATIC: Final = "nothing automatic"
LEVEL_NAMES: Final = tuple(f"level {name}" if name.isdigit() else name for name in LEVELS)
MOMENTS: Final = (
    "opening",
    "reopening",
    *LEVEL_NAMES,
    "escalation",
    "request 1",
    "request 2",
    "purchase",
    "no senior free",
    "error found",
)
"""What a clock or a silence may count from, and what may lead to a level."""
NOTICE_MOMENTS: Final = ("opening", "ask", "attempt", "level", "closing", "reopening", "hand over", "held")
WORKERS: Final = ("support", "partner", "specialists", "seniors", "product management")
ESCALATIONS: Final = ("staff", "manager", "executive")
ACTIVITIES: Final = (*dict.fromkeys(("migration", "out of scope", "services", *Request)),)
"""What an allowance may limit: the activities that time is logged on, and the kinds of request."""


class Shape(StrEnum):
    """What the body of a block is."""

    NAMES = "names"
    SETTINGS = "settings"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule. `varies` says that its values may depend on a case (`by`)."""

    name: str
    shape: Shape
    model: type[rules.Rule] | None
    says: str
    varies: bool = False
    names: tuple[str, ...] = ()
    one: str = ""
    """What an entry is called in a message: `a target`."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys one entry may have, as they are written."""
        return keys_of(self.model) if self.model else ()


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys of a model as a file writes them."""
    return tuple(str(item.alias) for name, item in model.model_fields.items() if name != "clause")


def model_at(annotation: Any, path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Return the model that stands at `path` inside a type; None where there is a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            return annotation
        item = next((one for one in annotation.model_fields.values() if one.alias == path[0]), None)
        return model_at(item.annotation, path[1:]) if item else None
    inside = get_args(annotation)
    if get_origin(annotation) in {dict, tuple}:
        return model_at(inside[-1] if get_origin(annotation) is dict else inside[0], path[1:]) if path else None
    return next((found for part in inside if (found := model_at(part, path))), None)


_N, _S, _R = Shape.NAMES, Shape.SETTINGS, Shape.ROWS

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("hours", _N, None, "the calendars, each with a name", one="a calendar"),
        Kind("products", _N, rules.LineRule, "how version numbers are read, and the releases", one="a product"),
        Kind("lifecycle", _S, rules.LifecycleRule, "how many lines are current and prior"),
        Kind("plans", _N, rules.PlanRule, "terms, channels and what each plan gives", one="a plan"),
        Kind("entitlement", _R, rules.CoverRow, "who is covered, on what basis, and what is offered instead"),
        Kind("channels", _S, rules.ChannelsRule, "what a request may come by", varies=True),
        Kind("intake", _S, rules.IntakeRule, "what the desk asks for", varies=True),
        Kind("questions", _N, rules.QuestionRule, "the plain questions", names=tuple(ANSWERS), one="a question"),
        Kind("severities", _S, rules.SeverityRule, "the scale, and how a case gets its place on it"),
        Kind(
            "requests",
            _N,
            rules.RequestRule,
            "kinds of request, and the level each starts at",
            varies=True,
            names=tuple(Request),
            one="a kind of request",
        ),
        Kind(
            "scope",
            _N,
            rules.ExclusionRule,
            "what is left out, and what becomes of it",
            varies=True,
            one="an exclusion",
        ),
        Kind("targets", _N, rules.TargetRule, "the promises", varies=True, one="a target"),
        Kind("levels", _N, rules.LevelRule, "who works where", varies=True, names=LEVEL_NAMES, one="a level"),
        Kind(
            "notices",
            _N,
            rules.NoticeRule,
            "what is sent when, or that nothing automatic is",
            varies=True,
            names=tuple(Notice),
            one="a notice",
        ),
        Kind("silence", _R, rules.SilenceRule, "what happens when nobody answers", varies=True),
        Kind(
            "closing",
            _S,
            rules.ClosingRule,
            "what resolves a case, and whether resolving closes it",
            varies=True,
        ),
        Kind("reopening", _S, rules.ReopeningRule, "how a closed case is taken up again", varies=True),
        Kind("queue", _S, rules.QueueRule, "the lanes and their order", varies=True),
        Kind("fixes", _S, rules.FixRule, "how an error is corrected, and who may have a hot fix", varies=True),
        Kind(
            "allowances",
            _N,
            rules.AllowanceRule,
            "limits by activity",
            varies=True,
            names=ACTIVITIES,
            one="an allowance",
        ),
        Kind(
            "purchases",
            _N,
            rules.PurchaseRule,
            "what can be bought, what it gives and takes",
            names=PURCHASES,
            one="a purchase",
        ),
        Kind("access", _S, rules.AccessRule, "consent to remote access"),
        Kind("escalation", _N, rules.EscalationRule, "the customer's own path", names=ESCALATIONS, one="a step"),
        Kind("updates", _S, rules.UpdatesRule, "what a new version does with open cases"),
        Kind("measures", _N, rules.MeasureRule, "what the policy claims of itself", one="a measure"),
        Kind("privacy", _S, rules.PrivacyRule, "what is kept, and what a person may refuse"),
    )
}
