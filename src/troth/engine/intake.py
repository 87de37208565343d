"""What the customer has not given yet and the policy asks for."""

from __future__ import annotations

from troth.engine.hearing import Hearing
from troth.policy import holds
from troth.policy.vocabulary import Found, Information


def look_for_gaps(h: Hearing) -> None:
    """Rule what is missing, where that has changed: the form's gaps, and what a condition asks for besides."""
    rule = h.policy.intake.at(h.words())
    if rule is None:
        return
    given = None if h.case.facts.information is None else {*h.case.facts.information, *_known(h)}
    gaps = [] if given is None else [i for i in rule.asks if i not in given and i not in rule.never_missing]
    clause = rule.clause
    words = h.words()
    for also in rule.also:
        for item in also.ask:
            if item not in gaps and holds(also.when, words) and not _was_given(h, item):
                gaps.append(item)
    gaps += [Information(item) for item in _excluded_asks(h) if item not in gaps]
    missing = tuple(str(item) for item in gaps)
    if missing != h.case.missing:
        h.rule(Found.MISSING, clause, "", missing=list(missing))


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


def _excluded_asks(h: Hearing) -> tuple[str, ...]:
    """What an exclusion asks for before help can go on, such as the code that shows the error."""
    table = h.policy.scope.get(h.case.exclusion or "")
    rule = table.at(h.words()) if table is not None else None
    return tuple(item for item in rule.asks_for if not _was_given(h, item)) if rule is not None else ()
