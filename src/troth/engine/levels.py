"""Levels: who works on the case, and what arriving at and leaving a level does to clocks (decision 6)."""

from __future__ import annotations

from troth.engine.case import Clock
from troth.engine.clocks import (
    aims,
    calendar_of,
    due_of,
    end_clocks,
    has_goals,
    hours_of,
    is_replaced,
    is_same_calendar,
    level_rule,
    resume_clock,
    stand_still,
    start_clocks,
    target_of,
    used_of,
)
from troth.engine.hearing import Hearing
from troth.engine.queue import queue
from troth.engine.situation import Words, once
from troth.hours import AmountUnit
from troth.policy import Policy, holds
from troth.policy.rules import LevelRule, RequestRule, TargetRule
from troth.policy.vocabulary import ClockState, Found

PARTNER = "partner"


def worker_of(h: Hearing, rule: LevelRule) -> str:
    """Return who works there: the first of the rule's workers that there is for this customer."""
    for worker in rule.worked_by:
        if worker != PARTNER or h.case.facts.partner is not None:
            return worker
    return rule.worked_by[-1]


@once
def words_of_triage(policy: Policy, words: Words) -> set[str]:
    """Return the words by which the policy sends a case to a level; another answer moves it nowhere."""
    rules = (table.at(words) for table in policy.levels.values())
    return {word for rule in rules if rule is not None for word in rule.when}


@once
def level_by_triage(policy: Policy, words: Words) -> str | None:
    """Return the highest level whose condition holds for what was answered; None where no level names any."""
    found = None
    for level, table in policy.levels.items():
        rule = table.at(words)
        if rule is not None and rule.when and holds(rule.when, words):
            found = level
    return found


def first_level(h: Hearing) -> str:
    """Return where a case begins: by what was answered, else where its kind of request does."""
    request = request_rule(h)
    return level_by_triage(h) or (request.level if request is not None else next(iter(h.policy.levels)))


@once
def request_rule(policy: Policy, words: Words) -> RequestRule | None:
    """Return the rule of this kind of request; None where the policy says nothing of it."""
    table = policy.requests.get(words["request"])
    return table.at(words) if table is not None else None


def level_above(h: Hearing) -> str | None:
    """Return the level after the present one in the policy's order; None at the top."""
    order = tuple(h.policy.levels)
    place = order.index(h.case.level) + 1
    return order[place] if place < len(order) else None


def is_above(h: Hearing, level: str) -> bool:
    """Whether `level` comes after the present one."""
    order = tuple(h.policy.levels)
    return order.index(level) > order.index(h.case.level)


def arrive(h: Hearing, level: str, reason: str = "", *, by: str = "") -> None:
    """Bring the case to a level: the old level's clocks end, the new one's start, or run on after a return."""
    rule = level_rule(h, level)
    if rule is None:
        return
    before, is_return = h.case.level, level in h.case.levels_reached
    has_moved = bool(h.case.levels_reached) and before != level
    if has_moved:
        end_clocks(h, rule.clause, level=before)
    data = {
        "level": level,
        "worked by": worker_of(h, rule),
        "from": before if has_moved else None,
        "by": by or None,
    }
    h.rule(Found.LEVEL, rule.clause, reason, {k: v for k, v in data.items() if v is not None})
    start_clocks(h, arrival_at(level))
    if is_return:
        run_on(h, {level})
    stand_still(h)


def arrival_at(level: str) -> str:
    """Return the moment of arriving at a level, as targets name it."""
    return level if level == "product management" else f"level {level}"


def run_on(h: Hearing, levels: set[str | None]) -> None:
    """Let clocks of these levels that ended without a verdict run on with their rest (decisions 6 and 7).

    None stands for the clocks of no level. What the case has become meanwhile gives their amount and hours.
    """
    if not has_goals(h):
        return
    for clock in tuple(h.case.clocks.values()):
        aim = aims(h).get(clock.name)
        if clock.state is not ClockState.ENDED or clock.level not in levels or aim is None:
            continue
        if aim.is_wanted and not is_replaced(h, clock.name):
            resume_clock(h, clock)
            move_clock(h, clock.name, aim.rule)
    stand_still(h)


def move_clock(h: Hearing, name: str, target: TargetRule) -> None:
    """Give a living clock the amount and the hours it has now; if that is past already, it is missed now.

    A clock that stands still is judged like one that runs: its pauses move what is past along with the rest.
    """
    clock = h.case.clocks[name]
    hours = hours_of(h, target, clock.under)
    amount, is_same = str(target.within), is_same_calendar(h, clock.hours, hours)
    if (amount, hours, target.kind) == (clock.amount, clock.hours, clock.kind) and is_same:
        return
    counted_from, used = clock.counted_from, clock.used
    if not is_same and target.within.unit in {AmountUnit.WORKING, AmountUnit.DAYS}:
        counted_from, used = h.at, used_of(h, clock)
    moved = clock.with_changes(amount=amount, hours=hours, counted_from=counted_from, used=used)
    reached = due_of(moved, calendar_of(h, hours), h.at)
    is_past = reached < h.at
    h.rule(
        Found.CLOCK_MOVED,
        target.clause,
        "",
        {
            "clock": name,
            "kind": str(target.kind),
            "amount": amount,
            "hours": hours,
            "due": None if clock.state is ClockState.PAUSED and not is_past else max(h.at, reached),
            "counted from": counted_from,
            "used": used,
        },
    )
    if is_past:
        miss(h, h.case.clocks[name], "its time was over when it changed")


def miss(h: Hearing, clock: Clock, reason: str = "") -> None:
    """Rule a clock missed, and take the step its target names: time alone moves the case on."""
    h.rule(Found.CLOCK_MISSED, clock.clause, reason, {"clock": clock.name, "due": clock.due_at, "amount": clock.amount})
    target = target_of(h, clock.name)
    missed = target.when_missed if target is not None else None
    if missed is None:
        return
    level, is_told = _level_named(h, missed.escalate_to), False
    if level is not None and is_above(h, level):
        arrive(h, level, f"{clock.name} missed")
        queue(h)
        is_told = h.notify("level", also=missed.tell)
    if missed.tell and not is_told:
        to = [str(word) for word in missed.tell]
        h.rule(Found.NOTICE, clock.clause, f"{clock.name} missed", {"notice": "level change", "to": to})


def _level_named(h: Hearing, escalate_to: str | None) -> str | None:
    """Return the level an escalation names; the next one from the top is nowhere."""
    if escalate_to == "next level":
        return level_above(h)
    return escalate_to.removeprefix("level ") if escalate_to is not None else None
