"""The ruling panel of a new case: what would happen, said before anything is sent.

It is read off `desk.preview`, which decides as opening does. What was shown goes into the form, signed, so that a
promise that changed between reading and sending is put side by side with the old one, once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing

from troth.customers.models import Contact
from troth.desk.preview import Preview
from troth.desk.readers import reader_for
from troth.engine import Audience, Reader, clock_line, spoken_time, word_line
from troth.engine.case import Case, Clock
from troth.engine.events import Ruling
from troth.engine.words import case_words
from troth.faces.clauses import mark_of
from troth.faces.marks import PanelLine, RulingPanel, WordLine
from troth.faces.words import capital
from troth.policy.vocabulary import Found, Information
from troth.portal.pages import Visit
from troth.portal.rulings import covered_words, is_told_of, severity_words
from troth.portal.words import asked_duration, gaps_in_words, level_title

SALT: Final = "troth.portal.promise"
DECIDES: Final = (Found.COVERED, Found.UNCOVERED, Found.SEVERITY, Found.LEVEL, Found.CLOCK_STARTED)
STATES: Final = {"running": "running", "paused": "paused", "met": "met", "missed": "missed"}


@dataclass(frozen=True, slots=True)
class Promise:
    """What the panel shows, and `shown`: the same, signed, for the form to carry."""

    panel: RulingPanel
    shown: str
    digest: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What a form says was shown to its writer: the digest and, in words, the lines."""

    digest: str
    lines: tuple[tuple[str, str], ...]


def promise_of(visit: Visit, preview: Preview) -> Promise:
    """The panel for a preview."""
    panel = refused_panel(visit, preview) if preview.case is None else panel_of(visit, preview, preview.case)
    digest = digest_of(preview)
    words = [(line.label, line.sentence) for line in panel.lines]
    if panel.promise is not None:
        words.insert(0, ("", panel.promise.sentence))
    return Promise(panel, signing.dumps([digest, words], salt=SALT, compress=True), digest, preview.case is None)


def digest_of(preview: Preview) -> str:
    """The same for the same decisions: clauses, severity, cover and amounts count, the minute of asking does not."""
    decided: list[Any] = [preview.policy.ref, str(preview.version.pk)]
    if preview.refusal is not None:
        decided += [preview.refusal.code, preview.refusal.clause]
    for event in preview.events:
        if isinstance(event, Ruling) and event.found in DECIDES:
            data = {name: value for name, value in event.data.items() if name not in {"due", "at"}}
            decided.append([str(event.found), event.clause, data])
    return hashlib.sha256(json.dumps(decided, sort_keys=True, default=str).encode()).hexdigest()


def shown_before(token: str) -> Before | None:
    """What the form says it showed; None where it showed nothing or somebody made it up."""
    try:
        digest, words = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Before(str(digest), tuple((str(label), str(sentence)) for label, sentence in words))


def refused_panel(visit: Visit, preview: Preview) -> RulingPanel:
    """The policy would not open this case: its sentence, its clause, and what could be done instead."""
    refusal = preview.refusal
    if refusal is None:
        return RulingPanel()
    clause = mark_of(preview.policy, visit.root, refusal.clause)
    lines = [PanelLine(label="Not this way", sentence=refusal.sentence, clause=clause, tone="late")]
    if refusal.allowed:
        lines.append(PanelLine(label="What you can do", sentence=capital(refusal.allowed)))
    return RulingPanel(lines=tuple(lines))


def panel_of(visit: Visit, preview: Preview, case: Case) -> RulingPanel:
    """The promise first, then cover, severity, who takes it, what else is owed, what happens when time runs out."""
    reader = reader_for(preview.policy, case, audience=Audience.CUSTOMER, at=preview.at, zone=visit.zone)
    lines = [_cover(visit, preview, case)]
    if case.severity is not None:
        lines.append(_severity(visit, preview, case))
    lines.append(_level(visit, preview, case))
    lines += _further(visit, preview, case, reader)
    calls = Information.CALL in case.missing
    if calls:
        lines.append(_call(visit, preview, case))
    return RulingPanel(
        promise=line_of(visit, preview, case, reader),
        lines=tuple(lines),
        gaps=gaps_in_words(case.missing),
        phone=phone_to_call(visit.contact, visit) if calls else "",
    )


def line_of(visit: Visit, preview: Preview, case: Case, reader: Reader) -> WordLine:
    """The promise as one sentence, in the reader's own time."""
    said = word_line(case, reader)
    clock = preview.promise
    due = spoken_time(clock.due_at, reader) if clock is not None and clock.due_at is not None else ""
    sentence, due_text = said.sentence, due if due in said.sentence else ""
    if due_text and visit.reads_elsewhere:
        sentence = sentence.replace(due_text, f"{due_text}, your time", 1)
        due_text = f"{due_text}, your time"
    return WordLine(
        sentence=sentence,
        state="running" if due_text else "none",
        due_at=clock.due_at if clock is not None and due_text else None,
        due_text=due_text,
        clause=mark_of(preview.policy, visit.root, said.clause),
    )


def _clause_of(preview: Preview, *found: Found) -> str | None:
    rulings = (event for event in preview.events if isinstance(event, Ruling) and event.found in found)
    return next((ruling.clause for ruling in rulings), None)


def _cover(visit: Visit, preview: Preview, case: Case) -> PanelLine:
    cited = _clause_of(preview, Found.COVERED, Found.UNCOVERED)
    return PanelLine(
        label="Cover",
        sentence=covered_words(preview.policy, case),
        clause=mark_of(preview.policy, visit.root, cited),
        tone="kept" if case.is_covered and case.clocks else "soon" if not case.is_covered else "plain",
    )


def _severity(visit: Visit, preview: Preview, case: Case) -> PanelLine:
    words = severity_words(preview.policy, str(case.severity), str(case.severity_from))
    cited = _clause_of(preview, Found.SEVERITY)
    return PanelLine(label="Severity", sentence=words, clause=mark_of(preview.policy, visit.root, cited))


def _level(visit: Visit, preview: Preview, case: Case) -> PanelLine:
    partner = case.facts.partner.name if case.facts.partner is not None else ""
    who = level_title(preview.policy, case.level, case.worked_by, partner)
    cited = _clause_of(preview, Found.LEVEL)
    return PanelLine(label="Who takes it", sentence=capital(who), clause=mark_of(preview.policy, visit.root, cited))


def _further(visit: Visit, preview: Preview, case: Case, reader: Reader) -> list[PanelLine]:
    """The other clocks that would start, the next due first, and what their passing would do."""
    clocks = [clock for clock in case.clocks.values() if clock.due_at is not None and is_told_of(clock, case)]
    lines, said = [], {_deed(case, preview.promise, reader)} if preview.promise is not None else set()
    for clock in sorted(clocks, key=lambda one: one.due_at or 0):
        deed = _deed(case, clock, reader)
        if deed in said:
            continue
        said.add(deed)
        sentence = clock_line(case, clock, reader).sentence + _when_over(visit, preview, case, clock)
        clause = mark_of(preview.policy, visit.root, clock.clause)
        lines.append(PanelLine(label="Then", sentence=sentence, clause=clause))
    return lines


def _deed(case: Case, clock: Clock, reader: Reader) -> str:
    """What is owed, without its time: two clocks met by one deed are told of once, by the earlier."""
    due = spoken_time(clock.due_at, reader) if clock.due_at is not None else ""
    return clock_line(case, clock, reader).sentence.replace(due, "")


def _when_over(visit: Visit, preview: Preview, case: Case, clock: Clock) -> str:
    table = preview.policy.targets.get(clock.name)
    rule = table.at(case_words(preview.policy, case, preview.at)) if table is not None else None
    missed = rule.when_missed if rule is not None else None
    if missed is None or missed.escalate_to is None:
        return ""
    above = level_title(preview.policy, missed.escalate_to.removeprefix("level "))
    return f" After that ({asked_duration(clock.amount)}) it goes to {above} by itself."


def _call(visit: Visit, preview: Preview, case: Case) -> PanelLine:
    rule = preview.policy.intake.at(case_words(preview.policy, case, preview.at))
    why = next((also.why for also in rule.also if Information.CALL in also.ask and also.why), "") if rule else ""
    number = phone_to_call(visit.contact, visit)
    ask = "Please call as well." if number else "Please call as well, at the number you have from us or your partner."
    clause = mark_of(preview.policy, visit.root, preview.policy.clause_of("intake"))
    return PanelLine(label="What we ask of you", sentence=f"{ask} {why}".strip(), clause=clause, tone="soon")


def phone_to_call(contact: Contact | None, visit: Visit) -> str:
    """The number of whoever takes level 1: the customer's partner, else the desk."""
    partner = contact.account.partner if contact is not None and contact.account is not None else None
    return (partner.phone if partner is not None else "") or visit.desk.phone
