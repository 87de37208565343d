"""Silence: what happens, step by step, while the case-holder does not answer (decisions 21, 22, 29).

The next step is a timer, `attempt` or `close`, which carries its schedule: where it counts from and what held it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troth.engine.clocks import calendar_of
from troth.engine.closing import close
from troth.engine.hearing import Hearing
from troth.engine.ranks import Rank
from troth.engine.words import is_waiting_on_customer
from troth.hours import Amount, AmountUnit, Instant
from troth.policy import Policy
from troth.policy.rules import SilenceRule
from troth.policy.vocabulary import ClosedBecause, Found

STEPS = ("attempt", "close")
EMAIL = "email"


def begin_silence(h: Hearing) -> None:
    """Start the schedule that counts from the request just made, if the policy has one."""
    for index, table in enumerate(h.policy.silence):
        rule = table.at(h.words())
        if rule is None or rule.from_ != f"request {h.case.requests}":
            continue
        data: dict[str, Any] = {"schedule": index, "step": 0, "from": h.at, "held": []}
        delay = h.case.timers.get("delay")
        if delay is not None and "announced delay" in rule.held_by:  # it begins held, and runs from the delay's end
            h.set_timer("delay", delay.at, Rank.DELAY, delay.clause, **data | {"held": [[h.at, delay.at]]})
        else:
            _set_step(h, rule, data)


def end_silence(h: Hearing) -> None:
    """Forget the schedule, any announced delay and any date of review: the case no longer waits for them."""
    for name in (*STEPS, "delay", "review"):
        h.clear_timer(name)


def announce_delay(h: Hearing, until: Instant) -> None:
    """Hold the schedule until the date the customer named."""
    suspended: dict[str, Any] = {}
    for name in STEPS:
        timer = h.case.timers.get(name)
        rule = _rule_of(h, timer.data) if timer is not None else None
        if timer is not None and rule is not None and "announced delay" in rule.held_by:
            suspended = {**timer.data, "held": [*timer.data["held"], [h.at, until]]}
            h.clear_timer(name)
    previous = h.case.timers.get("delay")
    if previous is not None and not suspended and previous.data:  # a second date replaces the first
        since = previous.data["held"][-1][0]
        suspended = {**previous.data, "held": [*previous.data["held"][:-1], [since, until]]}
    h.clear_timer("delay")
    clause = h.policy.clause_of("silence")
    h.set_timer("delay", until, Rank.DELAY, clause, **suspended)


def delay_over(h: Hearing, data: dict[str, Any]) -> None:
    """Let the schedule run on with its rest from the delay's end."""
    h.clear_timer("delay")
    rule = _rule_of(h, data) if data else None
    if rule is not None:
        _set_step(h, rule, data)


def take_step(h: Hearing, name: str, data: dict[str, Any]) -> None:
    """Take the step whose time has come: an attempt if fewer are on record than are due, or the closing."""
    rule = _rule_of(h, data)
    h.clear_timer(name)
    if rule is None or not is_waiting_on_customer(h.case):
        return
    step = rule.steps[data["step"]]
    if step.close is not None:
        _close(h, rule, data, step.close)
        return
    due = sum(1 for earlier in rule.steps[: data["step"] + 1] if earlier.attempt is not None)
    if h.case.attempts < due:
        _attempt(h, rule, str(step.attempt))
    _set_step(h, rule, {**data, "step": data["step"] + 1})


def _attempt(h: Hearing, rule: SilenceRule, by: str) -> None:
    """Make an attempt by mail at once; one by telephone is only called for, and counts once somebody has made it."""
    h.rule(Found.ATTEMPT_DUE, rule.clause, "", {"attempt": by, "number": h.case.attempts + 1})
    if by == EMAIL:
        h.notify("attempt")


def _close(h: Hearing, rule: SilenceRule, data: dict[str, Any], because: ClosedBecause) -> None:
    step = rule.steps[data["step"]]
    if h.case.attempts >= step.needs_attempts:
        close(h, because, rule.clause, "no answer came")
        return
    # Not enough was tried: once more, and closing that much later; by telephone, again until somebody has.
    last = next((one.attempt for one in reversed(rule.steps) if one.attempt is not None), EMAIL)
    _attempt(h, rule, str(last))
    _close_later(h, rule, data)


def _close_later(h: Hearing, rule: SilenceRule, data: dict[str, Any]) -> None:
    later = rule.steps[data["step"]].else_after_attempt or Amount.parse("1 business day")
    due = calendar_of(h, rule.hours).add(h.at, later)
    h.set_timer("close", due, Rank.CLOSE, rule.clause, **{**data, "late": True})


def attempt_made(h: Hearing) -> None:
    """Count the closing from an attempt that it had been waiting for."""
    timer = h.case.timers.get("close")
    rule = _rule_of(h, timer.data) if timer is not None and timer.data.get("late") else None
    if timer is not None and rule is not None and h.case.attempts >= rule.steps[timer.data["step"]].needs_attempts:
        h.clear_timer("close")
        _close_later(h, rule, dict(timer.data))


def exchange_schedule(h: Hearing, before: Policy) -> None:
    """Let a schedule under way go on by the new version's rules, from the same request; what is past is due now."""
    for name in (*STEPS, "delay"):
        timer = h.case.timers.get(name)
        if timer is None or "schedule" not in timer.data:
            continue
        table = before.silence[timer.data["schedule"]]
        held = table.at(h.words())
        index, rule = next(
            (
                (i, r)
                for i, t in enumerate(h.policy.silence)
                if held and (r := t.at(h.words())) and r.from_ == held.from_
            ),
            (None, None),
        )
        if rule == held and index == timer.data["schedule"]:
            continue
        h.clear_timer(name)
        data = {} if rule is None else {**timer.data, "schedule": index, "step": 0}
        if name == "delay":
            h.set_timer(name, timer.at, timer.rank, timer.clause, **data)
        elif rule is not None:
            _set_step(h, rule, data)


def _rule_of(h: Hearing, data: Any) -> SilenceRule | None:
    table = h.policy.silence[data["schedule"]] if data["schedule"] < len(h.policy.silence) else None
    return table.at(h.words()) if table is not None else None


def _set_step(h: Hearing, rule: SilenceRule, data: dict[str, Any]) -> None:
    if data["step"] >= len(rule.steps):
        return
    step = rule.steps[data["step"]]
    name, rank = ("close", Rank.CLOSE) if step.close is not None else ("attempt", Rank.ATTEMPT)
    h.set_timer(name, _instant_of(h, rule, step.after, data["from"], data["held"]), rank, rule.clause, **data)


def _instant_of(
    h: Hearing, rule: SilenceRule, after: Amount, since: Instant, held: Sequence[Sequence[Instant]]
) -> Instant:
    """Return when a step is due: its amount from the request, moved on by what announced delays took."""
    calendar = calendar_of(h, rule.hours)
    due = calendar.add(since, after)
    stood = sum(calendar.measure(after.unit, a, b) for a, b in held)
    if not stood:
        return max(due, h.at)
    moved = due + stood if after.unit is AmountUnit.ELAPSED else calendar.add_working(due, stood)
    return max(moved, h.at)
