"""Whoever asks for many things that are not there (or not theirs: both look the same) is made to wait.

Nothing is learned by such asking; but who does it has a list or a program, and an agent may want to know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from troth.journal.audit import write_audit
from troth.journal.rates import is_within
from troth.people.limits import LOOK_UPS
from troth.people.models import Person
from troth.people.sources import source_of
from troth.portal.errors import plain

UNTIL: Final = "looks nothing up until"
NOT_FOUND: Final = 404


class Served(Protocol):
    """What Django calls for a request."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        ...


class LookUps:
    """Middleware: counts what was asked for in vain, by person and by source; past the limit nothing is looked up,
    theirs or not, until a quarter of an hour is over. A page that is found costs no query more.
    """

    def __init__(self, get_response: Served) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page; or, instead of the last miss that is allowed, the wait."""
        response = self.get_response(request)
        person = request.user
        if response.status_code != NOT_FOUND or not isinstance(person, Person) or not names_something(request):
            return response
        now = timezone.now()
        if is_within(LOOK_UPS, who=f"person {person.pk}", source=source_of(request), at=now):
            return response
        request.session[UNTIL] = (now + LOOK_UPS.per).isoformat()
        with transaction.atomic():
            write_audit("looked for too much", f"person {person.pk}", at=now, by=person.pk, role="person")
        return wait(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Who has to wait waits before anything is looked up."""
        until = request.session.get(UNTIL)
        if until is None or not names_something(request) or datetime.fromisoformat(until) <= timezone.now():
            return None
        return wait(request)


def names_something(request: HttpRequest) -> bool:
    """Whether the address names one thing of a desk, not the desk alone."""
    match = request.resolver_match
    return match is not None and bool(set(match.kwargs) - {"desk", "act", "name", "digest"})


def wait(request: HttpRequest) -> HttpResponse:
    """The same page for what is theirs and what is not."""
    says = "Many pages were asked for that are not there. Nothing is lost: come back in a quarter of an hour."
    return plain(request, 429, "Please wait a little", says)
