"""Severity: an agent's word, else the answers, else the customer's proposal, else `otherwise` (decision 19)."""

from __future__ import annotations

from typing import Any

from troth.engine.hearing import Hearing
from troth.engine.situation import Words, once
from troth.policy import Policy, holds
from troth.policy.vocabulary import Found

STAFF = "staff"
ANSWERS = "answers"
CUSTOMER = "customer"
OTHERWISE = "otherwise"


def propose_severity(h: Hearing) -> None:
    """Rule the severity that answers and proposal give, unless an agent has spoken."""
    if h.case.severity_from == STAFF:
        return
    severity, source, clause, reason = _proposed(h)
    if (severity, source) != (h.case.severity, h.case.severity_from):
        _rule(h, severity, source, clause, reason)


def judge_anew(h: Hearing) -> None:
    """Rule by rows that have changed; a severity that is no longer on the scale goes, whoever set it."""
    if h.case.severity is None or h.case.severity in h.policy.severities.scale:
        propose_severity(h)
        return
    severity, source, clause, _ = _proposed(h)
    reason = f"{h.case.severity} is no longer on the scale"
    h.rule(Found.SEVERITY, clause, reason, {"severity": severity, "from": source, "before": h.case.severity})


def set_severity(h: Hearing, severity: str | None) -> None:
    """Rule the severity an agent chose; None takes their word back, and answers and proposal count again."""
    if severity is not None:
        _rule(h, severity, STAFF, "severities", "set by the desk")
    elif h.case.severity_from == STAFF:
        _rule(h, *_proposed(h))


def _rule(h: Hearing, severity: str, source: str, clause: str, reason: str) -> None:
    scale = h.policy.severities.scale
    before = h.case.severity
    lowered = before is not None and scale.index(severity) > scale.index(before)
    data: dict[str, Any] = {"severity": severity, "from": source}
    if before is not None:
        data["before"] = before
    if lowered:
        data["lowered"] = True
    h.rule(Found.SEVERITY, clause, reason, data)


def _proposed(h: Hearing) -> tuple[str, str, str, str]:
    """Return severity, where it comes from, the clause and the reason."""
    answered = _answered(h)
    if answered is not None:
        return answered
    rule = h.policy.severities
    if CUSTOMER in rule.proposed_from and h.case.facts.severity in rule.scale:
        return str(h.case.facts.severity), CUSTOMER, "severities", "proposed by the customer"
    return rule.otherwise, OTHERWISE, "severities/otherwise", ""


@once
def _answered(policy: Policy, words: Words) -> tuple[str, str, str, str] | None:
    """Return what the answers propose by the first row that holds, whatever the severity was up to now."""
    rule = policy.severities
    words = {word: value for word, value in words.items() if word != "severity"}
    row = next((row for row in rule.first_of if holds(row.when, words)), None)
    if row is None or ANSWERS not in rule.proposed_from:
        return None
    if rule.one_step_lower is not None and holds(rule.one_step_lower.when, words):
        lower = rule.scale[min(rule.scale.index(row.then) + 1, len(rule.scale) - 1)]
        return lower, ANSWERS, rule.one_step_lower.clause, f"{row.then}, one step lower"
    return row.then, ANSWERS, row.clause, ""
