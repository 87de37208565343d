"""What the customer has not given yet and the policy asks for."""

from __future__ import annotations

from collections.abc import Mapping

from troth.engine.hearing import Hearing
from troth.engine.situation import Words, once
from troth.policy import Policy, holds
from troth.policy.rules import ExclusionRule, IntakeRule
from troth.policy.vocabulary import Found, Information


def look_for_gaps(h: Hearing) -> None:
    """Rule what is missing, where that has changed: the form's gaps, and what a condition asks for besides."""
    rule = _rule(h)
    if rule is None:
        return
    given = None if h.case.facts.information is None else {*h.case.facts.information, *_known(h)}
    gaps = [] if given is None else [i for i in rule.asks if i not in given and i not in rule.never_missing]
    for item in (*_asked_besides(h), *_excluded_asks(h)):
        if item not in gaps and not _was_given(h, item):
            gaps.append(item)
    missing = tuple(str(item) for item in gaps)
    if missing != h.case.missing:
        h.rule(Found.MISSING, rule.clause, "", {"missing": list(missing)})


@once
def _rule(policy: Policy, words: Words) -> IntakeRule | None:
    return policy.intake.at(words)


@once
def _asked_besides(policy: Policy, words: Words) -> tuple[Information, ...]:
    """What is asked for only where a condition holds, and one does."""
    rule = policy.intake.at(words)
    return tuple(item for also in rule.also if holds(also.when, words) for item in also.ask) if rule is not None else ()


def _known(h: Hearing) -> set[str]:
    """What the case says by itself: nobody is asked for a product or a version that stands on it."""
    facts = h.case.facts
    named = {Information.PRODUCT: facts.product, Information.VERSION: facts.version}
    return {str(item) for item, value in named.items() if value is not None}


def _was_given(h: Hearing, item: str) -> bool:
    """Whether something asked for besides is on record: a call once one came, the rest where the form has it."""
    if item == Information.CALL:
        return h.case.has_called
    return item in (h.case.facts.information or ())


def _excluded_asks(h: Hearing) -> tuple[Information, ...]:
    """What an exclusion asks for before help can go on, such as the code that shows the error."""
    rule = exclusions(h).get(h.case.exclusion or "")
    return rule.asks_for if rule is not None else ()


@once
def exclusions(policy: Policy, words: Words) -> Mapping[str, ExclusionRule]:
    """Return what the policy leaves out, as it reads for this case, by name."""
    rules = {name: table.at(words) for name, table in policy.scope.items()}
    return {name: rule for name, rule in rules.items() if rule is not None}
