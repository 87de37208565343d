"""The operator's page: what runs by itself, what came of it last, what waits, what failed, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from troth.desk.actors import actor_on
from troth.mail.mending import MENDS, Hand
from troth.mail.pipes import SHOWN, failed_jobs, failed_mail, failed_notices, pipes, returned_mail
from troth.people.desks import desk_named
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import roles_of
from troth.people.zones import zone_read_by
from troth.workspace.pages import ABSENT, WORKS_HERE, Shift, to_sign_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Hand, P], HttpResponse]
Served = Callable[Concatenate[HttpRequest, str, P], HttpResponse]
RUN_THE_DESK: Final = (MemberRole.OPERATOR, MemberRole.MANAGER)


def for_operators(view: View[P]) -> Served[P]:
    """A page for who runs the desk; a stranger is asked to sign in, everybody else finds nothing here."""

    @login_not_required
    @wraps(view)
    def served(request: HttpRequest, desk: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        row = desk_named(desk)
        if row is None:
            raise Http404(ABSENT)
        if not isinstance(request.user, Person):
            return to_sign_in(request, row)
        return view(request, hand_of(row, request.user), *args, **kwargs)

    return served


def hand_of(desk: Desk, person: Person) -> Hand:
    """The person as one who runs that desk, or the whole installation; Http404 for anybody else."""
    held = roles_of(person, desk)
    role = next((str(role) for role in RUN_THE_DESK if role in held), None)
    if role is None and person.is_operator and person.is_active:
        role = str(MemberRole.OPERATOR)
    if role is None:
        raise Http404(ABSENT)
    return Hand(desk, person, role)


@require_safe
@for_operators
def page(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Every pipe, and beneath them all that failed for good or came back."""
    now, desk = timezone.now(), hand.desk
    all_pipes = pipes(desk, now, is_of_house=hand.is_of_house)
    actor = actor_on(desk, hand.person)
    zone = zone_read_by(hand.person, desk)
    is_at_work = actor is not None and actor.role in WORKS_HERE
    context = {
        "desk": {"name": desk.vendor, "slug": desk.slug},
        "desk_zone": desk.zone,
        "reader_zone": zone,
        "shift": Shift(desk, hand.person, actor, zone) if actor is not None and is_at_work else None,
        "hand": hand,
        "role": hand.role,
        "is_demo": settings.TROTH_DEMO,
        "pipes": all_pipes,
        "troubled": [each for each in all_pipes if each.look],
        "notices": list(failed_notices(desk)[:SHOWN]),
        "jobs": failed_jobs(desk, is_of_house=hand.is_of_house),
        "mails": list(failed_mail(desk)[:SHOWN]),
        "returned": list(returned_mail(desk)[:SHOWN]),
        "shown": SHOWN,
    }
    response = render(request, "workspace/operator.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@for_operators
def mend(request: HttpRequest, hand: Hand, kind: str, number: str) -> HttpResponse:
    """What failed is taken up again; what is not there, or not this desk's, is 404."""
    way = MENDS.get(kind)
    said = way(hand, number, timezone.now()) if way is not None else None
    if said is None:
        raise Http404(ABSENT)
    messages.info(request, said)
    return HttpResponseRedirect(f"/{hand.desk.slug}/operator")
