"""Targets, escalation and silence: what is promised must be possible, complete and lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Final

from troth.hours import (
    Amount,
    AmountUnit,
    BusinessTimeError,
    Calendar,
    HoursSpec,
    Instant,
    compile_calendar,
    local_instant,
)
from troth.policy.choices import ELSE
from troth.policy.conditions import holds
from troth.policy.entries import Entry, Row
from troth.policy.findings import Findings, Located
from troth.policy.gathering import ALWAYS, Gathered
from troth.policy.located import Mapping, Node, Sequence, shown
from troth.policy.references import NEXT_LEVEL, level_of, select
from troth.policy.rules import SilenceRule, SilenceStep, TargetRule
from troth.policy.vocabulary import Given, Goals

SOLUTIONS: Final = {Given.EXPLANATION, Given.WORKAROUND, Given.ASSISTANCE}
BEGINNINGS: Final = {"opening", "level 1"}
LONGEST_DAYS: Final = 3_660
SAMPLE_DAYS: Final = ((1, 20), (5, 6), (9, 15))
"""Month and day of a few ordinary starts: amounts of different units are compared by what they come to."""


class Measures:
    """Says when an amount has passed in the calendars of one policy."""

    def __init__(self, hours: dict[str, HoursSpec], zone: str, year: int) -> None:
        """Measure with these hours; `always` is added."""
        self._hours = {ALWAYS: HoursSpec(zone=zone, always=True), **hours}
        self._starts = [local_instant(datetime(year, month, day, 10), zone) for month, day in SAMPLE_DAYS]  # noqa: DTZ001 - local by intent
        self.calendar = cache(self._compiled)
        self.dues = cache(self._dues)

    def _compiled(self, name: str) -> Calendar | None:
        spec = self._hours.get(name)
        return compile_calendar(spec) if spec else None

    def _dues(self, name: str, amount: Amount) -> list[Instant]:
        """Return when `amount` has passed from each sample start; nothing where that cannot be said."""
        calendar = self.calendar(name)
        if calendar is None or complaint(amount):
            return []
        try:
            return [calendar.add(calendar.next_open(start), amount) for start in self._starts]
        except BusinessTimeError:
            return []

    def is_sooner(self, one: tuple[str, Amount], other: tuple[str, Amount]) -> bool:
        """Whether `one` has passed before `other`, wherever both begin."""
        first, second = self.dues(*one), self.dues(*other)
        return bool(first and second) and all(a < b for a, b in zip(first, second, strict=True))

    def complaint(self, name: str, amount: Amount) -> str | None:
        """Return why this amount cannot be measured by these hours, or None."""
        calendar = self.calendar(name)
        if calendar is None:
            return None
        if too_long := complaint(amount):
            return too_long
        try:
            calendar.add(calendar.next_open(self._starts[0]), amount)
        except BusinessTimeError as error:
            return str(error)
        return None


def complaint(amount: Amount) -> str | None:
    """Return why an amount is no promise at all, or None."""
    in_days = amount.unit in {AmountUnit.BUSINESS_DAYS, AmountUnit.DAYS}
    days = amount.number if in_days else amount.number // 86_400
    return f"{shown(str(amount))} is more than ten years: write less" if days > LONGEST_DAYS else None


def check_promises(found: Gathered, measures: Measures, findings: Findings) -> None:
    """Note what is wrong with targets, escalation and silence."""
    is_clean = not findings
    for entry in found.of("targets"):
        for row in entry.rows:
            _check_target(row, found.dimensions.required["level"], measures, findings)
    _check_order(found, measures, findings)
    _check_escalation(found, findings)
    for entry in found.of("silence"):
        for row in entry.rows:
            _check_silence(row, measures, findings)
    if is_clean:
        _check_complete(found, findings)


def _place(node: Mapping, key: str) -> Located:
    """Return where the value of `key` stands, else where the mapping does."""
    return node.get(key) or node


# --- targets -------------------------------------------------------------------------------------------


def _check_target(row: Row[TargetRule], levels: tuple[str, ...], measures: Measures, findings: Findings) -> None:
    rule = row.rule
    if wrong := measures.complaint(rule.hours, rule.within):
        findings.add(_place(row.node, "within"), "P205", wrong)
    missed = rule.when_missed
    if missed is None or missed.escalate_to is None or missed.escalate_to == NEXT_LEVEL:
        return
    begins = "level 1" if rule.from_ in BEGINNINGS else rule.from_
    here, there = level_of(begins), level_of(missed.escalate_to)
    if begins.removeprefix("level ") in levels and 0 <= there <= here:
        word = next(select(row.node, ("when missed", "escalate to")), row.node)
        findings.add(
            word,
            "P406",
            f"a clock of {begins} that escalates to {missed.escalate_to} runs in a circle: name a higher level",
        )


def _check_order(found: Gathered, measures: Measures, findings: Findings) -> None:
    """A resolution that begins with its response must not be due before it."""
    responses = [(entry, _dues(entry, measures)) for entry in found.of("targets") if _is(entry, resolution=False)]
    for entry in found.of("targets"):
        if _is(entry, resolution=True):
            soonest = min(_dues(entry, measures), default=0)
            for response in (one for one, dues in responses if soonest < max(dues, default=0)):
                for row, within in _beside(entry, response, measures):
                    findings.add(
                        _place(row.node, "within"),
                        "P404",
                        f'"{shown(entry.name)}" is due after {row.rule.within}, before "{shown(response.name)}" '
                        f"({within}): give it more time",
                    )


def _dues(entry: Entry[TargetRule], measures: Measures) -> list[Instant]:
    """Return when the rows of a target are first due: who is always later than another need not be compared."""
    return [due for row in entry.rows for due in measures.dues(row.rule.hours, row.rule.within)[:1]]


def _beside(
    entry: Entry[TargetRule], response: Entry[TargetRule], measures: Measures
) -> Iterator[tuple[Row[TargetRule], Amount]]:
    """Yield the rows of a resolution that are due before the response of the same case, and that one's amount."""
    shared = [name for name in entry.dimensions if name in response.dimensions]
    others: dict[tuple[str, ...], list[Row[TargetRule]]] = {}
    for row in response.rows:
        words = response.words_of(row)
        others.setdefault(tuple(words[name] for name in shared), []).append(row)
    for row in entry.rows:
        words = entry.words_of(row)
        for other in others.get(tuple(words[name] for name in shared), ()):
            rule = other.rule
            sooner = measures.is_sooner((row.rule.hours, row.rule.within), (rule.hours, rule.within))
            if sooner and _of_one_case(row.rule, rule, response.words_of(other)):
                yield row, rule.within
                break


def _of_one_case(resolution: TargetRule, response: TargetRule, words: dict[str, str]) -> bool:
    """Whether a case can have both: neither is for what the other is not for."""
    known = {word: {value} for word, value in words.items() if value != ELSE}
    known |= {word: set(values) for word, values in response.for_.items()}
    return all(not known[word].isdisjoint(values) for word, values in resolution.for_.items() if word in known)


def _is(entry: Entry[TargetRule], *, resolution: bool) -> bool:
    """Whether every row begins with the case and is met by solutions (or only by other things)."""
    rules = [row.rule for row in entry.rows]
    if not all(rule.met_by and rule.from_ in BEGINNINGS for rule in rules):
        return False
    if resolution:
        return all(SOLUTIONS.issuperset(rule.met_by) for rule in rules)
    return all(SOLUTIONS.isdisjoint(rule.met_by) for rule in rules)


def _check_complete(found: Gathered, findings: Findings) -> None:
    """Each severity under each basis that promises targets has at least one."""
    bases = [
        (entry.key, row.rule)
        for entry in found.of("entitlement")
        for row in entry.rows
        if row.rule.basis and row.rule.goals is Goals.TARGETS
    ]
    scale = [word for entry in found.of("severities") for word in select(entry.node, ("scale",))]
    for where, cover in bases:
        without = [word for word in scale if not _has_target(found, word.text, cover.basis, cover.plan)]
        if len(without) == len(scale):
            whom = f'plan "{shown(cover.plan)}"' if cover.plan else f'basis "{shown(str(cover.basis))}"'
            findings.add(where, "P403", f"{whom} promises targets and has none: write one, or `goals: none`")
            continue
        for word in without:
            findings.add(
                word,
                "P403",
                f'severity "{shown(word.text)}" has no target on basis "{shown(str(cover.basis))}": write one',
            )


def _has_target(found: Gathered, severity: str, basis: str | None, plan: str | None) -> bool:
    words = {"severity": severity, **({"basis": basis} if basis else {}), **({"plan": plan} if plan else {})}
    for entry in found.of("targets"):
        for row in entry.rows:
            known = entry.words_of(row)
            if any(known.get(word, words[word]) not in {words[word], "else"} for word in words):
                continue
            condition = {word: row.rule.for_[word] for word in row.rule.for_ if word in words}
            if holds(condition, words):
                return True
    return False


# --- escalation ----------------------------------------------------------------------------------------


def _check_escalation(found: Gathered, findings: Findings) -> None:
    """The customer's path must begin somewhere: a step cannot come, by however many others, after itself."""
    after = {entry.name: entry.rows[0].rule.after for entry in found.of("escalation")}
    told: set[str] = set()
    for entry in found.of("escalation"):
        before = _before(entry.name, after)
        if entry.name in before and not told & before:
            told.add(entry.name)
            word = next(select(entry.node, ("after",)), entry.node)
            findings.add(word, "P406", f'"{entry.name}" comes after itself: a path needs a first step')


def _before(name: str, after: dict[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(after.get(name, ()))
    while ahead:
        step = ahead.pop()
        if step not in seen:
            seen.add(step)
            ahead.extend(after.get(step, ()))
    return seen


# --- silence -------------------------------------------------------------------------------------------


def _check_silence(row: Row[SilenceRule], measures: Measures, findings: Findings) -> None:
    nodes = row.node.get("steps")
    items = nodes.items if isinstance(nodes, Sequence) else ()
    if not items:
        findings.add(_place(row.node, "steps"), "P408", "silence needs at least one step: an attempt, or closing")
    steps = list(zip(row.rule.steps, items, strict=False))
    _check_step_amounts(row.rule, steps, measures, findings)
    attempts, closed_in = 0, None
    for step, node in steps:
        if closed_in is not None:
            findings.add(node, "P408", f"this step cannot happen: the case is closed in line {closed_in}")
        if (step.attempt is None) == (step.close is None):
            findings.add(node, "P408", "a step is either an attempt or a closing: give one of `attempt` and `close`")
        if step.needs_attempts > attempts:
            findings.add(
                _place(node, "needs attempts") if isinstance(node, Mapping) else node,
                "P408",
                f"this needs {step.needs_attempts} attempts, and {attempts or 'none'} can have been made before it",
            )
        attempts += step.attempt is not None
        closed_in = node.line if step.close is not None else closed_in


def _check_step_amounts(
    rule: SilenceRule, steps: list[tuple[SilenceStep, Node]], measures: Measures, findings: Findings
) -> None:
    for step, node in steps:
        if wrong := measures.complaint(rule.hours, step.after):
            findings.add(_after(node), "P205", wrong)
    for (before, _), (step, node) in pairwise(steps):
        if not measures.is_sooner((rule.hours, before.after), (rule.hours, step.after)):
            first, second = measures.dues(rule.hours, before.after), measures.dues(rule.hours, step.after)
            if first and second:
                findings.add(
                    _after(node),
                    "P407",
                    f"this step comes after {step.after}, no later than the one before it ({before.after})",
                )


def _after(node: Node) -> Located:
    return (node.get("after") or node) if isinstance(node, Mapping) else node
