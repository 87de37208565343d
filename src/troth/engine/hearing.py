"""A hearing: one act, or one timer, before the policy. It collects rulings and shows what each made of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from troth.engine.case import Case
from troth.engine.events import Act, Ruling
from troth.engine.evolve import apply
from troth.engine.facts import Contract
from troth.engine.situation import Reading, Situation, Words, memory_of, once
from troth.engine.words import local_date
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.rules import NoticeRule
from troth.policy.vocabulary import Found

LEAVES_WORDS = frozenset(
    {
        Found.CLOCK_STARTED, Found.CLOCK_PAUSED, Found.CLOCK_RESUMED, Found.CLOCK_MOVED, Found.CLOCK_MET,
        Found.CLOCK_MISSED, Found.CLOCK_ENDED, Found.TIMER_SET, Found.TIMER_CLEARED, Found.NOTICE, Found.MISSING,
        Found.QUEUED, Found.ALLOWANCE,
    }
)  # fmt: skip
"""The rulings after which a case is in the situation it was in: what they change, no condition asks for."""


class Hearing:
    """Holds the policy, a working copy of the case and the rulings given so far; everything carries one instant."""

    def __init__(self, policy: Policy, case: Case, at: Instant) -> None:
        """Open a hearing at `at` (UTC seconds) on `case`, which the caller owns and which changes from here on."""
        self.policy = policy
        self._memory = memory_of(policy)
        self._ref = self._memory.ref
        self.case = case
        self.facts_before = case.facts
        self.at = at
        self.rulings: list[Ruling] = []
        self._reading: Reading | None = None
        self._situation: Situation | None = None

    def hear(self, act: Act) -> None:
        """Let the act be part of the case."""
        apply(self.case, (act,))
        self._situation = None

    def rule(self, found: Found, clause: str, reason: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Give a ruling and let it take effect; names in `data` are written as in the files, and nobody changes it."""
        ruling = Ruling(self.at, found, clause, self._ref, reason, {} if data is None else data)
        self.rulings.append(ruling)
        apply(self.case, (ruling,))
        if found not in LEAVES_WORDS:
            self._situation = None

    def situation(self) -> Situation:
        """Return the situation the case is in now."""
        if self._situation is None:
            self._situation = self._read().situation(self.case)
        return self._situation

    def words(self) -> Words:
        """Return the words conditions ask for, as they stand now."""
        return self.situation().words

    def contract(self) -> Contract | None:
        """Return the contract that counts today."""
        return self._read().contract

    def _read(self) -> Reading:
        """Return how the case's facts read today: anew only where an act or a ruling has changed them."""
        if self._reading is None or self._reading.facts is not self.case.facts:
            self._reading = self._memory.reading(self.case.facts, local_date(self.policy, self.at))
        return self._reading

    def notify(self, moment: str, also: Iterable[str] = ()) -> bool:
        """Rule that the messages which the policy sends at this moment are due; return whether there are any.

        They go to those `also` named besides the receivers of each.
        """
        due = _notices(self).get(moment, ())
        for kind, rule in due:
            to = [str(word) for word in dict.fromkeys((*rule.to, *also))]
            self.rule(Found.NOTICE, rule.clause, "", {"notice": kind, "to": to})
        return bool(due)

    def set_timer(self, name: str, at: Instant, rank: int, clause: str, /, **data: Any) -> None:
        """Rule that the policy will come back to this at `at` unless something changes."""
        self.rule(Found.TIMER_SET, clause, "", {"timer": name, "due": at, "rank": rank, "data": data})

    def clear_timer(self, name: str) -> None:
        """Rule that a timer is no longer wanted; nothing where it does not run."""
        timer = self.case.timers.get(name)
        if timer is not None:
            self.rule(Found.TIMER_CLEARED, timer.clause, "", {"timer": name})


@once
def _notices(policy: Policy, words: Words) -> Mapping[str, list[tuple[str, NoticeRule]]]:
    """Return, for each moment, the kinds of message that the policy sends then."""
    sent: dict[str, list[tuple[str, NoticeRule]]] = {}
    for kind, table in policy.notices.items():
        rule = table.at(words)
        if rule is not None:
            for moment in dict.fromkeys(rule.at):
                sent.setdefault(moment, []).append((str(kind), rule))
    return sent
