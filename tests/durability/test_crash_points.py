"""Each commit is a crash point: die just before it or just after, ask again, and all comes to the same."""

import json
from difflib import unified_diff
from typing import Any

import pytest

from tests.durability.places import IS_LONG, Place
from tests.durability.story import STEPS

pytestmark = pytest.mark.long
KILLED = -9
NAMES = {
    "mail.receiving.keep",
    "mail.receiving.process",
    "desk.door.open_case",
    "desk.door.record",
    "desk.door.note",
    "desk.door.give_to",
    "desk.policies.publish_policy",
    "desk.changes.bring",
    "desk.worker.record_many",
}
"""Commits without which the story would be no test; it passes others, and each of those is a crash point too."""


def told(place: Place) -> list[tuple[list[str], Any]]:
    """Step by step, with nobody dying: the points each passes, and what it comes to. Each beginning is kept."""
    undisturbed = []
    for number, (_, later) in enumerate(STEPS):
        place.clock.move(**later)
        place.keep(f"step-{number}")
        passed = place.do("story.step", number=number)
        undisturbed.append((passed, place.do("story.settle")))
    return undisturbed


def crash_points(undisturbed: list[tuple[list[str], Any]]) -> list[tuple[int, int, str]]:
    """Step, place in it, name: each name once; with TROTH_TEST_LONG=1 each pass."""
    every = [(step, place, name) for step, (passed, _) in enumerate(undisturbed) for place, name in enumerate(passed)]
    return every if IS_LONG else list({name: (step, place, name) for step, place, name in reversed(every)}.values())


def recovered(place: Place, number: int, die_at: int, fault: str = "") -> Any:
    """What this step comes to when its process dies there and whoever got no answer asks again."""
    place.fresh(f"step-{number}")
    assert place.start("story.step", number=number, die_at=die_at).end() == KILLED
    return place.do("story.retry_and_settle", number=number, plant=fault)


def unlike(came: Any, wanted: Any) -> str:
    """The lines in which they differ."""
    lines = [json.dumps(each, indent=1, sort_keys=True).splitlines() for each in (wanted, came)]
    return "\n".join(unified_diff(*lines, "undisturbed", "recovered", n=4, lineterm=""))


def test_whatever_commit_a_process_dies_at_all_comes_to_the_same(place: Place) -> None:
    """TRUST promises 1 to 5: nothing lost, nothing twice, nothing half, at every one of the story's commits."""
    undisturbed = told(place)
    names = {name.partition(":")[0] for passed, _ in undisturbed for name in passed}
    assert names >= NAMES, NAMES - names
    assert undisturbed[-1][1]["differences"] == []
    assert len(undisturbed[-1][1]["cases"]) == 2
    points = crash_points(undisturbed)
    assert len(points) >= 2 * len(NAMES)
    for number, die_at, name in points:
        came = recovered(place, number, die_at)
        assert unlike(came, undisturbed[number][1]) == "", f"{STEPS[number][0].__name__}, {name}"


def test_a_desk_that_forgets_its_keys_is_found_out(place: Place) -> None:
    """A retry taken for a first try says everything twice: the comparison must see it."""
    undisturbed = told(place)
    number = next(index for index, (step, _) in enumerate(STEPS) if step.__name__ == "agent_replies")
    passed, state = undisturbed[number]
    after = passed.index("desk.door.record: after commit")
    assert recovered(place, number, after) == state
    assert recovered(place, number, after, "keys forgotten") != state
