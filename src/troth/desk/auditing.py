"""Every case decided anew: from its acts, under the policy versions it is pinned to, as the engine decides today.

`verify` folds what is stored and needs no policy; this asks whether the same acts would come to the same rulings. It
finds rulings that were put in, taken out or altered along with all that is folded from them, and versions of Troth that
decide otherwise than the one before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from troth.desk.adopting import adopted_versions, opening_policy
from troth.desk.models import Case
from troth.engine import advance, come_into_force, decide, fold, next_timer
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Event, Refusal, Ruling
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import Verb

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Drift:
    """From this event on a case is not what its acts come to."""

    case: str
    sequence: int
    stored: str
    anew: str

    def __str__(self) -> str:
        return f"{self.case}: event {self.sequence} is stored as {self.stored}, decided anew it is {self.anew}"


def audit(cases: QuerySet[Case]) -> Iterator[Drift]:
    """The first drift of each of these cases; none when all is well. A hundred cases are held at a time."""
    rows = cases.select_related("desk", "policy_version").prefetch_related("events")
    for row in rows.iterator(chunk_size=CHUNK):
        yield from audit_one(row)


def audit_one(row: Case) -> Iterator[Drift]:
    """The first event of this case that is not what its acts come to, if there is one."""
    events = [event.to_engine() for event in row.events.all()]
    anew = Anew(opening_policy(row), list(adopted_versions(row)))
    if not events:
        yield Drift(row.label, 1, "nothing", "a case that was opened")
        return
    try:
        for place, stored, came in anew.decided(events):
            at = differs(stored, came)
            if at is not None:
                yield Drift(row.label, place + at + 1, told(stored, at), told(came, at))
                return
    except RefusedAnew as refused:
        yield Drift(row.label, refused.place + 1, told(events, refused.place), f"refused: {refused.why}")
        return
    for version in anew.unheard():
        yield Drift(row.label, len(events) + 1, "nothing", f"the coming into force of {version}")
        return


class RefusedAnew(Exception):
    """An act that is stored would not be recorded today."""

    def __init__(self, place: int, why: str) -> None:
        super().__init__(why)
        self.place = place
        self.why = why


class Anew:
    """One case on its way from its first act to its last event, decided a second time."""

    def __init__(self, policy: Policy, versions: list[Policy]) -> None:
        self.policy = policy
        self.versions = versions
        self.state: EngineCase | None = None

    def decided(self, events: Sequence[Event]) -> Iterator[tuple[int, Sequence[Event], Sequence[Event]]]:
        """Each stretch of the events as stored and as it comes out anew: an act with its rulings, or what time did."""
        place = 0
        while place < len(events):
            act = events[place]
            came = self.of_act(act, place) if isinstance(act, Act) else ()
            stored = events[place : place + max(1, len(came))]
            yield place, stored, came
            place += len(stored)
            self.state = fold(stored, self.state)
            ending = next((at for at in range(place, len(events)) if isinstance(events[at], Act)), len(events))
            passed = events[place:ending]
            yield place, passed, self.of_time(passed, events[ending] if ending < len(events) else None)
            self.state = fold(passed, self.state)
            place = ending

    def of_act(self, act: Act, place: int) -> tuple[Event, ...]:
        """The act with what the policy makes of it; a version that comes into force is an act too."""
        if act.verb is Verb.PUBLISH and self.state is not None:
            while self.versions:
                self.policy, came = come_into_force(self.policy, self.versions.pop(0), self.state, act.at)
                if came:
                    return came
            raise RefusedAnew(place, f"the case is not pinned to {act.data.get('policy')}")
        rulings = decide(self.policy, self.state, act)
        if isinstance(rulings, Refusal):
            raise RefusedAnew(place, rulings.sentence)
        return (act, *rulings)

    def unheard(self) -> Iterator[str]:
        """The versions to which the case is pinned, and of whose coming into force its events should tell."""
        for version in self.versions:
            if self.state is not None and come_into_force(self.policy, version, self.state, self.state.at)[1]:
                yield version.ref

    def of_time(self, passed: Sequence[Event], before: Event | None) -> tuple[Ruling, ...]:
        """What time rules up to just before the next act; without one, up to the last that was ruled.

        A dismissal waits while mail is unread, which nobody can know today: where it would come anew and is not
        stored, it waited.
        """
        if self.state is None or not (passed or before):
            return ()
        until: Instant = max(passed[-1].at if passed else self.state.at, before.at - 1 if before is not None else 0)
        came = advance(self.policy, self.state, until)
        if differs(passed, came) == len(passed) and (timer := next_timer(fold(passed, self.state))) is not None:
            waited = advance(self.policy, self.state, until, timer.at - 1)
            return waited if differs(passed, waited) is None else came
        return came


def differs(stored: Sequence[Event], came: Sequence[Event]) -> int | None:
    """The place of the first event that is not the same, or None."""
    for place in range(max(len(stored), len(came))):
        if place >= min(len(stored), len(came)) or spelt(stored[place]) != spelt(came[place]):
            return place
    return None


def spelt(event: Event) -> str:
    """The event as both databases keep it."""
    return json.dumps(event.to_json(), sort_keys=True, default=str)


def told(events: Sequence[Event], place: int) -> str:
    """The event at this place in a few words."""
    if place >= len(events):
        return "nothing"
    event = events[place]
    if isinstance(event, Act):
        return f"{event.verb!s} by {event.by!s}"
    return f"{event.found!s} [{event.clause}] {json.dumps(dict(event.data), sort_keys=True, default=str)}"
