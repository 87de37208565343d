"""The fold: what a case becomes when an event is added to it.

It needs no policy and no calendar: acts say what was done, rulings carry every instant the policy worked out.
So an upgrade of the policy, the holidays or this engine never changes a stored case.
"""

from __future__ import annotations

from collections.abc import Iterable

from troth.engine.after_act import AFTER_ACT
from troth.engine.after_ruling import AFTER_RULING
from troth.engine.case import Case
from troth.engine.events import Act, Event


def evolve(case: Case | None, event: Event) -> Case:
    """Return the case after `event`; the case given is left as it was."""
    after = case.copy() if case is not None else Case()
    apply(after, event)
    return after


def fold(events: Iterable[Event]) -> Case:
    """Return the case that `events` make, oldest first; ValueError where there is none."""
    case = Case()
    for event in events:
        apply(case, event)
    if not case.events:
        message = "a case is made of at least one event"
        raise ValueError(message)
    return case


def apply(case: Case, event: Event) -> None:
    """Change `case` in place by one event: for a fold that owns its case, and for a hearing's working copy."""
    case.at = event.at
    case.events += 1
    if isinstance(event, Act):
        done = AFTER_ACT.get(event.verb)
        if done is not None:
            done(case, event)
        return
    case.policy = event.policy
    case.last_ruling = event.clause
    AFTER_RULING[event.found](case, event)
