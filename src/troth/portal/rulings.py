"""What the policy made of a case, told to its customer: one quiet sentence a ruling, or none.

Timers, the queue and clocks that nobody owes the customer stay out. The words a customer never reads (FACES 5.4)
are not in here to be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from troth.engine import Reader, spoken_time
from troth.engine.case import Case, Clock
from troth.engine.events import Act, Event, Ruling
from troth.engine.words import case_words, contract_ends
from troth.faces.moments import said_date
from troth.faces.words import severity_title
from troth.policy import Policy
from troth.policy.vocabulary import ClockKind, ClockState, Found, Goals, Verb, WaitingOn
from troth.portal.words import asked_duration, clock_title, gaps_in_words, level_title, listed, offers_in_words

QUIET_NOTICES: Final = {
    "confirmation": "We wrote to you with your case number.",
    "information request": "We wrote to you about what we need.",
    "level change": "We wrote to you that the case moved on.",
    "hand over": "We wrote to you that the case changed hands.",
    "closing": "We wrote to you that the case is closed.",
    "reopening": "We wrote to you that the case is open again.",
    "held": "We wrote to you about a message we could not take.",
    "attempt": "We wrote to you again.",
}
AS_SOON: Final = "We answer as soon as we can; no time applies."


@dataclass(frozen=True, slots=True)
class Telling:
    """For whom and of what a ruling is told: the case before it (None: not there yet) and after it."""

    policy: Policy
    reader: Reader
    before: Case | None
    after: Case


def told(telling: Telling, event: Event) -> str:
    """The sentence for an event, or nothing where it is none of the customer's concern."""
    if isinstance(event, Act):
        return told_act(telling, event)
    teller = TELLERS.get(event.found)
    return teller(telling, event) if teller is not None else ""


def told_act(telling: Telling, act: Act) -> str:
    """Of acts only those speak here that leave neither a message nor a ruling to be read."""
    if act.verb is Verb.DELAY:
        return f"You asked for time until {spoken_time(int(act.data['until']), telling.reader)}."
    if act.verb is Verb.CALL:
        return "You called us." if act.data.get("from") == "customer" else "We called you."
    return ""


def covered_words(policy: Policy, state: Case) -> str:
    """What the case stands on, as in `Covered by your licence`, with what follows from it."""
    if state.is_covered is False:
        offers = offers_in_words(state.offered)
        return "Not covered by the policy as it stands." + (f" You can {offers}." if offers else "")
    ends = ""
    if state.basis == "contract" and state.facts.contract is not None:
        last = contract_ends(policy, state.facts.contract)
        ends = f" until {said_date(last)}" if last is not None else ""
    elif state.basis == "trial" and state.facts.licence is not None and state.facts.licence.ends is not None:
        ends = f" until {said_date(state.facts.licence.ends)}"
    plan = policy.plans.get(state.plan or "")
    title = f" ({plan.title})" if plan is not None and plan.title and state.basis != "licence" else ""
    stands = {"courtesy": "Answered as a courtesy"}.get(
        state.basis or "", f"Covered by your {state.basis}{title}{ends}"
    )
    return f"{stands}." if state.goals is Goals.TARGETS else f"{stands}. {AS_SOON}"


def severity_words(policy: Policy, severity: str, source: str) -> str:
    """How severe, and who says so."""
    whence = {
        "answers": "from your answers",
        "customer": "as you proposed",
        "staff": "as we judge it",
        "otherwise": "until one of us has looked",
    }.get(source, "")
    return f"{severity_title(policy, severity)}, {whence}" if whence else severity_title(policy, severity)


def _cover(telling: Telling, _ruling: Ruling) -> str:
    return covered_words(telling.policy, telling.after)


def _severity(telling: Telling, ruling: Ruling) -> str:
    words = severity_words(telling.policy, ruling.data["severity"], str(ruling.data.get("from", "")))
    before = ruling.data.get("before")
    if before is None:
        return f"Severity {words}."
    return f"Severity {severity_title(telling.policy, before)}, now {words}."


def _level(telling: Telling, ruling: Ruling) -> str:
    partner = telling.after.facts.partner
    here = level_title(
        telling.policy, ruling.data["level"], ruling.data["worked by"], partner.name if partner is not None else ""
    )
    if ruling.data.get("from") is None:
        return f"It is with {here}."
    clock = telling.before.clocks.get(ruling.reason.removesuffix(" missed")) if telling.before is not None else None
    if ruling.reason.endswith(" missed") and clock is not None:
        return f"Passed to {here}: the {asked_duration(clock.amount)} before it were over."
    if ruling.reason.endswith(" found"):
        return f"Passed to {here}: {_cause(ruling.reason.removesuffix(' found'))}."
    return f"Passed to {here}."


def _cause(cause: str) -> str:
    return {"error": "there is an error in the product", "settings": "the settings were not right for it"}.get(
        cause, "it was used in a way it was not meant for"
    )


def _missed(telling: Telling, ruling: Ruling) -> str:
    clock = telling.after.clocks[ruling.data["clock"]]
    if clock.kind is ClockKind.INTERNAL or telling.after.goals is not Goals.TARGETS or clock.due_at is None:
        return ""
    due = spoken_time(clock.due_at, telling.reader)
    if clock.kind is ClockKind.PROMISE:
        return f"We promised the {clock_title(clock.name)} by {due} and have not kept it."
    return f"Our target for the {clock_title(clock.name)} ({due}) has passed."


def _waiting(telling: Telling, ruling: Ruling) -> str:
    on, what = ruling.data["on"], ruling.data.get("for")
    if on == WaitingOn.THIRD_PARTY:
        return f"Waiting for another company ({what})." if what else "Waiting for another company."
    if on == WaitingOn.UPGRADE:
        return "Waiting for you to update."
    if on == WaitingOn.PURCHASE:
        return f"Waiting for {what or 'a purchase'}."
    return "Waiting for you; our clock is stopped." if _stands_still(telling, str(on)) else "Waiting for you."


def _stands_still(telling: Telling, on: str) -> bool:
    """Whether a clock that runs will stand still because of this: the pauses are ruled after the waiting."""
    words = case_words(telling.policy, telling.after, telling.after.at)
    running = (clock.name for clock in telling.after.clocks.values() if clock.state is ClockState.RUNNING)
    rules = (telling.policy.targets[name].at(words) for name in running if name in telling.policy.targets)
    return any(f"waiting on {on}" in rule.paused_while for rule in rules if rule is not None)


def _closed(telling: Telling, ruling: Ruling) -> str:
    return {
        "silence": "Closed because we heard nothing.",
        "resolved": "Solved and closed.",
        "out of policy": "Closed: the policy does not cover this.",
        "withdrawn": "Closed, as you asked.",
        "merged": "It goes on in another case.",
    }.get(str(ruling.data["because"]), "Closed.")


def _resolved(telling: Telling, ruling: Ruling) -> str:
    policy = telling.policy
    rule = policy.closing.at(case_words(policy, telling.after, telling.after.at))
    return "" if rule is not None and rule.resolving == "closes" else "Solved. Tell us if it is not."


def _missing(telling: Telling, ruling: Ruling) -> str:
    gaps = gaps_in_words(ruling.data["missing"])
    calls = " Please call as well." if "call" in ruling.data["missing"] else ""
    if gaps:
        return f"Still open: {listed(gap[:1].lower() + gap[1:] for gap in gaps)}.{calls}"
    return calls.strip() or ("We have all that we asked for." if telling.before is not None else "")


def _escalated(telling: Telling, ruling: Ruling) -> str:
    step = telling.policy.escalation.get(str(ruling.data["to"]))
    return f"Taken one step up: {step.title if step is not None and step.title else ruling.data['to']}."


def _monitoring(telling: Telling, ruling: Ruling) -> str:
    return "We keep watch on it together."


def _excluded(telling: Telling, ruling: Ruling) -> str:
    table = telling.policy.scope.get(str(ruling.data["as"]))
    rule = table.only if table is not None else None
    return f"Outside what the policy covers: {rule.title if rule is not None else ruling.reason or ruling.data['as']}."


def _excused(telling: Telling, ruling: Ruling) -> str:
    start, end = (spoken_time(int(ruling.data[name]), telling.reader) for name in ("from", "until"))
    return f"The time from {start} to {end} is not counted: {ruling.data['cause']}."


def _notice(telling: Telling, ruling: Ruling) -> str:
    to: Any = ruling.data.get("to") or ["case-holder"]
    return QUIET_NOTICES.get(str(ruling.data["notice"]), "We wrote to you.") if "case-holder" in to else ""


def _linked(telling: Telling, ruling: Ruling) -> str:
    return f"Tied to {ruling.data['case']}."


def _always(sentence: str) -> Callable[[Telling, Ruling], str]:
    return lambda _telling, _ruling: sentence


TELLERS: Final[dict[Found, Callable[[Telling, Ruling], str]]] = {
    Found.COVERED: _cover,
    Found.UNCOVERED: _cover,
    Found.SEVERITY: _severity,
    Found.LEVEL: _level,
    Found.CLOCK_MISSED: _missed,
    Found.WAITING: _waiting,
    Found.OPEN_AGAIN: _always("It is our turn again."),
    Found.UNREAD: _always("We have your message; one of us reads it."),
    Found.EXCLUDED: _excluded,
    Found.INCLUDED: _always("Within the policy after all."),
    Found.ADOPTED: _always("A new version of our policy is in force. What it says of open cases counts for this one."),
    Found.MONITORING: _monitoring,
    Found.MISSING: _missing,
    Found.RESOLVED: _resolved,
    Found.CLOSED: _closed,
    Found.REOPENED: _always("Taken up again."),
    Found.ESCALATED: _escalated,
    Found.EXCUSED: _excused,
    Found.NOTICE: _notice,
    Found.LINKED: _linked,
}


def is_told_of(clock: Clock, state: Case) -> bool:
    """Whether the customer reads of this clock: an inner aim and one that no longer counts are not theirs."""
    return clock.kind is not ClockKind.INTERNAL and state.goals is Goals.TARGETS
