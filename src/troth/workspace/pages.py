"""What every page of the workspace begins and ends with: the desk, who works here and in which role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from troth.desk.actors import Actor, actor_on
from troth.desk.models import Case
from troth.desk.reads import cases_at_work
from troth.desk.visibility import CaseRows
from troth.people.desks import desk_named
from troth.people.kept import keep
from troth.people.models import Desk, Person
from troth.people.zones import zone_read_by
from troth.policy.vocabulary import Role

P = ParamSpec("P")
ABSENT: Final = "There is no such page here."
WORKS_HERE: Final = frozenset({Role.STAFF, Role.SENIOR, Role.MANAGER, Role.PARTNER})


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody at work on a desk: who, in which role, and the zone they read times in."""

    desk: Desk
    person: Person
    actor: Actor
    zone: str

    @property
    def root(self) -> str:
        """Where the desk's addresses begin."""
        return f"/{self.desk.slug}/"

    @property
    def is_partner(self) -> bool:
        """Whether they work for a partner and not for the vendor."""
        return self.actor.role is Role.PARTNER

    @property
    def runs_the_desk(self) -> bool:
        """Whether the operator's page is theirs too."""
        return self.actor.role is Role.MANAGER or self.person.is_operator

    def cases(self) -> CaseRows:
        """The cases they work on: all of the desk, for a partner those of the partner's customers only."""
        return cases_at_work(self.actor, self.desk)

    def case(self, number: str) -> Case:
        """The case of that number; a foreign one and an absent one are the same 404."""
        row = self.cases().numbered(self.desk, number).first()
        if row is None:
            raise Http404(ABSENT)
        return row


View = Callable[Concatenate[HttpRequest, Shift, P], HttpResponse]
Served = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


def for_workers(view: View[P]) -> Served[P]:
    """A page for who works at the desk; a stranger is asked to sign in, a customer finds nothing here."""

    @login_not_required
    @wraps(view)
    def served(request: HttpRequest, desk: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        row = desk_named(desk)
        if row is None:
            raise Http404(ABSENT)
        if not isinstance(request.user, Person):
            return to_sign_in(request, row)
        return view(request, shift_of(row, request.user), *args, **kwargs)

    return served


def shift_of(desk: Desk, person: Person) -> Shift:
    """The person at work on that desk; Http404 for who has no work there."""
    actor = actor_on(desk, person)
    if actor is None or actor.role not in WORKS_HERE:
        raise Http404(ABSENT)
    return Shift(desk, person, actor, zone_read_by(person, desk))


def to_sign_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The way in for people with a password, and back; what was written waits in the session."""
    back = request.path
    if request.method == "POST":
        back = back.rpartition("/")[0]  # the page the form stands on
        keep(request, back)
    return HttpResponseRedirect(reverse("portal:password", args=[desk.slug]) + "?" + urlencode({"next": back}))


def shown(
    request: HttpRequest, shift: Shift, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what the workspace's layout needs; nobody keeps a copy."""
    own = {
        "desk": {"name": shift.desk.vendor, "slug": shift.desk.slug},
        "desk_zone": shift.desk.zone,
        "reader_zone": shift.zone,
        "shift": shift,
        "role": str(shift.actor.role),
        "is_demo": settings.TROTH_DEMO,
    }
    response = render(request, f"workspace/{template}.html", {**own, **(context or {})}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
