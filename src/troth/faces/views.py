"""The few pages of the faces themselves."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from troth.faces import stylesheet as sheets
from troth.faces.context import KEYS, KEYS_COOKIE, THEME_COOKIE, THEMES
from troth.faces.styleguide import sample_context, styleguide_context

YEAR = 365 * 24 * 3600


@lru_cache(maxsize=2)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


@login_not_required
@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the joined stylesheet; under its own digest it may be kept for ever.

    A page from before an update asks for a digest that is gone: it gets today's sheet, unkept.
    """
    body = sheets.joined() if settings.DEBUG else sheets.kept()[1]
    is_current = digest == sheets.digest_of(body)
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_packed(body) if accepts else body, content_type="text/css; charset=utf-8")
    if accepts:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's theme in a cookie and go back to the page they came from."""
    return _remember(request, THEME_COOKIE, request.POST.get("theme", ""), THEMES)


@login_not_required
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Switch single keys on or off for this browser (WCAG 2.1.4) and go back."""
    return _remember(request, KEYS_COOKIE, request.POST.get("keys", ""), KEYS)


def _remember(request: HttpRequest, cookie: str, value: str, allowed: tuple[str, ...]) -> HttpResponse:
    response = HttpResponseRedirect(_back(request))
    if value in allowed:
        response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def _back(request: HttpRequest) -> str:
    """Give the page to return to: never another site, whatever the form says."""
    for wanted in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return wanted
    return "/"


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in both themes, beside the name of its template and its tag."""
    return _shown(request, "faces/styleguide.html", styleguide_context())


@login_not_required
@require_safe
def sample_portal(request: HttpRequest) -> HttpResponse:
    """Show the portal's layout around a made-up case."""
    return _shown(request, "faces/sample-portal.html", sample_context())


@login_not_required
@require_safe
def sample_workspace(request: HttpRequest) -> HttpResponse:
    """Show the workspace's layout around a made-up queue."""
    return _shown(request, "faces/sample-workspace.html", sample_context())


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if not (settings.DEBUG or getattr(settings, "TROTH_DEMO", False)):
        raise Http404
    return render(request, template, context)
