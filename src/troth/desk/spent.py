"""What a customer's other cases have used of an allowance that is the customer's and not the case's (NUM-06)."""

from __future__ import annotations

from troth.customers.models import Account
from troth.desk.models import Case
from troth.engine.facts import Facts
from troth.people.models import Desk
from troth.policy import Policy


def with_spent(facts: Facts, policy: Policy, desk: Desk, account: Account | None) -> Facts:
    """The facts of a case to be opened, with the minutes that the account's other cases have used."""
    spent = {
        activity: minutes
        for activity in policy.allowances
        if (minutes := spent_elsewhere(policy, desk, account, facts.product, activity))
    }
    return facts.with_changes(spent=spent) if spent else facts


def spent_elsewhere(  # noqa: PLR0917 - whose time, on what, and on which case it does not count
    policy: Policy, desk: Desk, account: Account | None, product: str | None, activity: str, but: Case | None = None
) -> int:
    """The minutes logged on an activity for this account, on this product where the allowance is the product's."""
    table = policy.allowances.get(activity)
    pools = {rule.per for rule in table.rows.values()} if table is not None else set()
    if account is None or pools <= {"case"}:
        return 0
    others = Case.objects.filter(desk=desk, account=account, state__minutes__has_key=activity)
    if "account and product" in pools:
        others = others.filter(product=product or "")
    if but is not None:
        others = others.exclude(pk=but.pk)
    return sum(int(state["minutes"][activity]) for state in others.values_list("state", flat=True))
