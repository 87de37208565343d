"""A new version of the policy stands in a case's timeline, for those who work on it and for its customer."""

import pytest

from tests.desk.making import netop, opened
from troth.desk.adopting import policy_of
from troth.desk.readers import reader_for
from troth.desk.store import stored_state
from troth.engine import Ruling
from troth.policy.vocabulary import Found
from troth.portal.rulings import Telling, told
from troth.workspace.rulings import Told, told_rulings


@pytest.mark.django_db
def test_both_read_that_a_new_version_is_in_force() -> None:
    """Decision 11: the case says so."""
    done = opened(netop())
    policy, state = policy_of(done.case), stored_state(done.case)
    reader = reader_for(policy, state, audience="customer", at=state.at)
    ruling = Ruling(state.at, Found.ADOPTED, "updates", "netop@2026-11-01+2027-01-01", "", {})
    assert "netop@2026-11-01+2027-01-01" in told_rulings(Told(policy, reader, state), [ruling])
    assert "new version of our policy" in told(Telling(policy, reader, None, state), ruling)
