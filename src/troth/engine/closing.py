"""Resolving, closing, taking up again (decisions 7, 14, 16)."""

from __future__ import annotations

from troth.engine.clocks import end_clocks, has_goals, start_clock, start_clocks, target_of
from troth.engine.hearing import Hearing
from troth.engine.levels import arrival_at, run_on
from troth.engine.queue import queue
from troth.engine.situation import Words, once
from troth.policy import Policy
from troth.policy.rules import ClosingRule, ReopeningRule
from troth.policy.vocabulary import ClosedBecause, Found

OUTLASTS_SOLVING = frozenset({"access", "cover"})
"""What still has its time after a case is solved: consent to remote access, and cover, until the case is closed."""


@once
def closing_rule(policy: Policy, words: Words) -> ClosingRule:
    """Return the policy's closing rule as it reads for this case."""
    rule = policy.closing.at(words)
    if rule is None:
        message = f"{policy.ref} has no closing rule for this case"
        raise LookupError(message)
    return rule


@once
def reopening_rule(policy: Policy, words: Words) -> ReopeningRule | None:
    """Return the policy's rule of reopening as it reads for this case."""
    return policy.reopening.at(words)


def close(h: Hearing, because: ClosedBecause, clause: str, reason: str = "") -> None:
    """Close the case: its clocks end, nothing waits for time any more, remote access is over."""
    end_clocks(h, clause)
    for name in tuple(h.case.timers):
        h.clear_timer(name)
    if h.case.access != "none":
        h.rule(Found.ACCESS, clause, "ended with the case", {"access": "none"})
    h.rule(Found.CLOSED, clause, reason, {"because": str(because)})
    h.notify("closing")


def resolve(h: Hearing, by: str | None) -> None:
    """Call the case solved; where the policy says that solving closes, it closes at once (decision 14)."""
    rule = closing_rule(h)
    data = {"by": by} if by is not None else {}
    for name in tuple(h.case.timers):
        if name not in OUTLASTS_SOLVING:
            h.clear_timer(name)
    h.rule(Found.RESOLVED, rule.clause, "", data)
    if rule.resolving == "closes":
        close(h, ClosedBecause.RESOLVED, rule.clause)
    else:
        end_clocks(h, rule.clause)


def take_up(h: Hearing) -> None:
    """Reopen: clocks without a verdict run on with their rest, judged ones stay judged (decision 7)."""
    rule = reopening_rule(h)
    clause = h.policy.clause_of("reopening")
    if h.case.access != "none":  # solved, and not closed yet: consent was given for what is over now
        h.clear_timer("access")
        h.rule(Found.ACCESS, clause, "void for a case opened again", {"access": "none"})
    h.rule(Found.REOPENED, clause, "")
    if rule is not None and rule.queued == "from the reopening":
        queue(h, since=h.at)


def run_clocks_on(h: Hearing) -> None:
    """Let every clock that has a place in the case run: the rest of one that ended, the whole of one that never ran."""
    rule = reopening_rule(h)
    for order, name in enumerate(h.policy.targets):
        target = target_of(h, name)
        if rule is not None and name in rule.restarts and name in h.case.clocks and target is not None and has_goals(h):
            start_clock(h, name, target, order)
    bring_clocks_in(h)


def bring_clocks_in(h: Hearing) -> None:
    """Start what cover newly won gives, and let what ended for want of it run on with its rest."""
    start_clocks(h, "opening")
    start_clocks(h, arrival_at(h.case.level))
    run_on(h, {None, h.case.level})
