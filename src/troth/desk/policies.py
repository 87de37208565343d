"""Policies as the desk holds them: published once, then never changed, read anew only once a process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from troth.customers.models import Account, Amendment
from troth.desk.agreements import agreement_of, in_the_way, laid_on, own_dates
from troth.desk.errors import NoPolicyError
from troth.desk.models import Counter, PolicyVersion
from troth.desk.texts import check_text, texts_beside
from troth.desk.visibility import TEXTS
from troth.hours import HolidayDates
from troth.journal.audit import write_audit
from troth.people.models import Desk, Person
from troth.policy import Finding, Policy, PolicyError, check_amendment, parse_policy
from troth.products.models import Product


def publish_policy(
    source: str,
    *,
    name: str = "policy.md",
    notices: Mapping[str, str] | None = None,
    effective_at: datetime | None = None,
    at: datetime | None = None,
    by: Person | None = None,
) -> PolicyVersion:
    """The policy is in force on its desk from `effective_at` (else at once), with its holidays settled.

    A desk that is not there yet is opened. Publishing the same text of a version again changes nothing;
    another text under a version already published is refused with ValueError: promises were made by it. Where an
    agreement with a customer cannot be laid on it, or what it says of open cases would leave one of them under rules
    that do not fit together, PolicyError says where and why.
    """
    from troth.desk.adopting import unfit  # noqa: PLC0415 - which policy a case is under is built on this module

    moment_now = at or timezone.now()
    policy = parse_policy(source, name)
    for file, text in (notices or {}).items():
        check_text(file, text)
    with transaction.atomic():
        desk = open_desk(policy)
        known = PolicyVersion.objects.filter(desk=desk, ref=policy.ref).first()
        if known is not None:
            if known.source != source:
                raise ValueError(
                    f"{policy.ref} is already published with another text, and promises were made by it: "
                    f"give {name} a new version (a date) in its front matter."
                )
            return known
        refuse(in_the_way(policy, desk))
        refuse(unfit(policy, desk, name))
        version = PolicyVersion(
            desk=desk,
            ref=policy.ref,
            version_on=policy.version,
            effective_at=effective_at or moment_now,
            published_at=moment_now,
            published_by=by,
            name=name,
            source=source,
            dates={name: dates.to_json() for name, dates in policy.holiday_dates().items()},
            notices=dict(notices or {}),
        )
        version.save()
        for product in policy.products:
            Product.objects.get_or_create(desk=desk, name=product)
        write_audit(
            "published a policy",
            policy.ref,
            at=moment_now,
            by=by.pk if by else None,
            role="person" if by else "system",
            desk=desk.pk,
        )
        return version


def publish_file(path: Path, *, effective_at: datetime | None = None, by: Person | None = None) -> PolicyVersion:
    """The policy in this file, with the notices in the folder of its name beside it."""
    return publish_policy(
        path.read_text(encoding="utf-8"),
        name=path.name,
        notices=texts_beside(path),
        effective_at=effective_at,
        by=by,
    )


def publish_amendment(
    source: str,
    *,
    name: str,
    desk: Desk,
    effective_at: datetime | None = None,
    at: datetime | None = None,
    by: Person | None = None,
) -> Amendment:
    """A customer's own agreement is there for accounts to name, and holds for cases opened from `effective_at` on.

    `name` is its file; by the stem of it accounts name it and rulings cite it. It must fit the policy in force then and
    each that is still to come: PolicyError has what is wrong, placed in this file. As with policies, the same text
    again changes nothing, and another under a version already published is refused with ValueError.
    """
    now = at or timezone.now()
    since = effective_at or now
    with transaction.atomic():
        amended, findings = check_amendment(load_policy(in_force(desk, since)), source, name)
        if amended is None:
            raise PolicyError(findings)
        for version in PolicyVersion.objects.filter(desk=desk, effective_at__gt=since).order_by("effective_at"):
            refuse(check_amendment(load_policy(version), source, name)[1])
        stem, _, version_on = amended.laid_on.removeprefix("+").rpartition("@")
        known = Amendment.objects.filter(desk=desk, name=stem, version_on=version_on).first()
        if known is not None:
            if known.source != source:
                raise ValueError(
                    f"{known.ref} is already published with another text, and promises were made by it: "
                    f"give {name} a new version (a date) in its front matter."
                )
            return known
        amendment = Amendment(
            desk=desk,
            name=stem,
            version_on=version_on,
            effective_at=since,
            published_at=now,
            published_by=by,
            source=source,
            dates=own_dates(amended),
        )
        amendment.full_clean(exclude=["desk", "published_by", "dates"])
        amendment.save()
        write_audit(
            "published an agreement",
            amendment.ref,
            at=now,
            by=by.pk if by else None,
            role="person" if by else "system",
            desk=desk.pk,
        )
        return amendment


def refuse(findings: Iterable[Finding]) -> None:
    """Raises PolicyError where there is any finding."""
    found = tuple(findings)
    if found:
        raise PolicyError(found)


def open_desk(policy: Policy) -> Desk:
    """The desk this policy speaks for, made on its first publication."""
    desk, is_new = Desk.objects.get_or_create(
        slug=policy.desk,
        defaults={
            "vendor": policy.vendor,
            "title": policy.title,
            "prefix": policy.desk.partition("-")[0].upper()[:12],
            "zone": policy.zone,
            "language": policy.language,
            "address": f"{policy.desk}@desk.example",
        },
    )
    if is_new:
        Counter.objects.create(desk=desk)
    return desk


def in_force(desk: Desk, at: datetime) -> PolicyVersion:
    """The version under which a case opens at this instant."""
    version = versions_at(desk, at).first()
    if version is None:
        raise NoPolicyError(
            f"The desk {desk.slug} has no policy in force at {at:%Y-%m-%d %H:%M}: "
            "publish one with: troth policy publish FILE",
            desk=desk.slug,
        )
    return version


@dataclass(frozen=True, slots=True)
class Terms:
    """What a case is opened under: a version of the policy, the customer's own agreement over it, and both as one."""

    version: PolicyVersion
    amendment: Amendment | None
    policy: Policy


def terms_for(desk: Desk, account: Account | None, at: datetime, version: PolicyVersion | None = None) -> Terms:
    """What a case of this account would be opened under at this instant; without an account, what is published.

    `version` is the one in force, where the caller knows it.
    """
    version, amendment = version or in_force(desk, at), agreement_of(account, at)
    return Terms(version, amendment, laid_on(load_policy(version), amendment))


def by_name(**which: Any) -> QuerySet[PolicyVersion]:
    """Versions without their texts: what is written in them is read once a process, by `load_policy`."""
    return PolicyVersion.objects.filter(**which).defer(*TEXTS)


def versions_at(desk: Any, at: datetime) -> QuerySet[PolicyVersion]:
    """The versions of a desk in force by this instant, the last one first."""
    return by_name(desk=desk, effective_at__lte=at).order_by("-effective_at", "-pk")


@lru_cache(maxsize=64)
def version_known(pk: int, ref: str, published_at: datetime) -> PolicyVersion:
    """The version with this number and no other; it never changes, so one reading a process is enough."""
    return by_name(pk=pk, ref=ref, published_at=published_at).get()


def load_policy(version: PolicyVersion) -> Policy:
    """The policy of a published version, compiled with the dates it was published with."""
    return loaded(version.pk, version.ref, version.published_at)


@lru_cache(maxsize=64)
def loaded(pk: int, ref: str, published_at: datetime) -> Policy:
    """A version never changes, so one reading a process is enough.

    The number alone would not do: a database put back to an earlier state gives it out again.
    """
    version = PolicyVersion.objects.get(pk=pk, ref=ref, published_at=published_at)
    return compiled(version.source, version.name, json.dumps(version.dates, sort_keys=True))


@lru_cache(maxsize=64)
def published_texts(pk: int, ref: str, published_at: datetime) -> Mapping[str, str]:
    """The texts of its notices, read once a process like the version itself."""
    texts: Mapping[str, str] = PolicyVersion.objects.get(pk=pk, ref=ref, published_at=published_at).notices
    return texts


@lru_cache(maxsize=64)
def compiled(source: str, name: str, dates: str) -> Policy:
    """The policy of this text with these dates, JSON of what each calendar was published with."""
    settled = {hours: HolidayDates.from_json(stored) for hours, stored in json.loads(dates).items()}
    return parse_policy(source, name, dates=settled)
