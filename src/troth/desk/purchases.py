"""What was bought beforehand meets a case: known to it before an act that hangs on it, taken by it, bought on it.

What is bought or used on one case is written to the account's own rows in the act's transaction, so that the next
case knows it. The engine decides; here it is only read and written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from troth.customers.buying import keep_bought
from troth.customers.facts import contract_fact, licence_fact
from troth.customers.models import Account, Purchase
from troth.customers.purchases import HOURS, INCIDENTS, Bought, bought_by, ended_lots, give_back, use
from troth.desk.adopting import Brought, folded
from troth.desk.models import Case
from troth.engine import Act, Refusal, decide
from troth.engine.case import Case as EngineCase
from troth.engine.events import Event
from troth.engine.facts import Facts
from troth.engine.purchases import SERVICES
from troth.hours import Instant, instant, moment
from troth.journal.audit import write_audit
from troth.people.models import Person
from troth.policy import Policy
from troth.policy.vocabulary import Found, Role, Verb

HANGS_ON_PURCHASES: Final = frozenset({Verb.SET, Verb.BUY})


def purchases_of(case: Case, policy: Policy, product: str | None, at: Instant, *, is_using: bool = True) -> Bought:
    """What of its account's purchases counts for this case now."""
    today = moment(at, policy.zone).date()
    return bought_by(case.account, policy, product, today, case_number=case.number, is_using=is_using)


def with_purchases(row: Case, brought: Brought, verb: Verb, data: Mapping[str, Any], at: Instant) -> Brought:
    """Before an act that may use or add to what was bought, the case hears of what other cases have left of it.

    Where that differs from what it knew, it is an act of its own by the desk, `set`, as any change of facts is.
    """
    hangs = verb in HANGS_ON_PURCHASES or (verb is Verb.LOG and data.get("activity") == SERVICES)
    if row.account is None or not hangs:
        return brought
    facts = brought.state.facts
    product = data.get("product") or facts.product
    if verb is Verb.BUY:  # of two purchases at one instant the later lengthens or enlarges what the earlier left
        Account.objects.select_for_update(of=("self",), no_key=True).get(pk=row.account.pk)
    changes = purchases_of(row, brought.policy, product, at).to_json(unlike=facts)
    if verb is Verb.BUY:
        changes |= renewable(row.account, brought.policy, facts, at)
    if not changes:
        return brought
    act = Act(at, Verb.SET, Role.SYSTEM, changes)
    rulings = decide(brought.policy, brought.state, act)
    if isinstance(rulings, Refusal):  # nothing in it can be refused; were it ever, the case knows what it knew
        return brought
    new: tuple[Event, ...] = (act, *rulings)
    return replace(brought, state=folded(brought.state, new), events=(*brought.events, *new))


def renewable(account: Account, policy: Policy, facts: Facts, at: Instant) -> dict[str, Any]:
    """Contract and licence where they differ from what the case knows: a purchase may lengthen or enlarge them."""
    today = moment(at, policy.zone).date()
    contract, licence = contract_fact(account, today, policy), licence_fact(account, facts.product, today)
    changes: dict[str, Any] = {}
    if contract != facts.contract:
        changes["contract"] = contract.to_json() if contract is not None else None
    if licence != facts.licence:
        changes["licence"] = licence.to_json()
    return changes


def keep_purchases(
    row: Case, policy: Policy, events: Iterable[tuple[int, Event, EngineCase]], *, actor: Person | None
) -> None:
    """What these events used, bought or gave back of the account's is written to its rows, in their transaction."""
    if row.account_id is None:
        return
    act: Act | None = None
    for _, event, _ in events:
        if isinstance(event, Act):
            act = event
            on_act(row, policy, event, actor)
        elif event.found is Found.COVERED and event.data.get("uses") == "incident":
            take(row, policy, INCIDENTS, 1, moment(event.at), actor)
        elif event.found is Found.BOUGHT and act is not None and row.account is not None:
            after = Facts.from_json(event.data["facts"])
            keep_bought(row.account, policy, act.data, after, by=actor, at=moment(event.at))


def on_act(row: Case, policy: Policy, act: Act, actor: Person | None) -> None:
    """Hours of services that were worked are taken; what the policy lets be refunded is given back."""
    if row.account is None:
        return
    if act.verb is Verb.LOG and act.data.get("activity") == SERVICES:
        take(row, policy, HOURS, int(act.data["minutes"]), moment(act.at), actor)
    elif act.verb is Verb.REFUND:
        rule = policy.purchases.get(str(act.data["what"]))
        if rule is not None:
            give_back(row.account, rule.gives, case_number=row.number, by=actor, at=moment(act.at))


def take(  # noqa: PLR0917 - of what, how much, when and by whom
    row: Case, policy: Policy, gives: str, quantity: int, at: datetime, actor: Person | None
) -> None:
    """So much is the case's. What the tables do not have (an import brought its own facts) is only put on record."""
    account = row.account
    if account is None:
        return
    ended: Mapping[int, Any] = {}
    if gives == HOURS:
        lots = list(Purchase.objects.filter(account=account, gives=HOURS))
        ended = ended_lots(account, policy, lots, moment(instant(at), policy.zone).date())
    lacking = use(account, gives, quantity, case_number=row.number, at=at, ended=ended)
    if lacking:
        write_audit(
            "used what was not bought",
            f"case {row.label}",
            at=at,
            by=actor.pk if actor is not None else None,
            role="person" if actor is not None else "system",
            desk=row.desk_id,
            data={"gives": gives, "quantity": lacking},
        )
