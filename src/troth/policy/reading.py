"""From the text of a policy file to a `Policy`, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from troth.hours import HolidayDates, HoursSpec
from troth.policy.catalogue import Catalogue, Release
from troth.policy.checking import check
from troth.policy.choices import Table
from troth.policy.document import Document, read_document
from troth.policy.findings import Enough, Finding, Findings, Place, PolicyError
from troth.policy.gathering import ALWAYS, OTHERWISE, Gathered, gather
from troth.policy.policy import Policy
from troth.policy.references import level_of
from troth.policy.rules import (
    IntakeRule,
    LevelRule,
    LineRule,
    QueueRule,
    ReopeningRule,
    Rule,
    SeverityRule,
    UpdatesRule,
)

NEEDED = ("hours", "entitlement", "channels", "severities", "closing")
"""Kinds without which no case could be decided."""


def check_policy(
    text: str, name: str = "policy.md", dates: Mapping[str, HolidayDates] | None = None
) -> tuple[Policy | None, tuple[Finding, ...]]:
    """Return the policy and no findings, or None and every finding, in the order of the file."""
    findings = Findings(name)
    try:
        read = _read(text, findings)
    except Enough:
        read = None
    if read is None or findings:
        return None, tuple(findings)
    document, gathered = read
    return built(text, document, gathered, dates or {}), ()


def _read(text: str, findings: Findings) -> tuple[Document, Gathered] | None:
    """Return the file taken apart and its rules, noting whatever is wrong with them."""
    document = read_document(text, findings)
    if document is None:
        return None
    gathered = gather(document, findings)
    for kind in NEEDED:
        if kind not in gathered.seen:
            message = f"the policy has no {kind}: add a clause with a block ```rule {kind}"
            findings.add(Place(), "P411", message)
    check(document, gathered, findings)
    return document, gathered


def parse_policy(text: str, name: str = "policy.md", dates: Mapping[str, HolidayDates] | None = None) -> Policy:
    """Return the policy in `text`; PolicyError holds the findings where it has any.

    `name` is the file named in findings; `dates` are holidays stored with this version, by calendar.
    """
    policy, findings = check_policy(text, name, dates)
    if policy is None:
        raise PolicyError(findings)
    return policy


def read_policy(path: Path | str) -> Policy:
    """Return the policy in a file; PolicyError where it has findings, OSError where it cannot be opened."""
    return parse_policy(read_text(Path(path)), str(path))


def read_text(path: Path) -> str:
    """Return a file's text; PolicyError where it is not UTF-8."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = "this is not UTF-8: save the file in that encoding"
        raise PolicyError([Finding(str(path), before.count(b"\n") + 1, column, "P001", message)]) from error


def built(text: str, document: Document, found: Gathered, dates: Mapping[str, HolidayDates]) -> Policy:
    """Return the policy of rules that were gathered and found to be sound."""
    front = document.front
    products = _named(found, "products")
    return Policy(
        desk=front.desk,
        vendor=front.vendor,
        title=front.title,
        zone=front.zone,
        language=front.language,
        version=front.version,
        source=text,
        clauses=document.clauses,
        hours={ALWAYS: HoursSpec(zone=front.zone, always=True), **found.hours},
        products=products,
        lifecycle=_one(found, "lifecycle"),
        plans=_named(found, "plans"),
        entitlement=tuple(entry.rows[0].rule for entry in found.of("entitlement")),
        channels=_table(found, "channels"),
        intake=_table(found, "intake", IntakeRule(clause=_clause_of(found, "channels"))),
        questions=_named(found, "questions"),
        severities=_severities(_one(found, "severities")),
        requests=_tables(found, "requests"),
        scope=_tables(found, "scope"),
        targets=_tables(found, "targets"),
        levels=_levels(found),
        notices=_tables(found, "notices"),
        silence=tuple(entry.table() for entry in found.of("silence")),
        closing=_table(found, "closing"),
        reopening=_table(
            found, "reopening", ReopeningRule(clause=_clause_of(found, "closing"), assumed=("within", "queued"))
        ),
        queue=_table(found, "queue", QueueRule(clause=_clause_of(found, "severities"), assumed=("order",))),
        fixes=_table(found, "fixes") if found.of("fixes") else None,
        allowances=_tables(found, "allowances"),
        purchases=_named(found, "purchases"),
        access=_one(found, "access"),
        escalation=_named(found, "escalation"),
        updates=_one(found, "updates") or UpdatesRule(clause=_clause_of(found, "closing")),
        measures=_named(found, "measures"),
        privacy=_one(found, "privacy"),
        catalogue=_catalogue(products),
        document=document,
        dates=dates,
    )


def _clause_of(found: Gathered, kind: str) -> str:
    """Return the clause that rules of a kind stand in: what the file leaves out is cited by its nearest neighbour."""
    return next((entry.clause.partition("/")[0] for entry in found.of(kind)), "")


def _one(found: Gathered, kind: str) -> Any:
    entries = found.of(kind)
    return entries[0].rows[0].rule if entries else None


def _table(found: Gathered, kind: str, default: Rule | None = None) -> Table[Any]:
    entries = found.of(kind)
    return entries[0].table() if entries else Table.of(default)


def _named(found: Gathered, kind: str) -> dict[str, Any]:
    return {entry.name: entry.rows[0].rule for entry in found.of(kind)}


def _tables(found: Gathered, kind: str) -> dict[str, Table[Any]]:
    return {entry.name: entry.table() for entry in found.of(kind)}


def _levels(found: Gathered) -> dict[str, Table[LevelRule]]:
    """Return the levels as the engine names them, lowest first; a policy that names none has one, of support."""
    entries = sorted(found.of("levels"), key=lambda entry: level_of(entry.name))
    levels = {entry.name.removeprefix("level "): entry.table() for entry in entries}
    return levels or {"1": Table.of(LevelRule(clause=_clause_of(found, "severities"), worked_by=("support",)))}


def _severities(rule: SeverityRule) -> SeverityRule:
    """Give each row of the decision table the citation of what it decides."""
    rows = tuple(row.model_copy(update={"clause": f"{rule.clause}/{row.then}"}) for row in rule.first_of)
    lower = rule.one_step_lower
    if lower is not None:
        lower = lower.model_copy(update={"clause": f"{rule.clause}/one step lower"})
    return rule.model_copy(update={"first_of": rows, "one_step_lower": lower})


def _catalogue(products: Mapping[str, LineRule]) -> Catalogue:
    return Catalogue.of(
        Release(
            product=name,
            version=version,
            released=release.released,
            line=release.line or rule.line,
            kind=release.kind or rule.kind,
            status=release.status,
            ends=release.ends,
            branded=rule.branded if release.branded is None else release.branded,
        )
        for name, rule in products.items()
        for version, release in rule.releases.items()
    )


__all__ = ["OTHERWISE", "built", "check_policy", "parse_policy", "read_policy", "read_text"]
