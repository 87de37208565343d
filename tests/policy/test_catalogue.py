"""The catalogue: what was released and when."""

from datetime import date

from troth.policy import Catalogue, Release

OLD = Release("Abacus", "8.9", date(2025, 3, 1))
NEW = Release("Abacus", "8.10", date(2026, 2, 1))


def test_releases_of_a_product_come_oldest_first():
    """Their order is that of their dates, not of the file and not of their numbers."""
    assert Catalogue.of([NEW, OLD]).of_product("Abacus") == (OLD, NEW)
    assert Catalogue.of([]).of_product("Abacus") == ()


def test_the_same_product_and_version_is_replaced():
    """A desk's own entry stands over the policy's."""
    ended = Release("Abacus", "8.9", date(2025, 3, 1), ends=date(2026, 1, 1))
    catalogue = Catalogue.of([OLD, NEW])
    assert catalogue.with_releases([ended]).find("Abacus", "8.9") is ended
    assert len(catalogue.with_releases([ended]).releases) == 2
    assert catalogue.find("Abacus", "8.9") is OLD
    assert catalogue.find("Abacus", "9") is None
