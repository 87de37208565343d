"""The ledger strip is drawn from numbers that add up."""

import pytest

from troth.faces.ledger import WIDTH, StripMark, strip_svg_data
from troth.faces.marks import LedgerEvent, LedgerStretch, LedgerStrip

HOUR = 3600
LIFE = (
    LedgerStretch(owner="level 1", from_at=0, to_at=2 * HOUR, working_seconds=2 * HOUR),
    LedgerStretch(owner="level 1", from_at=2 * HOUR, to_at=6 * HOUR, in_hours=False),
    LedgerStretch(owner="customer", from_at=6 * HOUR, to_at=8 * HOUR, working_seconds=2 * HOUR),
)


def test_stretches_fill_the_strip_in_proportion_to_the_time_they_took() -> None:
    """On the wall scale a night is as wide as it was long, and hatched."""
    data = strip_svg_data(LIFE)
    assert [(rect.x, rect.width, rect.is_hatched) for rect in data.rects] == [
        (0, 250, False),
        (250, 500, True),
        (750, 250, False),
    ]
    assert data.rects[2].css_class == "owner-customer"


def test_a_due_time_still_ahead_makes_room_for_itself() -> None:
    """The flag stands at the end and what has been lived takes its share."""
    data = strip_svg_data(LIFE, due_at=16 * HOUR)
    assert data.flag == StripMark(WIDTH)
    assert data.rects[-1].x + data.rects[-1].width == 500


def test_a_due_time_that_passed_stands_inside() -> None:
    """A late case shows how late: the flag stands in the stretch in which the time ran out."""
    data = strip_svg_data(LIFE, due_at=7 * HOUR)
    assert data.flag == StripMark(875)
    assert data.flag.percent == "87.5%"


def test_the_working_scale_gives_nights_no_width() -> None:
    """Counted as the policy counts, an event in the night stands where work stopped."""
    data = strip_svg_data(LIFE, [LedgerEvent(at=4 * HOUR), LedgerEvent(at=7 * HOUR)], 20 * HOUR, scale="working")
    assert [(rect.x, rect.width) for rect in data.rects] == [(0, 500), (500, 500)]
    assert [notch.x for notch in data.notches] == [500, 750]
    assert data.flag == StripMark(WIDTH)
    assert data.totals == (("level 1", "owner-level-1", 2 * HOUR), ("customer", "owner-customer", 2 * HOUR))


@pytest.mark.parametrize(("at", "x"), [(-HOUR, 0), (0, 0), (2 * HOUR, 250), (8 * HOUR, 1000), (9 * HOUR, 1000)])
def test_an_event_never_stands_outside_the_strip(at: int, x: float) -> None:
    """Edges belong to the strip: opening, the change of hands, the last instant."""
    assert strip_svg_data(LIFE, [LedgerEvent(at=at)]).notches[0].x == x


def test_totals_are_kept_per_owner_in_the_order_they_came() -> None:
    """The words beside the strip say the same as its colours."""
    data = strip_svg_data(LIFE)
    assert data.totals == (("level 1", "owner-level-1", 6 * HOUR), ("customer", "owner-customer", 2 * HOUR))


def test_a_case_without_a_life_yet_draws_nothing() -> None:
    """No stretch, no strip; and a stretch of no length divides by nothing."""
    assert strip_svg_data([]).rects == ()
    now = LedgerStretch(owner="level 1", from_at=5, to_at=5)
    assert strip_svg_data([now], [LedgerEvent(at=5)], due_at=5).flag == StripMark(0)


def test_a_stretch_that_ends_before_it_begins_is_refused() -> None:
    """Such a strip would draw over its neighbours and look plausible."""
    with pytest.raises(ValueError, match="ends before it begins"):
        strip_svg_data([LedgerStretch(owner="level 1", from_at=5, to_at=4)])


def test_a_strip_names_its_owners_for_its_reader() -> None:
    """The customer is *you* to the customer and *customer* to the desk."""
    yours = LedgerStrip(stretches=LIFE, names={"third party": "Microsoft"})
    ours = LedgerStrip(stretches=LIFE, audience="staff")
    assert yours.owner_words("customer") == "You"
    assert ours.owner_words("customer") == "Customer"
    assert yours.owner_words("third party") == "Microsoft"
    assert yours.owner_words("product management") == "Product management"
