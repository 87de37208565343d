"""A new case: what will happen stands there before anything is sent, with script and without."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from troth.customers.holdings import contact_or_newcomer, contracts_of, licences_of
from troth.desk.actors import Actor
from troth.desk.door import open_case
from troth.desk.messages import Written
from troth.desk.policies import terms_for
from troth.desk.preview import Preview, preview
from troth.engine.events import Refusal
from troth.faces.clauses import mark_of
from troth.hours import instant, moment
from troth.journal.rates import is_within
from troth.mail.uploads import complaint_about, enclosed_of
from troth.people.kept import take
from troth.people.limits import NEW_CASES
from troth.people.sources import source_of
from troth.policy import Catalogue, Policy
from troth.policy.vocabulary import Role
from troth.portal.case_form import CaseForm, Holdings, case_form, contract_words, draft_of
from troth.portal.pages import Visit, shown, signed_in_page
from troth.portal.promise import Before, Promise, promise_of, shown_before
from troth.products.catalogue import catalogue_of

KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,80}")
TOO_MANY: Final = (
    "Many cases were opened from here within the hour. Your text is kept: send it a little later, or by mail."
)


@dataclass(frozen=True, slots=True)
class Desktop:
    """What the form lies on: the policy in force, what exists, what the writer holds."""

    policy: Policy
    catalogue: Catalogue
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form as it goes back to its writer."""

    form: CaseForm
    desktop: Desktop
    key: str
    promise: Promise | None = None
    before: Before | None = None
    status: int = 200


def desktop_of(visit: Visit) -> Desktop:
    """Everything the form is made of, as it is now."""
    now = timezone.now()
    policy = terms_for(visit.desk, visit.account, now).policy
    today = moment(instant(now), policy.zone).date()
    holdings = Holdings(visit.contact, licences_of(visit.contact, today), contracts_of(visit.contact, today), today)
    return Desktop(policy, catalogue_of(visit.desk, policy), holdings)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new_case(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form; sent, it opens one case however often the button was pressed."""
    desktop = desktop_of(visit)
    if request.method == "POST":
        return sent(request, visit, desktop)
    _, kept = take(request) or ("", None)
    form = case_form(desktop.policy, desktop.catalogue, desktop.holdings, kept)
    if kept is None:
        return sheet_page(request, visit, Sheet(form, desktop, fresh_key()))
    form.is_valid()
    promise = promise_of(visit, foreseen(visit, desktop, form))
    return sheet_page(request, visit, Sheet(form, desktop, key_of(request, kept.get("key", "")), promise))


def sent(request: HttpRequest, visit: Visit, desktop: Desktop) -> HttpResponse:
    """What comes of the form: a case, the panel, the same page with what is lacking, or one question."""
    form = case_form(desktop.policy, desktop.catalogue, desktop.holdings, request.POST)
    complaint = complaint_about(request.FILES.getlist("files"))
    is_complete = form.is_valid()
    if complaint:
        form.add_error(None, complaint)
    promise = promise_of(visit, foreseen(visit, desktop, form))
    key = key_of(request, request.POST.get("key", ""))
    if request.POST.get("do") == "show":
        for name in list(form.errors):
            del form.errors[name]
        return sheet_page(request, visit, Sheet(form, desktop, key, promise))
    if not is_complete or complaint:
        return sheet_page(request, visit, Sheet(form, desktop, key, promise, status=422))
    before = shown_before(request.POST.get("shown", ""))
    if before is not None and before.digest != promise.digest:
        return sheet_page(request, visit, Sheet(form, desktop, key, promise, before, status=409))
    return opened(request, visit, Sheet(form, desktop, key, promise))


def opened(request: HttpRequest, visit: Visit, sheet: Sheet) -> HttpResponse:
    """The case is there and its page is next; a refusal stands on the form with its clause."""
    person = visit.person
    if person is None:
        raise AssertionError("a signed-in page has a person")
    now = timezone.now()
    if not is_within(NEW_CASES, who=f"person {person.pk}", source=source_of(request), at=now):
        sheet.form.add_error(None, TOO_MANY)
        return sheet_page(request, visit, Sheet(sheet.form, sheet.desktop, sheet.key, sheet.promise, status=429))
    draft = draft_of(sheet.form, sheet.desktop.policy)
    files = enclosed_of(request.FILES.getlist("files"))
    done = open_case(
        visit.desk,
        by=Actor(person, Role.CUSTOMER),
        draft=draft,
        contact=visit.contact or contact_or_newcomer(visit.desk, person),
        key=f"web {person.pk} {sheet.key}",
        written=Written(draft.text or draft.title, enclosed=files),
    )
    if isinstance(done, Refusal):
        sheet.form.add_error(None, done.sentence)
        return sheet_page(request, visit, Sheet(sheet.form, sheet.desktop, sheet.key, sheet.promise, status=409))
    return HttpResponseRedirect(reverse("portal:case", args=[visit.desk.slug, done.case.label]))


@require_POST
@signed_in_page
def promise(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The panel alone, for what stands in the form now; nothing is kept."""
    desktop = desktop_of(visit)
    form = case_form(desktop.policy, desktop.catalogue, desktop.holdings, request.POST)
    form.is_valid()
    return shown(request, visit, "promise", {"promise": promise_of(visit, foreseen(visit, desktop, form))})


def foreseen(visit: Visit, desktop: Desktop, form: CaseForm) -> Preview:
    """What opening this would come to, on the very draft that opening would take."""
    return preview(visit.desk, draft_of(form, desktop.policy), contact=visit.contact)


def fresh_key() -> str:
    """A key that makes sending this form twice the same as sending it once."""
    return secrets.token_urlsafe(24)


def key_of(request: HttpRequest, sent_key: str) -> str:
    """The form's own key, or a fresh one where it has none or one we would not have made."""
    return sent_key if KEY.fullmatch(sent_key) else fresh_key()


def sheet_page(request: HttpRequest, visit: Visit, sheet: Sheet) -> HttpResponse:
    """The page with form and panel."""
    return shown(request, visit, "new-case", sheet_context(visit, sheet), sheet.status)


def sheet_context(visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """What the page shows beside the form: cover in words, the fields in their groups, versions to pick from."""
    policy, form = sheet.desktop.policy, sheet.form
    holdings = sheet.desktop.holdings
    releases = [one for name in policy.products for one in sheet.desktop.catalogue.of_product(name)]
    versions = sorted({release.version for release in releases}, reverse=True)
    return {
        "form": form,
        "key": sheet.key,
        "promise": sheet.promise,
        "before": sheet.before,
        "contract": contract_words(policy, holdings.contracts[0], holdings.today) if holdings.contracts else "",
        "has_licence": bool(holdings.licences or holdings.contracts),
        "cover_clause": mark_of(policy, visit.root, "entitlement"),
        "intake_clause": mark_of(policy, visit.root, policy.clause_of("intake")),
        "questions": [form[name] for name in form.fields if name.startswith("q_") or name == "severity"],
        "information": [form[name] for name in form.fields if name.startswith("i_")],
        "warnings": rule.warnings if (rule := policy.intake.at({})) is not None else (),
        "versions": versions,
    }
