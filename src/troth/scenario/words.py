"""The grammar of a scenario file as tables: the facts, the arguments of each verb, and all that may be expected.

LANGUAGE §3 is the format; these tables are it in code. A key that stands in no table is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from troth.policy.conditions import PURCHASES
from troth.policy.located import Mapping as MappingNode
from troth.policy.located import Node
from troth.policy.vocabulary import (
    ANSWERS,
    Cause,
    Channel,
    ClockKind,
    ClockState,
    ClosedBecause,
    Gives,
    Goals,
    HotFix,
    Information,
    LicenceKey,
    LicenceKind,
    Lifecycle,
    Notice,
    Offer,
    Outcome,
    Request,
    ResolvedBy,
    Role,
    Status,
    Verb,
    WaitingOn,
)
from troth.scenario.findings import Notes
from troth.scenario.values import (
    WRONG,
    Reader,
    day,
    entries,
    flag,
    flag_or,
    is_nothing,
    level,
    list_of,
    number,
    one_of,
    or_nothing,
    text,
    when,
    whole,
)

ACTIVITIES: Final = ("migration", "out of scope", "services")

_LICENCE: Final[Mapping[str, Reader]] = {
    "kind": one_of(LicenceKind),
    "bought": or_nothing(day),
    "ends": or_nothing(day),
    "seats": or_nothing(whole),
    "key": one_of(LicenceKey),
}
_CONTRACT: Final[Mapping[str, Reader]] = {
    "plan": text,
    "starts": day,
    "ends": or_nothing(day),
    "add_ons": list_of(text),
    "fees": one_of(("paid", "overdue")),
    "verified": flag,
}
_SERVICES: Final[Mapping[str, Reader]] = {"hours": number, "bought": or_nothing(day)}
_ANSWERS: Final[Mapping[str, Reader]] = {name: or_nothing(one_of(values)) for name, values in ANSWERS.items()}
_NONE_IS_AN_ANSWER: Final = frozenset(name for name, values in ANSWERS.items() if "none" in values)


def licence(node: Node, notes: Notes) -> Any:
    """Read a licence; what it does not name has the defaults of the format."""
    return entries(node, notes, _LICENCE, what="a licence")


def contract(node: Node, notes: Notes) -> Any:
    """Read a contract; without `starts` it starts on the opening day."""
    return entries(node, notes, _CONTRACT, needs=("plan",), what="a contract")


def services(node: Node, notes: Notes) -> Any:
    """Read professional services bought by the hour."""
    return entries(node, notes, _SERVICES, needs=("hours",), what="services")


def answers(node: Node, notes: Notes) -> Any:
    """Read the answers given; an answer that is null was not given."""
    readers = dict(_ANSWERS)
    for name in _NONE_IS_AN_ANSWER:
        readers[name] = _answer_or_null(one_of(ANSWERS[name]))
    read = entries(node, notes, readers, what="the list of answers")
    return {name: value for name, value in read.items() if value is not None}


def _answer_or_null(reader: Reader) -> Reader:
    def read(node: Node, notes: Notes) -> Any:
        return None if getattr(node, "value", "") is None else reader(node, notes)

    return read


FACTS: Final[Mapping[str, Reader]] = {
    "channel": one_of(Channel),
    "product": or_nothing(text),
    "version": or_nothing(text),
    "request": one_of(Request),
    "licence": or_nothing(licence),
    "contract": or_nothing(contract),
    "incidents": whole,
    "services": or_nothing(services),
    "partner": or_nothing(text),
    "severity": or_nothing(text),
    "answers": or_nothing(answers),
    "language": or_nothing(text),
    "information": list_of(one_of(Information)),
    "senior": one_of(("free", "none")),
    "confirmation": one_of(("sent", "fails")),
    "amendment": or_nothing(text),
}

_BY: Final = one_of(Role)
_SETTABLE: Final[Mapping[str, Reader]] = {**FACTS, "by": _BY}

ARGUMENTS: Final[Mapping[Verb, Mapping[str, Reader]]] = {
    Verb.OPEN: {"by": _BY},
    Verb.REPLY: {"gives": list_of(one_of(Gives)), "by": _BY},
    Verb.CONFIRM: {"by": _BY},
    Verb.ASK: {"by": _BY},
    Verb.CUSTOMER_REPLY: {"by": _BY},
    Verb.CALL: {"from": one_of(("customer", "desk")), "by": _BY, "reached": flag},
    Verb.ATTEMPT: {"by": one_of(("email", "phone")), "delivered": flag},
    Verb.SET: _SETTABLE,
    Verb.ESCALATE: {"to": one_of(("staff", "manager", "executive")), "occurred": or_nothing(when), "by": _BY},
    Verb.HAND_OVER: {"to": one_of(("partner", "vendor", "product management")), "by": _BY},
    Verb.FIND: {"cause": one_of(Cause), "by": _BY},
    Verb.EXCLUDE: {"as": text, "by": _BY},
    Verb.REFER: {"to": text, "by": _BY},
    Verb.DELAY: {"until": when, "by": _BY},
    Verb.CONTACT: {"available": flag, "by": _BY},
    Verb.EXCUSE: {"from": when, "until": when, "cause": text, "by": _BY},
    Verb.WAIT: {"on": one_of(WaitingOn), "ref": text, "by": _BY},
    Verb.RESUME: {"by": _BY},
    Verb.MONITOR: {"until": when, "by": _BY},
    Verb.LOG: {"minutes": number, "activity": one_of(ACTIVITIES), "by": _BY},
    Verb.GRANT_ACCESS: {"until": or_nothing(when), "by": _BY},
    Verb.REVOKE_ACCESS: {"by": _BY},
    Verb.RESOLVE: {"by": one_of(ResolvedBy)},
    Verb.CLOSE: {"because": one_of(ClosedBecause), "by": _BY},
    Verb.REOPEN: {"by": _BY},
    Verb.NO_ACTION: {"by": _BY},
    Verb.BUY: {"what": one_of(PURCHASES), "quantity": number, "plan": text, "product": text, "term": text, "by": _BY},
    Verb.REFUND: {"what": one_of(PURCHASES), "by": _BY},
    Verb.APPROVE: {"what": one_of(PURCHASES), "by": _BY},
    Verb.SPLIT: {"by": _BY},
    Verb.MERGE: {"into": text, "by": _BY},
    Verb.RELEASE: {
        "product": text,
        "version": text,
        "kind": one_of(("product", "utility", "add-on")),
        "line": or_nothing(text),
        "status": or_nothing(text),
        "ends": or_nothing(day),
        "branded": flag,
        "by": _BY,
    },
    Verb.PUBLISH: {"policy": text, "effective": day, "by": _BY},
}

NEEDED: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.FIND: ("cause",),
    Verb.HAND_OVER: ("to",),
    Verb.EXCLUDE: ("as",),
    Verb.DELAY: ("until",),
    Verb.CONTACT: ("available",),
    Verb.EXCUSE: ("from", "until"),
    Verb.WAIT: ("on",),
    Verb.MONITOR: ("until",),
    Verb.LOG: ("minutes", "activity"),
    Verb.BUY: ("what",),
    Verb.REFUND: ("what",),
    Verb.APPROVE: ("what",),
    Verb.RELEASE: ("product", "version"),
    Verb.PUBLISH: ("policy",),
}
"""The arguments without which a verb means nothing."""

OWN_BY: Final = frozenset({Verb.ATTEMPT, Verb.RESOLVE})
"""Verbs whose `by` is a means, not a person."""

ACTORS: Final[Mapping[Verb, Role]] = {
    Verb.OPEN: Role.CUSTOMER,
    Verb.CONFIRM: Role.SYSTEM,
    Verb.CUSTOMER_REPLY: Role.CUSTOMER,
    Verb.DELAY: Role.CUSTOMER,
    Verb.EXCUSE: Role.MANAGER,
    Verb.GRANT_ACCESS: Role.CUSTOMER,
    Verb.REVOKE_ACCESS: Role.CUSTOMER,
    Verb.REOPEN: Role.CUSTOMER,
    Verb.BUY: Role.CUSTOMER,
    Verb.REFUND: Role.CUSTOMER,
    Verb.APPROVE: Role.MANAGER,
    Verb.RELEASE: Role.SYSTEM,
    Verb.PUBLISH: Role.MANAGER,
}
"""Who acts where a step does not say; staff for every verb not named."""

_CLOCK: Final[Mapping[str, Reader]] = {
    "state": one_of(ClockState),
    "due": or_nothing(when),
    "kind": one_of(ClockKind),
    "clause": text,
}
_BALANCE: Final[Mapping[str, Reader]] = {"incidents": whole, "services": number}
_NEXT: Final[Mapping[str, Reader]] = {"what": text, "at": when}


def clocks(node: Node, notes: Notes) -> Any:
    """Read what is expected of clocks, by name; none means that there is no such clock."""
    if not isinstance(node, MappingNode):
        return entries(node, notes, {}, what="clocks")
    out: dict[str, Any] = {}
    for key, value in node.entries:
        out[key.text] = None if is_nothing(value) else entries(value, notes, _CLOCK, what="a clock")
    return out


def balance(node: Node, notes: Notes) -> Any:
    """Read what is expected to be left of prepaid incidents and services."""
    return entries(node, notes, _BALANCE, what="a balance")


def next_up(node: Node, notes: Notes) -> Any:
    """Read what is expected to happen next."""
    return entries(node, notes, _NEXT, what="next")


def downloads(node: Node, notes: Notes) -> Any:
    """Read the releases expected to be open for download, or whether there are any."""
    if isinstance(getattr(node, "value", None), bool):
        return flag(node, notes)
    return list_of(text)(node, notes)


EXPECTED: Final[Mapping[str, Reader]] = {
    "covered": flag,
    "basis": or_nothing(text),
    "goals": one_of(Goals),
    "offered": list_of(one_of(Offer)),
    "severity": or_nothing(text),
    "level": level,
    "status": one_of(Status),
    "waiting_on": or_nothing(one_of(WaitingOn)),
    "closed_because": or_nothing(one_of(ClosedBecause)),
    "outcome": or_nothing(one_of(Outcome)),
    "attempts": whole,
    "missing": list_of(one_of(Information)),
    "hot_fix": flag_or((HotFix.UPDATE_FIRST,)),
    "release_plan": or_nothing(text),
    "lifecycle": one_of(Lifecycle),
    "downloads": downloads,
    "channels": list_of(one_of(Channel)),
    "allowance": or_nothing(number),
    "balance": balance,
    "queued_at": or_nothing(when),
    "access": one_of(("granted", "none")),
    "next": or_nothing(next_up),
    "notices": list_of(one_of(Notice)),
    "clause": text,
    "clocks": clocks,
    "refused": flag,
}

__all__ = ["ACTIVITIES", "ACTORS", "ARGUMENTS", "EXPECTED", "FACTS", "NEEDED", "OWN_BY", "WRONG"]
