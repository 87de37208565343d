"""The engine's word line as a mark: its due time found in the sentence, its clause on it."""

from __future__ import annotations

from troth.engine import Reader, first_clock, spoken_time, word_line
from troth.engine.case import Case
from troth.faces.clauses import mark_of
from troth.faces.marks import ClockStates, WordLine
from troth.policy import Policy

STATES: dict[str, ClockStates] = {"late": "missed", "paused": "paused", "kept": "met"}


def line_mark(policy: Policy, state: Case, reader: Reader, root: str, times_aside: str = "") -> WordLine:
    """The word line with its due time marked up; `times_aside` stands beside it where it tells a time."""
    said = word_line(state, reader)
    clock = first_clock(state)
    due = spoken_time(clock.due_at, reader) if clock is not None and clock.due_at is not None else ""
    is_timed = bool(due) and due in said.sentence
    return WordLine(
        sentence=said.sentence,
        state="running" if is_timed else STATES.get(str(said.tone), "none"),
        due_at=clock.due_at if clock is not None and is_timed else None,
        due_text=due if is_timed else "",
        clause=mark_of(policy, root, said.clause),
        aside=times_aside if is_timed else "",
    )
