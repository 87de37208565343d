"""Places in which processes may be killed: one a database and test process, fresh for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.places import Place, PostgresPlace
from tests.durability.troubles import Cluster


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A desk on SQLite, with a nursery of its own."""
    place = Place("sqlite", tmp_path_factory.mktemp("sqlite-place"))
    yield place
    place.close()


@pytest.fixture(scope="session")
def postgres_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The same on PostgreSQL."""
    place = PostgresPlace(tmp_path_factory.mktemp("postgres-place"))
    yield place
    place.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    """Each test that asks for a place runs on both databases, from the same beginning."""
    found: Place = request.getfixturevalue("sqlite_place" if request.param == "sqlite" else "postgres_place")
    found.fresh()
    return found


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server that may be stopped."""
    made = Cluster()
    yield made
    made.close()


@pytest.fixture
def own_place(cluster: Cluster, tmp_path: Path) -> Iterator[PostgresPlace]:
    """A desk on that server."""
    place = PostgresPlace(tmp_path / "place", cluster.url)
    yield place
    place.close()
