"""A case as an agent works on it: what is owed in a line, what was said, what can be done, and on what it rests."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.adopting import policy_of
from troth.desk.models import Case as CaseRow
from troth.desk.models import Message
from troth.desk.readers import reader_for
from troth.desk.reads import entries_of
from troth.desk.store import stored_state
from troth.engine import Audience, Reader, clock_line, entitles, explain, spoken_time
from troth.engine.case import Case, Clock
from troth.faces.clauses import mark_of
from troth.faces.marks import ClauseMark, ClockMark
from troth.faces.moments import duration_words
from troth.faces.strip import strip_of
from troth.faces.word_lines import line_mark
from troth.faces.words import capital, severity_title
from troth.hours import Instant, instant
from troth.mail.pipes import came_back
from troth.people.kept import take
from troth.policy import Policy
from troth.policy.vocabulary import ClockState, Lifecycle, Verb
from troth.products.catalogue import catalogue_of
from troth.workspace.acts import Deed, Stand, deeds, effects, gives_of, standing
from troth.workspace.pages import Shift, for_workers, shown
from troth.workspace.timeline import Laid, holder_of, messages_of, readers_of_notes, timeline_of
from troth.workspace.words import level_words, owner_words, worker_words


@dataclass(frozen=True, slots=True)
class Trouble:
    """An act that was not done: why, on which clause, what would be allowed; and what had been filled in."""

    name: str
    sentence: str
    allowed: str = ""
    clause: ClauseMark | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    spoken: tuple[Message, ...] = ()


@require_safe
@for_workers
def case_page(request: HttpRequest, shift: Shift, number: str) -> HttpResponse:
    """The case of that number; a foreign one and an absent one look the same."""
    row = shift.case(number)
    trouble = None
    if (kept := take(request)) is not None:
        form, words = kept
        trouble = Trouble(form.rpartition("/")[2], "", values={"text": words.get("text", "")})
    return case_view(request, shift, row, trouble)


def case_view(request: HttpRequest, shift: Shift, row: CaseRow, trouble: Trouble | None = None) -> HttpResponse:
    """The page, and on top of it what was not done."""
    now = instant(timezone.now())
    policy, state = policy_of(row), stored_state(row)
    entries, messages = entries_of(row), messages_of(row)
    events = [entry.event for entry in entries]
    reader = reader_for(policy, state, audience=Audience.AGENT, at=now, zone=shift.zone)
    laid = Laid(shift, row, policy, reader, entries)
    stand = standing(shift, row, policy, state, now)
    forms = offered(stand, trouble)
    refused = trouble if trouble is not None and trouble.sentence else None
    context = {
        "case": row,
        "line": line_mark(policy, state, reader, shift.root),
        "strip": strip_of(policy, state, events, now, audience="staff", name_of=partial(owner_words, state)),
        "entries": timeline_of(laid, messages),
        "clocks": clock_marks(laid, state),
        "facts": facts_of(shift, row, policy, state, now),
        "usual": [one for one in forms if not one["deed"].is_rare],
        "rare": [one for one in forms if one["deed"].is_rare],
        "is_rare_open": any(one["deed"].is_rare and one["is_refused"] for one in forms),
        "trouble": refused,
        "holder": holder_of(row),
        "returned": came_back(row),
        "note_readers": readers_of_notes(shift, row),
        "gives": gives_of(stand),
        "asks": effects(stand, Verb.ASK),
        "is_over": stand.is_over,
        "based_on": row.event_count,
        "seen": max((one.pk for one in messages), default=0),
        "key": secrets.token_urlsafe(18),
        "written": written_before(trouble),
        "here": reverse("workspace:case", args=[shift.desk.slug, row.label]),
        "neighbours": neighbours(shift, row),
    }
    return shown(request, shift, "case", context, 409 if refused is not None else 200)


def written_before(trouble: Trouble | None) -> dict[str, Any]:
    """The words of a form that was not taken, for the form they were written in."""
    if trouble is None:
        return {}
    name = "reply" if trouble.name == "ask" else trouble.name
    return {name: trouble.values.get("text", ""), "gives": trouble.values.get("gives", ""), "spoken": trouble.spoken}


def offered(stand: Stand, trouble: Trouble | None) -> list[dict[str, Any]]:
    """The forms of acts; the one that was refused stands open, filled in as it was."""
    out = []
    for deed in deeds(stand):
        is_refused = trouble is not None and trouble.name == deed.name
        values = trouble.values if trouble is not None and is_refused else {}
        fields = [{"field": one, "value": values.get(one.name, one.value)} for one in deed.fields]
        out.append({"deed": deed, "fields": fields, "is_refused": is_refused, "is_plain": is_plain(deed)})
    return out


def is_plain(deed: Deed) -> bool:
    """Whether pressing the button says it all."""
    return not deed.says and all(one.kind == "hidden" for one in deed.fields)


def clock_marks(laid: Laid, state: Case) -> tuple[ClockMark, ...]:
    """Every clock of the case: those that run first, as the policy orders them, each with the way to its why."""
    order = {ClockState.RUNNING: 0, ClockState.PAUSED: 1, ClockState.MISSED: 2, ClockState.MET: 3}
    clocks = sorted(state.clocks.values(), key=lambda one: (order.get(one.state, 4), one.due_at or 0, one.order))
    shift, row, policy, reader = laid.shift, laid.row, laid.policy, laid.reader
    at = max(reader.now, state.at)
    events = [entry.event for entry in laid.entries]
    marks = []
    for clock in clocks:
        proof = explain(policy, events, clock.name, at)
        whole = proof.used + (proof.remaining or 0)
        marks.append(
            ClockMark(
                name=capital(clock.name),
                kind=str(clock.kind),
                state=str(clock.state),  # type: ignore[arg-type]
                sentence=sentence_of(state, clock, reader),
                due_at=clock.due_at if clock.state is ClockState.RUNNING else None,
                used_fraction=proof.used / whole if clock.is_alive and whole > 0 else None,
                used_text=f"{duration_words(proof.used)} used of {clock.amount.replace('elapsed ', '')}",
                clause=mark_of(policy, shift.root, clock.clause),
                why_href=reverse("workspace:why", args=[shift.desk.slug, row.label, clock.name]),
            )
        )
    return tuple(marks)


def sentence_of(state: Case, clock: Clock, reader: Reader) -> str:
    """How a clock stands, where its due time alone does not say it."""
    if clock.state is ClockState.RUNNING:
        return ""
    if clock.state is ClockState.MET and clock.met_at is not None:
        return f"met {spoken_time(clock.met_at, reader)}"
    if clock.state is ClockState.PAUSED:
        return f"stands still, {clock.pauses[-1].cause}" if clock.pauses else "stands still"
    if clock.state is ClockState.ENDED:
        return "ended without a verdict"
    due = spoken_time(clock.due_at, reader) if clock.due_at is not None else ""
    met = f", met {spoken_time(clock.met_at, reader)}" if clock.met_at is not None else ""
    return f"missed {due}{met}" if due else clock_line(state, clock, reader).sentence


def facts_of(shift: Shift, row: CaseRow, policy: Policy, state: Case, now: Instant) -> dict[str, Any]:
    """All that the case rests on, each with its clause: cover, answers, version, what is missing, people."""
    entitled = entitles(policy, state, catalogue_of(row.desk, policy), now)
    release = state.facts.release
    plan = policy.plans.get(state.plan or "")
    contact = row.contact

    def mark(cited: str) -> ClauseMark | None:
        return mark_of(policy, shift.root, cited)

    return {
        "severity": severity_title(policy, state.severity),
        "severity_clause": mark("severities"),
        "severity_from": {"staff": "set by an agent", "answers": "from the answers", "customer": "as proposed"}.get(
            state.severity_from or "", "until somebody has looked"
        ),
        "level": level_words(state.level),
        "level_clause": mark(f"levels/{state.level}") or mark("levels"),
        "worker": worker_words(state, shift.desk.vendor),
        "is_covered": state.is_covered,
        "basis": state.basis,
        "plan": plan.title if plan is not None else "",
        "goals": {"targets": "targets apply", "best effort": "best effort", "none": "no time applies"}[
            str(state.goals)
        ],
        "offered": ", ".join(state.offered),
        "cover_clause": mark("entitlement"),
        "answers": [
            (rule.ask, rule.answers.get(state.facts.answers.get(name, ""), "not answered"))
            for name, rule in policy.questions.items()
        ],
        "product": state.facts.product or "",
        "version": state.facts.version or "",
        "lifecycle": str(entitled.lifecycle) if entitled.lifecycle is not Lifecycle.UNKNOWN else "",
        "latest": release.latest if release.minor == "behind" else "",
        "lifecycle_clause": mark("lifecycle"),
        "hot_fix": {"true": "yes", "false": "no", "update first": "after an update"}[str(entitled.hot_fix)],
        "release_plan": entitled.release_plan or "",
        "fix_clause": mark(entitled.clause or "fixes"),
        "missing": list(state.missing),
        "intake_clause": mark("intake"),
        "request": str(state.facts.request),
        "cause": state.cause or "",
        "exclusion": state.exclusion or "",
        "exclusion_clause": mark(f"scope/{state.exclusion}") if state.exclusion else None,
        "allowance": state.allowance,
        "minutes": sorted(state.minutes.items()),
        "holder": str(contact.person) if contact is not None else "",
        "holder_email": contact.person.email if contact is not None else "",
        "phone": contact.phone if contact is not None else "",
        "account": row.account.name if row.account is not None else "",
        "partner": row.partner.name if row.partner is not None else "",
        "links": state.links,
        "policy": policy.ref,
        "contact_gone": not state.is_contact_available,
    }


def neighbours(shift: Shift, row: CaseRow) -> tuple[CaseRow, ...]:
    """The last other cases of the same account."""
    if row.account_id is None:
        return ()
    return tuple(shift.cases().filter(account=row.account_id).exclude(pk=row.pk).order_by("-opened_at")[:5])
