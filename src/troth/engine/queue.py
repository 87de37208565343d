"""Where a case stands among the others: the lane its rule gives, and since when it counts."""

from __future__ import annotations

from troth.engine.case import Case
from troth.engine.hearing import Hearing
from troth.engine.situation import Words, once
from troth.hours import Instant
from troth.policy import Policy, holds
from troth.policy.vocabulary import ClockState, Found


def queue(h: Hearing, since: Instant | None = None) -> None:
    """Rule the lane and the instant a case is queued by, where either has changed."""
    stands_in = _lane(h)
    if stands_in is None:
        return
    lane, order = stands_in
    stands = since if since is not None else (h.case.queued_at or h.at)
    if (lane, order, stands) != (h.case.lane, h.case.order, h.case.queued_at):
        h.rule(Found.QUEUED, h.policy.clause_of("queue"), "", {"lane": lane, "order": order, "since": stands})


@once
def _lane(policy: Policy, words: Words) -> tuple[int, str] | None:
    """Return the first lane whose condition holds, and the order in it; None where the policy has no queue."""
    rule = policy.queue.at(words)
    if rule is None:
        return None
    return next((i for i, lane in enumerate(rule.lanes) if holds(lane.when, words)), len(rule.lanes)), rule.order


def rank(case: Case) -> tuple[int, Instant]:
    """Return (lane, instant): cases are worked in this order, the smallest first.

    The instant is the most urgent due one where the policy orders by what is due, else when the case was queued.
    """
    if case.order == "due":
        due = [c.due_at for c in case.clocks.values() if c.state is ClockState.RUNNING and c.due_at is not None]
        if due:
            return case.lane, min(due)
    return case.lane, case.queued_at or case.opened_at
