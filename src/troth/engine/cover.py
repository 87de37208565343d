"""Cover: which row of the entitlement holds, and what follows from it (LANGUAGE, decisions 17 and 18)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from troth.engine.hearing import Hearing
from troth.engine.ranks import Rank
from troth.engine.situation import Words, once
from troth.engine.words import contract_ends
from troth.hours import Instant, local_instant
from troth.policy import Policy, holds
from troth.policy.rules import CoverRow
from troth.policy.vocabulary import Found, Goals


@once
def row_for(policy: Policy, words: Words) -> CoverRow:
    """Return the first row whose condition holds; the checker sees to it that one always does.

    The incident that opened a case is left to it, although it is used up.
    """
    return row_of(policy, {**words, "incidents": "left"} if _is_prepaid(policy, words) else words)


def _is_prepaid(policy: Policy, words: Words) -> bool:
    return "basis" in words and any(row.basis == words["basis"] and row.uses for row in policy.entitlement)


is_prepaid = once(_is_prepaid)
"""Whether a case stands on something that opening it used up."""


def row_of(policy: Policy, words: Words) -> CoverRow:
    """Return the row of the entitlement that these words fall under."""
    return next(row for row in policy.entitlement if holds(row.when, words))


def rule_cover(h: Hearing) -> None:
    """Rule by the row that holds now, and set a timer where its basis names its end."""
    row = row_for(h)
    h.clear_timer("cover")
    if row.basis is None:
        reason = row.uncovered or ""
        h.rule(Found.UNCOVERED, row.clause, reason, {"offered": [str(offer) for offer in row.offer]})
        return
    data = {"basis": row.basis, "plan": plan_of(h, row), "goals": str(row.goals)}
    if row.uses is not None and not is_prepaid(h):  # used up by opening the case, once, and not by closing it
        data["uses"] = "incident"
    h.rule(Found.COVERED, row.clause, "", data)
    ends = _ends(h, row)
    if ends is not None and ends > h.at:
        h.set_timer("cover", ends, Rank.COVER, row.clause)


def plan_of(h: Hearing, row: CoverRow) -> str | None:
    """Return the plan a case is covered by under this row: the row's own, or that of the contract it asks for."""
    contract = h.contract()
    return row.plan or (contract.plan if contract is not None and "contract" in row.when else None)


def words_of_cover(h: Hearing, row: CoverRow) -> dict[str, str]:
    """Return the words a case will have once it is covered by this row, for what is asked before it is."""
    given = {"basis": row.basis, "plan": plan_of(h, row) if row.basis is not None else None}
    return {word: value for word, value in given.items() if value is not None}


def _ends(h: Hearing, row: CoverRow) -> Instant | None:
    """Return the local midnight after the last day of what the basis ends with."""
    facts = h.case.facts
    last = None
    if row.ends in {"trial", "licence"} and facts.licence is not None:
        last = facts.licence.ends
    elif row.ends == "contract" and facts.contract is not None:
        last = contract_ends(h.policy, facts.contract)
    elif row.ends == "exception" and facts.exemption is not None:
        last = facts.exemption.until
    if last is None:
        return None
    return local_instant(datetime.combine(last + timedelta(days=1), time()), h.policy.zone)


def improve_cover(h: Hearing) -> bool:
    """Rule anew where a row further up now holds: uncovered may become covered, never the reverse.

    Returns whether it did.
    """
    rows, row = h.policy.entitlement, row_for(h)
    if row.basis is None:
        return False
    if h.case.is_covered:
        held = next((i for i, r in enumerate(rows) if _is_held(h, r)), len(rows))
        if rows.index(row) >= held or _is_less(row, h.case.goals):
            return False
    rule_cover(h)
    return True


def follow_plan(h: Hearing) -> None:
    """Rule anew where the basis stays and the plan behind it has become another, as when one is bought."""
    row, contract = row_for(h), h.contract()
    is_by_contract = row.plan is None and "contract" in row.when and _is_held(h, row)
    if is_by_contract and contract is not None and contract.plan != h.case.plan:
        rule_cover(h)


def _is_held(h: Hearing, row: CoverRow) -> bool:
    """Whether the covered case stands on this row, as far as what it keeps can tell."""
    return row.basis == h.case.basis and row.goals == (h.case.goals or Goals.NONE)


def _is_less(row: CoverRow, goals: Goals) -> bool:
    """Whether this row promises less than these goals: the order of rows alone makes nothing better."""
    order = tuple(Goals)
    return order.index(row.goals) > order.index(goals)
