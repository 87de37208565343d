"""`troth worker`: how long it rests."""

import pytest

from troth.site.commands import rest_after


@pytest.mark.parametrize(
    ("failures", "every", "seconds"),
    [(0, 2, 2), (1, 2, 4), (4, 2, 32), (5, 2, 60), (1000, 2, 60), (3, 90, 90)],
)
def test_after_each_failure_in_a_row_it_rests_twice_as_long(failures, every, seconds) -> None:
    """Who waits for a database asks less and less often, but every minute; an operator's longer rest is kept."""
    assert rest_after(failures, every) == seconds
