"""Pages for what went wrong: plain, and telling what is safe and what to do."""

from __future__ import annotations

import logging
import sys
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from troth.desk.scanning import Scan
from troth.journal.away import is_away

log = logging.getLogger("troth.portal")
TEMPLATE: Final = "portal/plain.html"
RETRY_AFTER: Final = "120"
"""In seconds, for programs; people are told minutes."""


def plain(request: HttpRequest, status: int, title: str, says: str) -> HttpResponse:
    """One sentence of what happened and one of what to do."""
    return render(request, TEMPLATE, {"title": title, "says": says, "root": root_of(request)}, status=status)


def root_of(request: HttpRequest) -> str:
    """The front of the desk that the address names, or of the site."""
    match = request.resolver_match
    desk = match.kwargs.get("desk") if match is not None else None
    return f"/{desk}/" if desk and not (match and match.view_name == "portal:front") else "/"


@requires_csrf_token
def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not there, and what is there but not for this reader: the same page."""
    return plain(
        request,
        404,
        "There is nothing here for you",
        "The address may be mistyped, or it belongs to something that is not yours to see. "
        "If you followed a link from one of our mails, sign in with the address it was sent to.",
    )


def kept_back(request: HttpRequest, found: Scan) -> HttpResponse:
    """A file that the scanner has not cleared: harmful, or not looked at yet because the scanner is away."""
    if found is Scan.HARMFUL:
        says = "Our scanner takes this file for harmful, so nobody gets it from here. Ask its sender for another."
        return plain(request, 403, "This file is kept back", says)
    says = "It could not be checked for harm just now, and unchecked files stay here. Try again a little later."
    return plain(request, 503, "This file has to wait", says)


@requires_csrf_token
def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something this person may not do."""
    return plain(request, 403, "This is not yours to do", "Nothing was changed. Go back and choose another way.")


@requires_csrf_token
def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request we cannot read."""
    return plain(request, 400, "We could not read that", "Nothing was changed. Go back and try once more.")


@requires_csrf_token
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: cookies are off, or it lay open while somebody signed in or out."""
    log.info("a form came without its token: %s", reason)
    return plain(
        request,
        403,
        "This form could not be taken",
        "It lay open for long, or cookies are switched off. Nothing was changed. "
        "Go back, copy what you wrote, load the page anew and send it again.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed on our side; the page asks nothing of the database. Django calls it while the error is handled.

    Where database or disk can take nothing just now it is 503, which tells programs too to come again.
    """
    if is_away(sys.exception()):
        says = (
            "The desk can keep nothing just now. What you had sent before is safe; what you were sending may not "
            "have arrived. Go back: your browser still has your text. Send it again in a few minutes; "
            "it is taken once, however often it is sent."
        )
        page = render_to_string(TEMPLATE, {"title": "Please try again in a few minutes", "says": says, "root": "/"})
        return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER})
    says = (
        "Something failed on our side and has been written down. What you had sent before is safe. "
        "Go back: your browser still has your text, and sending it again does no harm."
    )
    page = render_to_string(TEMPLATE, {"title": "This did not work", "says": says, "root": "/"})
    return HttpResponse(page, status=500)
