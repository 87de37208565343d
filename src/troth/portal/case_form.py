"""The form of a new case, made from the policy: its questions, its products, what it asks a customer for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms

from troth.customers.facts import Draft
from troth.customers.models import Contact, Contract, Licence
from troth.engine.words import contract_ends
from troth.faces.moments import said_date
from troth.policy import Catalogue, Policy
from troth.policy.vocabulary import Channel, Information, Request
from troth.portal.words import ASKED, LICENCES, LONG

NOT_SURE: Final = ("", "I am not sure")
LONGEST_TEXT: Final = 50_000
LONGEST_NOTE: Final = 5_000
MANY: Final = 7
"""From so many products on they are a list to open, not one to read."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the writer has with us: known before a word is written."""

    contact: Contact | None
    licences: tuple[Licence, ...]
    contracts: tuple[Contract, ...]
    today: date


class CaseForm(forms.Form):
    """The fields every desk has; `case_form` adds those of its policy. Only the title cannot be left out."""

    title = forms.CharField(
        label="What happens?",
        max_length=200,
        help_text="One sentence is enough to begin with.",
        error_messages={"required": "Say in a sentence what happens; all else may stay open."},
    )
    text = forms.CharField(
        label="Tell us more",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you expected, what you saw, since when.",
    )

    def clean_title(self) -> str:
        """A title is one line."""
        return " ".join(str(self.cleaned_data["title"]).split())


def case_form(
    policy: Policy, catalogue: Catalogue, holdings: Holdings, data: Mapping[str, Any] | None = None
) -> CaseForm:
    """The form for this policy and this writer, bound to what they sent so far."""
    form = CaseForm(data, initial=_initial(policy, holdings))
    fields = form.fields
    _product_fields(fields, policy, catalogue, holdings)
    titles = {name: table.only.title if table.only is not None else "" for name, table in policy.requests.items()}
    fields["request"] = forms.ChoiceField(
        label="What do you ask for?",
        required=False,
        choices=[(name, title or name) for name, title in titles.items()],
    )
    for name, question in policy.questions.items():
        choices = [*question.answers.items(), ("", "I cannot say")]
        fields[f"q_{name}"] = forms.ChoiceField(
            label=question.ask, required=False, widget=forms.RadioSelect, choices=choices
        )
    if "customer" in policy.severities.proposed_from:
        scale = [(name, policy.severities.titles.get(name, name)) for name in policy.severities.scale]
        fields["severity"] = forms.ChoiceField(
            label="How severe is it, in your own judgement?",
            required=False,
            choices=[("", "I leave that to you"), *scale],
            help_text="Your answers above count first.",
        )
    for item in asked_in_fields(policy, data or {}):
        label, words = ASKED[item]
        widget = forms.Textarea(attrs={"rows": 3}) if item in LONG else forms.TextInput()
        fields[field_of(item)] = forms.CharField(
            label=label, required=False, max_length=LONGEST_NOTE, help_text=words, widget=widget
        )
    return form


def field_of(item: str) -> str:
    """The field that takes this piece of information."""
    return "i_" + item.replace(" ", "_").replace("-", "_")


def asked_in_fields(policy: Policy, data: Mapping[str, Any]) -> tuple[str, ...]:
    """What the policy asks for and nothing else on the form or on record answers."""
    rule = policy.intake.at({"product": str(data.get("product", "")), "request": str(data.get("request", ""))})
    return tuple(str(item) for item in rule.asks if item in ASKED) if rule is not None else ()


def _product_fields(fields: dict[str, forms.Field], policy: Policy, catalogue: Catalogue, holdings: Holdings) -> None:
    choices = [(name, product_label(name, holdings)) for name in _ordered(policy, holdings)]
    widget = forms.RadioSelect() if len(choices) < MANY else forms.Select()
    fields["product"] = forms.ChoiceField(
        label="Which product?", required=False, widget=widget, choices=[*choices, NOT_SURE]
    )
    fields["version"] = forms.CharField(
        label="Which version?",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "versions", "autocomplete": "off"}),
    )


def _ordered(policy: Policy, holdings: Holdings) -> Iterable[str]:
    """The products the writer holds a licence for come first."""
    held = [row.product.name for row in holdings.licences if row.product is not None]
    return dict.fromkeys([*(name for name in held if name in policy.products), *policy.products])


def product_label(name: str, holdings: Holdings) -> str:
    """A product with the writer's own licence for it: `Netop Vision: licence since 3 Mar 2024`."""
    row = next((one for one in holdings.licences if one.product is None or one.product.name == name), None)
    return f"{name}: {licence_words(row, holdings.today)}" if row is not None else name


def licence_words(row: Licence, today: date) -> str:
    """A licence in words, with its term."""
    words = LICENCES.get(row.kind, "licence")
    seats = f", {row.seats} seats" if row.seats else ""
    if row.key_state != "valid":
        return f"{words}{seats}, its key not known to us"
    if row.ends_on is not None:
        return f"{words}{seats}, {'until' if row.ends_on >= today else 'ended'} {said_date(row.ends_on)}"
    return f"{words}{seats}, since {said_date(row.bought_on)}"


def contract_words(policy: Policy, row: Contract, today: date) -> str:
    """A contract in words, with its term."""
    from troth.engine.facts import Contract as ContractFact  # noqa: PLC0415 (a model has the same name here)

    plan = policy.plans.get(row.plan)
    last = contract_ends(policy, ContractFact(plan=row.plan, starts=row.starts_on, ends=row.ends_on))
    term = f", {'until' if last >= today else 'ended'} {said_date(last)}" if last is not None else ""
    return f"{plan.title if plan is not None and plan.title else row.plan}{term}"


def _initial(policy: Policy, holdings: Holdings) -> dict[str, Any]:
    """What is known already stands in the form."""
    first = next((row.product.name for row in holdings.licences if row.product is not None), "")
    contact = holdings.contact
    account = contact.account if contact is not None else None
    known = {
        Information.PHONE: contact.phone if contact is not None else "",
        Information.COMPANY: account.name if account is not None else "",
        Information.CLIENT_NUMBER: account.client_number if account is not None else "",
        Information.SERIAL: next((row.key for row in holdings.licences if row.key), ""),
        Information.LICENCE_TYPE: next((LICENCES.get(row.kind, "") for row in holdings.licences), ""),
    }
    product = (
        first if first in policy.products else next(iter(policy.products), "") if len(policy.products) == 1 else ""
    )
    request = Request.DEFECT if Request.DEFECT in policy.requests else next(iter(policy.requests), "")
    return {"product": product, "request": str(request), **{field_of(name): text for name, text in known.items()}}


def given(form: CaseForm, name: str) -> str:
    """What a field says, valid or not: a preview looks at what there is."""
    if name not in form.fields:
        return ""
    cleaned = getattr(form, "cleaned_data", {})
    return str(cleaned.get(name) or "").strip()


def draft_of(form: CaseForm, policy: Policy) -> Draft:
    """What opening and preview alike are decided on; it must have been validated, errors or not."""
    answers = {name: given(form, f"q_{name}") for name in policy.questions}
    request = given(form, "request") or str(Request.DEFECT)
    return Draft(
        title=given(form, "title"),
        text=written_text(form),
        channel=Channel.WEB,
        product=given(form, "product") or None,
        version=given(form, "version") or None,
        request=request,
        severity=given(form, "severity") or None,
        answers={name: answer for name, answer in answers.items() if answer},
        information=information_of(form, policy),
    )


def information_of(form: CaseForm, policy: Policy) -> tuple[str, ...]:
    """What has been given, in the policy's words; who signed in has told us who they are."""
    have = {Information.EMAIL: True, Information.PRODUCT: given(form, "product")}
    have |= {Information.VERSION: given(form, "version"), Information.DESCRIPTION: given(form, "text")}
    have |= {Information.SEVERITY: given(form, "severity") or any(given(form, f"q_{one}") for one in policy.questions)}
    have |= {Information(item): given(form, field_of(item)) for item in ASKED if field_of(item) in form.fields}
    return tuple(str(item) for item, there in have.items() if there)


def written_text(form: CaseForm) -> str:
    """The message: the free text, then what was filled in beside it, each under its label."""
    parts = [given(form, "text")]
    for item in ASKED:
        words = given(form, field_of(item))
        if words and words != form.initial.get(field_of(item)):
            parts.append(f"{ASKED[item][0]}:\n{words}" if item in LONG else f"{ASKED[item][0]}: {words}")
    return "\n\n".join(part for part in parts if part)
