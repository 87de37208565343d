"""The ledger strip of a case: the engine's stretches, parted into hours that count and hours that do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from troth.engine import Stretch, first_clock, ledger
from troth.engine.case import Case
from troth.engine.events import Event, Ruling
from troth.faces.marks import Audience, LedgerEvent, LedgerStretch, LedgerStrip
from troth.faces.moments import DAY
from troth.hours import Calendar, HoursSpec, Instant, compile_calendar
from troth.policy import Policy
from troth.policy.policy import ALWAYS
from troth.policy.vocabulary import ClockState, Found

FINE_UNTIL: Final = 45 * DAY
"""A longer life is drawn without its nights: they would be finer than the bar can show."""

NOTCHES: Final = (Found.LEVEL, Found.WAITING, Found.OPEN_AGAIN, Found.CLOCK_MISSED, Found.REOPENED)


def support_calendar(policy: Policy) -> Calendar:
    """The hours the desk itself keeps: those named support, else the first the policy has."""
    others = (name for name in policy.hours if name != ALWAYS)
    return policy.calendar("support" if "support" in policy.hours else next(others, ALWAYS))


@lru_cache(maxsize=128)
def partner_calendar(written: str) -> Calendar:
    """A partner's hours as they are pinned in the case, compiled once."""
    return compile_calendar(HoursSpec.from_json(json.loads(written)))


def hours_of(policy: Policy, state: Case) -> Callable[[str], Calendar]:
    """Whose calendar counts while somebody has the case: the partner's own, else the desk's."""

    def calendar(owner: str) -> Calendar:
        partner = state.facts.partner
        if owner == "partner" and partner is not None and partner.hours is not None:
            return partner_calendar(json.dumps(dict(partner.hours), sort_keys=True))
        return support_calendar(policy)

    return calendar


def strip_of(
    policy: Policy,
    state: Case,
    events: Sequence[Event],
    now: Instant,
    *,
    audience: Audience,
    name_of: Callable[[str], str],
    is_fine: bool = True,
) -> LedgerStrip:
    """The strip on the wall's time, with the next due time as its flag; a list needs no nights in it.

    `name_of` calls an owner what this audience calls them; the customer's own name the mark knows.
    """
    hours = hours_of(policy, state)
    stretches = ledger(events, hours, now)
    is_short = sum(one.to_at - one.from_at for one in stretches) <= FINE_UNTIL
    pieces = [
        piece
        for one in stretches
        for piece in (parted(one, hours(one.owner)) if is_fine and is_short else [whole(one)])
    ]
    notches = {event.at for event in events if isinstance(event, Ruling) and event.found in NOTCHES} if is_fine else ()
    clock = first_clock(state)
    due = clock.due_at if clock is not None and clock.state is ClockState.RUNNING else None
    return LedgerStrip(
        stretches=tuple(pieces),
        events=tuple(LedgerEvent(at=at) for at in sorted(notches)),
        due_at=due,
        is_late=due is not None and due < now,
        audience=audience,
        names={one.owner: name_of(one.owner) for one in stretches if one.owner != "customer"},
    )


def whole(one: Stretch) -> LedgerStretch:
    """A stretch as one piece."""
    return LedgerStretch(owner=one.owner, from_at=one.from_at, to_at=one.to_at, working_seconds=one.working_seconds)


def parted(one: Stretch, calendar: Calendar) -> Iterator[LedgerStretch]:
    """A stretch in pieces, each wholly inside or wholly outside hours."""
    at = one.from_at
    for start, end in calendar.spans(one.from_at, one.to_at):
        if start > at:
            yield LedgerStretch(owner=one.owner, from_at=at, to_at=start, in_hours=False)
        yield LedgerStretch(owner=one.owner, from_at=start, to_at=end, working_seconds=end - start)
        at = end
    if at < one.to_at:
        yield LedgerStretch(owner=one.owner, from_at=at, to_at=one.to_at, in_hours=False)
