"""The proof of a due time as a page shows it."""

from __future__ import annotations

import pytest

from troth.engine import Audience, Proof, Reader
from troth.faces.moments import hours_words
from troth.faces.why import Telling, due_there, rule_of, spans_of
from troth.hours import typed_instant

ZONE = "Europe/Copenhagen"


def at(text: str) -> int:
    """An instant on Copenhagen's clocks."""
    found = typed_instant(text, ZONE)
    assert found is not None
    return found


def proof(*spans: tuple[str, str], state: str = "running") -> Proof:
    """A proof over these spans, due at the end of the last."""
    some = tuple((at(start), at(end)) for start, end in spans)
    used = sum(end - start for start, end in some)
    texts = {
        "clock": "respond",
        "kind": "target",
        "clause": "targets/respond",
        "policy": "netop@1",
        "amount": "2 hours",
    }
    times = {"started_at": some[0][0], "due_at": some[-1][1], "judged_at": None, "spans": some, "spans_left_out": 0}
    return Proof(
        **texts, **times, state=state, hours="support", zone=ZONE, skipped=(), stands=(), used=used, remaining=None,
        changes="",
    )  # fmt: skip


def telling(zone: str = ZONE, **words: str) -> Telling:
    """For a reader in `zone`."""
    reader = Reader(Audience.AGENT, zone, at("2026-03-06T16:00"), {}, {})
    return Telling(
        reader=reader, desk_zone=ZONE, counted_in="our hours", policy="1", met="Met", missed="Missed", **words
    )


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "less than a minute"), (3599, "59 min"), (3600, "1 h"), (5400, "1 h 30 min"), (40 * 3600, "40 h")],
)
def test_working_time_has_no_days(amount: int, words: str) -> None:
    """Forty hours of work are a week, never one day and sixteen hours."""
    assert hours_words(amount) == words


def test_spans_add_up_and_name_the_day_they_end_on_where_it_is_another() -> None:
    """A span within a day ends at an hour; one over midnight at a day and an hour."""
    shown = spans_of(proof(("2026-03-06T16:30", "2026-03-06T17:00"), ("2026-03-09T09:00", "2026-03-10T01:00")))
    assert [span["to"] for span in shown] == ["17:00", "Tue 10 Mar 01:00"]
    assert [span["sum"] for span in shown] == ["30 min", "16 h 30 min"]


def test_the_due_time_is_told_on_both_clocks_only_where_they_differ() -> None:
    """The table ends with the clock's own hour, so a reader elsewhere needs it beside theirs."""
    some = proof(("2026-03-06T16:30", "2026-03-06T17:00"))
    assert due_there(some, telling("Europe/Oslo").reader) == ""
    assert due_there(some, telling("America/New_York").reader) == "(17:00 on those clocks)"


def test_a_fact_without_anything_to_say_is_left_out() -> None:
    """A customer reads of no kind, and nobody of a verdict that is not there yet."""
    some = proof(("2026-03-06T16:30", "2026-03-06T17:00"))
    assert [fact.name for fact in rule_of(some, telling())] == [
        "Time given", "Counted in", "Begins", "Due", "Used", "Policy",
    ]  # fmt: skip
    assert rule_of(some, telling(kind="target"))[0].text == "target"
