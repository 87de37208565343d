"""What a customer can do on a case, asked of the engine itself, and the doing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from troth.desk.actors import Actor
from troth.desk.adopting import policy_of, up_to
from troth.desk.door import record
from troth.desk.messages import Written
from troth.desk.models import Case
from troth.desk.reads import case_on, is_holder
from troth.engine import decide
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Refusal
from troth.faces.clauses import mark_of
from troth.faces.marks import ClauseMark
from troth.hours import Instant, moment, typed_instant
from troth.mail.uploads import complaint_about, enclosed_of
from troth.policy import Policy
from troth.policy.vocabulary import Role, Status, Verb
from troth.portal.pages import ABSENT, Visit, signed_in_page

REPLY: Final = "reply"
SOLVED: Final = "solved"
REOPEN: Final = "reopen"
MORE_TIME: Final = "more-time"
STEP_UP: Final = "step-up"
ACTS: Final = (REPLY, SOLVED, REOPEN, MORE_TIME, STEP_UP)
LONGEST: Final = 50_000
A_DAY: Final = 86_400

DONE: Final = {
    REPLY: "We have your message.",
    SOLVED: "The case is closed. Should it come back, write on this page.",
    REOPEN: "The case is open again.",
    MORE_TIME: "We wait until then.",
    STEP_UP: "It is one step up.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of the customer's own path, and whether it asks when it happened."""

    name: str
    title: str
    asks_when: bool
    clause: ClauseMark | None


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be done now; the engine has been asked for each."""

    is_holder: bool
    can_solve: bool = False
    can_reopen: bool = False
    can_delay: bool = False
    step: Step | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """An act that was not done: the sentence, its clause, what would be allowed, and what had been written."""

    act: str
    sentence: str
    allowed: str = ""
    clause: ClauseMark | None = None
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def possible(visit: Visit, row: Case, policy: Policy, state: EngineCase, now: Instant) -> Possible:
    """What this reader can do on the case now; somebody who is not its holder does nothing from here."""
    if not is_holder(row, visit.contact):
        return Possible(is_holder=False)
    state = up_to(row, policy, state, now)
    is_over = state.status in {Status.RESOLVED, Status.CLOSED}

    def may(verb: Verb, data: Mapping[str, Any] | None = None) -> bool:
        return not isinstance(decide(policy, state, Act(now, verb, Role.CUSTOMER, data or {})), Refusal)

    return Possible(
        is_holder=True,
        can_solve=may(Verb.CLOSE, {"because": "resolved"}),
        can_reopen=may(Verb.REOPEN),
        can_delay=may(Verb.DELAY, {"until": now + A_DAY}),
        step=None if is_over else next_step(visit, policy, state, now),
        is_over=is_over,
    )


def next_step(visit: Visit, policy: Policy, state: EngineCase, now: Instant) -> Step | None:
    """The first step of the policy's path that has not been taken and that the engine would now take."""
    for name, rule in policy.escalation.items():
        if name in state.path:
            continue
        needs = dict.fromkeys(rule.needs, now)
        act = Act(now, Verb.ESCALATE, Role.CUSTOMER, {"to": name, **needs})
        if not isinstance(decide(policy, state, act), Refusal):
            clause = mark_of(policy, visit.root, rule.clause)
            return Step(name, rule.title or name, "occurred" in rule.needs, clause)
    return None


@require_POST
@signed_in_page
def act(request: HttpRequest, visit: Visit, number: str, act: str) -> HttpResponse:
    """One act of the customer's, then the case again; what was refused stands there with its clause."""
    row = case_on(request.user, visit.desk, number)
    if row is None or act not in ACTS or visit.person is None or not is_holder(row, visit.contact):
        raise Http404(ABSENT)
    trouble = do(request, visit, row, act)
    if trouble is None:
        messages.success(request, DONE[act])
        here = reverse("portal:case", args=[visit.desk.slug, row.label])
        return HttpResponseRedirect(f"{here}#end" if act == REPLY else here)
    from troth.portal.case_page import case_view  # noqa: PLC0415 (the page shows what these acts are)

    return case_view(request, visit, row, trouble)


def do(request: HttpRequest, visit: Visit, row: Case, act: str) -> Trouble | None:
    """The act is recorded, or the trouble with it comes back with everything that was written."""
    text = request.POST.get("text", "").strip()
    values = {name: request.POST.get(name, "") for name in ("until", "occurred", "to")}
    files = request.FILES.getlist("files")
    asked = ask(visit, row, act, text, values, has_files=bool(files))
    complaint = complaint_about(files) or too_long(text)
    if isinstance(asked, str) or complaint:
        return Trouble(act, complaint or str(asked), text=text, values=values)
    verb, data = asked
    person = visit.person
    if person is None:
        raise AssertionError("a signed-in page has a person")
    key = request.POST.get("idempotency_key", "")[:80].replace("\0", "")
    done = record(
        row,
        verb,
        by=Actor(person, Role.CUSTOMER),
        data=data,
        written=Written(text, enclosed=enclosed_of(files)) if text or files else None,
        key=f"web {person.pk} {key}" if key else None,
    )
    if not isinstance(done, Refusal):
        return None
    policy = policy_of(row)
    clause = mark_of(policy, visit.root, done.clause)
    return Trouble(act, done.sentence, done.allowed, clause, text, values)


def too_long(text: str) -> str:
    """Why these words cannot be taken, or nothing: what somebody wrote is never cut behind their back."""
    if len(text) <= LONGEST:
        return ""
    return f"This is {len(text):,} characters; a message has at most {LONGEST:,}. Send the longer part as a file."


def ask(
    visit: Visit, row: Case, act: str, text: str, values: Mapping[str, str], *, has_files: bool
) -> tuple[Verb, dict[str, Any]] | str:
    """The verb and its data, or what is lacking in what was sent."""
    if act == REPLY:
        return (Verb.CUSTOMER_REPLY, {}) if text or has_files else "Write a few words, or add a file."
    if act == SOLVED:
        return Verb.CLOSE, {"because": "resolved"}
    if act == REOPEN:
        return Verb.REOPEN, {}
    if act == MORE_TIME:
        until = typed_instant(values["until"], visit.zone)
        return (Verb.DELAY, {"until": until}) if until is not None else "Say until when: a day and an hour."
    occurred = typed_instant(values["occurred"], visit.zone)
    return Verb.ESCALATE, {"to": values["to"], **({"occurred": occurred} if occurred is not None else {})}


def proposed_time(now: Instant, zone: str) -> str:
    """A time to begin from in the field for more time: a week from now, at the same hour."""
    return f"{moment(now, zone) + timedelta(days=7):%Y-%m-%dT%H:00}"
