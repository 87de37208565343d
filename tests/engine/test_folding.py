"""A fold makes one case of many events, and shares nothing with the case it goes on from."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tests.engine.story import Story
from troth.engine import Case, Clock, Facts, case_to_json, evolve, fold
from troth.policy import Policy


@pytest.fixture
def story(netop: Policy) -> Story:
    """A case asked, answered and missed, so that its clocks have stood, run on and come to verdicts."""
    told = Story(netop, product="Netop Remote Control", answers={"environment": "production"})
    told.opens("2026-03-06 16:30")
    told.does("2026-03-09 10:00", "ask")
    told.does("2026-03-10 10:00", "customer reply")
    told.until("2026-03-31 10:00")
    return told


def test_to_fold_on_from_any_event_is_to_fold_them_all(story: Story) -> None:
    """Wherever a fold is broken off, it goes on to the same case; and what it went on from is left as it was."""
    for place in range(1, len(story.events)):
        before = fold(story.events[:place])
        stood = case_to_json(before)
        assert fold(story.events[place:], before) == story.case
        assert case_to_json(before) == stood


def test_a_fold_is_to_evolve_by_each_event(story: Story) -> None:
    """One makes a copy at every event and the other none: what events mean is the same."""
    case: Case | None = None
    for event in story.events:
        case = evolve(case, event)
    folded = fold(story.events)
    assert folded == case
    assert type(folded) is Case


def test_a_folded_case_keeps_its_clocks_when_another_evolves_from_it(story: Story) -> None:
    """What `evolve` changes on a copy is never seen on the case it was given."""
    for place in range(1, len(story.events)):
        before = fold(story.events[:place])
        stood = case_to_json(before)
        evolve(before, story.events[place])
        assert case_to_json(before) == stood


def test_nothing_at_all_makes_no_case(story: Story) -> None:
    """A fold of no events is refused; to add none to a case is to keep it."""
    with pytest.raises(ValueError, match="at least one event"):
        fold([])
    assert fold([], story.case) == story.case


def test_a_value_stays_frozen_and_knows_its_fields(story: Story) -> None:
    """Copies are made by their dictionaries: that neither thaws them nor lets a strange name in."""
    clock: Clock = next(iter(story.case.clocks.values())).with_changes(hours="always")
    assert clock.hours == "always"
    with pytest.raises(FrozenInstanceError):
        clock.hours = "support"  # type: ignore[misc]
    with pytest.raises(TypeError, match="Clock has no hour"):
        clock.with_changes(hour="always")
    with pytest.raises(TypeError, match="Facts has no colour"):
        Facts.from_json({"colour": "red"})
