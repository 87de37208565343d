"""The first pages: which desks there are, and a desk's own front."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.errors import NoPolicyError
from troth.desk.policies import in_force, load_policy, terms_for
from troth.desk.reads import cases_on
from troth.faces.clauses import mark_of
from troth.faces.marks import ClauseMark
from troth.faces.strip import support_calendar
from troth.hours import Instant, instant
from troth.people.desks import all_desks
from troth.people.models import Desk
from troth.policy import Policy
from troth.policy.vocabulary import Status, WaitingOn
from troth.portal.pages import Visit, open_page, shown


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Whether somebody is there, and when that changes (UTC seconds; None: never)."""

    is_open: bool
    changes_at: Instant | None
    clause: ClauseMark | None = None


def open_now(policy: Policy, at: Instant, root: str = "") -> OpenNow:
    """Whether the desk is open at `at`."""
    calendar = support_calendar(policy)
    clause = mark_of(policy, root, policy.clause_of("hours"))
    return OpenNow(calendar.is_open(at), calendar.next_change(at), clause)


@login_not_required
@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """The desks of this installation, to choose from; where there is one, it is that one's front."""
    some = all_desks()
    if len(some) == 1:
        return HttpResponseRedirect(reverse("portal:front", args=[some[0].slug]))
    return render(request, "portal/desks.html", {"desks": [seen(desk) for desk in some]})


def seen(desk: Desk) -> dict[str, object]:
    """A desk in the list: its name and whether it is open."""
    now = timezone.now()
    try:
        policy = load_policy(in_force(desk, now))
    except NoPolicyError:
        return {"desk": desk, "open": None, "zone": desk.zone}
    return {"desk": desk, "open": open_now(policy, instant(now)), "zone": desk.zone}


@require_safe
@open_page
def front(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One calm page: ask, look at what you asked, read what we promise, see whether we are here."""
    now = timezone.now()
    try:
        policy = terms_for(visit.desk, visit.account, now).policy
    except NoPolicyError:
        return shown(request, visit, "front", {"policy": None})
    waiting = 0
    if visit.person is not None and visit.contact is not None:
        rows = cases_on(visit.person, visit.desk).filter(contact=visit.contact)
        waiting = rows.filter(status=str(Status.WAITING), waiting_on=str(WaitingOn.CUSTOMER)).count()
    context = {"policy": policy, "open": open_now(policy, instant(now), visit.root), "waiting": waiting}
    return shown(request, visit, "front", context)
