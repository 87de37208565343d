"""Conditions: a closed list of words, each with its values."""

import pytest

from troth.policy import holds
from troth.policy.conditions import WORDS
from troth.policy.vocabulary import ANSWERS, NOT_GIVEN


@pytest.mark.parametrize(
    ("condition", "words", "expected"),
    [
        ({}, {}, True),
        ({"severity": ("low",)}, {"severity": "low"}, True),
        ({"severity": ("low",)}, {"severity": "high"}, False),
        ({"severity": ("low", "high")}, {"severity": "high"}, True),
        ({"severity": ("low",), "plan": ("gold",)}, {"severity": "low"}, False),
        ({"environment": (NOT_GIVEN,)}, {}, True),
        ({"environment": ("lab",)}, {}, False),
    ],
)
def test_a_condition_holds_when_every_word_has_one_of_its_values(condition, words, expected):
    """An empty condition always holds; a word without a value counts as not given."""
    assert holds(condition, words) is expected


def test_every_answer_is_a_word_and_may_be_missing():
    """What a customer is asked may be asked of in a condition, and so may the lack of an answer."""
    for answer, values in ANSWERS.items():
        assert WORDS[answer].values == (*values, NOT_GIVEN)
