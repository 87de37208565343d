"""The queue: what is due next, in the order the policy gives; one page asks a fixed number of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from troth.desk import door
from troth.desk.models import Case as CaseRow
from troth.desk.policies import in_force, load_policy
from troth.desk.reads import FACE, counts_of
from troth.desk.visibility import CaseRows
from troth.faces.clauses import mark_of
from troth.faces.marks import BlankSlate, Chip, Tab
from troth.faces.moments import shown_time
from troth.hours import instant
from troth.policy import Policy
from troth.workspace.pages import Shift, for_workers, shown
from troth.workspace.query import CLOSED, OPEN, WAITING, Asked, Query, read_query
from troth.workspace.queue_rows import drawn
from troth.workspace.words import level_words

ON_A_PAGE: Final = 50
MOST_COUNTED: Final = 1000
"""A list of more is not counted to its end: nobody reads on a tab whether it is 4,000 or 4,100."""
PRODUCT: Final = "product management"


@dataclass(frozen=True, slots=True)
class ListTab:
    """A named list: what its cases have in common."""

    name: str
    label: str
    condition: Q


def tabs_of(shift: Shift, policy: Policy) -> tuple[ListTab, ...]:
    """The lists of this desk: one for each level its policy has, between the usual ones."""
    levels = [ListTab(level.replace(" ", "-"), level_words(level), OPEN & Q(level=level)) for level in policy.levels]
    return (
        ListTab("open", "All open", OPEN),
        ListTab("mine", "Mine", OPEN & Q(owner=shift.person)),
        ListTab("unowned", "Unowned", OPEN & Q(owner=None)),
        *levels,
        ListTab("waiting", "Waiting", WAITING),
        ListTab("closed", "Closed", CLOSED),
    )


@for_workers
def front(request: HttpRequest, shift: Shift) -> HttpResponse:
    """The workspace begins at the queue."""
    return HttpResponseRedirect(reverse("workspace:queue", args=[shift.desk.slug]))


@require_safe
@for_workers
def queue(request: HttpRequest, shift: Shift) -> HttpResponse:
    """A list of cases by tab and query, in the policy's order."""
    policy = load_policy(in_force(shift.desk, timezone.now()))
    now = instant(timezone.now())
    text = request.GET.get("q", "").replace("\0", "").strip()[:300]
    query = read_query(text, Asked(shift.person, tuple(policy.levels), policy.severities.scale))
    tabs = tabs_of(shift, policy)
    here = next((tab for tab in tabs if tab.name == request.GET.get("list")), tabs[0])
    counts = counts_of(shift.cases(), [tab.condition for tab in tabs], MOST_COUNTED)
    chosen = found(shift, here, query)
    page = number_of(request.GET.get("page", ""))
    start = (page - 1) * ON_A_PAGE
    some = list(ordered(chosen, here).values_list(*FACE)[start : start + ON_A_PAGE + 1])
    rows = drawn(shift, some[:ON_A_PAGE], now)
    context: dict[str, Any] = {
        "title": here.label,
        "here": here.name,
        "query": text,
        "mistakes": query.mistakes,
        "tabs": [tab_mark(shift, tab, here, text, count) for tab, count in zip(tabs, counts, strict=True)],
        "chips": [
            Chip(label=term.written, remove_href=address(shift, here, query.without(term))) for term in query.terms
        ],
        "rows": rows,
        "order_clause": mark_of(policy, shift.root, "queue"),
        "slate": blank(shift, here, query) if not rows else None,
        "earlier": address(shift, here, text, page - 1) if page > 1 else "",
        "later": address(shift, here, text, page + 1) if len(some) > ON_A_PAGE else "",
        "first": start + 1,
        "last": start + len(rows),
        "as_of": now,
    }
    return shown(request, shift, "queue", context)


def found(shift: Shift, tab: ListTab, query: Query) -> CaseRows:
    """The cases of a tab that every term of the query holds for."""
    rows = shift.cases().filter(tab.condition)
    for term in query.terms:
        rows = rows.filter(term.condition)
    return rows


def ordered(rows: CaseRows, tab: ListTab) -> CaseRows:
    """By the policy's rank; what is closed by when it was."""
    if tab.name == "closed":
        return rows.order_by("-closed_at", "-number")
    return rows.order_by("lane", "ranked_at", "number")


def number_of(text: str) -> int:
    """The page asked for, else the first."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004 (more pages than cases)


def address(shift: Shift, tab: ListTab, text: str = "", page: int = 1) -> str:
    """Where this list with this query stands."""
    asked = {"list": tab.name, "q": text, "page": page if page > 1 else ""}
    return reverse("workspace:queue", args=[shift.desk.slug]) + "?" + urlencode({k: v for k, v in asked.items() if v})


def tab_mark(shift: Shift, tab: ListTab, here: ListTab, text: str, count: int) -> Tab:
    """A tab with how many cases it has; the query stays when one goes from tab to tab."""
    is_more = count >= MOST_COUNTED
    return Tab(
        label=tab.label,
        href=address(shift, tab, text),
        is_current=tab is here,
        count=MOST_COUNTED - 1 if is_more else count,
        is_more=is_more,
    )


def blank(shift: Shift, tab: ListTab, query: Query) -> BlankSlate:
    """What an empty list says: what comes next, or how to see more."""
    if query.terms:
        return BlankSlate(title="Nothing fits", href=address(shift, tab), action="Show the whole list", icon="funnel")
    coming = shift.cases().filter(OPEN).exclude(due_at=None).order_by("due_at").first()
    if coming is None or coming.due_at is None:
        return BlankSlate(title="Nothing due.")
    due = shown_time(coming.due_at, reader_zone=shift.zone).text
    href = reverse("workspace:case", args=[shift.desk.slug, coming.label])
    return BlankSlate(title="Nothing due.", sentence=f"Next: {coming.number}, {due}.", href=href, action="Open it")


@require_POST
@for_workers
def take_next(request: HttpRequest, shift: Shift) -> HttpResponse:
    """The first case in the policy's order that nobody owns and that is this person's to work on is theirs."""
    free = shift.cases().filter(OPEN, owner=None).filter(is_waiting=0)
    own = free.filter(worked_by="partner") if shift.is_partner else free.exclude(worked_by__in=["partner", PRODUCT])
    for row in own.order_by("lane", "ranked_at", "number")[:10]:
        if taken(shift, row):
            return HttpResponseRedirect(reverse("workspace:case", args=[shift.desk.slug, row.label]))
    messages.info(request, "Nothing waits to be taken: every case of yours to work on has an owner.")
    return HttpResponseRedirect(reverse("workspace:queue", args=[shift.desk.slug]))


@require_POST
@for_workers
def take_one(request: HttpRequest, shift: Shift) -> HttpResponse:
    """This case is theirs, unless somebody was quicker; then the list again."""
    row = shift.case(request.POST.get("case", ""))
    if taken(shift, row):
        messages.success(request, f"{row.label} is yours.")
    else:
        messages.warning(request, f"{row.label} has an owner already.")
    return HttpResponseRedirect(back_to_list(shift, request.POST))


def taken(shift: Shift, row: CaseRow) -> bool:
    """Whether nobody owned it under the lock, and it is theirs now."""
    with transaction.atomic():
        held = door.locked(row)
        if held.owner_id is not None:
            return False
        door.give_to(held, by=shift.actor, owner=shift.person)
        return True


def back_to_list(shift: Shift, posted: Mapping[str, str]) -> str:
    """The list from which a case was taken."""
    kept = {name: posted.get(name, "") for name in ("list", "q")}
    query = urlencode({name: value[:300] for name, value in kept.items() if value})
    return reverse("workspace:queue", args=[shift.desk.slug]) + (f"?{query}" if query else "")
