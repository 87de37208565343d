"""What every page of the portal begins and ends with: the desk, the person, the reader's zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from troth.customers.facts import contact_for
from troth.customers.models import Account, Contact
from troth.people.desks import desk_named
from troth.people.kept import keep
from troth.people.models import Desk, Person
from troth.people.roles import works_at
from troth.people.zones import zone_read_by

P = ParamSpec("P")
ABSENT = "There is no such page here."


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which desk: the person (None: nobody signed in), their contact there, the zone they read in."""

    desk: Desk
    person: Person | None
    contact: Contact | None
    zone: str

    @property
    def account(self) -> Account | None:
        """The account this person writes for on the desk."""
        return self.contact.account if self.contact is not None else None

    @property
    def root(self) -> str:
        """Where the desk's addresses begin."""
        return reverse("portal:front", args=[self.desk.slug])

    @property
    def reads_elsewhere(self) -> bool:
        """Whether the reader's clock may show another time than the desk's."""
        return self.zone != self.desk.zone


def visit_of(request: HttpRequest, slug: str) -> Visit:
    """The desk of that name as this person sees it; Http404 where there is none."""
    desk = desk_named(slug)
    if desk is None:
        raise Http404(ABSENT)
    person = request.user if isinstance(request.user, Person) and request.user.is_active else None
    contact = contact_for(desk, person) if person is not None else None
    return Visit(desk, person, contact, zone_read_by(person, desk))


View = Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase]
Served = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def open_page(view: View[P]) -> Served[P]:
    """A page of a desk that anyone may read; the view gets the visit in place of the desk's name."""

    @login_not_required
    @wraps(view)
    def served(request: HttpRequest, desk: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, visit_of(request, desk), *args, **kwargs)

    return served


def signed_in_page(view: View[P]) -> Served[P]:
    """A page for people who have signed in; others are sent to do so and come back.

    What they had written is kept for them meanwhile.
    """

    @login_not_required
    @wraps(view)
    def served(request: HttpRequest, desk: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visit = visit_of(request, desk)
        if visit.person is None:
            return to_sign_in(request, visit)
        return view(request, visit, *args, **kwargs)

    return served


def to_sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The way to sign in and back to this page; a form's words wait in the session."""
    back = request.path
    if request.method == "POST":
        back = request.POST.get("back") or back
        keep(request, back)
    return HttpResponseRedirect(reverse("portal:sign-in", args=[visit.desk.slug]) + "?" + urlencode({"next": back}))


def shown(
    request: HttpRequest, visit: Visit, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what the portal's layout needs."""
    own = {
        "desk": {"name": visit.desk.vendor, "slug": visit.desk.slug},
        "desk_zone": visit.desk.zone,
        "reader_zone": visit.zone,
        "visit": visit,
        "works_here": visit.person is not None and works_at(visit.person, visit.desk),
    }
    response = render(request, f"portal/{template}.html", {**own, **(context or {})}, status=status)
    if visit.person is not None:
        response["Cache-Control"] = "private, no-store"
    return response
