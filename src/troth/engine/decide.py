"""The two voices of a policy: `decide` speaks when somebody acts, `advance` when time passes."""

from __future__ import annotations

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
    refusal = refusal_once_known(h, act)
    if refusal is not None:
        return refusal
    take_effect(h, act)
    return tuple(h.rulings)


def advance(policy: Policy, case: Case, now: Instant, heard: Instant | None = None) -> tuple[Ruling, ...]:
    """Return what `policy` makes of the time up to and including `now`; each ruling carries its timer's instant.

    `heard` is the instant up to which the desk's mailboxes have been read (None: no mailbox is behind). A dismissal
    past it waits, and with it all that would come later on this case, so that the order of rulings never depends on
    when a worker looked.
    """
    rulings: list[Ruling] = []
    working = case
    while (timer := _due(working, now, heard)) is not None:
        if working is case:
            working = case.copy()
        h = Hearing(policy, working, max(timer.at, working.at))
        _fire(h, timer)
        rulings += h.rulings
    return tuple(rulings)


def _due(case: Case, now: Instant, heard: Instant | None) -> Timer | None:
    """Return the timer whose instant has come by `now`; a dismissal waits for the mailboxes."""
    timer = next_timer(case)
    if timer is None or timer.at > now:
        return None
    return None if timer.name == "close" and heard is not None and timer.at > heard else timer


def next_timer(case: Case) -> Timer | None:
    """Return what time will bring first: a clock's due instant, or one of the case's timers."""
    timer = min(case.timers.values(), key=_moment, default=None)
    clock = min((clock for clock in case.clocks.values() if _runs_out(clock)), key=_moment_of_clock, default=None)
    if clock is None or clock.due_at is None:
        return timer
    rank = Rank.CLOCK + clock.order
    if timer is not None and (timer.at, timer.rank) <= (clock.due_at, rank):
        return timer
    return Timer(clock.name, clock.due_at, rank, clock.clause, {"clock": clock.name})


def _moment(timer: Timer) -> tuple[Instant, int]:
    return timer.at, timer.rank


def _runs_out(clock: Clock) -> bool:
    return clock.state is ClockState.RUNNING and clock.due_at is not None


def _moment_of_clock(clock: Clock) -> tuple[Instant, int]:
    return clock.due_at or 0, clock.order


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
