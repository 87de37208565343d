"""What a case becomes when the policy rules: what it made of an act or of time, with every instant it worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from troth.engine.case import NO_CLOCK, Case, Clock, Pause, Timer
from troth.engine.events import Ruling
from troth.engine.facts import Facts, Services
from troth.policy.vocabulary import ClockKind, ClockState, Found, Goals, Status

_KINDS: Final = {str(kind): kind for kind in ClockKind}
_GOALS: Final = {str(goals): goals for goals in Goals}
"""By the words that rulings carry: a look-up, where to ask the vocabulary itself would cost four."""


def _covered(case: Case, ruling: Ruling) -> None:
    data = ruling.data
    case.is_covered, case.basis, case.plan = True, data["basis"], data.get("plan")
    case.goals, case.offered = _GOALS[data["goals"]], ()
    if data.get("uses") == "incident":
        case.facts = case.facts.with_changes(incidents=case.facts.incidents - 1)


def _uncovered(case: Case, ruling: Ruling) -> None:
    case.is_covered, case.basis, case.plan = False, None, None
    case.goals, case.offered = Goals.NONE, tuple(ruling.data["offered"])


def _severity(case: Case, ruling: Ruling) -> None:
    case.severity, case.severity_from = ruling.data["severity"], ruling.data["from"]
    if ruling.data.get("lowered"):  # SYN-18: availability was asked for the graver severity only
        case.is_contact_available = True


def _level(case: Case, ruling: Ruling) -> None:
    case.level, case.worked_by = ruling.data["level"], ruling.data["worked by"]
    if case.level not in case.levels_reached:
        case.levels_reached = (*case.levels_reached, case.level)


def _clock_started(case: Case, ruling: Ruling) -> None:
    data = ruling.data
    since = data.get("since", ruling.at)
    case.clocks[data["clock"]] = NO_CLOCK.with_changes(
        name=data["clock"],
        kind=_KINDS[data["kind"]],
        state=ClockState.RUNNING,
        clause=ruling.clause,
        started_at=since,
        amount=data["amount"],
        hours=data["hours"],
        due_at=data["due"],
        counted_from=since,
        order=data["order"],
        level=data.get("level"),
        under=case.level,
    )


def _clock_paused(case: Case, ruling: Ruling) -> None:
    name = ruling.data["clock"]
    pause = Pause(ruling.at, None, ruling.data["cause"])
    case.change_clock(name, state=ClockState.PAUSED, due_at=None, pauses=(*case.clocks[name].pauses, pause))


def _clock_resumed(case: Case, ruling: Ruling) -> None:
    name = ruling.data["clock"]
    case.change_clock(
        name,
        state=ClockState.RUNNING,
        due_at=ruling.data["due"],
        pauses=_closed_pauses(case.clocks[name], ruling),
        ended_at=None,
    )


def _clock_moved(case: Case, ruling: Ruling) -> None:
    data = ruling.data
    clock = case.clocks[data["clock"]]
    case.change_clock(
        clock.name,
        kind=_KINDS[data.get("kind", clock.kind)],
        clause=ruling.clause,
        amount=data.get("amount", clock.amount),
        hours=data.get("hours", clock.hours),
        due_at=data["due"],
        counted_from=data.get("counted from", clock.counted_from),
        used=data.get("used", clock.used),
        pauses=tuple(Pause(*entry) for entry in data["pauses"]) if "pauses" in data else clock.pauses,
    )


def _clock_met(case: Case, ruling: Ruling) -> None:
    clock = case.clocks[ruling.data["clock"]]
    if clock.state is ClockState.MISSED:  # decision 4: met after missed stays missed
        case.change_clock(clock.name, met_at=ruling.at)
        return
    case.change_clock(
        clock.name,
        state=ClockState.MET,
        met_at=ruling.at,
        due_at=ruling.data.get("due"),
        pauses=_closed_pauses(clock, ruling),
    )


def _clock_missed(case: Case, ruling: Ruling) -> None:
    name = ruling.data["clock"]
    case.change_clock(
        name,
        state=ClockState.MISSED,
        missed_at=ruling.at,
        due_at=ruling.data["due"],
        pauses=_closed_pauses(case.clocks[name], ruling),
    )


def _clock_ended(case: Case, ruling: Ruling) -> None:
    clock = case.clocks[ruling.data["clock"]]
    pauses = clock.pauses
    if clock.state is ClockState.RUNNING:  # if it ever runs again, the time between was not its own
        pauses = (*pauses, Pause(ruling.at, None, "ended"))
    case.change_clock(clock.name, state=ClockState.ENDED, ended_at=ruling.at, due_at=None, pauses=pauses)


def _closed_pauses(clock: Clock, ruling: Ruling) -> tuple[Pause, ...]:
    """Return the clock's pauses, the one that was open ending now."""
    if not clock.pauses:
        return ()
    return tuple(Pause(p.from_at, ruling.at, p.cause) if p.to_at is None else p for p in clock.pauses)


def _missing(case: Case, ruling: Ruling) -> None:
    case.missing = tuple(ruling.data["missing"])


def _waiting(case: Case, ruling: Ruling) -> None:
    case.status, case.waiting_on = Status.WAITING, ruling.data["on"]
    case.waiting_since, case.waiting_for = ruling.at, ruling.data.get("for")
    case.offered = tuple(ruling.data.get("offered", case.offered))


def _open_again(case: Case, _ruling: Ruling) -> None:
    case.status, case.waiting_on, case.waiting_since, case.waiting_for = Status.OPEN, None, None, None


def _unread(case: Case, _ruling: Ruling) -> None:
    case.is_unread = True


def _read(case: Case, _ruling: Ruling) -> None:
    case.is_unread = False


def _excluded(case: Case, ruling: Ruling) -> None:
    case.exclusion, case.outcome = ruling.data["as"], ruling.data["outcome"]
    case.excluded_at, case.allowance = ruling.at, ruling.data.get("allowance")
    case.is_excluded_by_facts = bool(ruling.data.get("by facts"))


def _included(case: Case, _ruling: Ruling) -> None:
    case.exclusion = case.outcome = case.excluded_at = case.allowance = None
    case.is_excluded_by_facts = False
    if case.is_covered:
        case.offered = ()


def _allowance(case: Case, ruling: Ruling) -> None:
    case.allowance = ruling.data["left"]


def _timer_set(case: Case, ruling: Ruling) -> None:
    data = ruling.data
    case.timers[data["timer"]] = Timer(data["timer"], data["due"], data["rank"], ruling.clause, data.get("data", {}))


def _timer_cleared(case: Case, ruling: Ruling) -> None:
    case.timers.pop(ruling.data["timer"], None)


def _attempt_due(case: Case, ruling: Ruling) -> None:
    if ruling.data["attempt"] == "email":  # the desk writes by itself; to telephone takes somebody
        case.attempts += 1
        case.attempted_at = ruling.at


def _monitoring(case: Case, _ruling: Ruling) -> None:
    case.status, case.waiting_on, case.waiting_since, case.waiting_for = Status.MONITORING, None, None, None


def _access(case: Case, ruling: Ruling) -> None:
    case.access = ruling.data["access"]


def _resolved(case: Case, ruling: Ruling) -> None:
    _open_again(case, ruling)
    case.status, case.resolved_at, case.resolved_by = Status.RESOLVED, ruling.at, ruling.data.get("by")


def _closed(case: Case, ruling: Ruling) -> None:
    _open_again(case, ruling)
    case.status, case.closed_at, case.closed_because = Status.CLOSED, ruling.at, ruling.data["because"]


def _reopened(case: Case, ruling: Ruling) -> None:
    _open_again(case, ruling)
    case.reopened_at, case.is_unread = ruling.at, False
    case.closed_at = case.closed_because = case.resolved_at = case.resolved_by = None
    case.requests = case.attempts = 0
    case.asked_at = case.attempted_at = None


def _queued(case: Case, ruling: Ruling) -> None:
    case.lane, case.order, case.queued_at = ruling.data["lane"], ruling.data["order"], ruling.data["since"]


def _escalated(case: Case, ruling: Ruling) -> None:
    case.path = (*case.path, ruling.data["to"])


def _excused(case: Case, ruling: Ruling) -> None:
    data = ruling.data
    case.excused = (*case.excused, (data["from"], data["until"], data["cause"]))


def _notice(_case: Case, _ruling: Ruling) -> None:
    """A notice changes nothing on the case: it tells."""


def _bought(case: Case, ruling: Ruling) -> None:
    case.facts = Facts.from_json(ruling.data["facts"])
    case.offered = tuple(offer for offer in case.offered if offer != ruling.data["what"])


def _lapsed(case: Case, ruling: Ruling) -> None:
    case.facts = case.facts.with_changes(services=Services.from_json(ruling.data["services"]))


def _adopted(_case: Case, _ruling: Ruling) -> None:
    """From here on the case's policy is the one this ruling names; `apply` has taken it down."""


def _linked(case: Case, ruling: Ruling) -> None:
    case.links = (*case.links, ruling.data["case"])


AFTER_RULING: Final[Mapping[Found, Callable[[Case, Ruling], None]]] = {
    Found.COVERED: _covered,
    Found.UNCOVERED: _uncovered,
    Found.SEVERITY: _severity,
    Found.LEVEL: _level,
    Found.CLOCK_STARTED: _clock_started,
    Found.CLOCK_PAUSED: _clock_paused,
    Found.CLOCK_RESUMED: _clock_resumed,
    Found.CLOCK_MOVED: _clock_moved,
    Found.CLOCK_MET: _clock_met,
    Found.CLOCK_MISSED: _clock_missed,
    Found.CLOCK_ENDED: _clock_ended,
    Found.MISSING: _missing,
    Found.WAITING: _waiting,
    Found.OPEN_AGAIN: _open_again,
    Found.UNREAD: _unread,
    Found.READ: _read,
    Found.EXCLUDED: _excluded,
    Found.INCLUDED: _included,
    Found.ALLOWANCE: _allowance,
    Found.TIMER_SET: _timer_set,
    Found.TIMER_CLEARED: _timer_cleared,
    Found.ATTEMPT_DUE: _attempt_due,
    Found.MONITORING: _monitoring,
    Found.ACCESS: _access,
    Found.RESOLVED: _resolved,
    Found.CLOSED: _closed,
    Found.REOPENED: _reopened,
    Found.QUEUED: _queued,
    Found.ESCALATED: _escalated,
    Found.EXCUSED: _excused,
    Found.NOTICE: _notice,
    Found.BOUGHT: _bought,
    Found.LAPSED: _lapsed,
    Found.ADOPTED: _adopted,
    Found.LINKED: _linked,
}
