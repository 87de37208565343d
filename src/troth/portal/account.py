"""A person's own page about how they sign in: password, passkeys, an app with codes, recovery codes.

The flows are allauth's; the pages, the limits and the audit entries are ours. None of these addresses names another
person: each begins at who is signed in.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Protocol

from allauth.account import forms as account_forms
from allauth.account import views as account
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django.views.generic.base import ContextMixin, View

from troth.people.models import Person
from troth.people.second_factor import (
    audit,
    has_passed,
    has_second_factor,
    lacks_second_factor,
    must_have_second_factor,
    note_passed,
    ways_to_confirm,
)
from troth.people.sign_in import check_again

SECRET = method_decorator(sensitive_post_parameters(), name="dispatch")
OWN = method_decorator([never_cache, login_required], name="dispatch")
READ = method_decorator(require_safe, name="dispatch")


class Served(Protocol):
    """What Django calls for a request."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer."""
        ...


class NeedsFactor:
    """Middleware: somebody who must show a second factor gets nothing but the way to one, on any page of any room."""

    FREE = ("/account/", "/static/")
    """Where a factor is set up and asked for, and what those pages are drawn with."""

    def __init__(self, get_response: Served) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the one that says what is missing."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Asked once it is known which page is wanted."""
        match = request.resolver_match
        is_free = request.path.startswith(self.FREE) or (
            match is not None and (match.namespace == "faces" or match.view_name == "portal:sign-out")
        )
        if is_free or not lacks_second_factor(request, request.user):
            return None
        ways = ways_to_confirm(request, request.user) if isinstance(request.user, Person) else []
        return render(request, "portal/account/needed.html", {"ways": ways}, status=403)


class OwnPage(ContextMixin):
    """What each of these pages knows besides allauth's own words."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With whether this installation asks for a second factor of this person."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        person = self.request.user
        context["is_needed"] = isinstance(person, Person) and must_have_second_factor(person)
        return context


class Proven(View):
    """A page that changes how somebody signs in: who has one already must have shown it in this very session.

    Else a session begun before the factor was set up, and a password shown in it then, would be a way round it.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or first the question for the factor."""
        person = request.user
        if isinstance(person, Person) and has_second_factor(person) and not has_passed(request, person):
            raise ReauthenticationRequired
        return super().dispatch(request, *args, **kwargs)


def audited(action: str, *, passes: bool = False) -> Any:
    """A view whose success is one audit entry, in the transaction of the change; some also count as a factor shown."""

    def with_audit(method: Any) -> Any:
        @wraps(method)
        def form_valid(self: Any, form: Any) -> HttpResponse:
            with transaction.atomic():
                person = self.stage.login.user if hasattr(self, "stage") else self.request.user
                answer: HttpResponse = method(self, form)
                audit(self.request, person, action)
                if passes:
                    note_passed(self.request, person)
                return answer

        return form_valid

    return with_audit


@READ
@OWN
class Overview(OwnPage, factors.IndexView):
    """All ways in of the person who looks."""

    template_name = "portal/account/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each kind apart, as the page shows them."""
        context = super().get_context_data(**kwargs)
        kept = context["authenticators"]
        codes = kept.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "app": kept.get(Authenticator.Type.TOTP),
            "passkeys": kept.get(Authenticator.Type.WEBAUTHN, []),
            "codes": codes,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
        }


@SECRET
class Code(factors.AuthenticateView):
    """After password or link: the code of an app, a recovery code, or a passkey."""

    template_name = "portal/account/code.html"

    @audited("signed in by second factor", passes=True)
    def form_valid(self, form: Any) -> HttpResponse:
        """In, by allauth's last stage."""
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What of it this person has."""
        person = self.stage.login.user
        kinds = set(person.authenticator_set.values_list("type", flat=True))
        kept = {"has_passkey": Authenticator.Type.WEBAUTHN in kinds, "has_app": Authenticator.Type.TOTP in kinds}
        return super().get_context_data(**kwargs) | kept


@SECRET
@OWN
class Again(account.ReauthenticateView):
    """The password once more, before something sensitive."""

    template_name = "portal/account/again.html"
    extra_context = {"by": "password"}


@SECRET
@OWN
class CodeAgain(factors.ReauthenticateView):
    """A code once more."""

    template_name = "portal/account/again.html"
    extra_context = {"by": "code"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Counts as a factor shown in this session."""
        note_passed(self.request, self.request.user)
        return super().form_valid(form)


@OWN
class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):
    """A passkey once more."""

    template_name = "portal/account/again.html"
    extra_context = {"by": "passkey"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Counts as a factor shown in this session."""
        note_passed(self.request, self.request.user)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page, saying that it did not work."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NewPasswordForm(account_forms.ChangePasswordForm):
    """Asks for the old password and twice for the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self.fields)

    def clean_oldpassword(self) -> str:
        """The old one, tried no more often than at the door."""
        given = str(self.cleaned_data["oldpassword"])
        if not check_again(self.user, given, at=timezone.now()):
            raise forms.ValidationError("This is not your password, or it was tried too often.", code="wrong")
        return given


class FirstPasswordForm(account_forms.SetPasswordForm):
    """Asks twice for a password of somebody who has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self.fields)


def in_our_words(fields: dict[str, forms.Field]) -> None:
    """Labels that say what is asked for, and no words inside the boxes."""
    words = {"oldpassword": "Your password now", "password1": "New password", "password2": "New password, once more"}
    for name, label in words.items():
        if name in fields:
            fields[name].label = label
            fields[name].widget.attrs.pop("placeholder", None)
            fields[name].help_text = "" if name != "password1" else "Twelve characters or more; a few words are best."


@SECRET
@OWN
class NewPassword(Proven, account.PasswordChangeView):
    """The password changes, and every other session of the person ends."""

    template_name = "portal/account/password.html"
    form_class = NewPasswordForm

    @audited("changed the password")
    def form_valid(self, form: Any) -> HttpResponse:
        """Changed; this session goes on under a new id."""
        answer = super().form_valid(form)
        self.request.session.cycle_key()
        return answer


@SECRET
@OWN
class FirstPassword(Proven, account.PasswordSetView):
    """Somebody who came by mailed links sets a password."""

    template_name = "portal/account/password.html"
    form_class = FirstPasswordForm

    @audited("set a password")
    def form_valid(self, form: Any) -> HttpResponse:
        """Set; this session goes on under a new id."""
        answer = super().form_valid(form)
        self.request.session.cycle_key()
        return answer


@SECRET
@OWN
class AddApp(OwnPage, Proven, totp.ActivateTOTPView):
    """An app that shows codes is set up: a picture to photograph, a key to type, the first code."""

    template_name = "portal/account/app.html"

    @audited("added an app with codes", passes=True)
    def form_valid(self, form: Any) -> HttpResponse:
        """From now on it is asked for."""
        return super().form_valid(form)


@OWN
class DropApp(Proven, totp.DeactivateTOTPView):
    """The app is taken off."""

    template_name = "portal/account/drop-app.html"

    @audited("took an app with codes off")
    def form_valid(self, form: Any) -> HttpResponse:
        """From now on it is not asked for."""
        return super().form_valid(form)


@OWN
class AddPasskey(OwnPage, Proven, webauthn.AddWebAuthnView):
    """A passkey or security key is added."""

    template_name = "portal/account/passkey.html"

    @audited("added a passkey", passes=True)
    def form_valid(self, form: Any) -> HttpResponse:
        """From now on it may be shown."""
        return super().form_valid(form)


@OWN
class RenamePasskey(Proven, webauthn.EditWebAuthnView):
    """A passkey gets another name."""

    template_name = "portal/account/rename.html"
    success_url = reverse_lazy("mfa_index")


@OWN
class DropPasskey(Proven, webauthn.RemoveWebAuthnView):
    """A passkey is taken off."""

    template_name = "portal/account/drop-passkey.html"
    success_url = reverse_lazy("mfa_index")

    @audited("took a passkey off")
    def form_valid(self, form: Any) -> HttpResponse:
        """From now on it opens nothing."""
        return super().form_valid(form)


@READ
@OWN
class Codes(Proven, recovery.ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    template_name = "portal/account/recovery.html"


@OWN
class NewCodes(Proven, recovery.GenerateRecoveryCodesView):
    """New recovery codes; the old ones are worth nothing."""

    template_name = "portal/account/new-recovery.html"

    @audited("made new recovery codes")
    def form_valid(self, form: Any) -> HttpResponse:
        """Made, and shown once."""
        return super().form_valid(form)
