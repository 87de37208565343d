"""What a ruling says to a customer and to an agent, where no page of the other tests comes by it."""

from tests.clauses.shipped import policy_of, story_of
from troth.engine import Reader, Ruling, fold
from troth.policy.vocabulary import Found
from troth.portal.rulings import Telling, told
from troth.workspace.rulings import Told, told_rulings


def test_a_request_put_right_is_told_on_both_sides() -> None:
    """What was outside by its kind is named by its title, and its return is said in a sentence."""
    story = story_of(
        "numara",
        "{contract: {plan: premium care, starts: 2026-01-05}, request: training}",
        "2026-03-02 10:00: {do: open}",
        "2026-03-02 11:00: {do: set, request: how-to}",
    )
    policy = policy_of("numara")
    reader = Reader("customer", policy.zone, story.case.at, {}, {})
    telling = Telling(policy, reader, None, fold(story.events))
    rulings = {event.found: event for event in story.events if isinstance(event, Ruling)}
    out, back = rulings[Found.EXCLUDED], rulings[Found.INCLUDED]
    assert told(telling, out) == "Outside what the policy covers: Training."
    assert told(telling, back) == "Within the policy after all."
    assert told_rulings(Told(policy, reader, fold(story.events)), [back]).startswith("Within the policy after all:")
