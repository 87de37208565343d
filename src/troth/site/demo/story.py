"""How the demo's past is told: beats of many cases, played in the order of time while a worker lets it pass.

Nothing is written into tables that a desk in use would not have written: each beat is a call at the door with
the instant at which it is meant to have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from troth.customers.facts import Draft
from troth.customers.models import Contact
from troth.desk import door
from troth.desk.actors import SYSTEM, Actor, actor_on
from troth.desk.messages import Written
from troth.desk.models import Case, Notice
from troth.desk.outside import outside
from troth.desk.worker import Worker
from troth.engine.events import Refusal
from troth.hours import Amount, Calendar, instant, moment
from troth.mail.sending import deliver
from troth.people.models import Desk, Person
from troth.policy.vocabulary import Role, Verb

FARTHEST: Final = 200 * 24 * 3600
"""No opening is sought longer ago than this, in seconds."""


SOON_AFTER: Final = timedelta(seconds=4)
"""After so long the worker sends what a new case owes, as it would have done."""


class DemoError(Exception):
    """The demo's story asks for something the desk refuses; the story must be mended."""


@dataclass(slots=True)
class Beat:
    """Something done to a story's case at an instant."""

    at: datetime
    do: Callable[[Case], object]


@dataclass(slots=True)
class Story:
    """One case from its opening on; every method adds a beat and returns the story."""

    desk: Desk
    contact: Contact
    draft: Draft
    opened_at: datetime
    by: Actor | None = None
    beats: list[Beat] = field(default_factory=list)
    case: Case | None = None

    def reply(self, at: datetime, who: Person, text: str, *gives: str) -> Story:
        """Somebody of ours, or a partner's, writes to the customer."""
        return self.act(at, who, Verb.REPLY, text, **({"gives": list(gives)} if gives else {}))

    def ask(self, at: datetime, who: Person, text: str) -> Story:
        """A question, after which the case waits for the customer."""
        return self.act(at, who, Verb.ASK, text)

    def answer(self, at: datetime, text: str) -> Story:
        """The customer writes."""
        return self.act(at, self.contact.person, Verb.CUSTOMER_REPLY, text)

    def act(self, at: datetime, who: Person, verb: Verb, text: str = "", **data: Any) -> Story:
        """Any act at all, with its words where it has some; names in `data` are as the engine has them."""

        def do(case: Case) -> object:
            return door.record(
                case, verb, by=actor(case.desk, who), data=data, written=Written(text) if text else None, at=at
            )

        self.beats.append(Beat(at, do))
        return self

    def called(self, at: datetime, who: Person) -> Story:
        """The customer calls, and this person takes the call."""
        data = {"from": "customer", "reached": True}
        self.beats.append(
            Beat(at, lambda case: door.record(case, Verb.CALL, by=actor(case.desk, who), data=data, at=at))
        )
        return self

    def note(self, at: datetime, who: Person, text: str) -> Story:
        """Words for colleagues only."""
        self.beats.append(
            Beat(at, lambda case: door.note(case, by=actor(case.desk, who), written=Written(text), at=at))
        )
        return self

    def given_to(self, at: datetime, who: Person) -> Story:
        """The case is this person's to work on."""
        self.beats.append(Beat(at, lambda case: door.give_to(case, by=actor(case.desk, who), owner=who)))
        return self

    def open(self, _: Case | None = None) -> None:
        """The first beat."""
        by = self.by or Actor(self.contact.person, Role.CUSTOMER)
        done = door.open_case(self.desk, by=by, draft=self.draft, contact=self.contact, at=self.opened_at)
        if isinstance(done, Refusal):
            raise DemoError(f"“{self.draft.title}” was refused: {done.sentence}")
        self.case = done.case


def actor(desk: Desk, who: Person) -> Actor:
    """The person in their role on this desk."""
    found = actor_on(desk, who)
    if found is None:
        raise DemoError(f"{who} has no role at {desk.slug}")
    return found


def play(stories: Sequence[Story], until: datetime) -> None:
    """All beats happen in the order of time, and between them the worker does what time brings, up to `until`."""
    worker = Worker("demo")
    first: list[tuple[datetime, int, Story, Beat | None]] = [
        (story.opened_at, number, story, None) for number, story in enumerate(stories)
    ]
    rest: list[tuple[datetime, int, Story, Beat | None]] = [
        (beat.at, len(stories) + number, story, beat) for number, (story, beat) in enumerate(_beats(stories))
    ]
    before, outside.deliver = outside.deliver, deliver_as_of_then
    try:
        for at, _, story, beat in sorted(first + rest, key=lambda entry: entry[:2]):
            if at > until:
                raise DemoError(f"“{story.draft.title}” tells of {at}, which is yet to come")
            worker.run_once(at)
            if beat is None:
                story.open()
                worker.run_once(at + SOON_AFTER)
            else:
                _do(story, beat)
        worker.run_once(until)
    finally:
        outside.deliver = before


def _beats(stories: Iterable[Story]) -> Iterable[tuple[Story, Beat]]:
    for story in stories:
        for beat in story.beats:
            yield story, beat


def _do(story: Story, beat: Beat) -> None:
    if story.case is None:
        raise DemoError(f"“{story.draft.title}” goes on before it was opened")
    done = beat.do(story.case)
    if isinstance(done, Refusal):
        raise DemoError(f"“{story.draft.title}” at {beat.at}: {done.sentence} {done.allowed}")


def deliver_as_of_then(notice: Notice) -> str:
    """The mail lies in the outbox with the date at which it went, so that the outbox reads as the past did."""
    return deliver(notice, at=notice.queued_at)


@dataclass(frozen=True, slots=True)
class Days:
    """Working days of a calendar, counted back from today: `days(1, "10:20")` is on the last one before today."""

    calendar: Calendar
    now: datetime

    def __call__(self, back: int, at: str) -> datetime:
        """That wall-clock time on the working day so many before today; always past."""
        day = self.now.astimezone(self.calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        while back:
            day -= timedelta(days=1)
            if self.calendar.is_open(instant(day.replace(hour=12))):
                back -= 1
        hour, minute = map(int, at.split(":"))
        return day.replace(hour=hour, minute=minute)


def opening_for(calendar: Calendar, amount: str, due: datetime) -> datetime:
    """When a case must have been opened for an amount that runs from there to be over at `due`.

    The first such instant to the minute: where several lead to one due, the earliest.
    """
    wanted, length = instant(due), Amount.parse(amount)
    low, high = wanted - FARTHEST, wanted
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if calendar.add(middle, length) >= wanted else (middle, high)
    return moment(high)


__all__ = ["SYSTEM", "Beat", "Days", "DemoError", "Story", "opening_for", "play"]
