"""A customer's own agreement, laid over the general policy: the result is a policy like any other.

An amendment is a small policy file: its front matter names the desk it `amends`, its sections hold rule blocks.
Maps merge; lists, words and numbers are replaced. A rule in which anything was replaced cites the amendment's own
section, written `NAME:section/entry` (`acme:targets/respond`), so that nobody mistakes it for the public clause. Each
row of a rule is judged by itself: where only the critical severity was changed, the others cite the policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from troth.hours import HoursSpec
from troth.policy.checking import check
from troth.policy.document import Block, Document, SectionText, read_document
from troth.policy.findings import Enough, Finding, Findings, Place, PolicyError
from troth.policy.gathering import gather
from troth.policy.kinds import KINDS, NOTHING_AUTOMATIC, Shape
from troth.policy.located import Mapping, Node, Scalar, Sequence, moved, source_of, texts, word_at
from troth.policy.policy import Policy
from troth.policy.reading import built
from troth.policy.rules import Clause

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARK: Final = ":"
"""Between an amendment's name and its section. No section of a policy can have it in its id."""


def check_amendment(policy: Policy, text: str, name: str) -> tuple[Policy | None, tuple[Finding, ...]]:
    """Return the amended policy and no findings, or None and everything wrong, all of it placed in the amendment.

    `name` is the amendment's file; its stem is the name by which it is cited.
    """
    findings = Findings(name)
    try:
        amended = _amended(policy, text, name, findings)
    except Enough:
        amended = None
    return (None, tuple(findings)) if findings else (amended, ())


@lru_cache(maxsize=256)
def amend(policy: Policy, text: str, name: str) -> Policy:
    """Return the policy with the amendment laid on it, compiled once for each pair; PolicyError has the findings."""
    amended, findings = check_amendment(policy, text, name)
    if amended is None:
        raise PolicyError(findings)
    return amended


def _amended(policy: Policy, text: str, file: str, findings: Findings) -> Policy | None:
    name = PurePath(file).name.partition(".")[0]
    if not _NAME.fullmatch(name):
        message = "an amendment is cited by the name of its file: use small letters, digits and hyphens, like acme.md"
        findings.add(Place(), "P014", message)
    own = read_document(text, findings, is_amendment=True)
    if own is None:
        return None
    if own.front.desk not in {policy.desk, "unnamed"}:
        message = f'this amends the policy of "{own.front.desk}", and is laid on that of "{policy.desk}"'
        findings.add(Place(2, 1), "P014", message)
    blocks = [_named(block, name) for block in own.blocks if block.clause]
    merged = _merged(policy.document, blocks)
    gathered = gather(merged, findings)
    check(replace(own, front=policy.document.front), gathered, findings)
    if findings:
        return None
    dates = {
        hours: policy.dates[hours]
        for hours, spec in gathered.hours.items()
        if hours in policy.dates and closures(spec) == closures(policy.hours[hours])
    }
    sections = tuple(_section(section, name, blocks) for section in own.sections if section.id)
    document = replace(
        merged,
        sections=(*merged.sections, *sections),
        clauses={**policy.clauses, **_clauses(own, name)},
    )
    laid_on = f"{policy.laid_on}+{name}@{own.front.version.isoformat()}"
    return replace(built(policy.source, document, gathered, dates), laid_on=laid_on)


def closures(spec: HoursSpec) -> tuple[object, ...]:
    """Return what decides on which dates a calendar is closed: dates stored for one hold for another like it."""
    return (spec.country, spec.region, spec.plus, spec.minus, spec.half_days)


# --- the amendment's own blocks ------------------------------------------------------------------------


def _named(block: Block, name: str) -> Block:
    clause = f"{name}{MARK}{block.clause}"
    return replace(block, clause=clause, node=_from(block.node, clause))


def _from(node: Node, clause: str) -> Node:
    """Return the node with everything in it marked as coming from `clause`."""
    if isinstance(node, Mapping):
        entries = tuple((_marked(key, clause), _from(value, clause)) for key, value in node.entries)
        return replace(node, entries=entries, source=clause)
    if isinstance(node, Sequence):
        return replace(node, items=tuple(_from(item, clause) for item in node.items), source=clause)
    return _marked(node, clause)


def _marked(word: Scalar, clause: str) -> Scalar:
    return replace(word, source=clause)


def _clauses(own: Document, name: str) -> Map[str, Clause]:
    named = ((f"{name}{MARK}{clause.id}", clause) for clause in own.clauses.values())
    return {citation: replace(clause, id=citation) for citation, clause in named}


def _section(section: SectionText, name: str, blocks: list[Block]) -> SectionText:
    """Return the section as the page shows it: its prose, and its rules under their citation."""
    by_place = {(block.line, block.column): block for block in blocks}
    parts = [by_place[part.line, part.column] if isinstance(part, Block) else part for part in section.parts]
    return SectionText(f"{name}{MARK}{section.id}", section.title, section.depth, section.line, parts)


# --- laying on -----------------------------------------------------------------------------------------


def _merged(base: Document, blocks: list[Block]) -> Document:
    """Return the base with the blocks laid on.

    Every value of the base gets the place at which the amendment touches it, so that a mistake the two make together
    is found in the amendment's file.
    """
    laid = [replace(block, node=moved(block.node, Place()), line=1, column=1) for block in base.blocks]
    for block in blocks:
        laid = _laid(laid, block) if block.kind in KINDS else [*laid, block]  # gathering tells of unknown kinds
    now = {id(old): new for old, new in zip(base.blocks, laid, strict=False)}
    sections = tuple(_with_blocks(section, now) for section in base.sections)
    return replace(base, sections=sections, blocks=tuple(block for block in laid if not _is_empty(block)))


def _with_blocks(section: SectionText, now: Map[int, Block]) -> SectionText:
    parts = [now.get(id(part), part) if isinstance(part, Block) else part for part in section.parts]
    kept = [part for part in parts if not (isinstance(part, Block) and _is_empty(part))]
    return SectionText(section.id, section.title, section.depth, section.line, kept)


def _is_empty(block: Block) -> bool:
    """Whether the amendment has taken the place of a whole block."""
    return isinstance(block.node, Sequence) and not block.node.items and not block.node.source


def _laid(base: list[Block], block: Block) -> list[Block]:
    """Return the blocks with one of the amendment's laid on those of its kind; none changes its place in the list."""
    of_kind = [one for one in base if one.kind == block.kind]
    if KINDS[block.kind].shape is Shape.ROWS or _is_about_all_notices(block, of_kind):
        return [*(replace(one, node=Sequence((), 1, 1)) if one in of_kind else one for one in base), block]
    if not isinstance(block.node, Mapping):
        return [*base, block]
    rest = {key.text: (key, value) for key, value in block.node.entries}
    out = []
    for one in base:
        mine = one.node if one.kind == block.kind and isinstance(one.node, Mapping) else None
        here = tuple(rest.pop(name) for name in mine.names() if name in rest) if mine else ()
        out.append(replace(one, node=_laid_on(mine, replace(block.node, entries=here))) if mine and here else one)
    if rest or not block.node.entries:
        out.append(replace(block, node=replace(block.node, entries=tuple(rest.values()))))
    return out


def _is_about_all_notices(block: Block, others: list[Block]) -> bool:
    """Whether one of them says that nothing is sent, which no list of notices can be merged with."""
    nodes = [one.node for one in (block, *others)]
    return block.kind == "notices" and any(isinstance(one, Mapping) and one.key(NOTHING_AUTOMATIC) for one in nodes)


def _laid_on(base: Node, over: Node) -> Node:
    """Maps merge; anything else is replaced."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    place = Place(over.line, over.column)
    entries = {key.text: (word_at(key, place), _unless_own(value, place)) for key, value in base.entries}
    for key, value in over.entries:
        below = base.get(key.text)
        entries[key.text] = (key, value) if below is None else (word_at(key, key, ""), _laid_on(below, value))
    if "assumed" in entries:
        entries["assumed"] = _still_assumed(base, over, entries["assumed"])
    return Mapping(tuple(entries.values()), over.line, over.column)


def _still_assumed(base: Mapping, over: Mapping, stands: tuple[Scalar, Node]) -> tuple[Scalar, Node]:
    """What an agreement says is not assumed any longer, unless the agreement says so itself."""
    key, value = stands
    kept = tuple(word for word in texts(base.get("assumed")) if over.key(word.text) is None)
    return key, Sequence((*kept, *texts(over.get("assumed"))), value.line, value.column)


# --- places --------------------------------------------------------------------------------------------


def _unless_own(node: Node, place: Place) -> Node:
    """Return a value of the base at the place of what is laid beside it; one an amendment brought stays."""
    return node if source_of(node) else moved(node, place)
