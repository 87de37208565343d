"""Situations: what a policy says to all cases that stand alike, worked out once.

Whatever a rule depends on is a word (`words`): two cases with the same words are told the same by the same policy. So
nothing that follows from the words is worked out for a case. It is worked out for its situation, the first time a case
comes into it, and every later case finds it there. `once` marks the functions of which this is true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from troth.engine.case import Case
from troth.engine.facts import Contract, Facts
from troth.engine.words import own_standing, readings, with_own_words
from troth.policy import Policy

T = TypeVar("T")
Words = Mapping[str, str]
CASES, SITUATIONS = 64, 4096
"""Of so many facts and so many sets of words a policy remembers what they come to; then it learns them anew.

Facts are met again while one case is at hand; words come back with every case like it.
"""


class Situation:
    """The words that a case has now, and what has been worked out for them: by function, its answer."""

    __slots__ = ("known", "words")

    def __init__(self, words: Words) -> None:
        """A situation nobody has asked about yet."""
        self.words = words
        self.known: dict[Callable[[Policy, Words], Any], Any] = {}


class Reading:
    """A case's facts as a policy reads them from one day to another: their words, and the contract that counts."""

    __slots__ = ("contract", "facts", "first_day", "next_day", "situations", "words")

    def __init__(self, policy: Policy, facts: Facts, today: date, situations: Callable[[Words], Situations]) -> None:
        """Read `facts` on a day; `situations` gives those that begin with the words of these facts."""
        self.facts = facts
        self.first_day = today
        self.contract: Contract | None
        self.words: Words
        self.contract, self.words, self.next_day = readings(policy, facts, today)
        self.situations = situations(self.words)

    def situation(self, case: Case) -> Situation:
        """Return the situation of a case with these facts."""
        stands = own_standing(case)
        found = self.situations.get(stands)
        if found is None:
            found = self.situations[stands] = Situation(with_own_words(self.words, case))
        return found


Situations = dict[tuple[object, ...], Situation]


class Memory:
    """What has been worked out under one policy. It may be forgotten at any time, and shared by threads."""

    def __init__(self, policy: Policy) -> None:
        """A memory that holds nothing yet."""
        self.ref = policy.ref
        self._policy = policy
        self._readings: dict[int, Reading] = {}
        self._by_words: dict[tuple[tuple[str, str], ...], Situations] = {}

    def reading(self, facts: Facts, today: date) -> Reading:
        """Return how these very facts read today: as on the day they were read, unless a term began or ended since."""
        # By identity: facts never change, and a reading holds its own, so that no other can have their place.
        found = self._readings.get(id(facts))
        if found is None or not found.first_day <= today < found.next_day:
            if len(self._readings) >= CASES:
                self._readings.clear()
            found = self._readings[id(facts)] = Reading(self._policy, facts, today, self._situations)
        return found

    def _situations(self, words: Words) -> Situations:
        if len(self._by_words) >= SITUATIONS:
            self._by_words.clear()
        return self._by_words.setdefault(tuple(words.items()), {})


@lru_cache(maxsize=256)
def memory_of(policy: Policy) -> Memory:
    """Return the memory of this policy."""
    return Memory(policy)


class Heard(Protocol):
    """What `once` needs of a hearing."""

    policy: Policy

    def situation(self) -> Situation:
        """Return the situation the case is in now."""


def once(work: Callable[[Policy, Words], T]) -> Callable[[Heard], T]:
    """Let a function of a policy and words be worked out once for all cases that are in one situation.

    What it returns is shared: nobody may change it.
    """

    def found(h: Heard) -> T:
        situation = h.situation()
        known = situation.known
        if work in known:
            answer: T = known[work]
        else:
            answer = known[work] = work(h.policy, situation.words)
        return answer

    return found
