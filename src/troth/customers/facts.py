"""What is known of a customer when a case is opened: the same function for the preview and for the opening."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, IntegerField, TextField, Value
from django.db.models.functions import Cast, Coalesce

from troth.customers.models import Account, Contact, Contract, Licence, Partner
from troth.customers.purchases import bought_by
from troth.engine import version_at
from troth.engine.facts import (
    Contract as ContractFact,
)
from troth.engine.facts import (
    Facts,
)
from troth.engine.facts import (
    Licence as LicenceFact,
)
from troth.engine.facts import (
    Partner as PartnerFact,
)
from troth.hours import HoursSpec, Instant, Term, moment
from troth.people.models import Desk
from troth.policy import Catalogue, Policy
from troth.policy.vocabulary import Channel, LicenceKind, Request
from troth.products.models import Product


@dataclass(frozen=True, slots=True)
class Draft:
    """What someone fills in before a case is there; `information` None means nothing is known to be missing."""

    title: str = ""
    text: str = ""
    channel: Channel | str = Channel.WEB
    product: str | None = None
    version: str | None = None
    request: Request | str = Request.DEFECT
    severity: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    information: tuple[str, ...] | None = None
    language: str | None = None
    confirmation: str = "sent"


def gather_facts(
    policy: Policy,
    catalogue: Catalogue,
    contact: Contact | None,
    draft: Draft,
    at: Instant,
    *,
    is_using: bool = False,
) -> Facts:
    """All that decides, as it stands at `at` (UTC seconds): licence, contract, purchases, partner, catalogue's word.

    With `is_using` what was bought beforehand is held until the transaction ends, for the case to be opened on it.
    """
    account = contact.account if contact is not None else None
    today = moment(at, policy.zone).date()
    licences, contracts = held(account)
    facts = Facts(
        channel=draft.channel,
        product=draft.product,
        version=draft.version,
        request=draft.request,
        licence=best_licence(licences, draft.product, today),
        contract=best_contract(contracts, today, policy),
        partner=partner_fact(account.partner) if account is not None else None,
        severity=draft.severity,
        answers=dict(draft.answers),
        language=draft.language,
        information=draft.information,
        confirmation=draft.confirmation,
        release=version_at(policy, catalogue, draft.product, draft.version, at),
    )
    return bought_by(account, policy, draft.product, today, is_using=is_using).onto(facts)


def held(account: Account | None) -> tuple[list[Licence], list[Contract]]:
    """Every licence and contract of the account that may count, asked for in one question.

    The rows are not to be saved: they hold what facts are made of.
    """
    if account is None:
        return [], []
    licences = account.licences.filter(revoked_at=None).values_list(
        Value("licence"), "pk", "kind", "product", Coalesce("product__name", Value("")), "key_state", "bought_on",
        "ends_on", "seats", Value(value=True),
    )  # fmt: skip
    contracts = account.contracts.values_list(
        Value("contract"), "pk", "plan", Cast(Value(None), BigIntegerField()), Cast("add_ons", TextField()), "fees",
        "starts_on", "ends_on", Cast(Value(None), IntegerField()), "is_verified",
    )  # fmt: skip
    some: tuple[list[Licence], list[Contract]] = [], []
    for what, pk, word, product, text, state, first, last, seats, flag in licences.union(contracts, all=True):
        if what == "licence":
            named = Product(pk=product, name=text) if product is not None else None
            row = Licence(pk=pk, kind=word, product=named, key_state=state, bought_on=first, ends_on=last, seats=seats)
            some[0].append(row)
        else:
            dates = {"starts_on": first, "ends_on": last}
            some[1].append(Contract(pk=pk, plan=word, **dates, add_ons=json.loads(text), fees=state, is_verified=flag))
    return some


def licence_fact(account: Account | None, product: str | None, today: date) -> LicenceFact:
    """The licence a request of this account stands on today."""
    return best_licence(held(account)[0], product, today)


def best_licence(rows: Iterable[Licence], product: str | None, today: date) -> LicenceFact:
    """The licence a request stands on: one for its product that runs, else the best of what there is.

    Someone with no licence on record has one of kind `none`: not knowing is not the same as holding one.
    """
    fitting = [row for row in rows if product is None or row.product is None or row.product.name == product]
    best = max(fitting, key=lambda row: licence_order(row, today), default=None)
    if best is None:
        return LicenceFact(kind=LicenceKind.NONE)
    return LicenceFact(kind=best.kind, bought=best.bought_on, ends=best.ends_on, seats=best.seats, key=best.key_state)


def licence_order(row: Licence, today: date) -> tuple[Any, ...]:
    """What makes one licence better to stand on than another: it runs, its key is good, it names the product."""
    runs = row.bought_on <= today and (row.ends_on is None or today <= row.ends_on)
    paid = row.kind not in {LicenceKind.TRIAL, LicenceKind.EVALUATION, LicenceKind.FREE}
    return runs, row.key_state == "valid", paid, row.product_id is not None, row.bought_on, row.pk


def contract_fact(account: Account | None, today: date, policy: Policy | None = None) -> ContractFact | None:
    """The contract of this account that counts today."""
    return best_contract(held(account)[1], today, policy)


def best_contract(rows: Iterable[Contract], today: date, policy: Policy | None = None) -> ContractFact | None:
    """The contract that counts today: one that runs and is paid and verified, else the latest to have begun.

    With the policy at hand, one without an end ends with its plan's first term, as the engine will see it.
    """
    best = max(rows, key=lambda row: contract_order(row, today, policy), default=None)
    if best is None:
        return None
    return ContractFact(
        plan=best.plan,
        starts=best.starts_on,
        ends=best.ends_on,
        add_ons=tuple(best.add_ons),
        fees=best.fees,
        verified=best.is_verified,
    )


def contract_order(row: Contract, today: date, policy: Policy | None = None) -> tuple[Any, ...]:
    """What makes one contract count before another: it has begun, is not over, is good; then the younger."""
    begun, last = row.starts_on <= today, row.ends_on
    plan = policy.plans.get(row.plan) if policy is not None and last is None else None
    if plan is not None and plan.terms:
        last = Term.parse(plan.terms[0]).last_day(row.starts_on)
    is_over = last is not None and last < today
    return begun and not is_over, begun, row.is_verified and row.fees == "paid", row.starts_on, row.pk


def partner_fact(partner: Partner | None) -> PartnerFact | None:
    """The partner with its hours as they are today: pinned in the case, whatever the partner changes later."""
    if partner is None:
        return None
    if partner.hours is None:
        return PartnerFact(name=partner.name)
    return PartnerFact(name=partner.name, hours=HoursSpec.parse(partner.hours, partner.zone).to_json())


def contact_for(desk: Desk, person: Any) -> Contact | None:
    """The contact this person is on the desk, with account and partner at hand."""
    return Contact.objects.select_related("account__partner", "person").filter(desk=desk, person=person).first()
