"""What a changed case does to its clocks: severity, plan, hours and conditions looked at anew (decisions 2, 3, 5)."""

from __future__ import annotations

from troth.engine.clocks import (
    aims,
    end_clocks,
    has_goals,
    is_replaced,
    leave_out_waits,
    level_of,
    resume_clock,
    stand_still,
    start_clock,
)
from troth.engine.hearing import Hearing
from troth.engine.levels import move_clock
from troth.hours import Instant
from troth.policy.rules import TargetRule
from troth.policy.vocabulary import ClockState, Found, Given, Goals, Status


def reconsider(h: Hearing) -> None:
    """Bring the clocks in line with what the case has become: severity, plan, hours, conditions (decisions 2, 3, 5)."""
    if h.case.status is Status.CLOSED or h.case.exclusion is not None:
        return
    if not h.case.is_covered or h.case.goals is Goals.NONE:
        end_clocks(h, "entitlement")
        return
    for order, name in enumerate(h.policy.targets):
        aim, clock = aims(h).get(name), h.case.clocks.get(name)
        target = aim.rule if aim is not None else None
        wanted = aim is not None and aim.is_wanted and not is_replaced(h, name)
        if clock is None:
            if wanted and target is not None and target.for_ and _has_come(h, target):
                start_clock(h, name, target, order)
        elif clock.is_alive and not wanted:
            h.rule(Found.CLOCK_ENDED, clock.clause, "its condition no longer holds", {"clock": name})
        elif clock.state is ClockState.ENDED and wanted and target is not None and target.for_:
            resume_clock(h, clock)
            move_clock(h, name, target)
        elif clock.is_alive and target is not None:
            move_clock(h, name, target)
    stand_still(h)


def start_what_has_come(h: Hearing) -> None:
    """Start what a new version promises from a moment that has been: it counts from then, not from now.

    What was given already is not asked for again.
    """
    if not has_goals(h):
        return
    for aim in aims(h).values():
        target = aim.rule
        if aim.name in h.case.clocks or not _has_come(h, target) or _is_given(h, target):
            continue
        if aim.is_wanted and not is_replaced(h, aim.name) and target.instead_of is None:
            start_clock(h, aim.name, target, aim.order, since=_came_at(h, target))
            leave_out_waits(h, aim.name, target)


def _came_at(h: Hearing, target: TargetRule) -> Instant:
    """When the moment was: a level was reached when its other clocks began; where it has none, it counts from now."""
    if target.from_ == "opening":
        return h.case.opened_at
    level = level_of(target)
    return min((clock.started_at for clock in h.case.clocks.values() if clock.level == level), default=h.at)


def _is_given(h: Hearing, target: TargetRule) -> bool:
    given = {Given.REPLY} if h.case.replies else set()
    if h.case.confirmed_at is not None:
        given.add(Given.CONFIRMATION)
    return not given.isdisjoint(target.met_by)


def _has_come(h: Hearing, target: TargetRule) -> bool:
    """Whether the moment a conditional clock runs from has been: then it starts when its condition first holds."""
    level = level_of(target)
    return target.from_ == "opening" or level == h.case.level
