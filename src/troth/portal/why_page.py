"""Why a clock is due when it is: the engine's proof as a page one can read and check."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.adopting import policy_of
from troth.desk.readers import reader_for
from troth.desk.reads import case_on, entries_of
from troth.desk.store import stored_state
from troth.engine import Audience, Proof, clock_line, explain
from troth.faces.clauses import mark_of
from troth.faces.moments import said_date
from troth.faces.why import Telling, why_context
from troth.hours import instant
from troth.portal.case_page import heading, sentence_of
from troth.portal.pages import ABSENT, Visit, shown, signed_in_page
from troth.portal.rulings import is_told_of


@require_safe
@signed_in_page
def why_page(request: HttpRequest, visit: Visit, number: str, clock: str) -> HttpResponse:
    """The proof of one clock; a clock that is none of the customer's looks absent."""
    row = case_on(request.user, visit.desk, number)
    state = stored_state(row) if row is not None else None
    if row is None or state is None or clock not in state.clocks or not is_told_of(state.clocks[clock], state):
        raise Http404(ABSENT)
    policy = policy_of(row)
    now = max(instant(timezone.now()), state.at)
    proof = explain(policy, [entry.event for entry in entries_of(row)], clock, now)
    reader = reader_for(policy, state, audience=Audience.CUSTOMER, at=now, zone=visit.zone)
    one = state.clocks[clock]
    partner = state.facts.partner.name if state.facts.partner is not None else ""
    telling = Telling(
        reader=reader,
        desk_zone=visit.desk.zone,
        counted_in=counted_in(proof, partner),
        policy=f"version of {said_date(policy.version)}",
        met="Kept",
        missed="Passed",
        cause_words=cause_words,
    )
    one = state.clocks[clock]
    context = {
        "case": row,
        "case_href": reverse("portal:case", args=[visit.desk.slug, row.label]),
        "title": heading(clock),
        "sentence": sentence_of(state, one, reader) or clock_line(state, one, reader).sentence,
        "clause": mark_of(policy, visit.root, proof.clause),
        **why_context(proof, telling),
        "changes": _told_changes(proof),
    }
    return shown(request, visit, "why", context)


def counted_in(proof: Proof, partner: str) -> str:
    """Whose hours count."""
    zone = proof.zone.replace("_", " ")
    if proof.hours in {"around the clock", "always"}:
        return "all hours, day and night"
    if proof.hours == "partner":
        return f"the hours of {partner or 'your partner'}, on the clocks of {zone}"
    return f"our {'opening' if proof.hours == 'support' else proof.hours} hours, on the clocks of {zone}"


def cause_words(cause: str) -> str:
    """Why a clock stood still, to the customer."""
    return {
        "waiting on customer": "we waited for your answer",
        "waiting on third party": "we waited for another company",
        "waiting on upgrade": "we waited for your update",
        "waiting on purchase": "we waited for a purchase",
        "contact unavailable": "nobody could be reached at your side",
        "monitoring": "we kept watch together",
        "announced delay": "you had asked for time",
        "ended": "it was not this level's turn",
    }.get(cause, cause)


def _told_changes(proof: Proof) -> str:
    """What would meet or move the clock, in words for the customer."""
    words = proof.changes
    for cause in ("waiting on customer", "waiting on third party", "waiting on upgrade", "waiting on purchase"):
        words = words.replace(cause, cause.replace("waiting on", "we wait for").replace("for customer", "for you"))
    return words.replace("contact unavailable", "nobody can be reached at your side")
