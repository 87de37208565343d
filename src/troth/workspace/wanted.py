"""What the forms of acts send, read into a verb and its data; nothing else of a request reaches the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from troth.hours import instant, typed_instant
from troth.policy.vocabulary import ClosedBecause, Gives, Verb, WaitingOn

MOST_MINUTES: Final = 1440
LONGEST_WORD: Final = 120
LATEST: Final = instant(datetime(2201, 1, 1, tzinfo=UTC))
CLOSED_BY_A_PERSON: Final = tuple(
    str(word) for word in (ClosedBecause.RESOLVED, ClosedBecause.WITHDRAWN, ClosedBecause.OUT_OF_POLICY)
)
"""Silence and merging close a case too, but nobody by this form."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asked for: a verb with its data, or the sentence that says what is lacking."""

    verb: Verb | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    lacking: str = ""


def wanted(name: str, posted: Mapping[str, str], zone: str) -> Wanted | None:
    """The verb and data of the form `name`; None where there is no such form."""
    reader = READERS.get(name)
    return reader(posted, zone) if reader is not None else None


def _plainly(verb: Verb, *names: str) -> Callable[[Mapping[str, str], str], Wanted]:
    def read(posted: Mapping[str, str], _zone: str) -> Wanted:
        data = {name: posted.get(name, "").strip()[:LONGEST_WORD] for name in names}
        lacking = next((name for name, value in data.items() if not value), None)
        return Wanted(lacking=f"Say what: {lacking} is empty.") if lacking else Wanted(verb, data)

    return read


def _read_reply(posted: Mapping[str, str], _zone: str) -> Wanted:
    gives = posted.get("gives", "")
    if gives and gives not in set(Gives):
        return Wanted(lacking=f"A reply gives one of: {', '.join(Gives)}.")
    return Wanted(Verb.REPLY, {"gives": [gives]} if gives else {})


def _read_wait(posted: Mapping[str, str], _zone: str) -> Wanted:
    on = posted.get("on", "")
    if on not in set(WaitingOn):
        return Wanted(lacking=f"A case waits on one of: {', '.join(WaitingOn)}.")
    ref = posted.get("ref", "").strip()[:120]
    return Wanted(Verb.WAIT, {"on": on, **({"ref": ref} if ref else {})})


def _read_monitor(posted: Mapping[str, str], zone: str) -> Wanted:
    until = typed_instant(posted.get("until", ""), zone)
    if until is None:
        return Wanted(lacking="Say until when: a day and an hour.")
    if until > LATEST:
        return Wanted(lacking="Say until when: that is too far away.")
    return Wanted(Verb.MONITOR, {"until": until})


def _read_log(posted: Mapping[str, str], _zone: str) -> Wanted:
    minutes = posted.get("minutes", "").strip()[:LONGEST_WORD]
    if not minutes.isdecimal() or not 0 < int(minutes) <= MOST_MINUTES:
        return Wanted(lacking=f"Minutes are a whole number from 1 to {MOST_MINUTES}.")
    return Wanted(Verb.LOG, {"minutes": int(minutes), "activity": posted.get("activity", "work")[:60]})


def _read_close(posted: Mapping[str, str], _zone: str) -> Wanted:
    because = posted.get("because", "")
    if because not in CLOSED_BY_A_PERSON:
        return Wanted(lacking=f"A case is closed because it is one of: {', '.join(CLOSED_BY_A_PERSON)}.")
    return Wanted(Verb.CLOSE, {"because": because})


def _read_call(posted: Mapping[str, str], _zone: str) -> Wanted:
    how = posted.get("how", "")
    return Wanted(
        Verb.CALL, {"from": "customer"} if how == "customer" else {"from": "desk", "reached": how != "missed"}
    )


READERS: Final[Mapping[str, Callable[[Mapping[str, str], str], Wanted]]] = {
    "reply": _read_reply,
    "ask": lambda _posted, _zone: Wanted(Verb.ASK),
    "severity": _plainly(Verb.SET, "severity"),
    "version": _plainly(Verb.SET, "version"),
    "escalate": lambda _posted, _zone: Wanted(Verb.ESCALATE),
    "hand-over": _plainly(Verb.HAND_OVER, "to"),
    "find": _plainly(Verb.FIND, "cause"),
    "exclude": _plainly(Verb.EXCLUDE, "as"),
    "wait": _read_wait,
    "resume": lambda _posted, _zone: Wanted(Verb.RESUME),
    "monitor": _read_monitor,
    "log": _read_log,
    "contact": lambda posted, _zone: Wanted(Verb.CONTACT, {"available": posted.get("available") == "yes"}),
    "call": _read_call,
    "resolve": _plainly(Verb.RESOLVE, "by"),
    "close": _read_close,
    "reopen": lambda _posted, _zone: Wanted(Verb.REOPEN),
    "no-action": lambda _posted, _zone: Wanted(Verb.NO_ACTION),
}
