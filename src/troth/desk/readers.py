"""For whom a case is put into words: the reader that the engine's word line asks for."""

from __future__ import annotations

from troth.engine import Audience, Reader, WordLine, word_line
from troth.engine.case import Case as EngineCase
from troth.engine.words import case_words
from troth.hours import Instant
from troth.policy import Policy


def reader_for(
    policy: Policy, state: EngineCase, *, audience: Audience | str, at: Instant, zone: str | None = None
) -> Reader:
    """The reader of this case at `at` (UTC seconds); times are told in `zone`, else in the desk's."""
    words = case_words(policy, state, at)
    met_by = {
        name: tuple(str(given) for given in rule.met_by)
        for name, table in policy.targets.items()
        if (rule := table.at(words)) is not None
    }
    levels = {
        name: level.title
        for name, levels_table in policy.levels.items()
        if (level := levels_table.at(words)) is not None and level.title
    }
    return Reader(Audience(audience), zone or policy.zone, at, met_by, levels)


def line_for(
    policy: Policy, state: EngineCase, *, audience: Audience | str, at: Instant, zone: str | None = None
) -> WordLine:
    """The case's word line for this reader."""
    return word_line(state, reader_for(policy, state, audience=audience, at=at, zone=zone))
