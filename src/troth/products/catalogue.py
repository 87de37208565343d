"""What exists: the releases a policy lists and those recorded since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal, cast

from troth.engine import Refusal
from troth.engine.catalogue import retirement_refusal
from troth.hours import Instant
from troth.people.models import Desk
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


def record_release(desk: Desk, product: str, version: str, *, released_on: date, kind: str = "product") -> Release:
    """A version exists from local midnight of that date. One row: open cases ask when they need to know."""
    row, _ = Product.objects.get_or_create(desk=desk, name=product)
    return Release.objects.update_or_create(
        product=row, version=version, defaults={"desk": desk, "released_on": released_on, "kind": kind}
    )[0]


def end_release(desk: Desk, policy: Policy, product: str, version: str, *, ends_on: date, at: Instant) -> str | Refusal:
    """The version's last day is known from `at` on; refused where the policy announces an end earlier than that.

    Returns the version. What only the policy lists gets a row of its own, so that the desk's word goes before it.
    """
    catalogue = catalogue_of(desk, policy)
    known = catalogue.find(product, version)
    if known is None:
        return Refusal("unknown-release", f"There is no {product} {version}.", policy.clause_of("products"))
    ending = replace(known, ends=ends_on)
    refusal = retirement_refusal(policy, catalogue, ending, at)
    if refusal is not None:
        return refusal
    row, _ = Product.objects.get_or_create(desk=desk, name=product)
    Release.objects.update_or_create(
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
    )
    return version
