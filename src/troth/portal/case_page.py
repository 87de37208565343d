"""A case as its customer sees it: the promise in a line, what can be done, what was said."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.adopting import policy_of
from troth.desk.models import Case
from troth.desk.readers import reader_for
from troth.desk.reads import case_on, conversation_of, entries_of
from troth.desk.store import stored_state
from troth.engine import Audience, Proof, Reader, clock_line, explain, spoken_time
from troth.engine.case import Case as EngineCase
from troth.engine.case import Clock
from troth.faces.clauses import mark_of
from troth.faces.marks import ClockMark, Composer
from troth.faces.moments import MINUTE, duration_words
from troth.faces.strip import strip_of
from troth.faces.word_lines import line_mark
from troth.faces.words import capital, severity_title
from troth.hours import instant
from troth.mail.pipes import came_back
from troth.people.kept import take
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Information
from troth.portal.acts import REPLY, Trouble, possible, proposed_time
from troth.portal.pages import ABSENT, Visit, shown, signed_in_page
from troth.portal.promise import phone_to_call
from troth.portal.rulings import covered_words, is_told_of
from troth.portal.timeline import timeline_of
from troth.portal.words import clock_title, owner_title


@require_safe
@signed_in_page
def case_page(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """The case of that number; a foreign one and an absent one look the same."""
    row = case_on(request.user, visit.desk, number)
    if row is None:
        raise Http404(ABSENT)
    kept = take(request)
    trouble = Trouble("", "", text=kept[1].get("text", "")) if kept is not None else None
    return case_view(request, visit, row, trouble)


def case_view(request: HttpRequest, visit: Visit, row: Case, trouble: Trouble | None = None) -> HttpResponse:
    """The page, and on top of it what could not be done."""
    now = instant(timezone.now())
    policy, state = policy_of(row), stored_state(row)
    entries = entries_of(row)
    events = [entry.event for entry in entries]
    reader = reader_for(policy, state, audience=Audience.CUSTOMER, at=now, zone=visit.zone)
    conversation = conversation_of(row)
    can = possible(visit, row, policy, state, now)

    def explained(name: str) -> Proof:
        return explain(policy, events, name, max(now, state.at))

    yours = f"Times are yours ({visit.zone.replace('_', ' ')})." if visit.reads_elsewhere else ""
    refused = trouble if trouble is not None and trouble.sentence else None
    context = {
        "case": row,
        "line": line_mark(policy, state, reader, visit.root, yours),
        "strip": strip_of(policy, state, events, now, audience="customer", name_of=partial(owner_title, policy, state)),
        "entries": timeline_of(visit, row, reader, entries, conversation),
        "clocks": clock_marks(visit, row, state, reader, explained),
        "can": can,
        "returned": came_back(row, visit.person.email) if can.is_holder and visit.person is not None else [],
        "trouble": refused,
        "composer": composer_of(visit, row, state, trouble) if can.is_holder else None,
        "facts": facts_of(visit, policy, row, state),
        "act_key": secrets.token_urlsafe(24),
        "until": (trouble.values.get("until") if trouble else "") or proposed_time(now, visit.zone),
        "occurred": trouble.values.get("occurred", "") if trouble else "",
        "call": Information.CALL in state.missing and not can.is_over,
        "phone": phone_to_call(row.contact, visit),
        "call_clause": mark_of(policy, visit.root, policy.clause_of("intake")),
    }
    return shown(request, visit, "case", context, 409 if refused is not None else 200)


def clock_marks(
    visit: Visit, row: Case, state: EngineCase, reader: Reader, explained: Callable[[str], Proof]
) -> tuple[ClockMark, ...]:
    """Every clock the customer reads of, in the order of the policy, each with the way to its why."""
    policy = policy_of(row)
    clocks = sorted((one for one in state.clocks.values() if is_told_of(one, state)), key=lambda one: one.order)
    marks = []
    for clock in clocks:
        proof = explained(clock.name) if clock.is_alive else None
        whole = proof.used + (proof.remaining or 0) if proof is not None else 0
        share = proof.used / whole if proof is not None and whole > 0 else None
        marks.append(
            ClockMark(
                name=heading(clock.name),
                kind=str(clock.kind),
                state=str(clock.state),  # type: ignore[arg-type]
                sentence=sentence_of(state, clock, reader),
                due_at=clock.due_at if clock.state is ClockState.RUNNING else None,
                used_fraction=share,
                used_text=used_words(clock.amount, proof.used, share) if proof is not None else "",
                clause=mark_of(policy, visit.root, clock.clause),
                why_href=reverse("portal:why", args=[visit.desk.slug, row.label, clock.name]),
            )
        )
    return tuple(marks)


def sentence_of(state: EngineCase, clock: Clock, reader: Reader) -> str:
    """How a clock stands, where its due time alone does not say it."""
    if clock.state is ClockState.MET and clock.met_at is not None:
        return f"Kept {spoken_time(clock.met_at, reader)}."
    if clock.state is ClockState.ENDED:
        return "Ended before its time, neither kept nor missed."
    if clock.state is ClockState.MISSED and clock.due_at is not None:
        given = f"; given {spoken_time(clock.met_at, reader)}" if clock.met_at is not None else ""
        return f"Was due {spoken_time(clock.due_at, reader)}{given}."
    return clock_line(state, clock, reader).sentence if clock.state is not ClockState.RUNNING else ""


def heading(name: str) -> str:
    """A clock's name as a heading."""
    title = clock_title(name)
    return capital(title)


def used_words(amount: str, used: int, share: float | None) -> str:
    """How much of a clock's time is used, in the unit the policy gave it in."""
    given = amount.replace(" elapsed", "")
    if share is None or used < MINUTE:
        return f"nothing of {given} used yet"
    number, _, unit = given.partition(" ")
    if "day" in unit and number.isdecimal():
        return f"{int(number) * share:.1f} of {given} used"
    return f"{duration_words(used)} of {given} used"


def composer_of(visit: Visit, row: Case, state: EngineCase, trouble: Trouble | None) -> Composer:
    """The form at the end of the page; its button names who reads."""
    is_over = state.closed_at is not None
    errors = (trouble.sentence,) if trouble is not None and trouble.act == REPLY and trouble.sentence else ()
    return Composer(
        kind="reply",
        action=reverse("portal:act", args=[visit.desk.slug, row.label, REPLY]),
        readers=visit.desk.vendor,
        text=trouble.text if trouble is not None else "",
        label="Write on this case again" if is_over else "Reply",
        help="The case is closed; one of us reads what you write." if is_over else "",
        errors=errors,
        idempotency_key=secrets.token_urlsafe(24),
    )


def facts_of(visit: Visit, policy: Policy, row: Case, state: EngineCase) -> dict[str, Any]:
    """What the case is about, for the side of the page."""
    product = " ".join(filter(None, [state.facts.product, state.facts.version]))
    return {
        "severity": severity_title(policy, state.severity) if state.severity else "",
        "product": product,
        "cover": covered_words(policy, state).removesuffix("."),
        "cover_clause": mark_of(policy, visit.root, "entitlement"),
        "holder": str(row.contact.person) if row.contact is not None else "",
        "account": row.account.name if row.account is not None else "",
        "links": state.links,
    }
