"""Clocks: starting, pausing, moving and judging the targets of a policy on a case.

A clock is (start, amount, pauses). Its due instant is the start plus the amount, moved on by what its pauses took:
working time inside the hours, elapsed time for elapsed amounts (LANGUAGE, decision 1). A clock that ended and runs
again treats the time between as a pause, so that resuming a level or reopening a case gives it the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from troth.engine.case import ALIVE, Clock, Pause
from troth.engine.facts import Partner
from troth.engine.hearing import Hearing
from troth.engine.situation import Words, once
from troth.engine.words import standstills
from troth.hours import Amount, AmountUnit, Calendar, HoursSpec, Instant, compile_calendar
from troth.policy import Policy, holds
from troth.policy.rules import LevelRule, TargetRule
from troth.policy.vocabulary import ClockState, Found, Given, Goals

PARTNER = "partner"
_IN_SECONDS = frozenset({AmountUnit.WORKING, AmountUnit.DAYS})
_PAUSED = frozenset({ClockState.PAUSED})
_SETTLED = frozenset({ClockState.MET, ClockState.ENDED})


@lru_cache(maxsize=256)
def _partner_calendar(written: str) -> Calendar:
    return compile_calendar(HoursSpec.from_json(json.loads(written)))


@lru_cache(maxsize=1024)
def _amount(written: str) -> Amount:
    return Amount.parse(written)


def calendar_of(h: Hearing, name: str) -> Calendar:
    """Return the calendar that a clock's `hours` names on this case; a partner's are pinned in the facts."""
    return _calendar_by(h, name, h.case.facts.partner)


def is_same_calendar(h: Hearing, before: str, now: str) -> bool:
    """Whether a clock that ran on `before` up to this act runs on the same hours now; partners differ in theirs."""
    held, has = h.facts_before.partner, h.case.facts.partner
    if PARTNER not in {before, now} or held == has:
        return before == now
    return _calendar_by(h, before, held) == _calendar_by(h, now, has)


def _calendar_by(h: Hearing, name: str, partner: Partner | None) -> Calendar:
    if name == PARTNER and partner is not None and partner.hours is not None:
        return _partner_calendar(json.dumps(dict(partner.hours), sort_keys=True))
    return h.policy.calendar("support" if name == PARTNER else name)


def hours_of(h: Hearing, target: TargetRule, under: str) -> str:
    """Return the calendar a target runs on at level `under`, after that level's substitution."""
    level = level_rule(h, under)
    name = level.hours.get(target.hours, target.hours) if level is not None else target.hours
    partner = h.case.facts.partner
    if name == PARTNER and (partner is None or partner.hours is None):
        name = target.hours
    return _with_add_ons(h, name)


def level_rule(h: Hearing, level: str) -> LevelRule | None:
    """Return the rule of a level as it reads for this case; None where the policy has no such level."""
    return _levels(h).get(level)


@once
def _levels(policy: Policy, words: Words) -> Mapping[str, LevelRule | None]:
    return {name: table.at(words) for name, table in policy.levels.items()}


def _with_add_ons(h: Hearing, name: str) -> str:
    """Return the calendar an add-on of the contract substitutes, where it is for this product."""
    contract = h.case.facts.contract
    plan = h.policy.plans.get(h.case.plan or "") if contract is not None and contract.add_ons else None
    if plan is None or contract is None:
        return name
    for held in contract.add_ons:
        add_on = plan.add_ons.get(held)
        if add_on is not None and (not add_on.products or h.case.facts.product in add_on.products):
            name = add_on.hours.get(name, name)
    return name


def due_of(clock: Clock, calendar: Calendar, until: Instant) -> Instant:
    """Return when `clock` is due if it runs on from `until`; a pause still open counts up to there."""
    amount = _amount(clock.amount)
    is_counted_anew = clock.counted_from > clock.started_at and amount.unit in _IN_SECONDS
    if is_counted_anew:
        seconds = amount.number * ((calendar.spec.day or 0) if amount.unit is AmountUnit.DAYS else 1)
        left = seconds - clock.used
        due = calendar.add_working(clock.counted_from, max(0, left))
    else:
        due = calendar.add(clock.started_at, amount)
    since = clock.counted_from if is_counted_anew else clock.started_at
    stood = sum([calendar.measure(amount.unit, a, b) for a, b in _stood(clock, since, until)])
    if not stood:
        return due
    return due + stood if amount.unit is AmountUnit.ELAPSED else calendar.add_working(due, stood)


def _stood(clock: Clock, since: Instant, until: Instant) -> Iterable[tuple[Instant, Instant]]:
    """Yield the times in which the clock stood, merged where they overlap."""
    spans = sorted((max(p.from_at, since), until if p.to_at is None else p.to_at) for p in clock.pauses)
    merged: list[tuple[Instant, Instant]] = []
    for start, end in spans:
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as it reads in a situation: its place in the file, and whether its condition holds."""

    order: int
    name: str
    rule: TargetRule
    is_wanted: bool


def _aims_in(policy: Policy, words: Words) -> dict[str, Aim]:
    rules = ((order, name, table.at(words)) for order, (name, table) in enumerate(policy.targets.items()))
    return {name: Aim(order, name, rule, holds(rule.for_, words)) for order, name, rule in rules if rule is not None}


aims = once(_aims_in)
"""The targets that the policy gives cases in a situation, by name, in the file's order."""


@once
def _starting(policy: Policy, words: Words) -> Mapping[str, list[Aim]]:
    """Return, for each moment, the targets that start then."""
    starting: dict[str, list[Aim]] = {}
    for aim in _aims_in(policy, words).values():
        if aim.is_wanted:
            starting.setdefault(aim.rule.from_, []).append(aim)
    return starting


def target_of(h: Hearing, name: str) -> TargetRule | None:
    """Return the target of that name as it reads for this case now; None where the policy gives it none."""
    aim = aims(h).get(name)
    return aim.rule if aim is not None else None


def is_replaced(h: Hearing, name: str) -> bool:
    """Whether another clock has taken this one's place (decision 25): it does not come back beside it."""
    takers = (target_of(h, taker) for taker in h.case.clocks if taker != name)
    return any(target is not None and target.instead_of == name for target in takers)


def has_goals(h: Hearing) -> bool:
    """Whether clocks may run on this case at all: its cover has goals, and nothing excludes it."""
    return bool(h.case.is_covered) and h.case.goals is not Goals.NONE and h.case.exclusion is None


def start_clocks(h: Hearing, moment: str, *, anew: bool = False) -> None:
    """Start every clock that runs from `moment` and whose condition holds, in the file's order.

    `anew` starts those too that have run already, as what is bought on an open case counts from its purchase.
    """
    if not has_goals(h):
        return
    for aim in _starting(h).get(moment, ()):
        if aim.name not in h.case.clocks or anew:
            if aim.rule.instead_of is not None:
                end_clock(h, aim.rule.instead_of, aim.rule.clause)
            start_clock(h, aim.name, aim.rule, aim.order)
    stand_still(h)


def start_clock(h: Hearing, name: str, target: TargetRule, order: int, since: Instant | None = None) -> None:
    """Start one clock now, or as one that has run `since` an earlier instant and is due no earlier than now."""
    hours = hours_of(h, target, h.case.level)
    due = calendar_of(h, hours).add(h.at if since is None else since, target.within)
    begun = {} if since is None else {"since": since}
    h.rule(
        Found.CLOCK_STARTED,
        target.clause,
        "",
        {
            "clock": name,
            "kind": str(target.kind),
            "amount": str(target.within),
            "hours": hours,
            "due": max(due, h.at),
            "order": order,
            "level": level_of(target),
            **begun,
        },
    )
    for from_at, until, cause in h.case.excused:  # ahead of time, or within the time it counts from
        if until > h.case.clocks[name].started_at:
            _excuse_clock(h, h.case.clocks[name], from_at, until, cause)


def level_of(target: TargetRule) -> str | None:
    """Return the level a clock belongs to: the one whose arrival starts it."""
    if target.from_.startswith("level "):
        return target.from_.removeprefix("level ")
    return target.from_ if target.from_ == "product management" else None


def stand_still(h: Hearing) -> None:
    """Pause each running clock that its target stops in the case's present state, and let the others run on."""
    holding = standstills(h.case)
    affected = ALIVE if holding else _PAUSED
    for clock in tuple(h.case.clocks.values()):
        if clock.state in affected:
            cause = _cause(h, clock, holding)
            if cause is None and clock.state is ClockState.PAUSED:
                resume_clock(h, clock)
            elif cause is not None and clock.state is ClockState.RUNNING:
                h.rule(Found.CLOCK_PAUSED, clock.clause, "", {"clock": clock.name, "cause": cause})


def _cause(h: Hearing, clock: Clock, holding: tuple[str, ...]) -> str | None:
    """Return what of that which holds now stops this clock; None where nothing does."""
    target = target_of(h, clock.name)
    return next((word for word in holding if target is not None and word in target.paused_while), None)


def resume_clock(h: Hearing, clock: Clock) -> None:
    """Let a clock that stood or had ended run on with its rest."""
    due = due_of(clock, calendar_of(h, clock.hours), h.at)
    h.rule(Found.CLOCK_RESUMED, clock.clause, "", {"clock": clock.name, "due": due})


def end_clock(h: Hearing, name: str, clause: str) -> None:
    """End a clock without a verdict; nothing where it is not alive."""
    clock = h.case.clocks.get(name)
    if clock is not None and clock.is_alive:
        h.rule(Found.CLOCK_ENDED, clause, "", {"clock": name})


def end_clocks(h: Hearing, clause: str, *, level: str | None = None) -> None:
    """End all clocks that still run, or those of one level; verdicts stay."""
    for clock in tuple(h.case.clocks.values()):
        if clock.is_alive and (level is None or clock.level == level):
            h.rule(Found.CLOCK_ENDED, clause, "", {"clock": clock.name})


def meet(h: Hearing, given: set[Given]) -> None:
    """Let what was given meet the clocks that wait for it; a clock met after its time stays missed."""
    for clock in tuple(h.case.clocks.values()):
        if clock.state in _SETTLED or clock.met_at is not None:
            continue
        target = target_of(h, clock.name)
        if target is None or given.isdisjoint(target.met_by):
            continue
        h.rule(
            Found.CLOCK_MET,
            clock.clause,
            "after its time" if clock.state is ClockState.MISSED else "",
            {"clock": clock.name, "due": clock.due_at, "by": str(min(given.intersection(target.met_by)))},
        )


def used_of(h: Hearing, clock: Clock) -> int:
    """Return the working seconds a clock has used up to this act, its pauses left out, on the hours it had then."""
    calendar = _calendar_by(h, clock.hours, h.facts_before.partner)
    # An excused time may end later than this: what of it is to come has taken nothing yet.
    stood = sum(calendar.between(a, min(b, h.at)) for a, b in _stood(clock, clock.counted_from, h.at) if a < h.at)
    return clock.used + calendar.between(clock.counted_from, h.at) - stood


def excuse(h: Hearing, from_at: Instant, until: Instant, cause: str) -> None:
    """Let an excused interval count as a pause of every clock that has no verdict (decision 26)."""
    for clock in tuple(h.case.clocks.values()):
        _excuse_clock(h, clock, from_at, until, cause)


def _excuse_clock(h: Hearing, clock: Clock, from_at: Instant, until: Instant, cause: str) -> None:
    """One clock's share of an excused interval: one that has ended may still run on, and then has it too."""
    if not clock.is_judged and until > clock.started_at:
        _let_have_stood(h, clock, Pause(from_at, until, f"excused: {cause}"))


def leave_out_waits(h: Hearing, name: str, target: TargetRule) -> None:
    """Let a clock begun in the past have stood while its target would have stopped it.

    Since when the case waits now it says itself; the waits before are known from the clocks that stood through them.
    """
    case, begun = h.case, h.case.clocks[name].started_at
    waits = {(p.from_at, p.to_at or h.at, p.cause) for clock in case.clocks.values() for p in clock.pauses}
    if case.waiting_since is not None:
        waits.add((case.waiting_since, h.at, f"waiting on {case.waiting_on}"))
    for from_at, until, cause in sorted(waits):
        if cause in target.paused_while and until > begun:
            _let_have_stood(h, case.clocks[name], Pause(from_at, until, cause))


def _let_have_stood(h: Hearing, clock: Clock, pause: Pause) -> None:
    """Rule that a clock stood for a time, from its start at the earliest; it is due no earlier than now."""
    stood = [*clock.pauses, Pause(max(pause.from_at, clock.started_at), pause.to_at, pause.cause)]
    stood.sort(key=lambda pause: (pause.from_at, pause.to_at is None))
    moved = clock.with_changes(pauses=tuple(stood))
    is_running = clock.state is ClockState.RUNNING
    due = max(h.at, due_of(moved, calendar_of(h, clock.hours), h.at)) if is_running else None
    data = {"clock": clock.name, "due": due, "pauses": [list(p) for p in stood]}
    h.rule(Found.CLOCK_MOVED, clock.clause, pause.cause, data)
