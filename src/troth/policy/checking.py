"""The checker: what a policy that reads well may still get wrong."""

from __future__ import annotations

from troth.policy.document import Document
from troth.policy.findings import Findings, Place
from troth.policy.gathering import Gathered
from troth.policy.promises import Measures, check_promises
from troth.policy.prose import check_prose
from troth.policy.references import check_references
from troth.policy.rows import check_rows

SUPPORT = "support"
"""The calendar of office hours has this name in every policy."""


def check(document: Document, found: Gathered, findings: Findings) -> None:
    """Note everything that is incomplete, contradicts itself or leads nowhere."""
    check_rules(document, found, findings)
    check_prose(document, findings)


def check_rules(document: Document, found: Gathered, findings: Findings) -> None:
    """Note what is wrong with the rules, whatever the prose around them says."""
    if "hours" in found.seen and SUPPORT not in found.hours_at:
        findings.add(
            next(iter(found.hours_at.values()), Place()),
            "P411",
            f'the hours of the office must be named "{SUPPORT}": name one calendar so',
        )
    _check_scale(found, findings)
    check_references(found, findings)
    check_rows(found, findings)
    measures = Measures(found.hours, document.front.zone, min(max(document.front.version.year, 1900), 2090))
    check_promises(found, measures, findings)


def _check_scale(found: Gathered, findings: Findings) -> None:
    for entry in found.of("severities"):
        words = entry.rows[0].rule.scale
        if not words or len(set(words)) < len(words):
            where = entry.node.get("scale") or entry.key
            findings.add(where, "P203", "the scale names each severity once, the most severe first")
