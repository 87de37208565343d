"""Why a clock of a case is due when it is: the engine's proof, counted out for who works on it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.adopting import policy_of
from troth.desk.readers import reader_for
from troth.desk.reads import entries_of
from troth.desk.store import stored_state
from troth.engine import Audience, Proof, clock_line, explain
from troth.faces.clauses import mark_of
from troth.faces.why import Telling, why_context
from troth.faces.words import capital
from troth.hours import instant
from troth.workspace.pages import ABSENT, Shift, for_workers, shown


@require_safe
@for_workers
def why_page(request: HttpRequest, shift: Shift, number: str, clock: str) -> HttpResponse:
    """The proof of one clock of one case."""
    row = shift.case(number)
    state, policy = stored_state(row), policy_of(row)
    if clock not in state.clocks:
        raise Http404(ABSENT)
    now = max(instant(timezone.now()), state.at)
    proof = explain(policy, [entry.event for entry in entries_of(row)], clock, now)
    reader = reader_for(policy, state, audience=Audience.AGENT, at=now, zone=shift.zone)
    telling = Telling(
        reader=reader,
        desk_zone=shift.desk.zone,
        counted_in=counted_in(proof),
        policy=policy.ref,
        met="Met",
        missed="Missed",
        kind=proof.kind,
        undue="not while it stands still",
        has_event_numbers=True,
    )
    context = {
        "case": row,
        "case_href": reverse("workspace:case", args=[shift.desk.slug, row.label]),
        "title": capital(clock),
        "sentence": clock_line(state, state.clocks[clock], reader).sentence,
        "clause": mark_of(policy, shift.root, proof.clause),
        **why_context(proof, telling),
    }
    return shown(request, shift, "why", context)


def counted_in(proof: Proof) -> str:
    """Which of the policy's hours count, by the name they have there."""
    if proof.hours == "around the clock":
        return "all hours, day and night"
    return f"the hours “{proof.hours}”, on the clocks of {proof.zone.replace('_', ' ')}"
