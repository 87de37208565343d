"""What can be done on a case from its page: for each act its form, its verb and data, and whether it can be done now.

Whether an act is possible is asked of the engine itself, on the case as it stands this second; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from troth.desk.actors import may_do
from troth.desk.adopting import up_to
from troth.desk.models import Case as CaseRow
from troth.engine import Ruling, decide
from troth.engine.case import Case
from troth.engine.events import Act, Refusal
from troth.engine.words import case_words
from troth.faces.words import capital, severity_title
from troth.hours import Instant, moment
from troth.policy import Policy
from troth.policy.vocabulary import Cause, ClosedBecause, Found, Gives, Status, Verb, WaitingOn
from troth.workspace.pages import Shift
from troth.workspace.wanted import CLOSED_BY_A_PERSON
from troth.workspace.words import level_words

WEEK: Final = timedelta(days=7)
TYPED: Final = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a select, or one radio button; `says` is what choosing it does."""

    value: str
    label: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an act's form. `kind` is select, radio, number, text, datetime or words."""

    name: str
    label: str
    kind: str = "select"
    choices: tuple[Choice, ...] = ()
    value: str = ""
    help: str = ""
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as the page offers it: its address, its button with its key, and its fields."""

    name: str
    title: str
    button: str
    key: str = ""
    icon: str = ""
    fields: tuple[Field, ...] = ()
    says: str = ""
    is_rare: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """A case as it stands this second, for one who works on it: what the forms of acts are made from."""

    shift: Shift
    row: CaseRow
    policy: Policy
    state: Case
    now: Instant

    def asked(self, verb: Verb, **data: Any) -> tuple[Ruling, ...] | Refusal:
        """What the policy would make of this act now; nothing is recorded."""
        return decide(self.policy, self.state, Act(self.now, verb, self.shift.actor.role, data))

    def can(self, verb: Verb, **data: Any) -> bool:
        """Whether this person may do it and the policy would not refuse it."""
        return may_do(self.shift.actor.role, verb, data) and not isinstance(self.asked(verb, **data), Refusal)

    @property
    def words(self) -> dict[str, str]:
        """What a rule's conditions are asked with."""
        return case_words(self.policy, self.state, self.now)

    @property
    def is_over(self) -> bool:
        """Whether the case has ended."""
        return self.state.status in {Status.RESOLVED, Status.CLOSED}


def standing(shift: Shift, row: CaseRow, policy: Policy, state: Case, now: Instant) -> Stand:
    """The case with all that time has done to it up to now, also where no worker has looked yet."""
    state = up_to(row, policy, state, now)
    return Stand(shift, row, policy, state, max(now, state.at))


def deeds(stand: Stand) -> tuple[Deed, ...]:
    """The acts that can be done now, the usual ones first."""
    usual = [deed for offer in OFFERS for deed in [offer(stand)] if deed is not None]
    rare = [replace(deed, is_rare=True) for offer in RARE for deed in [offer(stand)] if deed is not None]
    return (*usual, *rare)


def _severity(stand: Stand) -> Deed | None:
    scale = stand.policy.severities.scale
    if stand.is_over or not stand.can(Verb.SET, severity=scale[0]):
        return None
    choices = tuple(Choice(word, severity_title(stand.policy, word)) for word in scale)
    return Deed(
        "severity",
        "Severity",
        "Set severity",
        "s",
        "scale",
        (Field("severity", "Severity", choices=choices, value=stand.state.severity or ""),),
        says="What an agent has set is not lowered by an answer.",
    )


def _resolve(stand: Stand) -> Deed | None:
    rule = stand.policy.closing.at(stand.words)
    if rule is None or not stand.can(Verb.RESOLVE, by=str(rule.resolved_by[0])):
        return None
    choices = tuple(
        Choice(str(by), capital(str(by)), effects(stand, Verb.RESOLVE, by=str(by))) for by in rule.resolved_by
    )
    return Deed(
        "resolve",
        "Resolve",
        "Resolve and send",
        "e",
        "check-circle",
        (
            Field("by", "Solved by", "radio", choices),
            Field("text", "Words to the customer", "words", is_needed=not stand.state.replies),
        ),
    )


def _wait(stand: Stand) -> Deed | None:
    if not stand.can(Verb.WAIT, on=str(WaitingOn.CUSTOMER)):
        return None
    choices = tuple(Choice(str(on), capital(str(on)), effects(stand, Verb.WAIT, on=str(on))) for on in WaitingOn)
    return Deed(
        "wait",
        "Wait",
        "Set to wait",
        "w",
        "pause-circle",
        (
            Field("on", "On whom", "radio", choices, str(WaitingOn.CUSTOMER)),
            Field("ref", "Their reference", "text", is_needed=False),
        ),
    )


def _resume(stand: Stand) -> Deed | None:
    if not stand.can(Verb.RESUME):
        return None
    return Deed("resume", "Take up again", "Take up again", "w", "play", says=effects(stand, Verb.RESUME))


def _hand_over(stand: Stand) -> Deed | None:
    others = ["partner", "vendor", *stand.policy.levels]
    words = {"partner": stand.row.partner.name if stand.row.partner else "", "vendor": stand.shift.desk.vendor}
    # What is refused only for want of a finding is offered all the same: the refusal says what it needs.
    here = {"there-already", "no-partner", "unknown-level", "closed"}
    choices = []
    for to in others:
        asked = stand.asked(Verb.HAND_OVER, to=to)
        if isinstance(asked, Refusal) and asked.code in here:
            continue
        says = asked.sentence if isinstance(asked, Refusal) else ""
        choices.append(Choice(to, words.get(to) or level_words(to), says))
    if not choices or not may_do(stand.shift.actor.role, Verb.HAND_OVER, {}):
        return None
    return Deed(
        "hand-over",
        "Hand over",
        "Hand over",
        "h",
        "arrow-right",
        (Field("to", "To", "radio", tuple(choices), choices[0].value),),
    )


def _escalate(stand: Stand) -> Deed | None:
    if not stand.can(Verb.ESCALATE):
        return None
    says = effects(stand, Verb.ESCALATE)
    return Deed("escalate", "Escalate", "Escalate", "u", "arrow-trending-up", says=says or "One level up.")


def _find(stand: Stand) -> Deed | None:
    if not stand.can(Verb.FIND, cause=str(Cause.ERROR)):
        return None
    choices = tuple(
        Choice(str(cause), capital(str(cause)), effects(stand, Verb.FIND, cause=str(cause))) for cause in Cause
    )
    return Deed(
        "find",
        "Cause",
        "Record the cause",
        "d",
        "bug-ant",
        (Field("cause", "Trying it showed", "radio", choices, stand.state.cause or str(Cause.SETTINGS)),),
    )


def _exclude(stand: Stand) -> Deed | None:
    names = tuple(stand.policy.scope)
    if not names or not stand.can(Verb.EXCLUDE, **{"as": names[0]}):
        return None
    words = stand.words
    titles = {name: rule.title for name in names if (rule := stand.policy.scope[name].at(words)) is not None}
    choices = tuple(Choice(name, titles.get(name, name)) for name in names)
    return Deed(
        "exclude",
        "Out of scope",
        "Rule it out",
        "x",
        "no-symbol",
        (Field("as", "It is about", choices=choices),),
        says="Its clocks end; the next reply may close it, as the policy says.",
    )


def _monitor(stand: Stand) -> Deed | None:
    until = moment(stand.now, stand.shift.zone) + WEEK
    if not stand.can(Verb.MONITOR, until=stand.now + 1):
        return None
    field_ = Field("until", f"Look again ({stand.shift.zone})", "datetime", value=until.strftime(TYPED))
    return Deed("monitor", "Watch", "Keep watch", "o", "eye", (field_,))


def _log(stand: Stand) -> Deed | None:
    if not may_do(stand.shift.actor.role, Verb.LOG, {}):
        return None
    activities = tuple(dict.fromkeys([*stand.policy.allowances, "work"]))
    return Deed(
        "log",
        "Log time",
        "Log the minutes",
        "",
        "clock",
        (
            Field("minutes", "Minutes", "number", value="10"),
            Field("activity", "Spent on", choices=tuple(Choice(name, capital(name)) for name in activities)),
        ),
    )


def _contact(stand: Stand) -> Deed | None:
    there = stand.state.is_contact_available
    if stand.is_over or not stand.can(Verb.CONTACT, available=not there):
        return None
    says = effects(stand, Verb.CONTACT, available=not there)
    title = "Contact out of reach" if there else "Contact within reach"
    hidden = Field("available", "", "hidden", value="no" if there else "yes")
    return Deed("contact", title, title, "", "phone", (hidden,), says=says)


def _call(stand: Stand) -> Deed | None:
    if stand.is_over or not stand.can(Verb.CALL, reached=True):
        return None
    choices = (
        Choice("reached", "We called and spoke"),
        Choice("missed", "We called and reached nobody"),
        Choice("customer", "The customer called us"),
    )
    return Deed(
        "call", "Call", "Record the call", "c", "phone", (Field("how", "How it went", "radio", choices, "reached"),)
    )


def _version(stand: Stand) -> Deed | None:
    if stand.is_over or not may_do(stand.shift.actor.role, Verb.SET, {}):
        return None
    field_ = Field("version", stand.state.facts.product or "Version", "text", value=stand.state.facts.version or "")
    return Deed("version", "Confirm version", "Confirm the version", "v", "tag", (field_,))


def _close(stand: Stand) -> Deed | None:
    if not stand.can(Verb.CLOSE, because=str(ClosedBecause.WITHDRAWN)):
        return None
    choices = tuple(Choice(word, capital(word)) for word in CLOSED_BY_A_PERSON)
    return Deed("close", "Close", "Close the case", "", "archive-box", (Field("because", "Because", choices=choices),))


def _reopen(stand: Stand) -> Deed | None:
    return Deed("reopen", "Reopen", "Reopen the case", "o", "arrow-path") if stand.can(Verb.REOPEN) else None


def _no_action(stand: Stand) -> Deed | None:
    if not stand.can(Verb.NO_ACTION):
        return None
    return Deed("no-action", "Nothing to do", "Mark as read", "y", "check", says="Read, and nothing more is owed.")


def _assign(stand: Stand) -> Deed | None:
    if stand.row.owner_id == stand.shift.person.pk:
        return Deed("release", "Give back", "Give it back", "a", "user-minus", says="Then nobody owns it.")
    return Deed("assign", "Assign to me", "Assign to me", "a", "user-plus")


OFFERS: Final[tuple[Callable[[Stand], Deed | None], ...]] = (
    _assign,
    _no_action,
    _reopen,
    _resolve,
    _wait,
    _resume,
    _severity,
    _hand_over,
    _escalate,
    _find,
)
RARE: Final[tuple[Callable[[Stand], Deed | None], ...]] = (
    _call,
    _monitor,
    _version,
    _exclude,
    _contact,
    _log,
    _close,
)


def gives_of(stand: Stand) -> tuple[Choice, ...]:
    """What a reply can give beyond words, and what each would do."""
    plain = Choice("", "nothing special", effects(stand, Verb.REPLY) or "meets no clock")
    return (
        plain,
        *(
            Choice(str(one), str(one), effects(stand, Verb.REPLY, gives=[str(one)]) or "meets no clock")
            for one in Gives
        ),
    )


def effects(stand: Stand, verb: Verb, **data: Any) -> str:
    """What the policy would make of an act, in few words: `meets respond · closes the case`."""
    asked = stand.asked(verb, **data)
    if isinstance(asked, Refusal):
        return asked.sentence
    clocks: dict[str, list[str]] = {}
    said: list[str] = []
    for ruling in asked:
        if ruling.found in CLOCK_WORDS:
            late = " late" if ruling.found is Found.CLOCK_MET and ruling.reason else ""
            clocks.setdefault(CLOCK_WORDS[ruling.found] + late, []).append(str(ruling.data["clock"]))
        elif ruling.found is Found.LEVEL:
            said.append(f"goes to {level_words(str(ruling.data['level'])).lower()}")
        elif ruling.found is Found.CLOSED:
            said.append("closes the case")
        elif ruling.found is Found.TIMER_SET and ruling.data.get("timer") == "close":
            said.append("silence begins to count")
    return " · ".join([f"{word} {', '.join(names)}" for word, names in clocks.items()] + said)


CLOCK_WORDS: Final[Mapping[Found, str]] = {
    Found.CLOCK_MET: "meets",
    Found.CLOCK_PAUSED: "pauses",
    Found.CLOCK_RESUMED: "starts again",
    Found.CLOCK_STARTED: "starts",
    Found.CLOCK_ENDED: "ends",
}
