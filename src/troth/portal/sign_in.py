"""How people come in and go out: customers by a mailed link, the desk's own people by password.

The page says the same to a known address and an unknown one, and takes the same time: the mail leaves only after
the answer has.
"""

from __future__ import annotations

import logging
from typing import Final

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from troth.people.desks import all_desks, desk_named
from troth.people.models import Desk, Person
from troth.people.roles import works_at
from troth.people.sign_in import (
    LINK_LASTS,
    Mailed,
    check_password,
    is_link_open,
    request_sign_in_link,
    spend_sign_in_link,
)
from troth.people.sources import source_of
from troth.portal.pages import Visit, open_page, shown

log = logging.getLogger("troth.portal")
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
MINUTES: Final = int(LINK_LASTS.total_seconds() // 60)


class AddressForm(forms.Form):
    """Asks for an address and nothing else."""

    email = forms.EmailField(
        label="Your mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={
            "required": "Write the address we should send the link to.",
            "invalid": "This is not a mail address yet: it has the form name@example.com.",
        },
    )


class PasswordForm(forms.Form):
    """Asks for an address and its password."""

    email = forms.EmailField(label="Your mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class ThenMails(HttpResponseRedirect):
    """A redirect after which a mail leaves: the server closes an answer once it is on its way to the reader."""

    waiting: EmailMessage | None = None

    def close(self) -> None:
        """Send what waits; a mail server that is away is told in the log, and the link can be asked for again."""
        super().close()
        mail, self.waiting = self.waiting, None
        if mail is None:
            return
        try:
            mail.send()
        except OSError:
            log.exception("a sign-in link could not be mailed; its reader may ask for another")


def checked_next(request: HttpRequest, visit: Visit) -> str:
    """Where to go afterwards: the address asked for if it is one of ours, else where this person's work is."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else ""


def home_of(visit: Visit, person: Person) -> str:
    """The first page after coming in: the queue for who works here, else the person's own cases."""
    if works_at(person, visit.desk) and "workspace" in settings.ROOMS:
        return f"/{visit.desk.slug}/desk/queue"
    return reverse("portal:cases", args=[visit.desk.slug])


@login_not_required
@require_safe
def which_desk(request: HttpRequest) -> HttpResponse:
    """Sign in, at which desk? Where the page wanted says so, or there is one only, nobody is asked."""
    wanted = request.GET.get("next", "")
    some = all_desks()
    desk = desk_named(wanted.lstrip("/").partition("/")[0]) or (some[0] if len(some) == 1 else None)
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    if desk is not None:
        return HttpResponseRedirect(reverse("portal:sign-in", args=[desk.slug]) + query)
    return render(request, "portal/which-desk.html", {"desks": some, "query": query})


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def ask_for_link(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Asks for an address; a link goes to it if it is known, and the page says the same if it is not."""
    form = AddressForm(request.POST or None)
    after = checked_next(request, visit)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return shown(request, visit, "sign-in", {"form": form, "next": after, "minutes": MINUTES}, status)
    mailed = request_sign_in_link(
        form.cleaned_data["email"], desk=visit.desk, at=timezone.now(), source=source_of(request)
    )
    response = ThenMails(reverse("portal:link-sent", args=[visit.desk.slug]))
    if mailed is not None:
        response.waiting = link_mail(visit.desk, mailed, after)
    return response


def link_mail(desk: Desk, mailed: Mailed, after: str) -> EmailMessage:
    """The mail with the link; everything in it is ours but the address."""
    path = reverse("portal:link", args=[desk.slug, mailed.token])
    query = f"?{urlencode({'next': after})}" if after else ""
    body = (
        f"Here is your link to sign in at {desk.vendor}'s support desk:\n\n"
        f"{settings.TROTH_URL}{path}{query}\n\n"
        f"It works once and for {MINUTES} minutes. If you did not ask for it, you need not do anything.\n"
    )
    return EmailMessage(
        subject=f"Your link to sign in at {' '.join(desk.vendor.split())}",
        body=body,
        from_email=desk.address or settings.DEFAULT_FROM_EMAIL,
        to=[mailed.person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


@require_safe
@open_page
def link_sent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Says that a link is on its way, if the address is known."""
    return shown(request, visit, "link-sent", {"minutes": MINUTES})


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def by_link(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """The mailed link: looking at it shows a button, pressing the button spends it and lets its person in."""
    after = checked_next(request, visit)
    now = timezone.now()
    if request.method == "POST":
        person = spend_sign_in_link(token, desk=visit.desk, at=now, source=source_of(request))
        if person is not None:
            return let_in(request, visit, person, after)
    is_open = request.method != "POST" and is_link_open(token, desk=visit.desk, at=now)
    response = shown(
        request, visit, "link", {"is_open": is_open, "next": after, "token": token}, 200 if is_open else 410
    )
    response["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def by_password(request: HttpRequest, visit: Visit) -> HttpResponse:
    """For the desk's own people: address and password. A wrong one says nothing of which was wrong."""
    form = PasswordForm(request.POST or None)
    after = checked_next(request, visit)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = check_password(
            request, given["email"], given["password"], at=timezone.now(), source=source_of(request)
        )
        if person is not None:
            return let_in(request, visit, person, after)
        form.add_error(
            None,
            "This address and password do not fit together, or were tried too often. "
            "Wait a quarter of an hour, or have a link mailed to you.",
        )
    status = 422 if request.method == "POST" else 200
    return shown(request, visit, "password", {"form": form, "next": after}, status)


def let_in(request: HttpRequest, visit: Visit, person: Person, after: str) -> HttpResponse:
    """The person is in, under a new session id; who has a second factor is asked for it first.

    Whoever was in before is out: allauth asks nobody for a factor in a browser that is somebody's already.
    """
    if request.user.is_authenticated:
        logout(request)
    person.backend = BACKEND  # what Django's own authenticate() leaves on a person
    return perform_login(request, person, redirect_url=after or home_of(visit, person))


@require_POST
@open_page
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The person is out, and nothing of the session is left."""
    logout(request)
    return HttpResponseRedirect(visit.root)
