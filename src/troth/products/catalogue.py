"""What exists: the releases a policy lists and those recorded since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Literal, cast

from django.db import transaction

from troth.engine import Refusal
from troth.engine.catalogue import retirement_refusal
from troth.hours import instant
from troth.journal.audit import write_audit
from troth.people.models import Desk, Person
from troth.policy import Catalogue, Policy
from troth.policy import Release as PolicyRelease
from troth.products.models import Product, Release

Kind = Literal["product", "utility", "add-on"]


def catalogue_of(desk: Desk, policy: Policy) -> Catalogue:
    """The policy's own releases with the desk's rows laid on; a row replaces the same version in the file."""
    rows = Release.objects.filter(desk=desk).select_related("product")
    return policy.catalogue.with_releases(
        PolicyRelease(
            product=row.product.name,
            version=row.version,
            released=row.released_on,
            line=row.line or None,
            kind=cast("Kind", row.kind),
            status=row.status or None,
            ends=row.ends_on,
            branded=row.is_branded,
        )
        for row in rows
    )


def record_release(
    desk: Desk,
    product: str,
    version: str,
    *,
    released_on: date,
    kind: str = "product",
    line: str = "",
    by: Person | None,
    at: datetime,
) -> Release:
    """A version exists from local midnight of that date. One row: open cases ask when they need to know."""
    with transaction.atomic():
        row, _ = Product.objects.get_or_create(desk=desk, name=product)
        release = Release.objects.update_or_create(
            product=row,
            version=version,
            defaults={"desk": desk, "released_on": released_on, "kind": kind, "line": line},
        )[0]
        note(release, "recorded a release", by=by, at=at, day=released_on)
        return release


def end_release(
    desk: Desk, policy: Policy, product: str, version: str, *, ends_on: date, by: Person | None, at: datetime
) -> Release | Refusal:
    """The version's last day is known from `at` on; refused where the policy announces an end earlier than that.

    What only the policy lists gets a row of its own, so that the desk's word goes before it.
    """
    catalogue = catalogue_of(desk, policy)
    known = catalogue.find(product, version)
    if known is None:
        return Refusal("unknown-release", f"There is no {product} {version}.", policy.clause_of("products"))
    ending = replace(known, ends=ends_on)
    refusal = retirement_refusal(policy, catalogue, ending, instant(at))
    if refusal is not None:
        return refusal
    with transaction.atomic():
        row, _ = Product.objects.get_or_create(desk=desk, name=product)
        release = Release.objects.update_or_create(
            product=row,
            version=version,
            defaults={
                "desk": desk,
                "released_on": ending.released,
                "line": ending.line or "",
                "kind": ending.kind,
                "status": ending.status or "",
                "ends_on": ends_on,
                "is_branded": ending.branded,
            },
        )[0]
        note(release, "set the end of a release", by=by, at=at, day=ends_on)
        return release


def note(release: Release, action: str, *, by: Person | None, at: datetime, day: date) -> None:
    """Who said so stands in the audit record."""
    write_audit(
        action,
        f"release {release.pk}",
        at=at,
        by=by.pk if by is not None else None,
        role="person" if by is not None else "system",
        desk=release.desk_id,
        data={"version": release.version, "on": day.isoformat()},
    )
