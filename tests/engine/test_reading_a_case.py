"""What is read off a case and its events: ledger, proof, stored form, the catalogue's answer."""

import json
from datetime import date

import pytest

from tests.engine.story import Story
from troth.engine import Contract, Facts, case_from_json, case_to_json, entitles, event_from_json, explain, fold, ledger
from troth.engine.catalogue import version_at
from troth.policy import Catalogue, Policy, Release
from troth.policy.vocabulary import Role

CRITICAL = {"environment": "production", "workaround": "none"}
HOUR = 3600


@pytest.fixture
def lived(netop: Policy) -> Story:
    """A critical case: level 1, a question and its answer, then level 2 by time alone over Easter."""
    story = Story(netop, product="Netop Remote Control", version="12.0", answers=CRITICAL)
    story.opens("2026-03-30 10:00")
    story.does("2026-03-30 12:00", "ask")
    story.does("2026-03-31 12:00", "customer reply", role=Role.CUSTOMER)
    story.until("2026-04-13 12:00")
    return story


def test_the_ledger_gives_every_second_to_someone(lived: Story) -> None:
    """Level 1 had it two hours, the customer a working day, level 1 again until its time was over, then level 2."""
    until = lived.instant("2026-04-13 12:00")
    stretches = ledger(lived.events, lambda _owner: lived.policy.calendar("support"), until)
    assert [(s.owner, s.working_seconds / HOUR) for s in stretches] == [
        ("level 1", 2),
        ("customer", 8),
        ("level 1", 38),
        ("level 2", 10),
    ]
    assert sum(s.to_at - s.from_at for s in stretches) == until - lived.case.opened_at


def test_an_excused_interval_stands_over_whoever_had_it(lived: Story) -> None:
    """SYN-24: reports show it apart."""
    a, b = lived.instant("2026-03-31 13:00"), lived.instant("2026-03-31 15:00")
    lived.does("2026-04-13 12:00", "excuse", **{"from": a, "until": b, "cause": "the line was down"})
    stretches = ledger(lived.events, lambda _owner: lived.policy.calendar("support"), lived.instant("2026-04-13 12:00"))
    assert ("excused", 2) in [(s.owner, s.working_seconds / HOUR) for s in stretches]


def test_a_proof_counts_a_due_time_out(lived: Story) -> None:
    """Clause, amount, spans, the holidays skipped, the pause with its two events."""
    proof = explain(lived.policy, lived.events, "resolve at level 1", lived.instant("2026-04-01 12:00"))
    assert (proof.clause, proof.amount, proof.state) == ("targets/resolve at level 1", "5 business days", "running")
    assert lived.local(proof.due_at) == "2026-04-10 10:00"
    assert [day.isoformat() for day in proof.skipped] == ["2026-04-02", "2026-04-03", "2026-04-06"]
    (stand,) = proof.stands
    assert (stand.cause, stand.counted / HOUR) == ("waiting on customer", 8)
    began, ended = lived.events[(stand.began_with or 0) - 1], lived.events[(stand.ended_with or 0) - 1]
    assert (began.at, ended.at) == (stand.from_at, stand.to_at)
    assert proof.used / HOUR == 10
    json.dumps(proof.to_json())


def test_a_case_can_be_asked_how_it_stood_at_any_past_instant(lived: Story) -> None:
    """The proof of a clock while it stood still shows no due."""
    proof = explain(lived.policy, lived.events, "resolve at level 1", lived.instant("2026-03-30 15:00"))
    assert (proof.state, proof.due_at) == ("paused", None)


def test_events_and_case_survive_their_stored_form(lived: Story) -> None:
    """Through JSON text and back: equal events, equal case."""
    events = [event_from_json(json.loads(json.dumps(event.to_json()))) for event in lived.events]
    assert events == lived.events
    assert case_from_json(json.loads(json.dumps(case_to_json(lived.case)))) == lived.case == fold(events)


def test_a_stored_case_of_another_format_is_refused() -> None:
    """It says what to do instead."""
    with pytest.raises(ValueError, match="fold its events"):
        case_from_json({"format": 99})


def catalogue(*versions: tuple[str, date]) -> Catalogue:
    """Releases of one product."""
    return Catalogue.of(
        [Release(product="Oxygen XML Editor", version=version, released=released) for version, released in versions]
    )


THREE_LINES = catalogue(
    ("25.0", date(2023, 1, 1)),
    ("26.0", date(2024, 1, 1)),
    ("26.1", date(2024, 6, 1)),
    ("27.0", date(2025, 1, 1)),
    ("27.1", date(2025, 6, 1)),
)


@pytest.mark.parametrize(
    ("version", "lifecycle", "minor"),
    [
        ("27.1", "current", "latest"),
        ("27.0", "current", "behind"),
        ("26.1", "prior", "latest"),
        ("26.0", "prior", "behind"),
        ("25.0", "retired", "latest"),
        ("24.3", "retired", "unknown"),
        ("27.2", "unknown", "unknown"),
        ("28.0", "unknown", "unknown"),
        (None, "unknown", "unknown"),
    ],
)
def test_a_version_has_its_place_in_the_life_of_its_product(
    syncro: Policy, version: str | None, lifecycle: str, minor: str
) -> None:
    """SYN-16, SYN-22, decision 27: newer than the catalogue, or none given, is unknown."""
    story = Story(syncro)
    answer = version_at(syncro, THREE_LINES, "Oxygen XML Editor", version, story.instant("2026-03-02 10:00"))
    assert (answer.lifecycle, answer.minor) == (lifecycle, minor)


def test_a_release_counts_from_local_midnight_of_its_date(syncro: Policy) -> None:
    """Decision 27: the evening before, the older line is still the current one."""
    story = Story(syncro)
    before, after = story.instant("2024-12-31 23:59"), story.instant("2025-01-01 00:00")
    places = [version_at(syncro, THREE_LINES, "Oxygen XML Editor", "26.1", at).lifecycle for at in (before, after)]
    assert places == ["current", "prior"]


def test_hot_fix_and_release_plan_are_asked_for_an_instant(syncro: Policy, netop: Policy) -> None:
    """Netop's matrix, and `update first` where the version is not the latest."""
    story = Story(netop, answers=CRITICAL)
    story.opens("2026-03-02 10:00")
    answer = entitles(netop, story.case, netop.catalogue, story.instant("2026-03-02 10:00"))
    assert (str(answer.hot_fix), answer.release_plan) == ("true", "hot fix")
    story.does("2026-03-02 11:00", "set", severity="low")
    answer = entitles(netop, story.case, netop.catalogue, story.instant("2026-03-02 11:00"))
    assert (str(answer.hot_fix), answer.release_plan) == ("false", "future release")
    behind = Story(
        syncro,
        contract=Contract("support and maintenance", date(2026, 1, 1)),
        product="Oxygen XML Editor",
        version="26.0",
    )
    behind.opens("2026-03-02 10:00")
    answer = entitles(syncro, behind.case, THREE_LINES, behind.instant("2026-03-02 10:00"))
    assert str(answer.hot_fix) == "update first"


def test_facts_write_only_what_differs_from_the_defaults() -> None:
    """So that an event stays small and a new fact does not rewrite history."""
    assert Facts().to_json() == {}
    assert Facts.from_json({"product": "X"}) == Facts(product="X")
