"""SQLite against PostgreSQL, scenario for scenario: the same events, rulings, clocks and notices, row for row."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.durability.places import IS_LONG, Place

pytestmark = [pytest.mark.long, pytest.mark.postgres]
FILES = sorted((ROOT / "policies").rglob("*.scenarios.yaml"))
EVERY = 1 if IS_LONG else 10
"""Every tenth, unless TROTH_TEST_LONG=1 asks for all: that takes minutes."""


def told(places: tuple[Place, Place], path: Path, every: int, plants: tuple[str, str] = ("", "")) -> list[Any]:
    """What each database holds after each scenario; both at once."""
    for place in places:
        place.fresh()
    children = [
        place.start("scenarios.run", path=str(path), every=every, plant=plant)
        for place, plant in zip(places, plants, strict=True)
    ]
    return [json.loads(Path(child.result()).read_text()) for child in children]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_both_databases_tell_the_same_of_every_scenario(sqlite_place: Place, postgres_place: Place, path: Path) -> None:
    """DESIGN §6: the same results, whichever database; and neither fails what the scenario says."""
    ours, theirs = told((sqlite_place, postgres_place), path, EVERY)
    assert ours
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert ours[name]["failures"] == []
        assert ours[name] == theirs[name], name


def test_one_word_that_differs_is_found(sqlite_place: Place, postgres_place: Place) -> None:
    """Else the comparison would compare nothing."""
    ours, theirs = told((sqlite_place, postgres_place), FILES[0], 30, ("", "another word"))
    assert ours != theirs
