"""What happened on one case of many: acts of people at instants drawn by chance, and what the policy made of them.

Every event is the engine's own. Chance is seeded by the load's seed and the case's place in it, so the same load comes
out again, in whatever order and by however many processes it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from troth.engine import Act, Facts, Refusal, advance, decide, fold, version_at
from troth.engine.case import Case
from troth.engine.events import Event
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import Role, Status, Verb

HOUR: Final = 3600
DAY: Final = 24 * HOUR
TRIES: Final = 8
WHAT: Final = ("The host", "A session", "The update", "The report", "The licence check", "The console", "An import")
DOES: Final = ("stops", "drops", "fails", "hangs", "is slow", "shows nothing", "asks again", "cannot be reached")
WHEN: Final = ("after the update", "on two machines", "every morning", "when many work", "behind the proxy", "at start")


@dataclass(frozen=True, slots=True)
class Said:
    """Words that came with an event, told by its place among the events; a direction as messages have it."""

    place: int
    direction: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """One case from its opening to now."""

    title: str
    state: Case
    events: tuple[Event, ...]
    said: tuple[Said, ...]
    owner: int | None
    """Which of the desk's people has it, counted from 0; None where nobody does."""


@dataclass(frozen=True, slots=True)
class Span:
    """Between which instants cases open, how many people there are to own them, and by which seed."""

    since: Instant
    until: Instant
    owners: int
    seed: int


@dataclass(frozen=True, slots=True)
class Beat:
    """An act so many seconds after the one before."""

    after: int
    verb: Verb
    by: Role = Role.STAFF
    text: str = ""
    data: Mapping[str, Any] | None = None


def history(policy: Policy, span: Span, number: int, facts: Facts) -> History | None:
    """The history of the case of that number, open at the end of the span; the same for the same seed.

    None where the policy takes no case on these facts. A case that its policy has closed by then (silence does that)
    is told anew, and opens later.
    """
    chance = Random(f"{span.seed}/{number}")  # noqa: S311 (chance that must come out again, not a secret)
    since, lived = span.since, None
    for _ in range(TRIES):
        opened = since + int((span.until - since) * chance.random() ** 0.7)
        beats = list(chance.choice(LIVES)(chance))
        lived = live(policy, asked(policy, chance, facts, opened), opened, beats, span.until)
        if lived is not None:
            return dressed(chance, span, lived)
        since = opened
    lived = live(policy, asked(policy, chance, facts, span.until), span.until, [], span.until)
    return dressed(chance, span, lived) if lived is not None else None


def asked(policy: Policy, chance: Random, facts: Facts, at: Instant) -> Facts:
    """What somebody with these papers asks about: product, version, how bad it is, by which channel."""
    product = chance.choice(sorted(policy.products)) if policy.products else None
    known = policy.catalogue.of_product(product) if product is not None else ()
    version = chance.choice(known).version if known else None
    open_by = policy.channels.at({})
    channels = open_by.open_a_case if open_by is not None else ("web",)
    answers = {name: chance.choice(sorted(rule.answers)) for name, rule in policy.questions.items()}
    return facts.with_changes(
        channel=str(chance.choice(channels)),
        product=product,
        version=version,
        severity=chance.choice(policy.severities.scale) if "customer" in policy.severities.proposed_from else None,
        answers=answers,
        language=policy.language,
        release=version_at(policy, policy.catalogue, product, version, at),
    )


Lived = tuple[Case, list[Event], list[Said]]


def live(policy: Policy, facts: Facts, opened: Instant, beats: Sequence[Beat], until: Instant) -> Lived | None:
    """The case as the engine leaves it at `until`; None where it is closed by then, or was never opened.

    An act the policy refuses was not done; one after `until` is yet to come.
    """
    case, events, said = Case(), list[Event](), list[Said]()
    at = opened
    first = Beat(0, Verb.OPEN, Role.CUSTOMER, "It stopped an hour ago and we cannot work.", {"facts": facts.to_json()})
    for beat in (first, *beats):
        at += beat.after
        if at > until:
            break
        if events:
            case = told(case, events, advance(policy, case, at - 1))
        act = Act(max(at, case.at), beat.verb, beat.by, dict(beat.data or {}))
        rulings = decide(policy, case if events else None, act)
        if isinstance(rulings, Refusal):
            if not events:
                return None
            continue
        if beat.text:
            said.append(Said(len(events), "customer" if beat.by is Role.CUSTOMER else "us", beat.text))
        case = told(case, events, (act, *rulings))
    case = told(case, events, advance(policy, case, until))
    return (case, events, said) if case.status is not Status.CLOSED else None


def told(case: Case, events: list[Event], more: Sequence[Event]) -> Case:
    """The case after these events too, which stand among the others."""
    events += more
    return fold(more, case) if more else case


def dressed(chance: Random, span: Span, lived: Lived) -> History:
    """The case with a title and, three times of five, an owner."""
    title = f"{chance.choice(WHAT)} {chance.choice(DOES)} {chance.choice(WHEN)}"
    owner = chance.randrange(span.owners) if span.owners and chance.random() < 0.6 else None  # noqa: PLR2004 (as it says)
    case, events, said = lived
    return History(title, case, tuple(events), tuple(said), owner)


# --- lives: what people do on a case ------------------------------------------------------------------------------

CONFIRMED: Final = Beat(4, Verb.CONFIRM, Role.SYSTEM)


def left_alone(chance: Random) -> Iterator[Beat]:
    """Nobody has done anything yet; time may have moved it up."""
    yield CONFIRMED


def answered(chance: Random) -> Iterator[Beat]:
    """Somebody of ours wrote, perhaps more than once."""
    yield CONFIRMED
    for _ in range(chance.randint(1, 3)):
        yield Beat(chance.randint(HOUR, 2 * DAY), Verb.REPLY, text="We are looking into it; here is what we found.")


def waiting(chance: Random) -> Iterator[Beat]:
    """We asked, and wait."""
    yield CONFIRMED
    yield Beat(chance.randint(HOUR, DAY), Verb.ASK, text="Which build is it, and may we have its log?")


def talked(chance: Random) -> Iterator[Beat]:
    """Question and answer, some rounds of it."""
    yield CONFIRMED
    for _ in range(chance.randint(1, 3)):
        yield Beat(chance.randint(HOUR, DAY), Verb.ASK, text="Does it happen on another machine?")
        yield Beat(chance.randint(HOUR, DAY), Verb.CUSTOMER_REPLY, Role.CUSTOMER, "Yes, on all of them.")
    yield Beat(chance.randint(HOUR, DAY), Verb.REPLY, text="Thank you; we can see it here too.")


def written_again(chance: Random) -> Iterator[Beat]:
    """The customer writes more, which nobody has read."""
    yield CONFIRMED
    yield Beat(chance.randint(HOUR, DAY), Verb.REPLY, text="Please try the newest release.")
    yield Beat(chance.randint(HOUR, 2 * DAY), Verb.CUSTOMER_REPLY, Role.CUSTOMER, "That made no difference.")


def escalated(chance: Random) -> Iterator[Beat]:
    """A cause was found and the case moved up."""
    yield CONFIRMED
    yield Beat(chance.randint(HOUR, DAY), Verb.REPLY, text="This looks like an error of ours.")
    yield Beat(chance.randint(HOUR, DAY), Verb.FIND, data={"cause": "error"})
    yield Beat(chance.randint(60, HOUR), Verb.ESCALATE)


LIVES: Final[tuple[Callable[[Random], Iterator[Beat]], ...]] = (
    left_alone,
    left_alone,
    answered,
    answered,
    waiting,
    talked,
    written_again,
    escalated,
)
