"""Who has a second factor, who must have one, and what allauth is told about our people.

allauth.mfa keeps passkeys, the seed of an app's codes and recovery codes, and asks for one of them after the password
or the mailed link. Whether somebody must have one is the installation's to say (TROTH_SECOND_FACTOR).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from troth.journal.audit import write_audit
from troth.journal.rates import is_allowed, is_within
from troth.journal.sealing import seal, unseal
from troth.people.limits import CODES, SPENT_CODE
from troth.people.models import AGENT_ROLES, MemberRole, Membership, Person
from troth.people.sign_in import check_again
from troth.people.sources import source_of

log = logging.getLogger("troth.people")
SEAL: Final = "second factor"
PASSED: Final = "passed a second factor"
FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
BY_PASSKEY: Final = "mfa_reauthenticate:webauthn"
"""allauth's name for confirming a person by passkey."""
MUST: Final = frozenset({*AGENT_ROLES, MemberRole.PARTNER, MemberRole.OPERATOR})
TOO_OFTEN: Final = "This was tried too often. Wait a quarter of an hour."


def has_second_factor(person: Person) -> bool:
    """Whether signing in asks this person for more than a password or a link; recovery codes alone do not."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def must_have_second_factor(person: Person) -> bool:
    """Whether this installation lets nobody with this person's roles work without one."""
    if not settings.TROTH_SECOND_FACTOR:
        return False
    roles = Membership.objects.filter(Q(role__in=[str(role) for role in MUST]), person=person)
    return person.is_operator or roles.exists()


def lacks_second_factor(request: HttpRequest, person: Person | AnonymousUser) -> bool:
    """Whether this session belongs to somebody who must show a second factor and has not done so in it."""
    return isinstance(person, Person) and not has_passed(request, person) and must_have_second_factor(person)


def has_passed(request: HttpRequest, person: Person) -> bool:
    """Whether the person showed a second factor in this very session."""
    return bool(request.session.get(PASSED) == person.pk)


def ways_to_confirm(request: HttpRequest, person: Person) -> list[dict[str, str]]:
    """How the person may show the second factor they have, and come back to the page they wanted; none without one."""
    if not has_second_factor(person):
        return []
    after = urlencode({"next": request.get_full_path() if request.method in {"GET", "HEAD"} else "/"})
    return [
        {"words": "Use a passkey" if way["id"] == BY_PASSKEY else "Use a code", "url": f"{way['url']}?{after}"}
        for way in AccountAdapter(request).get_reauthentication_methods(person)
    ]


def note_passed(request: HttpRequest, person: Person) -> None:
    """From now on this session counts as one in which the person showed a second factor."""
    request.session[PASSED] = person.pk


def audit(request: HttpRequest | None, person: Person, action: str, **data: Any) -> None:
    """One entry about a person's own way in."""
    with transaction.atomic():
        write_audit(action, f"person {person.pk}", at=timezone.now(), by=person.pk, role="person", data=data)


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks about accounts: no sign-up, our limits, our words, nowhere but our own pages afterwards."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are made by the desk, never by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where nothing else was wanted: the front."""
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page about signing in."""
        return "/account/"

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of our own."""
        return url is not None and url.startswith("/") and bool(super().is_safe_url(url))

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Who has a second factor shows that, a passkey first: the password alone confirms them no more."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, Person) and has_second_factor(user):
            ways = [way for way in ways if way["id"] != "reauthenticate"]
        return sorted(ways, key=lambda way: way["id"] != BY_PASSKEY)

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether this is the person's password, under the same limit as at the door."""
        source = source_of(context.request)
        return isinstance(user, Person) and check_again(user, password, at=timezone.now(), source=source)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Named in the mail that tells of a change."""
        return source_of(request) or "unknown"

    def get_from_email(self) -> str:
        """The installation's own address."""
        return str(settings.DEFAULT_FROM_EMAIL)

    def format_email_subject(self, subject: str) -> str:
        """As it is, on one line."""
        return " ".join(subject.split())

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, *args: Any, **kwargs: Any) -> None:
        """To the person's address as they spell it."""
        kwargs["email"] = getattr(user, "email", None)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent; a mail server that is away does not undo what the mail tells of."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("a mail about somebody's way to sign in could not be sent")


class FactorAdapter(DefaultMFAAdapter):
    """What allauth.mfa asks: seeds are sealed at rest, the issuer is this installation."""

    def encrypt(self, text: str) -> str:
        """Sealed for this purpose."""
        return seal(text, purpose=SEAL)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return unseal(encrypted_text, purpose=SEAL)

    def build_totp_svg(self, url: str) -> str:
        """The picture as it stands inside a page: without the line that begins a file."""
        return str(super().build_totp_svg(url)).partition("?>")[2].strip()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - allauth's name
        """A name to begin with; its owner may write another."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"


class Counted(forms.Form):
    """A form that asks for a code: tries are counted by person and by source, and a code lets in once."""

    user: Person
    is_for_setting_up = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        """The code, if it fits, was not tried too often, and was not used before."""
        now = timezone.now()
        if not is_within(CODES, who=f"person {self.user.pk}", source=source_of(context.request), at=now):
            raise forms.ValidationError(TOO_OFTEN, code="too-often")
        try:
            code = str(super().clean_code())  # type: ignore[misc] # it stands before a form of allauth's
        except forms.ValidationError:
            audit(context.request, self.user, "was refused by second factor")
            raise
        if not self.is_for_setting_up and not spend(self.user, code):
            raise forms.ValidationError("This code was used already. Wait for the next one.", code="used")
        return code


def spend(person: Person, code: str) -> bool:
    """Whether the code had not let this person in before; it is good for about a minute, and for one time.

    Counted in hours, on two clocks half an hour apart: two uses within half an hour fall into the same hour of
    at least one of them.
    """
    now, who = timezone.now(), f"person {person.pk} {code.strip()}"
    half = timedelta(seconds=SPENT_CODE.per.total_seconds() / 2)
    return is_allowed(SPENT_CODE.kind, who, limit=1, per=SPENT_CODE.per, at=now) and is_allowed(
        f"{SPENT_CODE.kind}, later", who, limit=1, per=SPENT_CODE.per, at=now + half
    )


class CodeForm(Counted, AuthenticateForm):
    """Asks for the code of an app, or a recovery code, after the password."""


class CodeAgainForm(Counted, ReauthenticateForm):
    """Asks for one before something sensitive."""


class FirstCodeForm(Counted, ActivateTOTPForm):
    """Asks for the first code of a new app."""

    is_for_setting_up = True
