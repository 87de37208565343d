"""The one door through which a case changes (DESIGN §6).

Pages, mail, API and worker all come through here, so a thing done by one road means the same as by another.
Each call is one transaction: lock, ask who may, let time pass, decide, fold, write events, clocks, notices
and audit. A key makes a call safe to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from troth.customers.facts import Draft
from troth.customers.models import Contact
from troth.desk.actors import Actor, may_do
from troth.desk.adopting import bring, policy_of, versions_on
from troth.desk.completing import complete
from troth.desk.errors import CrossedDesksError, NotAllowedError
from troth.desk.known import facts_at_opening
from troth.desk.messages import Written, direction_of, keep_message
from troth.desk.models import Case, Done, Message
from troth.desk.numbers import give_back, take_number
from troth.desk.outside import outside
from troth.desk.policies import terms_for
from troth.desk.purchases import with_purchases
from troth.desk.store import save_steps, set_columns, step_of, stored_state
from troth.engine import decide
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Event, Refusal, Ruling
from troth.engine.facts import Facts
from troth.hours import instant, moment
from troth.journal.audit import write_audit
from troth.people.models import Desk, Person
from troth.policy.vocabulary import Verb

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a call left behind. `was_done` says that its key had been used: nothing was done this time.

    `rulings` are those the act brought about; what passing time ruled before it is in the case's events.
    """

    case: Case
    state: EngineCase
    first: int
    last: int
    rulings: tuple[Ruling, ...] = ()
    message: Message | None = None
    was_done: bool = False


def at_the_door(call: Callable[P, R]) -> Callable[P, R]:
    """Of two calls with one key at the same instant the later sees the earlier's result, not an error.

    And who is turned away is written down, in a transaction of its own: the refused one left nothing.
    """

    @wraps(call)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except IntegrityError:
            if kwargs.get("key") is None:
                raise
            return call(*args, **kwargs)
        except NotAllowedError as refused:
            by = kwargs["by"]
            write_turned_away(refused, by.person if isinstance(by, Actor) else None)
            raise

    return called


def write_turned_away(refused: NotAllowedError, person: Person | None) -> None:
    """Who asked for what they may not do stands in the audit record.

    The door writes it itself; who calls it inside a transaction of their own and gives that up writes it again.
    """
    with transaction.atomic():
        write_audit(
            "was turned away",
            f"desk {refused.data['desk']}",
            at=timezone.now(),
            by=person.pk if person is not None else None,
            role=str(refused.data["role"]),
            data={name: refused.data[name] for name in ("verb", "number")},
        )


@at_the_door
def open_case(  # noqa: PLR0913 (what a case begins with; all but two have a default)
    desk: Desk,
    *,
    by: Actor,
    draft: Draft,
    contact: Contact | None = None,
    at: datetime | None = None,
    received_at: datetime | None = None,
    key: str | None = None,
    written: Written | None = None,
    facts: Facts | None = None,
    linked_to: str | None = None,
) -> Recorded | Refusal:
    """A case is there with its promise, or the policy refuses it and nothing is.

    It opens at receipt, so a mail that waited for us loses no time. `facts` are gathered from the tables
    unless they are given (a scenario, an import).
    """
    opened = received_at or at or timezone.now()
    with transaction.atomic():
        taken = take_number(desk, opened, key)
        known = done_before(desk, key) if taken.is_done else None
        if known is not None:
            give_back(desk)
            return known
        check_may(by, Verb.OPEN, {}, desk)
        if contact is not None and contact.desk_id != desk.pk:
            raise CrossedDesksError("The case-holder belongs to another desk.", contact=contact.pk)
        account = contact.account if contact is not None else None
        terms = terms_for(desk, account, opened, taken.version)
        policy = terms.policy
        if facts is None:
            facts = facts_at_opening(desk, terms, contact, draft, instant(opened), is_opening=True)
        data: dict[str, Any] = {"facts": facts.to_json()}
        if linked_to is not None:
            data["case"] = linked_to
        act = Act(instant(opened), Verb.OPEN, by.role, data)
        rulings = decide(policy, None, act)
        if isinstance(rulings, Refusal):
            give_back(desk)
            return rulings
        row = Case(
            desk=desk,
            number=taken.number,
            title=draft.title.strip()[:200] or "(no subject)",
            account=account,
            contact=contact,
            partner=account.partner if account is not None else None,
            policy_version=terms.version,
            amendment=terms.amendment,
            channel=str(facts.channel),
            opened_at=moment(act.at),
        )
        set_columns(row, step_of(row, policy, None, (act, *rulings)).after)
        row.save()
        said = written or (Written(draft.text, received_at=received_at) if draft.text else None)
        # What a case opens with is the customer's request, also when an agent writes it down for them.
        message = keep_message(row, said, direction="customer", author=by.person, at=moment(act.at), sequence=1)
        return finish(row, Decided(act, rulings), by=by, message=message, key=key)


@at_the_door
def record(
    case: Case | int,
    verb: Verb | str,
    *,
    by: Actor,
    data: Mapping[str, Any] | None = None,
    written: Written | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Recorded | Refusal:
    """The act is part of the case with all that the policy makes of it, or it is refused and leaves no trace.

    It is stamped under the lock, never earlier than the case's last event. Time passes first, up to just
    before that instant; its rulings carry their own instants, so a late worker changes nothing. A version of
    the policy that came into force by then is adopted on the way.
    """
    verb, data = Verb(verb), dict(data or {})
    with transaction.atomic():
        row = locked(case)
        known = done_before(row.desk, key)
        if known is not None:
            return known
        check_may(by, verb, data, row.desk, row)
        before = stored_state(row)
        stamp = max(instant(at or timezone.now()), before.at)
        brought = bring(
            row,
            before,
            stamp,
            heard=outside.heard_until(row.desk),
            versions=versions_on([row.desk_id])[row.desk_id],
            act_at=stamp,
        )
        brought = with_purchases(row, brought, verb, data, stamp)
        act = complete(row, brought.policy, brought.state, Act(stamp, verb, by.role, data))
        rulings = decide(brought.policy, brought.state, act)
        if isinstance(rulings, Refusal):
            return rulings
        message = keep_message(
            row,
            written,
            direction=direction_of(by.role),
            author=by.person,
            at=moment(stamp),
            sequence=brought.state.events + 1,
        )
        return finish(row, Decided(act, rulings, before, brought.events), by=by, message=message, key=key)


@dataclass(frozen=True, slots=True)
class Decided:
    """An act with what time and new versions brought before it, and what the policy made of it; not yet written."""

    act: Act
    rulings: tuple[Ruling, ...]
    before: EngineCase | None = None
    passed: tuple[Event, ...] = ()


def finish(row: Case, what: Decided, *, by: Actor, message: Message | None, key: str | None) -> Recorded:
    """Everything the act brought about is written, and who did it."""
    policy, act = policy_of(row), what.act
    if message is not None:
        act = replace(act, data={**act.data, "message": message.pk})
    step = step_of(row, policy, what.before, (*what.passed, act, *what.rulings), actor=by.person, message=message)
    save_steps([step])
    first, last = step.after.events - len(what.rulings), step.after.events
    if key is not None:
        Done.objects.create(
            desk=row.desk, key=key, case=row, message=message, first=first, last=last, at=moment(act.at)
        )
    write_audit(
        str(act.verb),
        f"case {row.label}",
        at=timezone.now(),
        by=by.person.pk if by.person is not None else None,
        role=str(by.role),
        desk=row.desk_id,
        data={"sequence": first},
    )
    return Recorded(row, step.after, first, last, what.rulings, message)


def locked(case: Case | int) -> Case:
    """The case's row, ours until the transaction ends.

    On SQLite the transaction itself began as a writer, so it is alone; PostgreSQL locks the row.
    """
    pk = case if isinstance(case, int) else case.pk
    row: Case = (
        Case.objects.select_for_update(of=("self",))
        .with_policy()
        .select_related("contact__person", "account__partner")
        .get(pk=pk)
    )
    return row


def done_before(desk: Desk, key: str | None) -> Recorded | None:
    """What came of an earlier call with this key."""
    if key is None:
        return None
    done = Done.objects.select_related("message").filter(desk=desk, key=key).first()
    if done is None:
        return None
    row = locked(done.case_id)
    events = row.events.filter(sequence__gt=done.first, sequence__lte=done.last)
    rulings = tuple(event for event in (entry.to_engine() for entry in events) if isinstance(event, Ruling))
    return Recorded(row, stored_state(row), done.first, done.last, rulings, done.message, was_done=True)


def check_may(by: Actor, verb: Verb, data: Mapping[str, Any], desk: Desk, row: Case | None = None) -> None:
    """Raises NotAllowedError unless this actor may do this here; without a person only the desk itself may all."""
    sees = row is None or by.person is None or Case.objects.visible_to(by.person).filter(pk=row.pk).exists()
    # The catalogue's answer is nobody's to say; an import or a scenario, where no person speaks, brings it along.
    said = data if by.person is not None else {name: data[name] for name in data if name != "release"}
    if sees and may_do(by.role, verb, said):
        return
    raise NotAllowedError(
        f"A {by.role} may not do {str(verb)!r} here.",
        verb=str(verb),
        role=str(by.role),
        desk=desk.slug,
        case=row.label if row is not None and sees else None,
        number=row.number if row is not None else None,
    )


@at_the_door
def note(
    case: Case | int, *, by: Actor, written: Written, at: datetime | None = None, key: str | None = None
) -> Message:
    """A note for colleagues is kept beside the case. It is no act: no rule looks at it, no clock hears of it."""
    with transaction.atomic():
        row = locked(case)
        known = done_before(row.desk, key)
        if known is not None and known.message is not None:
            return known.message
        check_may(by, Verb.LOG, {}, row.desk, row)
        message = keep_message(row, written, direction="note", author=by.person, at=at or timezone.now(), sequence=None)
        if message is None:
            raise ValueError("a note needs some text")
        if key is not None:
            Done.objects.create(
                desk=row.desk,
                key=key,
                case=row,
                message=message,
                first=row.event_count,
                last=row.event_count,
                at=message.at,
            )
        audit_beside(row, "note", by, {"message": message.pk})
        return message


@at_the_door
def give_to(case: Case | int, *, by: Actor, owner: Person | None) -> Case:
    """The case is this person's to work on, or nobody's. Ownership decides nothing, so no event tells of it."""
    with transaction.atomic():
        row = locked(case)
        check_may(by, Verb.LOG, {}, row.desk, row)
        if owner is not None and not Case.objects.visible_to(owner).filter(pk=row.pk).exists():
            raise NotAllowedError(
                f"{owner} does not work at {row.desk}.",
                verb="give to",
                role=str(by.role),
                desk=row.desk.slug,
                case=row.label,
                number=row.number,
            )
        if row.owner == owner:
            return row  # said twice, as after an answer that was lost: nothing is new
        row.owner = owner
        row.save(update_fields=["owner"])
        audit_beside(row, "gave to", by, {"owner": owner.pk if owner is not None else None})
        return row


def audit_beside(row: Case, action: str, by: Actor, data: Mapping[str, Any]) -> None:
    """The audit entry of something done beside the events."""
    write_audit(
        action,
        f"case {row.label}",
        at=timezone.now(),
        by=by.person.pk if by.person is not None else None,
        role=str(by.role),
        desk=row.desk_id,
        data=data,
    )
