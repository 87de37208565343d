"""Something is bought for an account apart from any case, by the policy's own rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from troth.customers.buying import keep_bought
from troth.customers.facts import contract_fact, licence_fact
from troth.customers.models import Account
from troth.customers.purchases import bought_by
from troth.desk.policies import terms_for
from troth.engine import Refusal
from troth.engine.facts import Facts
from troth.engine.purchases import Purchase, buy
from troth.hours import instant, moment
from troth.people.models import Person
from troth.policy.vocabulary import Channel


def buy_for(
    account: Account, wanted: Purchase, *, is_approved: bool = False, by: Person | None, at: datetime
) -> Facts | Refusal:
    """The account has it, and its open cases will hear of it; or why the policy does not sell it.

    What opens a case of its own (an emergency, an installation) is bought by opening that.
    """
    with transaction.atomic():
        accounts = Account.objects.select_related("desk", "partner")
        account = accounts.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
        policy = terms_for(account.desk, account, at).policy
        today = moment(instant(at), policy.zone).date()
        facts = Facts(
            channel=Channel.PURCHASE,
            product=wanted.product,
            licence=licence_fact(account, wanted.product, today),
            contract=contract_fact(account, today, policy),
            approved=(wanted.what,) if is_approved else (),
        )
        facts = bought_by(account, policy, wanted.product, today, is_using=True).onto(facts)
        rule = policy.purchases.get(wanted.what)
        if rule is not None and rule.gives == "attention":
            return Refusal("own-case", "This opens a case of its own.", rule.clause, "open that case")
        after = buy(policy, facts, wanted, instant(at))
        if not isinstance(after, Refusal):
            keep_bought(account, policy, asdict(wanted), after, by=by, at=at)
        return after
