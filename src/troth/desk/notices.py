"""What the desk owes people: rendered and frozen when the policy rules it, sent by a worker later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from troth.customers.models import PartnerUser
from troth.desk.adopting import notice_texts
from troth.desk.models import Case, Message, Notice
from troth.desk.readers import line_for
from troth.desk.texts import CALL_DUE, ESCALATION, fill, text_for
from troth.engine import decide, evolve
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Event, Refusal, Ruling
from troth.hours import Instant, moment
from troth.people.models import MemberRole, Membership, Person
from troth.policy import Policy
from troth.policy.vocabulary import Found, Receiver, Role, Verb
from troth.policy.vocabulary import Notice as Kind

REPLY: Final = "reply"
"""The kind of a notice that carries what a person wrote, rather than what a rule sends."""

DELIVER: Final = "troth.desk.delivering.deliver"
"""The job by which a notice leaves."""

DROPPED: Final = "dropped"
"""The state of a notice that nobody is to get any more: the person it was for has been erased."""

CASE_HOLDER: Final = Receiver.CASE_HOLDER
ROLES: Final = {
    Receiver.LEAD: MemberRole.MANAGER,
    Receiver.MANAGER: MemberRole.MANAGER,
    Receiver.EXECUTIVES: MemberRole.MANAGER,
    Receiver.PRODUCT_MANAGEMENT: MemberRole.MANAGER,
    Receiver.STAFF: MemberRole.STAFF,
}
"""Who stands behind the policy's words; a desk has no role above its managers, and none of product management."""
CARRIES_THE_MESSAGE: Final = frozenset({Kind.INFORMATION_REQUEST, Kind.CLOSING})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person a notice goes to, under the word by which the policy names them."""

    name: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Why a notice goes out: the ruling that owes it, with its number, and the kind of notice it owes."""

    sequence: int
    kind: str
    ruling: Ruling


class Roster:
    """Who has which role on which desk, asked for once for however many cases."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, MemberRole], list[Person]] = {}

    def of(self, desk: int, role: MemberRole) -> list[Person]:
        """The people in that role who are still here."""
        if (desk, role) not in self.known:
            members = Membership.objects.filter(desk=desk, role=str(role)).values("person")
            self.known[desk, role] = list(Person.objects.filter(pk__in=members, is_active=True).order_by("pk"))
        return self.known[desk, role]


@dataclass(frozen=True, slots=True)
class Occasion:
    """The case on which notices are owed, its policy, and what a person wrote with the act, if anything."""

    row: Case
    policy: Policy
    message: Message | None = None
    roster: Roster = field(default_factory=Roster)


def notices_for(on: Occasion, events: Sequence[tuple[int, Event, EngineCase]]) -> list[Notice]:
    """The notices which these events owe; each event comes with its number and the case as it then stood.

    A notice tells of the case as it stands when all that its instant brought has been ruled.
    A message to the customer that no notice of the policy carries goes out as a mail of its own.
    """
    at_last = {event.at: state for _, event, state in events}
    queued = [
        rule_notice(on, Sent(sequence, kind, event), at_last[event.at], recipient)
        for sequence, event, _ in events
        if isinstance(event, Ruling)
        for kind, names in owed(event)
        for recipient in recipients(on, names)
    ]
    if on.message is not None and on.message.direction == "us" and not any(carries(entry) for entry in queued):
        queued.append(reply_notice(on, on.message))
    return queued


def owed(ruling: Ruling) -> Iterator[tuple[str, Iterable[str]]]:
    """The kind of notice a ruling owes, and the words for whom; most rulings owe none.

    What a policy calls a notice goes by its clause on notices. Whom a step of escalation `tells`, and who has to
    telephone, is told besides, under `nothing automatic` too: that sentence is about replies to customers.
    """
    if ruling.found is Found.NOTICE:
        yield str(ruling.data["notice"]), ruling.data.get("to") or [CASE_HOLDER]
    elif ruling.found is Found.ESCALATED:
        yield ESCALATION, ruling.data["tells"]
    elif ruling.found is Found.ATTEMPT_DUE and ruling.data["attempt"] == "phone":
        yield CALL_DUE, [Receiver.STAFF]


def carries(notice: Notice) -> bool:
    """Whether the notice already brings the person's words to the case-holder."""
    return notice.message is not None and notice.recipient == CASE_HOLDER


def recipients(on: Occasion, names: Iterable[str]) -> Iterator[Recipient]:
    """The persons behind the policy's words; a word behind which nobody stands gives one without a person.

    A case that no partner looks after has no partner to tell, and that is nobody's fault.
    """
    row = on.row
    for name in map(Receiver, names):
        if name is CASE_HOLDER:
            yield Recipient(name, row.contact.person if row.contact is not None else None)
            continue
        persons = members(on, name)
        if not persons and (name is not Receiver.PARTNER or row.partner_id is not None):
            yield Recipient(name, None)
        for person in persons:
            yield Recipient(f"{name} {person.pk}", person)


def members(on: Occasion, name: Receiver) -> list[Person]:
    """The people of the desk, or of the case's partner, for whom one of the policy's words stands."""
    row = on.row
    if name is Receiver.PARTNER:
        users = PartnerUser.objects.filter(partner=row.partner_id).values("person")
        return list(Person.objects.filter(pk__in=users, is_active=True).order_by("pk"))
    if name is Receiver.STAFF and row.owner is not None and row.owner.is_active:
        return [row.owner]
    return on.roster.of(row.desk_id, ROLES[name])


def rule_notice(on: Occasion, sent: Sent, state: EngineCase, recipient: Recipient) -> Notice:
    """A notice that a rule sends, its text frozen."""
    kind, ruling = sent.kind, sent.ruling
    text = text_for(kind, state.facts.language or on.row.desk.language, notice_texts(on.row))
    carried = on.message if kind in CARRIES_THE_MESSAGE and "{message}" in text else None
    words = placeholders(on, sent, state, recipient)
    words["message"] = carried.text.strip() if carried is not None else ""
    subject, body = fill(text, words)
    return queued_to(
        recipient,
        Notice(
            case=on.row,
            sequence=sent.sequence,
            kind=kind,
            subject=subject,
            body=body,
            queued_at=moment(ruling.at),
            message=carried,
        ),
    )


def reply_notice(on: Occasion, message: Message) -> Notice:
    """What a person wrote to the customer, as a mail; it has the number of the act it was written with."""
    row, holder = on.row, next(recipients(on, [CASE_HOLDER]))
    subject = " ".join(f"[{row.label}] {row.title}".split())[:250]
    return queued_to(
        holder,
        Notice(
            case=row,
            sequence=message.sequence or row.event_count,
            kind=REPLY,
            subject=subject,
            body=message.text,
            queued_at=message.at,
            message=message,
        ),
    )


def queued_to(recipient: Recipient, notice: Notice) -> Notice:
    """The notice, queued for this recipient; one that can reach nobody is there too, failed, to be seen."""
    person = recipient.person
    notice.desk_id = notice.case.desk_id
    notice.recipient = recipient.name
    notice.person = person
    notice.address = person.email if person is not None else ""
    notice.state = "queued" if person is not None else "failed"
    if person is not None and person.erased_at is not None:
        notice.state, notice.address = DROPPED, ""
    if person is None:
        notice.failed_at = notice.queued_at
        notice.failure = f"nobody with an address stands behind the word {recipient.name!r}"
    return notice


def placeholders(on: Occasion, sent: Sent, state: EngineCase, recipient: Recipient) -> dict[str, str]:
    """The closed list of words a text may name, as they stand at the ruling's instant."""
    row, person, ruling = on.row, recipient.person, sent.ruling
    if sent.kind == Kind.CONFIRMATION:
        state = once_confirmed(on.policy, state, ruling.at)
    audience = "customer" if recipient.name == CASE_HOLDER else "agent"
    root = f"{settings.TROTH_URL}/{row.desk.slug}"
    return {
        "case": row.label,
        "title": row.title,
        "vendor": row.desk.vendor,
        "desk": row.desk.title,
        "contact": (person.name or person.email) if person is not None else "",
        "severity": state.severity or "",
        "level": f"level {state.level}" if state.level.isdecimal() else state.level,
        "status": str(state.status),
        "promise": line_for(on.policy, state, audience=audience, at=ruling.at).sentence,
        "clause": ruling.clause,
        "policy": on.policy.title,
        "link": f"{root}/cases/{row.label}" if audience == "customer" else f"{root}/desk/cases/{row.label}",
        "policy link": f"{root}/policy#{ruling.clause.partition('/')[0]}",
    }


def once_confirmed(policy: Policy, state: EngineCase, at: Instant) -> EngineCase:
    """The case as it will stand when the confirmation has gone: the mail promises what comes after itself."""
    act = Act(at, Verb.CONFIRM, Role.SYSTEM)
    rulings = decide(policy, state, act)
    if isinstance(rulings, Refusal):
        return state
    events: tuple[Event, ...] = (act, *rulings)
    for event in events:
        state = evolve(state, event)
    return state
