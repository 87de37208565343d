"""A new version of the policy comes into force while a case is open (LANGUAGE, decision 11).

What is taken over is settled by the policy that is made of both versions (`troth.policy.blend`); here the case is
brought in line with it, and the timeline says so. No verdict changes: only what time can still decide is looked at.
"""

from __future__ import annotations

from troth.engine.case import Case, Clock
from troth.engine.changes import reconsider, start_what_has_come
from troth.engine.clocks import calendar_of, due_of, hours_of, target_of, used_of
from troth.engine.closing import bring_clocks_in
from troth.engine.cover import improve_cover
from troth.engine.events import Act, Event, Ruling
from troth.engine.hearing import Hearing
from troth.engine.levels import miss
from troth.engine.queue import queue
from troth.engine.severity import judge_anew
from troth.engine.silence import exchange_schedule
from troth.hours import Amount, AmountUnit, Instant
from troth.policy import Policy, blend
from troth.policy.vocabulary import ClockState, Found, Role, Status, Verb

LEAVE, FROM_START = "leave", "from the start"
_MOVES_CLOCKS = ("targets", "levels", "severities", "entitlement", "plans", "products", "lifecycle")
_WORKING = {AmountUnit.WORKING, AmountUnit.DAYS}


def adopt(before: Policy, after: Policy, case: Case, act: Act) -> tuple[Ruling, ...]:
    """Return what it makes of a case that from `act` on is decided under `after` instead of `before`.

    `after` is the blend of both, and its `updates` say how: hours `from now` keep the working time already used and
    count business days anew from the start, `from the start` they count everything anew. Targets take their new
    amount by the clock's own start (decision 2); those that are new begin only `from the start`. Severity, silence
    and queue follow their new rules at once. Cover may better and never worsens, and only `from the start`.
    """
    h = Hearing(after, case.copy(), act.at)
    h.hear(act)
    h.rule(Found.ADOPTED, after.clause_of("updates"), after.ref, {"policy": after.ref, "before": before.ref})
    is_open = case.status is not Status.CLOSED
    if is_open and after.how("entitlement") == FROM_START and improve_cover(h):
        bring_clocks_in(h)
    if is_open and after.how("severities") != LEAVE:
        judge_anew(h)
    if after.how("hours") != LEAVE:
        old = Hearing(before, case.copy(), act.at)
        for clock in tuple(h.case.clocks.values()):
            if clock.name in case.clocks and not clock.is_judged:
                _count_anew(h, old, clock, keeps_used=after.how("hours") != FROM_START)
    if is_open:
        if after.how("silence") != LEAVE:
            exchange_schedule(h, before)
        if after.how("targets") == FROM_START:
            start_what_has_come(h)
        if any(after.how(kind) != LEAVE for kind in _MOVES_CLOCKS):
            reconsider(h)
        queue(h)
    return tuple(h.rulings)


def come_into_force(policy: Policy, published: Policy, case: Case, at: Instant) -> tuple[Policy, tuple[Event, ...]]:
    """Return the policy the case has from `at` (UTC seconds) on, and the events by which it came to it.

    Where the new version leaves everything as it is, the case keeps its policy and nothing happens. The caller has
    let time pass to just before `at`, as for any act.
    """
    after = blend(policy, published)
    if after is policy:
        return policy, ()
    act = Act(at, Verb.PUBLISH, Role.SYSTEM, {"policy": published.ref})
    return after, (act, *adopt(policy, after, case, act))


def _count_anew(h: Hearing, old: Hearing, clock: Clock, *, keeps_used: bool) -> None:
    """Move a clock to the new calendar; where that has it due before now, it is missed now.

    A clock that ended may run on with its rest one day, so what it used is kept for it too.
    """
    unit = Amount.parse(clock.amount).unit
    calendar = calendar_of(h, clock.hours)
    if unit is AmountUnit.ELAPSED or calendar is calendar_of(old, clock.hours):
        return
    counted_from, used = clock.started_at, 0
    if keeps_used and unit in _WORKING:
        counted_from, used = h.at, used_of(old, clock)
        if used == used_of(h, clock) and due_of(clock, calendar, h.at) == _due_before(old, clock):
            return
    moved = clock.with_changes(counted_from=counted_from, used=used)
    reached = due_of(moved, calendar, h.at)
    is_past = clock.is_alive and reached < h.at and not _has_another_amount(h, clock)
    due = max(h.at, reached) if clock.state is ClockState.RUNNING or is_past else None
    if (due, counted_from, used) == (clock.due_at, clock.counted_from, clock.used):
        return
    h.rule(
        Found.CLOCK_MOVED,
        clock.clause,
        f"the hours changed § {h.policy.clause_of('hours')}",
        {"clock": clock.name, "due": due, "counted from": counted_from, "used": used},
    )
    if is_past:
        miss(h, h.case.clocks[clock.name], "its time was over when the hours changed")


def _due_before(old: Hearing, clock: Clock) -> int:
    return due_of(clock, calendar_of(old, clock.hours), old.at)


def _has_another_amount(h: Hearing, clock: Clock) -> bool:
    """Whether the target, looked at next, gives the clock another amount or other hours: then that decides."""
    target = target_of(h, clock.name)
    return target is not None and (str(target.within), hours_of(h, target, clock.under)) != (clock.amount, clock.hours)
