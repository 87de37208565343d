"""Whether what a new version takes over fits what open cases keep: the mixture must be as sound as either of the two.

Each version was found sound by itself. Taken together they may not be: a new scale of severities under old targets
leaves some without any. That is told before the version is in force, because after that no case could be helped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from troth.policy.checking import check_rules
from troth.policy.document import Block, Document
from troth.policy.findings import Enough, Finding, Findings, Place
from troth.policy.gathering import gather
from troth.policy.located import Mapping, moved
from troth.policy.policy import Policy
from troth.policy.versions import blend


def check_blend(old: Policy, new: Policy, name: str) -> tuple[Finding, ...]:
    """Return what is wrong with the policy of a case opened under `old` once `new` is in force; mostly nothing.

    Findings stand in the new version's file, `name`: what is the old version's at the place where the new one says
    what becomes of open cases.
    """
    mixed = blend(old, new)
    if mixed is old:
        return ()
    place = next((Place(block.line, block.column) for block in new.document.blocks if block.kind == "updates"), Place())
    findings = Findings(name)
    try:
        document = replace(mixed.document, blocks=tuple(_blocks(mixed, old.document, new.document, place)))
        check_rules(document, gather(document, findings), findings)
    except Enough:
        pass
    return tuple(replace(finding, message=f"{finding.message} (in cases of {old.ref})") for finding in findings)


def _blocks(mixed: Policy, old: Document, new: Document, place: Place) -> Iterator[Block]:
    """Yield the blocks of the mixture, and those calendars and levels of the other version that it keeps besides."""
    ours = {id(block) for block in new.blocks}
    for block in mixed.document.blocks:
        yield block if id(block) in ours else _at(block, place)
    for kind, kept in (("hours", mixed.hours), ("levels", {f"level {name}": 0 for name in mixed.levels})):
        known = {key for block in mixed.document.blocks if block.kind == kind for key in _names(block)}
        for block in (*old.blocks, *new.blocks):
            rest = [key for key in _names(block) if key in kept and key not in known]
            if block.kind == kind and rest and isinstance(block.node, Mapping):
                entries = tuple(entry for entry in block.node.entries if entry[0].text in rest)
                known.update(rest)
                yield _at(replace(block, node=replace(block.node, entries=entries)), place)


def _names(block: Block) -> tuple[str, ...]:
    return block.node.names() if isinstance(block.node, Mapping) else ()


def _at(block: Block, place: Place) -> Block:
    return replace(block, node=moved(block.node, place), line=place.line, column=place.column)
