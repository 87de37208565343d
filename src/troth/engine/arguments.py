"""What the data of an act must hold to mean anything: for each verb its keys, and what may stand there.

An act that a hand or a program wrote wrongly is refused with a sentence, and never half understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from troth.engine.events import Act, Refusal
from troth.engine.facts import Contract, Exemption, Facts, Licence, Partner, Services, Version
from troth.policy.vocabulary import Cause, ClosedBecause, Gives, Verb, WaitingOn

Test = Callable[[Any], bool]
Kind = tuple[str, Test]


def _one_of(words: Iterable[str]) -> Kind:
    known = tuple(str(word) for word in words)
    return f"one of: {', '.join(known)}", lambda value: value in known


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _made_by(make: Callable[[Mapping[str, Any]], Any], name: str) -> Kind:
    def fits(value: Any) -> bool:
        try:
            make(value)
        except (AttributeError, KeyError, TypeError, ValueError):
            return False
        return isinstance(value, Mapping)

    return name, fits


_INSTANT: Kind = ("an instant in UTC seconds", _is_whole)
_FLAG: Kind = ("true or false", lambda value: isinstance(value, bool))
_WORD: Kind = ("a word", lambda value: isinstance(value, str))
_WORDS: Kind = (
    "a list of words",
    lambda value: isinstance(value, (list, tuple)) and all(isinstance(entry, str) for entry in value),
)
_MINUTES: Kind = (
    "a number of minutes, none or more",
    lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0,
)
_AMOUNT: Kind = (
    "a number",
    lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0,
)
_GIVES: Kind = (
    f"one or more of: {', '.join(Gives)}",
    lambda value: all(entry in tuple(Gives) for entry in (value if isinstance(value, (list, tuple)) else (value,))),
)
_ANSWERS: Kind = (
    "answers by the names of their questions",
    lambda value: isinstance(value, Mapping) and all(isinstance(entry, str) for entry in value.values()),
)
_FACTS: Kind = _made_by(Facts.from_json, "facts")

_NEEDED: Mapping[Verb, Mapping[str, Kind]] = {
    Verb.OPEN: {"facts": _FACTS},
    Verb.FIND: {"cause": _one_of(Cause)},
    Verb.HAND_OVER: {"to": _WORD},
    Verb.EXCLUDE: {"as": _WORD},
    Verb.DELAY: {"until": _INSTANT},
    Verb.CONTACT: {"available": _FLAG},
    Verb.EXCUSE: {"from": _INSTANT, "until": _INSTANT},
    Verb.WAIT: {"on": _one_of(WaitingOn)},
    Verb.MONITOR: {"until": _INSTANT},
    Verb.LOG: {"minutes": _MINUTES, "activity": _WORD},
    Verb.BUY: {"what": _WORD},
    Verb.REFUND: {"what": _WORD},
    Verb.APPROVE: {"what": _WORD},
}
"""Without these an act means nothing."""

_OPTIONAL: Mapping[Verb, Mapping[str, Kind]] = {
    Verb.REPLY: {"gives": _GIVES},
    Verb.CALL: {"from": _one_of(("customer", "desk")), "reached": _FLAG},
    Verb.ESCALATE: {"to": _WORD, "occurred": _INSTANT},
    Verb.EXCUSE: {"cause": _WORD},
    Verb.REFER: {"to": _WORD},
    Verb.WAIT: {"ref": _WORD},
    Verb.RESOLVE: {"by": _WORD},
    Verb.CLOSE: {"because": _one_of(ClosedBecause)},
    Verb.REOPEN: {"facts": _FACTS},
    Verb.GRANT_ACCESS: {"until": _INSTANT},
    Verb.BUY: {"quantity": _AMOUNT, "plan": _WORD, "product": _WORD, "term": _WORD},
    Verb.LOG: {"spent": ("a whole number of minutes", _is_whole)},
    Verb.SET: {
        "facts": _FACTS,
        "severity": _WORD,
        "request": _WORD,
        "product": _WORD,
        "version": _WORD,
        "language": _WORD,
        "senior": _one_of(("free", "none")),
        "incidents": ("a whole number", _is_whole),
        "answers": _ANSWERS,
        "information": _WORDS,
        "licence": _made_by(Licence.from_json, "a licence"),
        "contract": _made_by(Contract.from_json, "a contract"),
        "partner": _made_by(Partner.from_json, "a partner"),
        "services": _made_by(Services.from_json, "services"),
        "exemption": _made_by(Exemption.from_json, "an exception"),
        "releases": _WORDS,
        "release": _made_by(Version.from_json, "what the catalogue says of a version"),
    },
}
"""These may be left out or be null, which is the same."""

_NONE: Mapping[str, Kind] = {}


def unreadable(act: Act) -> Refusal | None:
    """Return what in an act's data cannot be understood, or None where all of it can."""
    data, needed, optional = act.data, _NEEDED.get(act.verb, _NONE), _OPTIONAL.get(act.verb, _NONE)
    for name, (says, fits) in needed.items():
        if data.get(name) is None:
            return Refusal("incomplete", f"“{act.verb}” needs “{name}”: {says}.", None, f"give “{name}”")
        if not fits(data[name]):
            return _wrong(act, name, says)
    for name in [name for name in data if name in optional]:
        says, fits = optional[name]
        if data[name] is not None and not fits(data[name]):
            return _wrong(act, name, says)
    return None


def _wrong(act: Act, name: str, says: str) -> Refusal:
    return Refusal("unreadable", f"“{name}” of “{act.verb}” cannot be {act.data[name]!r}.", None, says)
