"""What a new version of a policy does with cases that are already open (decision 11).

A case keeps the policy it was opened under. Where the new version's `updates` says so, some kinds of rule are taken
from the new one (hours are, unless it says otherwise). The mixture is a policy like any other: what it cites
stands in the version it was taken from. When its clocks move, from now or from the start, is for the engine to say.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from troth.hours import HoursSpec
from troth.policy.document import Block, Document, SectionText
from troth.policy.kinds import KINDS
from troth.policy.policy import Policy

LEAVE = "leave"


@lru_cache(maxsize=256)
def blend(old: Policy, new: Policy) -> Policy:
    """Return the policy of a case opened under `old` once `new` is in force; `old` itself where nothing changes.

    Its `ref` reads `netop@2026-01-01+2027-01-01`, its `how(kind)` is that of the new version. Compiled once a pair.
    """
    if old.desk != new.desk:
        raise ValueError(f"{new.ref} is not a version of {old.ref}: they are of two desks")
    adopted = tuple(kind for kind in KINDS if kind != "updates" and new.how(kind) != LEAVE)
    if old is new or not adopted:
        return old
    changes: dict[str, Any] = {kind: getattr(new, kind) for kind in adopted}
    if "hours" in adopted:
        # What an old rule counts in is kept where the new version has no calendar of that name, or no such day.
        changes["hours"] = {
            **old.hours,
            **{name: _with_day(spec, old.hours.get(name)) for name, spec in new.hours.items()},
        }
        gone = {name: dates for name, dates in old.dates.items() if name not in new.hours}
        changes["dates"] = {**gone, **new.dates}
    else:  # and a rule that is taken over finds the calendars it names, where the old version has none of that name
        changes["hours"] = {**new.hours, **old.hours}
        changes["dates"] = {**{name: dates for name, dates in new.dates.items() if name not in old.hours}, **old.dates}
    if "levels" in adopted:  # a case may stand on a level the new version has no more
        gone_levels = {name: table for name, table in old.levels.items() if name not in new.levels}
        changes["levels"] = {**new.levels, **gone_levels}
    if "products" in adopted:
        changes["catalogue"] = new.catalogue
    document = _document(old.document, new.document, adopted)
    return replace(
        old,
        **changes,
        updates=new.updates,
        clauses={**old.clauses, **{name: new.clauses[name] for name in _clauses_of(new.document, adopted)}},
        document=document,
        laid_on=f"{old.laid_on}+{new.version.isoformat()}{new.laid_on}",
        _calendars={},
    )


def _with_day(spec: HoursSpec, old: HoursSpec | None) -> HoursSpec:
    """Return the calendar with the length of day an old target may count in."""
    return replace(spec, day=old.day) if spec.day is None and old is not None and old.day is not None else spec


def _clauses_of(document: Document, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(block.clause for block in document.blocks if block.kind in kinds))


def _document(old: Document, new: Document, adopted: tuple[str, ...]) -> Document:
    """Return the blocks that hold now: the new version's of the kinds taken from it, else the old one's."""
    kept = tuple(block for block in old.blocks if block.kind not in adopted)
    taken = tuple(block for block in new.blocks if block.kind in adopted)
    stays = {id(block) for block in (*kept, *taken)}
    named = _clauses_of(new, adopted)
    later = {section.id: _only(section, stays) for section in new.sections if section.id in named}
    sections = tuple(later.get(section.id, _only(section, stays)) for section in old.sections)
    known = {section.id for section in old.sections}
    return replace(
        old,
        blocks=(*kept, *taken),
        sections=(*sections, *(section for name, section in later.items() if name not in known)),
    )


def _only(section: SectionText, stays: set[int]) -> SectionText:
    parts = [part for part in section.parts if not isinstance(part, Block) or id(part) in stays]
    return SectionText(section.id, section.title, section.depth, section.line, parts)
