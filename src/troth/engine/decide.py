"""The two voices of a policy: `decide` speaks when somebody acts, `advance` when time passes."""

from __future__ import annotations

from troth.engine.allowed import refusal_of
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


def decide(policy: Policy, case: Case | None, act: Act) -> tuple[Ruling, ...] | Refusal:
    """Return what `policy` makes of `act` on `case`; the caller records the act, then these rulings.

    `case` is None for `open` and is never changed. A Refusal is a value and leaves no trace. The caller has let
    time pass to just before the act (`advance(policy, case, act.at - 1)`), so that an act at the very instant of a
    deadline is in time.
    """
    h = Hearing(policy, (case or NO_CASE).copy(), act.at)
    refusal = refusal_of(h, act)
    if refusal is not None:
        return refusal
    h.hear(act)
    take_effect(h, act)
    return tuple(h.rulings)


def advance(policy: Policy, case: Case, now: Instant, heard: Instant | None = None) -> tuple[Ruling, ...]:
    """Return what `policy` makes of the time up to and including `now`; each ruling carries its timer's instant.

    `heard` is the instant up to which the desk's mailboxes have been read (None: no mailbox is behind). A dismissal
    past it waits, and with it all that would come later on this case, so that the order of rulings never depends on
    when a worker looked.
    """
    working = case.copy()
    rulings: list[Ruling] = []
    while True:
        timer = next_timer(working)
        if timer is None or timer.at > now:
            return tuple(rulings)
        if timer.name == "close" and heard is not None and timer.at > heard:
            return tuple(rulings)
        h = Hearing(policy, working, max(timer.at, working.at))
        _fire(h, timer)
        rulings += h.rulings


def next_timer(case: Case) -> Timer | None:
    """Return what time will bring first: a clock's due instant, or one of the case's timers."""
    first: Timer | None = None
    for timer in (*case.timers.values(), *map(_timer_of, case.clocks.values())):
        if timer is not None and (first is None or (timer.at, timer.rank) < (first.at, first.rank)):
            first = timer
    return first


def _timer_of(clock: Clock) -> Timer | None:
    if clock.state is not ClockState.RUNNING or clock.due_at is None:
        return None
    return Timer(clock.name, clock.due_at, Rank.CLOCK + clock.order, clock.clause, {"clock": clock.name})


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
        h.rule(Found.ACCESS, timer.clause, "its time is over", access="none")
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
