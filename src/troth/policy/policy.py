"""A policy, read and checked: every rule ready to be asked, each with the clause it is cited by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from troth.hours import Calendar, HolidayDates, HoursSpec, compile_calendar, holiday_dates
from troth.policy.catalogue import Catalogue
from troth.policy.choices import Table
from troth.policy.document import Document
from troth.policy.rules import (
    AccessRule,
    AllowanceRule,
    ChannelsRule,
    Clause,
    ClosingRule,
    CoverRow,
    EscalationRule,
    ExclusionRule,
    FixRule,
    IntakeRule,
    LevelRule,
    LifecycleRule,
    LineRule,
    MeasureRule,
    NoticeRule,
    PlanRule,
    PrivacyRule,
    PurchaseRule,
    QuestionRule,
    QueueRule,
    ReopeningRule,
    RequestRule,
    SeverityRule,
    SilenceRule,
    TargetRule,
    UpdatesRule,
)

ALWAYS = "always"
YEARS_BEFORE, YEARS_AFTER = 2, 10
"""Holidays are stored with a version from so many years before it to so many after (DESIGN §4)."""


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """One version of one desk's policy. Equal only to itself; `ref` names it in events (`netop@2026-11-01`)."""

    desk: str
    vendor: str
    title: str
    zone: str
    language: str
    version: date
    source: str = field(repr=False)
    clauses: Mapping[str, Clause] = field(repr=False)
    hours: Mapping[str, HoursSpec] = field(repr=False)
    products: Mapping[str, LineRule] = field(repr=False)
    lifecycle: LifecycleRule | None = field(repr=False)
    plans: Mapping[str, PlanRule] = field(repr=False)
    entitlement: tuple[CoverRow, ...] = field(repr=False)
    channels: Table[ChannelsRule] = field(repr=False)
    intake: Table[IntakeRule] = field(repr=False)
    questions: Mapping[str, QuestionRule] = field(repr=False)
    severities: SeverityRule = field(repr=False)
    requests: Mapping[str, Table[RequestRule]] = field(repr=False)
    scope: Mapping[str, Table[ExclusionRule]] = field(repr=False)
    targets: Mapping[str, Table[TargetRule]] = field(repr=False)
    levels: Mapping[str, Table[LevelRule]] = field(repr=False)
    notices: Mapping[str, Table[NoticeRule]] = field(repr=False)
    silence: tuple[Table[SilenceRule], ...] = field(repr=False)
    closing: Table[ClosingRule] = field(repr=False)
    reopening: Table[ReopeningRule] = field(repr=False)
    queue: Table[QueueRule] = field(repr=False)
    fixes: Table[FixRule] | None = field(repr=False)
    allowances: Mapping[str, Table[AllowanceRule]] = field(repr=False)
    purchases: Mapping[str, PurchaseRule] = field(repr=False)
    access: AccessRule | None = field(repr=False)
    escalation: Mapping[str, EscalationRule] = field(repr=False)
    updates: UpdatesRule = field(repr=False)
    measures: Mapping[str, MeasureRule] = field(repr=False)
    privacy: PrivacyRule | None = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    document: Document = field(repr=False)
    dates: Mapping[str, HolidayDates] = field(repr=False)
    """Holidays as they were stored with this version; a calendar without any asks the `holidays` package."""
    laid_on: str = field(default="", repr=False)
    """What was laid on this version, as its name shows it: `+acme@2026-12-01`, or `+2027-01-01` for a later one."""
    _calendars: dict[str, Calendar] = field(default_factory=dict, repr=False)

    @property
    def ref(self) -> str:
        """The desk and version, and what was laid on it, as events name it."""
        return f"{self.desk}@{self.version.isoformat()}{self.laid_on}"

    def how(self, kind: str) -> str:
        """Return what this version does with a kind of rule on open cases: `leave`, `from now`, `from the start`.

        Where the policy does not say, hours count from now and everything else stays (decision 11).
        """
        return self.updates.open_cases.get(kind, "from now" if kind == "hours" else "leave")

    def clause_of(self, *kinds: str) -> str:
        """Return the clause that holds the first of these kinds of rule, or bears its name.

        Falls back on the policy's first clause, so that a ruling always cites one that exists.
        """
        return _clause_of(self, kinds)

    def calendar(self, name: str) -> Calendar:
        """Return the named calendar, compiled once; KeyError for hours the policy does not define."""
        found = self._calendars.get(name)
        if found is None:
            found = compile_calendar(self.hours[name], self.dates.get(name))
            self._calendars[name] = found
        return found

    def holiday_dates(self) -> dict[str, HolidayDates]:
        """Return, for each calendar, the dates to store with this version: those given, else today's library's."""
        first, last = self.version.year - YEARS_BEFORE, self.version.year + YEARS_AFTER
        return {
            name: self.dates.get(name) or holiday_dates(spec, max(first, 1), min(last, 9999))
            for name, spec in self.hours.items()
            if not spec.always
        }


@lru_cache(maxsize=4096)
def _clause_of(policy: Policy, kinds: tuple[str, ...]) -> str:
    for kind in kinds:
        if kind in policy.clauses:
            return kind
        block = next((block for block in policy.document.blocks if block.kind == kind), None)
        if block is not None:
            return block.clause
    return next(iter(policy.clauses))
