"""`troth products release` and `retire`: which versions there are, and until when, from the command line."""

from __future__ import annotations

import argparse

from troth.customers.columns import day
from troth.customers.columns import product as product_named
from troth.desk.commands import CLEAN, FINDINGS, complain
from troth.desk.customer_commands import place_of
from troth.engine.events import Refusal
from troth.products.catalogue import end_release, record_release


def release(arguments: list[str]) -> int:
    """Records a version of a product; lifecycle and downloads follow from it at once."""
    parser = argparse.ArgumentParser(prog="troth products release", description=release.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    parser.add_argument("product", help="the product, by its name in the policy")
    parser.add_argument("version", help="e.g. 12.1")
    parser.add_argument("--on", help="the day it exists from, e.g. 2026-12-01; today if not given")
    parser.add_argument("--kind", choices=("product", "utility", "add-on"), default="product")
    parser.add_argument("--line", default="", help="the line it belongs to, where it is not its product's own")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    try:
        named = product_named(place, asked.product)
        released_on = day(place, asked.on) if asked.on else place.today
    except ValueError as wrong:
        return complain(str(wrong))
    record_release(
        place.desk,
        named.name,
        asked.version,
        released_on=released_on,
        kind=asked.kind,
        line=asked.line,
        by=None,
        at=place.at,
    )
    print(f"{named.name} {asked.version} exists on /{place.desk.slug}/ from {released_on}.")
    return CLEAN


def retire(arguments: list[str]) -> int:
    """Sets the last day of a version; refused where the policy announces an end earlier than that."""
    parser = argparse.ArgumentParser(prog="troth products retire", description=retire.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. numara")
    parser.add_argument("product", help="the product, by its name in the policy")
    parser.add_argument("version", help="e.g. 11.0")
    parser.add_argument("--on", required=True, help="its last day, e.g. 2027-01-31")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    try:
        ends_on = day(place, asked.on)
    except ValueError as wrong:
        return complain(str(wrong))
    done = end_release(place.desk, place.policy, asked.product, asked.version, ends_on=ends_on, by=None, at=place.at)
    if isinstance(done, Refusal):
        clause = f"  [{done.clause}]" if done.clause else ""
        return complain(f"{done.sentence}{clause}", FINDINGS)
    print(f"{asked.product} {asked.version} ends on /{place.desk.slug}/ on {ends_on}.")
    return CLEAN
