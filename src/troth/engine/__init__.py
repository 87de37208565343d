"""Decides what a policy makes of acts and of passing time. Pure: no Django, no clock of its own, no I/O.

`decide` and `advance` speak for the policy; `evolve` and `fold` make a case of events without it; `explain`,
`ledger`, `rank` and `word_line` read a case.
"""

from troth.engine.case import Case, Clock, Pause, Timer
from troth.engine.catalogue import Entitlement, entitles, version_at
from troth.engine.decide import Decision, advance, advance_and_fold, decide, decide_and_fold, next_timer
from troth.engine.events import Act, Event, Refusal, Ruling, event_from_json
from troth.engine.evolve import evolve, fold
from troth.engine.explain import Proof, Stand, explain
from troth.engine.facts import Contract, Facts, Licence, Partner, Services, Version
from troth.engine.ledger import Stretch, ledger, owner_of
from troth.engine.queue import rank
from troth.engine.stored import case_from_json, case_to_json
from troth.engine.versions import adopt, come_into_force
from troth.engine.word_line import (
    Audience,
    Reader,
    Tone,
    WordLine,
    clock_line,
    first_clock,
    spoken_time,
    word_line,
)

__all__ = [
    "Act",
    "Audience",
    "Case",
    "Clock",
    "Contract",
    "Decision",
    "Entitlement",
    "Event",
    "Facts",
    "Licence",
    "Partner",
    "Pause",
    "Proof",
    "Reader",
    "Refusal",
    "Ruling",
    "Services",
    "Stand",
    "Stretch",
    "Timer",
    "Tone",
    "Version",
    "WordLine",
    "adopt",
    "advance",
    "advance_and_fold",
    "case_from_json",
    "case_to_json",
    "clock_line",
    "come_into_force",
    "decide",
    "decide_and_fold",
    "entitles",
    "event_from_json",
    "evolve",
    "explain",
    "first_clock",
    "fold",
    "ledger",
    "next_timer",
    "owner_of",
    "rank",
    "spoken_time",
    "version_at",
    "word_line",
]
