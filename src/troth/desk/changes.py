"""Brings changes of licence, contract and partner to the open cases of an account, as acts of their own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from troth.customers.facts import contract_fact, licence_fact, partner_fact
from troth.customers.models import Account
from troth.desk.actors import SYSTEM
from troth.desk.adopting import policy_of
from troth.desk.door import record
from troth.desk.models import Case
from troth.desk.purchases import purchases_of
from troth.desk.store import stored_state
from troth.engine.facts import Contract as ContractFact
from troth.engine.facts import Facts
from troth.engine.facts import Licence as LicenceFact
from troth.engine.facts import Partner as PartnerFact
from troth.hours import instant, moment
from troth.journal.away import answers, is_away
from troth.journal.changes import Changed
from troth.journal.models import FactChange
from troth.policy.vocabulary import Status, Verb

log = logging.getLogger("troth.worker")

AT_ONCE: Final = 50
SLICES: Final = 10


def bring_changes(now: datetime, after: int = 0) -> tuple[int, int]:
    """The changes left by rooms below reach their accounts' cases that are not closed; how many were brought.

    Each case hears of a change under a key, so a worker that dies midway leaves the rest to the next. A round takes
    so many and no more; with the number it says after which change the next one goes on, 0 when the table is through.
    A change that cannot be brought is so passed by, however many such there are, and tried again the next time.
    """
    done = 0
    for _ in range(SLICES):
        waiting = list(FactChange.objects.filter(waiting_at(now), pk__gt=after).order_by("pk")[:AT_ONCE])
        done += sum(brought(change, now) for change in waiting)
        if len(waiting) < AT_ONCE:
            return done, 0
        after = waiting[-1].pk
    return done, after


def waiting_at(now: datetime) -> Q:
    """The changes that are to be brought by now and are not."""
    return Q(brought_at=None, at__lte=now)


def brought(change: FactChange, now: datetime) -> int:
    """One change, brought or told of in the log; how many it was. A database that is away ends the round."""
    try:
        return bring(change, now)
    except Exception as error:
        if is_away(error) and not answers():
            raise
        log.exception("change %s of account %s cannot be brought; it is tried again", change.pk, change.account_id)
        return 0


def bring(change: FactChange, now: datetime) -> int:
    """One change, to all cases it concerns."""
    account = Account.objects.select_related("partner").filter(pk=change.account_id).first()
    if account is not None:
        cases = Case.objects.filter(account=account).exclude(status=str(Status.CLOSED))
        for case in cases.select_related("policy_version", "amendment").order_by("pk"):
            data = new_facts(change.what, case, account, stored_state(case).facts, now)
            if data:
                record(case, Verb.SET, by=SYSTEM, data=data, at=now, key=f"change {change.pk} case {case.pk}")
    with transaction.atomic():
        if account is not None and change.what == Changed.PARTNER:
            # Who may see a case follows the account, for closed ones too: nobody but its partner now.
            Case.objects.filter(account=account).update(partner=account.partner)
        return FactChange.objects.filter(pk=change.pk, brought_at=None).update(brought_at=now)


def new_facts(what: str, case: Case, account: Account, facts: Facts, now: datetime) -> Mapping[str, Any]:
    """The act's data: the one fact that changed, as it is now; nothing where the case knows it so already."""
    policy, at = policy_of(case), instant(now)
    today = moment(at, policy.zone).date()
    fact: LicenceFact | ContractFact | PartnerFact | None
    match Changed(what):
        case Changed.LICENCE:
            fact = licence_fact(account, facts.product, today)
        case Changed.CONTRACT:
            fact = contract_fact(account, today, policy)
        case Changed.PARTNER:
            fact = partner_fact(account.partner)
        case Changed.PURCHASE:
            return purchases_of(case, policy, facts.product, at, is_using=False).to_json(unlike=facts)
    if fact == getattr(facts, what):
        return {}
    return {what: fact.to_json() if fact is not None else None}
