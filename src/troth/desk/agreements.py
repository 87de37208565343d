"""A customer's own agreement on the desk: which one an account has, and the policy with it laid on.

The account names it, a case pins the version it was opened under, and the pin is laid on every version of the policy
that the case is decided under (`adopting.policy_of`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef

from troth.customers.models import Account, Amendment
from troth.desk.models import Case
from troth.hours import HolidayDates
from troth.people.models import Desk
from troth.policy import Finding, Policy, amend, check_amendment


def agreement_of(account: Account | None, at: datetime) -> Amendment | None:
    """The version of the account's own agreement that a case opened at `at` pins; None where it has none."""
    if account is None or not account.amendment:
        return None
    known = Amendment.objects.filter(desk=account.desk_id, name=account.amendment, effective_at__lte=at)
    found: Amendment | None = known.order_by("-effective_at", "-pk").first()
    return found


def laid_on(policy: Policy, amendment: Amendment | None) -> Policy:
    """The policy with the agreement laid on, compiled once a process; the policy itself where there is none."""
    if amendment is None:
        return policy
    return laid_on_once(policy, amendment.source, amendment.file, json.dumps(amendment.dates, sort_keys=True))


@lru_cache(maxsize=256)
def laid_on_once(policy: Policy, source: str, file: str, dates: str) -> Policy:
    """The agreement of this text laid on, its own calendars with the holidays they were published with."""
    amended = amend(policy, source, file)
    kept = {
        hours: HolidayDates.from_json(stored["dates"])
        for hours, stored in json.loads(dates).items()
        if hours in amended.hours and amended.hours[hours].to_json() == stored["calendar"]
    }
    return replace(amended, dates={**kept, **amended.dates}, _calendars={}) if kept else amended


def own_dates(amended: Policy) -> dict[str, Any]:
    """The holidays of the calendars that an agreement made its own: those of the policy's are stored with it."""
    return {
        hours: {"calendar": amended.hours[hours].to_json(), "dates": dates.to_json()}
        for hours, dates in amended.holiday_dates().items()
        if hours not in amended.dates
    }


def in_the_way(policy: Policy, desk: Desk) -> Iterator[Finding]:
    """Why a version of the policy cannot be published: what agreements of this desk cannot be laid on it.

    Those count that an account may get, or that a case has pinned: one replaced before any case knew it does not.
    """
    later = Amendment.objects.filter(desk=desk, name=OuterRef("name"), effective_at__gt=OuterRef("effective_at"))
    pinned = Case.objects.filter(amendment=OuterRef("pk"))
    known = Amendment.objects.filter(desk=desk).annotate(is_replaced=Exists(later), is_pinned=Exists(pinned))
    for amendment in known.exclude(is_replaced=True, is_pinned=False).order_by("pk"):
        for finding in check_amendment(policy, amendment.source, amendment.file)[1]:
            yield replace(finding, message=f"{finding.message} ({amendment.ref} is to be laid on {policy.ref})")
