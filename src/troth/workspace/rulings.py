"""What happened on a case, told to who works on it: one line for each act without words and each ruling.

Timers and the queue's ranks stay out; clocks that start, stop or end together are told in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from troth.engine import Reader, spoken_time
from troth.engine.case import Case
from troth.engine.events import Act, Ruling
from troth.faces.words import capital, severity_title
from troth.policy import Policy
from troth.policy.vocabulary import Found, Verb
from troth.workspace.words import level_words

TOGETHER: Final = frozenset(
    {
        Found.CLOCK_STARTED,
        Found.CLOCK_PAUSED,
        Found.CLOCK_RESUMED,
        Found.CLOCK_ENDED,
        Found.CLOCK_MOVED,
        Found.CLOCK_MET,
    }
)
"""Kinds of ruling of which several at one instant make one line."""

SPEAKS_BY_ITS_WORDS: Final = frozenset({Verb.REPLY, Verb.ASK, Verb.CUSTOMER_REPLY, Verb.OPEN})
"""Acts of which, with a message, nothing else need be said."""


@dataclass(frozen=True, slots=True)
class Told:
    """For whom rulings are told, and the case as it stood after them."""

    policy: Policy
    reader: Reader
    after: Case

    def time(self, at: Any) -> str:
        """An instant in the reader's zone."""
        return spoken_time(int(at), self.reader)


def told_act(told: Told, act: Act, who: str, *, has_words: bool) -> str:
    """The line for an act, or nothing where its own words tell it."""
    if has_words and act.verb in SPEAKS_BY_ITS_WORDS:
        return ""
    teller = ACTS.get(act.verb)
    return f"{who} {teller(told, act.data)}." if teller is not None else ""


def told_rulings(told: Told, rulings: Sequence[Ruling]) -> str:
    """The line for rulings of one kind at one instant, or nothing where nobody need read of them."""
    first = rulings[0]
    if first.found in TOGETHER:
        return _clocks(told, rulings)
    teller = RULINGS.get(first.found)
    return teller(told, first) if teller is not None else ""


def _clocks(told: Told, rulings: Sequence[Ruling]) -> str:
    names = [str(one.data["clock"]) for one in rulings]
    due = [f"{name} by {told.time(one.data['due'])}" for name, one in zip(names, rulings, strict=True) if _due(one)]
    match rulings[0].found:
        case Found.CLOCK_STARTED:
            return f"Time runs: {', '.join(due)}."
        case Found.CLOCK_RESUMED:
            return f"Time runs on: {', '.join(due)}."
        case Found.CLOCK_MOVED:
            return f"Due times moved: {', '.join(due) or ', '.join(names)}."
        case Found.CLOCK_PAUSED:
            return f"Time stands still ({rulings[0].data['cause']}): {', '.join(names)}."
        case Found.CLOCK_MET:
            late = ", after its time" if rulings[0].reason else ""
            return f"Met by {_article(str(rulings[0].data['by']))}{late}: {', '.join(names)}."
        case _:
            return f"Ended without a verdict: {', '.join(names)}."


def _due(ruling: Ruling) -> bool:
    return ruling.data.get("due") is not None


def _covered(told: Told, ruling: Ruling) -> str:
    plan = told.policy.plans.get(str(ruling.data.get("plan") or ""))
    title = f", {plan.title}" if plan is not None and plan.title else ""
    goals = {"targets": "", "best effort": ", best effort", "none": ", no time applies"}[str(ruling.data["goals"])]
    return f"Covered: {ruling.data['basis']}{title}{goals}."


def _uncovered(told: Told, ruling: Ruling) -> str:
    offered = ", ".join(map(str, ruling.data["offered"]))
    return f"Not covered.{f' Offer: {offered}.' if offered else ''}"


def _severity(told: Told, ruling: Ruling) -> str:
    whence = {"answers": "from the answers", "customer": "as proposed", "staff": "as an agent judged"}
    said = whence.get(str(ruling.data.get("from")), "until somebody has looked")
    before = ruling.data.get("before")
    now = severity_title(told.policy, ruling.data["severity"])
    return f"Severity {severity_title(told.policy, before)} → {now}, {said}." if before else f"Severity {now}, {said}."


def _level(told: Told, ruling: Ruling) -> str:
    partner = told.after.facts.partner
    worker = str(ruling.data["worked by"])
    name = partner.name if worker == "partner" and partner is not None else worker
    said = "" if name.lower() == str(ruling.data["level"]).lower() else f", worked by {name}"
    reason = f": {ruling.reason}" if ruling.reason else ""
    verb = "Moved to" if ruling.data.get("from") else "At"
    return f"{verb} {level_words(str(ruling.data['level'])).lower()}{said}{reason}."


def _article(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"


def _missed(told: Told, ruling: Ruling) -> str:
    due = ruling.data.get("due")
    return f"Missed: {ruling.data['clock']}{f', due {told.time(due)}' if due is not None else ''}."


def _waiting(told: Told, ruling: Ruling) -> str:
    what = ruling.data.get("for")
    return f"Waits on {ruling.data['on']}{f' ({what})' if what else ''}."


def _excluded(told: Told, ruling: Ruling) -> str:
    left = ruling.data.get("allowance")
    rest = f"; {left} minutes are left for it" if left is not None else ""
    return f"Outside the policy: {ruling.reason.lower()} ({ruling.data['outcome']}){rest}."


def _missing(told: Told, ruling: Ruling) -> str:
    gaps = ", ".join(map(str, ruling.data["missing"]))
    return f"Still missing: {gaps}." if gaps else "Nothing is missing any more."


def _notice(told: Told, ruling: Ruling) -> str:
    to = ", ".join(map(str, ruling.data.get("to") or ["case-holder"]))
    return f"Mail by rule: {ruling.data['notice']}, to the {to}."


def _reason(sentence: str) -> Callable[[Told, Ruling], str]:
    return lambda _told, ruling: f"{sentence}: {ruling.reason}." if ruling.reason else f"{sentence}."


RULINGS: Final[Mapping[Found, Callable[[Told, Ruling], str]]] = {
    Found.COVERED: _covered,
    Found.UNCOVERED: _uncovered,
    Found.SEVERITY: _severity,
    Found.LEVEL: _level,
    Found.CLOCK_MISSED: _missed,
    Found.WAITING: _waiting,
    Found.OPEN_AGAIN: _reason("Our turn again"),
    Found.UNREAD: _reason("To be read"),
    Found.READ: _reason("Dealt with"),
    Found.EXCLUDED: _excluded,
    Found.INCLUDED: _reason("Within the policy after all"),
    Found.ALLOWANCE: lambda _told, ruling: f"{ruling.data['left']} minutes are left for {ruling.data['activity']}.",
    Found.ATTEMPT_DUE: lambda _told, ruling: f"Attempt {ruling.data['number']} is due, by {ruling.data['attempt']}.",
    Found.MONITORING: _reason("Under watch"),
    Found.MISSING: _missing,
    Found.RESOLVED: lambda _told, ruling: f"Solved by {_article(str(ruling.data.get('by', 'answer')))}.",
    Found.CLOSED: lambda _told, ruling: f"Closed: {ruling.data['because']}.",
    Found.REOPENED: _reason("Taken up again"),
    Found.ESCALATED: lambda _told, ruling: f"One step up the customer's path: {ruling.data['to']}.",
    Found.EXCUSED: lambda told, ruling: (
        f"Not counted from {told.time(ruling.data['from'])} to {told.time(ruling.data['until'])}: {ruling.reason}."
    ),
    Found.NOTICE: _notice,
    Found.ADOPTED: lambda _told, ruling: f"A new version of the policy is in force; from here on: {ruling.policy}.",
    Found.LINKED: lambda _told, ruling: f"Tied to {ruling.data['case']}.",
}


def _set_words(told: Told, data: Mapping[str, Any]) -> str:
    parts = []
    if "severity" in data:
        parts.append(f"the severity to {severity_title(told.policy, str(data['severity']))}")
    if "version" in data:
        parts.append(f"the version to {data['version']}")
    known = {"severity", "version", "release", "message"}
    parts += [f"what is known of the {name}" for name in data if name not in known]
    return f"set {' and '.join(parts)}" if parts else "set nothing"


def _call_words(told: Told, data: Mapping[str, Any]) -> str:
    if data.get("from") == "customer":
        return "took a call from the customer"
    return "called the customer" if data.get("reached", True) else "called and reached nobody"


ACTS: Final[Mapping[Verb, Callable[[Told, Mapping[str, Any]], str]]] = {
    Verb.SET: _set_words,
    Verb.CALL: _call_words,
    Verb.ATTEMPT: lambda _t, data: f"tried to reach the customer by {data.get('by', 'mail')}",
    Verb.ESCALATE: lambda _t, data: f"escalated to {data['to']}" if "to" in data else "escalated",
    Verb.HAND_OVER: lambda _t, data: f"handed over to {capital(str(data['to']))}",
    Verb.FIND: lambda _t, data: f"found the cause: {data['cause']}",
    Verb.EXCLUDE: lambda _t, data: f"ruled it out as {data['as']}",
    Verb.REFER: lambda _t, data: f"referred it to {data.get('to')}",
    Verb.DELAY: lambda told, data: f"announced a delay until {told.time(data['until'])}",
    Verb.CONTACT: lambda _t, data: f"noted that the contact is {'' if data['available'] else 'not '}within reach",
    Verb.EXCUSE: lambda _t, data: f"excused a time: {data['cause']}",
    Verb.WAIT: lambda _t, data: f"set it to wait on {data['on']}",
    Verb.RESUME: lambda _t, _d: "took it up again",
    Verb.MONITOR: lambda told, data: f"put it under watch until {told.time(data['until'])}",
    Verb.LOG: lambda _t, data: f"spent {data['minutes']} minutes on {data['activity']}",
    Verb.CLOSE: lambda _t, _d: "closed it",
    Verb.REOPEN: lambda _t, _d: "reopened it",
    Verb.NO_ACTION: lambda _t, _d: "read it; nothing to do",
    Verb.CONFIRM: lambda _t, _d: "sent the confirmation",
    Verb.REPLY: lambda _t, _d: "replied without words",
    Verb.ASK: lambda _t, _d: "asked the customer",
    Verb.CUSTOMER_REPLY: lambda _t, _d: "wrote",
}
