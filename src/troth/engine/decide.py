"""The two voices of a policy: `decide` speaks when somebody acts, `advance` when time passes."""

from __future__ import annotations

from typing import NamedTuple

from troth.engine.allowed import refusal_of, refusal_once_known
from troth.engine.case import NO_CASE, Case, Clock, Timer
from troth.engine.changes import reconsider
from troth.engine.clocks import end_clocks, stand_still
from troth.engine.cover import rule_cover
from troth.engine.effects import take_effect
from troth.engine.events import Act, Refusal, Ruling
from troth.engine.hearing import Hearing
from troth.engine.levels import miss
from troth.engine.queue import queue
from troth.engine.ranks import Rank
from troth.engine.silence import delay_over, take_step
from troth.hours import Instant
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Found, Goals, Status

_RUNNING = ClockState.RUNNING


class Decision(NamedTuple):
    """Rulings, and the case once what was decided is folded on: to rule on a case is to fold every ruling at once."""

    rulings: tuple[Ruling, ...]
    case: Case


def decide(policy: Policy, case: Case | None, act: Act) -> tuple[Ruling, ...] | Refusal:
    """Return what `policy` makes of `act` on `case`; the caller records the act, then these rulings.

    `case` is None for `open` and is never changed. A Refusal is a value and leaves no trace. The caller has let
    time pass to just before the act (`advance(policy, case, act.at - 1)`), so that an act at the very instant of a
    deadline is in time.
    """
    decided = decide_and_fold(policy, case, act)
    return decided if isinstance(decided, Refusal) else decided.rulings


def decide_and_fold(policy: Policy, case: Case | None, act: Act) -> Decision | Refusal:
    """Return what `decide` does, and with it the case that `fold((act, *rulings), case)` makes."""
    h = Hearing(policy, (case or NO_CASE).copy(), act.at)
    refusal = refusal_of(h, act)
    if refusal is not None:
        return refusal
    h.hear(act)
    refusal = refusal_once_known(h, act)
    if refusal is not None:
        return refusal
    take_effect(h, act)
    return Decision(tuple(h.rulings), h.case)


def advance(policy: Policy, case: Case, now: Instant, heard: Instant | None = None) -> tuple[Ruling, ...]:
    """Return what `policy` makes of the time up to and including `now`; each ruling carries its timer's instant.

    `heard` is the instant up to which the desk's mailboxes have been read (None: no mailbox is behind). A dismissal
    past it waits, and with it all that would come later on this case, so that the order of rulings never depends on
    when a worker looked.
    """
    return advance_and_fold(policy, case, now, heard).rulings


def advance_and_fold(policy: Policy, case: Case, now: Instant, heard: Instant | None = None) -> Decision:
    """Return what `advance` does, and with it the case those rulings make: the one given where time brought nothing."""
    rulings: list[Ruling] = []
    after = case
    while (timer := _due(after, now, heard)) is not None:
        if after is case:
            after = case.copy()
        h = Hearing(policy, after, max(timer.at, after.at))
        _fire(h, timer)
        rulings += h.rulings
    return Decision(tuple(rulings), after)


def _due(case: Case, now: Instant, heard: Instant | None) -> Timer | None:
    """Return the timer whose instant has come by `now`; a dismissal waits for the mailboxes."""
    timer = next_timer(case)
    if timer is None or timer.at > now:
        return None
    return None if timer.name == "close" and heard is not None and timer.at > heard else timer


def next_timer(case: Case) -> Timer | None:
    """Return what time will bring first: a clock's due instant, or one of the case's timers."""
    first: Timer | None = None
    for timer in case.timers.values():
        if first is None or (timer.at, timer.rank) < (first.at, first.rank):
            first = timer
    ends: Clock | None = None
    for clock in case.clocks.values():
        if clock.due_at is not None and clock.state is _RUNNING and (ends is None or _is_sooner(clock, ends)):
            ends = clock
    if ends is None or ends.due_at is None:
        return first
    rank = Rank.CLOCK + ends.order
    if first is not None and (first.at, first.rank) < (ends.due_at, rank):
        return first
    return Timer(ends.name, ends.due_at, rank, ends.clause, {"clock": ends.name})


def _is_sooner(one: Clock, other: Clock) -> bool:
    return (one.due_at or 0, one.order) < (other.due_at or 0, other.order)


def _fire(h: Hearing, timer: Timer) -> None:
    if "clock" in timer.data and timer.name in h.case.clocks:
        miss(h, h.case.clocks[timer.name])
    elif timer.name == "delay":
        delay_over(h, dict(timer.data))
        stand_still(h)
    elif timer.name in {"attempt", "close"}:
        take_step(h, timer.name, dict(timer.data))
    elif timer.name == "review":
        h.clear_timer("review")
        if h.case.status is Status.MONITORING:
            h.rule(Found.OPEN_AGAIN, timer.clause, "the review date has come")
        stand_still(h)
    elif timer.name == "access":
        h.clear_timer("access")
        h.rule(Found.ACCESS, timer.clause, "its time is over", {"access": "none"})
    elif timer.name == "cover":
        _cover_over(h)


def _cover_over(h: Hearing) -> None:
    """Rule the cover anew where its basis named its end; with no goals left, no clock runs on."""
    rule_cover(h)
    if h.case.goals is Goals.NONE or not h.case.is_covered:
        end_clocks(h, h.case.last_ruling)
    else:
        reconsider(h)
    queue(h)
