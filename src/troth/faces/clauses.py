"""Marks that lead from a decision to its clause on the policy page."""

from __future__ import annotations

import re
from typing import Final

from troth.faces.marks import ClauseMark
from troth.policy import Policy

LONGEST: Final = 280
LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKS: Final = re.compile(r"[*_`#>]+")


def mark_of(policy: Policy, root: str, cited: str | None) -> ClauseMark | None:
    """The mark for a citation such as `targets/respond`: it names the clause and opens on its first words."""
    if not cited:
        return None
    clause = policy.clauses.get(cited) or policy.clauses.get(cited.partition("/")[0])
    if clause is None:
        return None
    return ClauseMark(
        clause=clause.id,
        title=clause.title,
        href=f"{root}policy#{clause.id}",
        sentence=first_words(clause.markdown),
    )


def first_words(markdown: str) -> str:
    """The first paragraph of a clause as plain text, cut at a sentence where it is long."""
    paragraph = next((part for part in markdown.split("\n\n") if part.strip() and not part.startswith("#")), "")
    plain = " ".join(MARKS.sub("", LINK.sub(r"\1", paragraph)).split())
    if len(plain) <= LONGEST:
        return plain
    cut = plain[:LONGEST]
    end = max(cut.rfind(". "), cut.rfind("; "))
    return cut[: end + 1] if end > LONGEST // 3 else cut.rsplit(" ", 1)[0] + " …"
