"""Cases that come with their past, many at once: a load for a trial, whose events the engine has made already.

Beside the door this is the only way in, and only for cases that are new: nothing that stands is changed. No mail is
owed for what never happened, so no notice is queued; `troth cases verify` holds what was written to its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from troth.desk.models import Case, Counter, Message
from troth.desk.store import EVENTS, Step, event_rows, save_clocks, set_columns
from troth.engine import Act
from troth.hours import moment
from troth.journal.audit import write_audit
from troth.people.models import Desk


@dataclass(frozen=True, slots=True)
class Loaded:
    """A new case with what happened on it, and the words that came with some of its events, by their places."""

    step: Step
    words: tuple[tuple[int, Message], ...] = ()


def take_numbers(desk: Desk, count: int) -> int:
    """That many case numbers in a row are given out; the first comes back."""
    with transaction.atomic():
        counter = Counter.objects.select_for_update().get(desk=desk)
        Counter.objects.filter(pk=counter.pk).update(last=F("last") + count)
        return counter.last + 1


def load_cases(desk: Desk, cases: Sequence[Loaded], *, at: datetime) -> int:
    """All these cases are there, or none; how many events they have comes back."""
    with transaction.atomic():
        rows = [one.step.row for one in cases]
        for one in cases:
            set_columns(one.step.row, one.step.after)
        Case.objects.bulk_create(rows, batch_size=500)
        for one in cases:
            for place, message in one.words:
                message.case, message.desk_id = one.step.row, desk.pk
                number, event, _ = one.step.events[place]
                message.sequence, message.at = number, moment(event.at)
        Message.objects.bulk_create([message for one in cases for _, message in one.words], batch_size=500)
        steps = [spoken(one) for one in cases]
        EVENTS.insert(row for step in steps for row in event_rows(step))
        save_clocks(steps)
        write_audit(
            "loaded",
            f"desk {desk.slug}",
            at=at,
            by=None,
            role="system",
            desk=desk.pk,
            data={"from": rows[0].number, "to": rows[-1].number},
        )
        return sum(len(step.events) for step in steps)


def spoken(one: Loaded) -> Step:
    """The step with each act naming the message that came with it, as the door does it."""
    events = list(one.step.events)
    for place, message in one.words:
        number, event, state = events[place]
        if isinstance(event, Act):
            events[place] = number, replace(event, data={**event.data, "message": message.pk}), state
    return replace(one.step, events=tuple(events))
