"""A hearing: one act, or one timer, before the policy. It collects rulings and shows what each made of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from troth.engine.case import Case
from troth.engine.events import Act, Ruling
from troth.engine.evolve import apply
from troth.engine.facts import Facts
from troth.engine.words import facts_words, own_standing, with_own_words
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import Found, Notice


@cache
def _as_written(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


class Hearing:
    """Holds the policy, a working copy of the case and the rulings given so far; everything carries one instant."""

    def __init__(self, policy: Policy, case: Case, at: Instant) -> None:
        """Open a hearing at `at` (UTC seconds) on `case`, which the caller owns and which changes from here on."""
        self.policy = policy
        self._ref = policy.ref
        self.case = case
        self.facts_before = case.facts
        self.at = at
        self.rulings: list[Ruling] = []
        self._facts_words: dict[str, str] = {}
        self._facts_read: Facts | None = None
        self._words: dict[str, str] = {}
        self._words_of: tuple[object, ...] = ()

    def hear(self, act: Act) -> None:
        """Let the act be part of the case."""
        apply(self.case, (act,))

    def rule(self, found: Found, clause: str, reason: str = "", /, **data: Any) -> Ruling:
        """Give a ruling and let it take effect. Names in `data` are written with spaces, as in the files."""
        named = {_as_written(name): value for name, value in data.items()}
        ruling = Ruling(self.at, found, clause, self._ref, reason, named)
        self.rulings.append(ruling)
        apply(self.case, (ruling,))
        return ruling

    def words(self) -> Mapping[str, str]:
        """Return the words conditions ask for, as they stand now; read anew only where something has changed."""
        if self._facts_read is not self.case.facts:
            self._facts_read = self.case.facts
            self._facts_words = facts_words(self.policy, self.case.facts, self.at)
            self._words_of = ()
        stands = own_standing(self.case)
        if self._words_of != stands:
            self._words_of = stands
            self._words = with_own_words(self._facts_words, self.case)
        return self._words

    def notify(self, moment: str, only: Notice | None = None, also: Iterable[str] = ()) -> bool:
        """Rule that the messages which the policy sends at this moment are due; return whether there are any.

        They go to those `also` named besides the receivers of each.
        """
        has_sent = False
        for kind, table in self.policy.notices.items():
            rule = table.at(self.words())
            if rule is not None and moment in rule.at and only in {None, kind}:
                to = dict.fromkeys((*rule.to, *also))
                self.rule(Found.NOTICE, rule.clause, "", notice=str(kind), to=list(to))
                has_sent = True
        return has_sent

    def set_timer(self, name: str, at: Instant, rank: int, clause: str, /, **data: Any) -> None:
        """Rule that the policy will come back to this at `at` unless something changes."""
        self.rule(Found.TIMER_SET, clause, "", timer=name, due=at, rank=rank, data=data)

    def clear_timer(self, name: str) -> None:
        """Rule that a timer is no longer wanted; nothing where it does not run."""
        timer = self.case.timers.get(name)
        if timer is not None:
            self.rule(Found.TIMER_CLEARED, timer.clause, "", timer=name)
