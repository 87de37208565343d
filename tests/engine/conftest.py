"""The policies that only the engine's tests read, each read once."""

import pytest

from tests.conftest import ROOT
from troth.policy import Policy, read_policy


@pytest.fixture(scope="session")
def numara() -> Policy:
    """Numara's policy: two plans, lines of products, an add-on, a senior technician."""
    return read_policy(ROOT / "policies/numara.md")
