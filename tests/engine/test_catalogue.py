"""Where a version stands: lines that several products share, builds, versions without numbers, ends to come."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from troth.engine import Contract, Facts, Licence, Refusal
from troth.engine.catalogue import active_versions, retirement_refusal, version_at
from troth.engine.downloads import downloads_for
from troth.engine.purchases import Purchase, buy
from troth.hours import Instant, local_instant
from troth.policy import Policy, Release

AMP = "Asset Management Platform – "


def noon(policy: Policy, day: str) -> Instant:
    """Return noon of a day on the desk's wall."""
    return local_instant(datetime.fromisoformat(f"{day} 12:00"), policy.zone)


def lifecycle_of(policy: Policy, product: str, version: str, day: str = "2026-03-02", *more: Release) -> str:
    """Return where a version stands on a day, with releases that the policy does not list."""
    catalogue = policy.catalogue.with_releases(more)
    return str(version_at(policy, catalogue, product, version, noon(policy, day)).lifecycle)


@pytest.mark.parametrize(
    ("product", "version", "lifecycle"),
    [
        ("FootPrints Patch Manager", "11.0", "current"),
        (f"{AMP}Patch Manager", "10.0", "prior"),
        (f"{AMP}Patch Manager", "9.1", "retired"),
        ("Patch Manager", "11.0", "current"),
        (f"{AMP}Power Manager", "10.0", "current"),
        (f"{AMP}Power Manager", "10.0.214", "current"),
    ],
)
def test_products_of_one_line_are_placed_together(numara: Policy, product: str, version: str, lifecycle: str) -> None:
    """A module under its new name makes the one under the old name prior, unless its entry says otherwise."""
    assert lifecycle_of(numara, product, version) == lifecycle


def test_a_release_joins_its_products_line_without_naming_it(numara: Policy) -> None:
    """What a desk records later has the line its product has in the policy."""
    out = Release("FootPrints Patch Manager", "12.0", date(2026, 2, 1))
    assert lifecycle_of(numara, "FootPrints Patch Manager", "11.0", "2026-03-02", out) == "prior"
    assert lifecycle_of(numara, f"{AMP}Patch Manager", "10.0", "2026-03-02", out) == "retired"
    assert lifecycle_of(numara, f"{AMP}Patch Manager", "10.0", "2026-01-31", out) == "prior"


@pytest.mark.parametrize(("version", "lifecycle"), [("10.x", "current"), ("10.5", "current"), ("9.2.1", "prior")])
def test_an_x_stands_for_every_release_of_its_line(numara: Policy, version: str, lifecycle: str) -> None:
    """`10.x` in the list is 10.0 as well as 10.5."""
    assert lifecycle_of(numara, "Track-It!", version) == lifecycle
    assert lifecycle_of(numara, "Track-It!", "11.0") == "unknown"


def test_a_version_without_a_number_is_placed_by_its_name(numara: Policy) -> None:
    """`Cloud` is current because it is there; a name nobody knows is unknown."""
    assert lifecycle_of(numara, "Mobile Device Manager", "Cloud") == "current"
    assert lifecycle_of(numara, "Mobile Device Manager", "Fog") == "unknown"
    bare = Release("Mobile Device Manager", "Mist", date(2026, 1, 1))
    assert lifecycle_of(numara, "Mobile Device Manager", "Mist", "2026-03-02", bare) == "current"


def test_a_newer_version_than_the_newest_is_unknown_still(netop: Policy) -> None:
    """Decision 27 holds for numbers that no release begins with."""
    assert lifecycle_of(netop, "Netop Remote Control", "12.1") == "unknown"
    assert lifecycle_of(netop, "Netop Remote Control", "12.0.3") == "current"


def test_the_list_of_active_versions_has_a_row_for_each_place_in_a_line(numara: Policy) -> None:
    """A row names more than one product where they stand alike; retired ones have none."""
    out = Release("FootPrints", "12.0", date(2026, 2, 1))
    rows = active_versions(numara, numara.catalogue.with_releases([out]), noon(numara, "2026-03-02"))
    footprints = [(str(row.lifecycle), [r.version for r in row.releases]) for row in rows if row.line == "FootPrints"]
    named = f"{AMP}Power Manager"
    power = [(str(row.lifecycle), [r.version for r in row.releases]) for row in rows if row.line == named]
    assert footprints == [("prior", ["11.0"]), ("current", ["12.0"])]
    assert power == [("current", ["11.0", "10.0"])]


@pytest.mark.parametrize(("ends", "is_refused"), [("2026-03-31", True), ("2026-04-01", False), ("2025-01-01", True)])
def test_an_end_is_announced_ahead(numara: Policy, ends: str, is_refused: bool) -> None:
    """From 2 March the first day that can be the last is 1 April: thirty days ahead."""
    release = Release("FootPrints", "10.0", date(2010, 6, 1), ends=date.fromisoformat(ends))
    refusal = retirement_refusal(numara, numara.catalogue, release, noon(numara, "2026-03-02"))
    assert (refusal is not None) is is_refused
    if refusal is not None:
        assert isinstance(refusal, Refusal)
        assert refusal.clause == "lifecycle"
        assert ends in refusal.sentence


def test_an_end_announced_in_time_may_be_recorded_again(numara: Policy) -> None:
    """What stands in the catalogue already is no news; another day is."""
    held = Release("FootPrints", "10.0", date(2010, 6, 1), ends=date(2026, 3, 10))
    catalogue, at = numara.catalogue.with_releases([held]), noon(numara, "2026-03-02")
    assert retirement_refusal(numara, catalogue, held, at) is None
    assert retirement_refusal(numara, catalogue, replace(held, ends=date(2026, 3, 9)), at) is not None


def test_a_policy_that_announces_nothing_lets_a_version_end_any_day(netop: Policy) -> None:
    """Only the vendor who says so waits."""
    release = Release("Netop Vision", "9.7", date(2021, 5, 18), ends=date(2026, 3, 3))
    assert retirement_refusal(netop, netop.catalogue, release, noon(netop, "2026-03-02")) is None


PREMIUM = Contract("premium care", date(2026, 1, 5))
HELPED = Licence(bought=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("facts", "open_to_them"),
    [
        (Facts(product="FootPrints", version="11.0", contract=PREMIUM), ("10.0", "11.0", "11.0.3")),
        (Facts(product="FootPrints", version="10.0", contract=PREMIUM), ("10.0", "11.0", "11.0.3")),
        (Facts(product="FootPrints", version="9.5", contract=PREMIUM), ()),
        (Facts(product="FootPrints", version="11.0", licence=HELPED), ("11.0.3",)),
        (Facts(product="FootPrints", version="10.0", licence=HELPED), ()),
        (Facts(product="FootPrints", version="10.0", licence=HELPED, releases=("11.0",)), ("11.0",)),
        (Facts(product="FootPrints", version="11.0", licence=replace(HELPED, bought=date(2026, 1, 5))), ()),
    ],
)
def test_each_plan_opens_its_own_releases(numara: Policy, facts: Facts, open_to_them: tuple[str, ...]) -> None:
    """NUM-21, 34: all of them; only what puts the current release right; nothing to a retired one."""
    catalogue = numara.catalogue.with_releases([Release("FootPrints", "11.0.3", date(2026, 2, 1))])
    at = noon(numara, "2026-03-02")
    facts = facts.with_changes(release=version_at(numara, catalogue, facts.product, facts.version, at))
    assert downloads_for(numara, facts, catalogue, at) == open_to_them


def test_the_newest_release_is_the_one_with_the_highest_number(numara: Policy) -> None:
    """A late correction of an old version is no news; it is the newest that somebody buys."""
    catalogue = numara.catalogue.with_releases([Release("FootPrints", "10.0.9", date(2026, 2, 1))])
    at = noon(numara, "2026-03-02")
    release = version_at(numara, catalogue, "FootPrints", "10.0", at)
    assert release.newest == "11.0"
    bought = buy(numara, Facts(product="FootPrints", version="10.0", release=release), Purchase("product release"), at)
    assert isinstance(bought, Facts)
    assert bought.releases == ("11.0",)
