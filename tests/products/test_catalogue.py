"""What exists: the file's releases and the desk's own."""

from dataclasses import replace
from datetime import date

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, at, netop
from troth.desk.policies import in_force, load_policy, publish_file
from troth.engine import Refusal
from troth.journal.models import AuditEntry
from troth.products.catalogue import catalogue_of, end_release, record_release
from troth.products.models import Release

pytestmark = pytest.mark.django_db
NOW = at("2026-03-02 18:00")


def test_a_recorded_release_joins_those_of_the_policy_and_replaces_its_own_version() -> None:
    """One row, not one event for each case."""
    desk = netop()
    policy = load_policy(in_force(desk, at("2026-03-06 12:00")))
    name = next(iter(policy.products))
    listed = len(catalogue_of(desk, policy).of_product(name))
    record_release(desk, name, "77.1", released_on=date(2026, 2, 1), by=None, at=NOW)
    record_release(desk, name, "77.1", released_on=date(2026, 2, 2), by=None, at=NOW)
    out = catalogue_of(desk, policy)
    assert len(out.of_product(name)) == listed + 1
    found = out.find(name, "77.1")
    assert found is not None
    assert found.released == date(2026, 2, 2)


@pytest.mark.clause("NUM-20")
@pytest.mark.parametrize(("ends_on", "is_refused"), [(date(2026, 3, 31), True), (date(2026, 4, 1), False)])
def test_the_end_of_a_version_is_announced_ahead(ends_on: date, is_refused: bool) -> None:
    """Numara announces thirty days ahead: an earlier end leaves the catalogue as it was."""
    desk = publish_file(ROOT / "policies" / "numara.md", effective_at=LONG_AGO).desk
    policy = load_policy(in_force(desk, at("2026-03-02 18:00")))
    name = "FootPrints Vulnerability Manager"
    done = end_release(desk, policy, name, "11.0", ends_on=ends_on, by=None, at=NOW)
    found = catalogue_of(desk, policy).find(name, "11.0")
    assert found is not None
    listed = policy.catalogue.find(name, "11.0")
    assert listed is not None
    if is_refused:
        assert isinstance(done, Refusal)
        assert done.clause == "lifecycle"
        assert found == listed
    else:
        assert isinstance(done, Release)
        assert AuditEntry.objects.filter(action="set the end of a release", subject=f"release {done.pk}").exists()
        assert found == replace(listed, ends=ends_on)


@pytest.mark.clause("NUM-20")
def test_a_version_that_is_not_there_cannot_end() -> None:
    """And none is made by saying so."""
    desk = netop()
    policy = load_policy(in_force(desk, at("2026-03-06 12:00")))
    done = end_release(desk, policy, "Abacus", "1.0", ends_on=date(2030, 1, 1), by=None, at=NOW)
    assert isinstance(done, Refusal)
    assert catalogue_of(desk, policy).find("Abacus", "1.0") is None
