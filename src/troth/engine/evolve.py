"""The fold: what a case becomes when an event is added to it.

It needs no policy and no calendar: acts say what was done, rulings carry every instant the policy worked out.
So an upgrade of the policy, the holidays or this engine never changes a stored case.
"""

from __future__ import annotations

from collections.abc import Iterable

from troth.engine.after_act import AFTER_ACT
from troth.engine.after_ruling import AFTER_RULING
from troth.engine.case import NO_CASE, Case, Draft
from troth.engine.events import Event, Ruling


def evolve(case: Case | None, event: Event) -> Case:
    """Return the case after `event`; the case given is left as it was."""
    after = (case or NO_CASE).copy()
    apply(after, (event,))
    return after


def fold(events: Iterable[Event], case: Case | None = None) -> Case:
    """Return the case that `events` make, oldest first, of nothing or of `case`, which is left as it was.

    The same as to `evolve` by one event after another, without a copy for each; ValueError where nothing ever happened.
    """
    after = case.copy() if case is not None else Draft.begun()
    apply(after, events)
    if not after.events:
        message = "a case is made of at least one event"
        raise ValueError(message)
    return after.done()


def apply(case: Case, events: Iterable[Event]) -> None:
    """Change `case` in place by these events: for a draft, and for a hearing's working copy."""
    count, event, ruling = 0, None, None
    for event in events:
        count += 1
        if isinstance(event, Ruling):
            ruling = event
            AFTER_RULING[event.found](case, event)
        elif event.verb in AFTER_ACT:
            AFTER_ACT[event.verb](case, event)
    case.events += count
    if event is not None:
        case.at = event.at
    if ruling is not None:
        case.policy, case.last_ruling = ruling.policy, ruling.clause
