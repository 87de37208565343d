"""What a case becomes when somebody acts: only what happened is taken down, never what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from troth.engine.case import Case
from troth.engine.events import Act
from troth.engine.facts import Contract, Exemption, Facts, Licence, Partner, Services, Version
from troth.policy.vocabulary import Channel, Role, Verb


def _open(case: Case, act: Act) -> None:
    case.opened_at = case.queued_at = act.at
    case.facts = Facts.from_json(act.data["facts"])
    case.has_called = case.facts.channel == Channel.PHONE
    if "case" in act.data:
        case.links = (*case.links, act.data["case"])


def _reopen(case: Case, act: Act) -> None:
    if "facts" in act.data:
        case.facts = Facts.from_json(act.data["facts"])


_PLAIN_FACTS = (
    "product",
    "version",
    "request",
    "language",
    "senior",
    "incidents",
    "amendment",
    "confirmation",
)
_MADE_FACTS: dict[str, Any] = {
    "licence": Licence,
    "contract": Contract,
    "partner": Partner,
    "services": Services,
    "exemption": Exemption,
    "release": Version,
}


def _set(case: Case, act: Act) -> None:
    data = act.data
    if "facts" in data:
        case.facts = Facts.from_json(data["facts"])
    changes: dict[str, Any] = {name: data[name] for name in _PLAIN_FACTS if name in data}
    for name, kind in _MADE_FACTS.items():
        if name in data:
            changes[name] = None if data[name] is None else kind.from_json(data[name])
    if "releases" in data:
        changes["releases"] = tuple(data["releases"] or ())
    if "answers" in data:
        changes["answers"] = {**case.facts.answers, **data["answers"]}
    if "information" in data:
        given = data["information"]
        held = case.facts.information or ()
        changes["information"] = None if given is None else tuple(dict.fromkeys((*held, *given)))
    if "severity" in data and act.by is Role.CUSTOMER:
        changes["severity"] = data["severity"]
    if changes:
        case.facts = case.facts.with_changes(**changes)


def _reply(case: Case, _act: Act) -> None:
    case.replies += 1


def _ask(case: Case, act: Act) -> None:
    case.replies += 1
    case.requests += 1
    case.asked_at = act.at
    if case.requests > 1:  # decision 22: a second request, still unanswered, is an attempt
        _attempt(case, act)


def _attempt(case: Case, act: Act) -> None:
    case.attempts += 1
    case.attempted_at = act.at


def _customer_reply(case: Case, _act: Act) -> None:
    case.requests = case.attempts = 0
    case.asked_at = case.attempted_at = None


def _call(case: Case, act: Act) -> None:
    if act.data.get("from", "desk") == "customer":
        _customer_reply(case, act)
        case.has_called = True
    if act.data.get("reached", True):
        case.replies += 1


def _confirm(case: Case, act: Act) -> None:
    case.confirmed_at = act.at


def _find(case: Case, act: Act) -> None:
    case.cause = act.data["cause"]


def _contact(case: Case, act: Act) -> None:
    case.is_contact_available = bool(act.data["available"])


def _log(case: Case, act: Act) -> None:
    activity = act.data["activity"]
    case.minutes = {**case.minutes, activity: case.minutes.get(activity, 0) + int(act.data["minutes"])}
    if act.data.get("spent") is not None:
        case.facts = case.facts.with_changes(spent={**case.facts.spent, activity: act.data["spent"]})


def _approve(case: Case, act: Act) -> None:
    case.facts = case.facts.with_changes(approved=(*case.facts.approved, act.data["what"]))


AFTER_ACT: Final[Mapping[Verb, Callable[[Case, Act], None]]] = {
    Verb.OPEN: _open,
    Verb.REOPEN: _reopen,
    Verb.SET: _set,
    Verb.REPLY: _reply,
    Verb.RESOLVE: _reply,
    Verb.ASK: _ask,
    Verb.ATTEMPT: _attempt,
    Verb.CUSTOMER_REPLY: _customer_reply,
    Verb.CALL: _call,
    Verb.CONFIRM: _confirm,
    Verb.FIND: _find,
    Verb.CONTACT: _contact,
    Verb.LOG: _log,
    Verb.APPROVE: _approve,
}
