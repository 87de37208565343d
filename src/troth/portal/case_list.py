"""The cases of a customer and of their colleagues: number, title, and the sentence that says whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.adopting import policy_of
from troth.desk.models import Case
from troth.desk.readers import line_for
from troth.desk.reads import cases_on
from troth.desk.store import stored_state
from troth.engine import Audience
from troth.engine.word_line import WordLine
from troth.faces.clauses import mark_of
from troth.faces.marks import ClauseMark, Tab
from troth.faces.words import severity_title
from troth.hours import instant
from troth.policy.vocabulary import Status, WaitingOn
from troth.portal.pages import Visit, shown, signed_in_page

AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list."""

    number: str
    title: str
    href: str
    said: WordLine
    clause: ClauseMark | None
    severity: str
    holder: str
    is_yours_to_answer: bool
    is_heard_again: bool


@require_safe
@signed_in_page
def case_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The open cases, those that wait for the reader first; the closed ones under an address of their own."""
    rows = cases_on(request.user, visit.desk)
    is_closed = request.GET.get("show") == "closed"
    ended = rows.filter(status=str(Status.CLOSED), is_unread=False)
    going_on = rows.exclude(pk__in=ended.values("pk"))
    counted = {"open": going_on.count(), "closed": ended.count()}
    chosen = ended.order_by("-closed_at", "-pk") if is_closed else going_on.order_by("-last_event_at", "-pk")
    lines = [line_of(visit, row) for row in chosen[:AT_MOST]]
    if not is_closed:
        lines.sort(key=lambda line: not line.is_yours_to_answer)
    here = reverse("portal:cases", args=[visit.desk.slug])
    tabs = (
        Tab(label="Open", href=here, is_current=not is_closed, count=counted["open"]),
        Tab(label="Closed", href=f"{here}?show=closed", is_current=is_closed, count=counted["closed"]),
    )
    is_cut = counted["closed" if is_closed else "open"] > AT_MOST
    context = {"lines": lines, "tabs": tabs, "is_closed": is_closed, "has_any": any(counted.values())}
    return shown(request, visit, "cases", {**context, "is_cut": is_cut, "at_most": AT_MOST})


def line_of(visit: Visit, row: Case) -> Line:
    """One case as its reader sees it in the list."""
    policy = policy_of(row)
    said = line_for(policy, stored_state(row), audience=Audience.CUSTOMER, at=instant(timezone.now()), zone=visit.zone)
    is_own = row.contact is not None and visit.person is not None and row.contact.person_id == visit.person.pk
    return Line(
        number=row.label,
        title=row.title,
        href=reverse("portal:case", args=[visit.desk.slug, row.label]),
        said=said,
        clause=mark_of(policy, visit.root, said.clause),
        severity=severity_title(policy, row.severity) if row.severity else "",
        holder="" if is_own or row.contact is None else str(row.contact.person),
        is_heard_again=row.status == Status.CLOSED and row.is_unread,
        is_yours_to_answer=row.status == Status.WAITING and row.waiting_on == WaitingOn.CUSTOMER,
    )
