"""What Netop's policy says, row by row, proved on Netop's own desk.

The rows that a page must show (NET-10, the roadmap) are proved where the pages are.
"""

import pytest

from tests.clauses.shipped import failures_of, policy_of, story_of
from tests.conftest import ROOT
from troth.engine import ledger

MATRIX = [
    ("critical", "2 hours", "5 business days", "20 business days", "hot fix"),
    ("high", "4 hours", "10 business days", "30 business days", "hot fix or next release"),
    ("medium", "1 business day", "15 business days", "60 business days", "future release"),
    ("low", "1 business day", "20 business days", "90 business days", "future release"),
]


def plays(clause, *names):
    """Name the shipped scenarios that prove a row."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=f"{clause}: {name}") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        *plays(
            "NET-01",
            "the critical row at level 1",
            "the low row at level 1",
            "only a proven error goes to product management by hand",
        ),
        *plays(
            "NET-02",
            "a key nobody knows gives no cover, and a proof of purchase mends that",
            "a pirated key is answered like an unknown one",
            "a trial was not bought",
            "who buys a licence before asking is covered",
            "help itself is not for sale",
            "a licence bought ten years ago still covers, on an old version",
            "losing the key's good name later takes nothing away",
        ),
        *plays(
            "NET-03",
            "a partner in New York works in its own hours",
            "a partner asks for help, gets it, and takes the case back with the rest of its time",
            "a customer of ours without a partner cannot be handed to one",
        ),
        *plays("NET-04", "only a proven error goes to product management by hand"),
        *plays(
            "NET-05",
            "the critical row at level 1",
            "the high row at level 1",
            "the medium row at level 1",
            "the low row at level 1",
            "the critical row at level 2",
            "the high row at level 2",
            "the medium row at level 2",
            "the low row at level 2, past Easter and Ascension Day",
            "the clock stands still while we wait for the customer, over Easter too",
            "five days across Easter",
            "a promise keeps its hour when winter time begins",
        ),
        *plays(
            "NET-06",
            "the number of the case is the answer",
            "a confirmation that fails keeps the case number owed, weekend or not",
            "a confirmation handed over on the next day still meets both",
            "a day and a night is shorter by the clock on the wall when summer time begins",
        ),
        *plays(
            "NET-07",
            "a critical case lacks its call until the customer has called",
            "a case that turns critical later lacks its call from then on",
        ),
        *plays(
            "NET-08",
            "an explanation meets the level's clock, and resolving closes",
            "a way round given at level 2 meets the clock of level 2",
            "assistance alone is no solution here",
            "opening again revives no verdict",
        ),
        *plays(
            "NET-09",
            "a critical case on Friday afternoon",
            "time alone takes a case to level 2 and to product management",
            "a case made graver when its time has passed already is missed at once and moves up",
        ),
        *plays("NET-11", "another maker's software gets guidance and no clock"),
        *plays(
            "NET-12",
            "a customer's own idea of severity does not count",
            "a way round lowers a production case one step",
            "a way round lowers a lab case one step",
            "a hard way round is none",
            "without a word on where it happens a way round lowers nothing",
            "a way round found later moves the running targets",
            "what an agent has set is not lowered by an answer",
            "a partner does not set the severity",
        ),
    ],
)
def test_a_shipped_scenario_proves_its_row(name):
    """Each row has its case in the file that ships with the policy."""
    assert failures_of("netop", name) == []


@pytest.mark.clause("NET-05")
@pytest.mark.parametrize(("severity", "respond", "first", "second", "plan"), MATRIX)
def test_the_file_holds_the_matrix_to_the_letter(severity, respond, first, second, plan):
    """The vendor's four rows, five columns."""
    policy, words = policy_of("netop"), {"severity": severity}
    named = {name: str(table.at(words).within) for name, table in policy.targets.items()}
    assert named == {
        "case id": "24 elapsed hours",
        "respond": respond,
        "resolve at level 1": first,
        "resolve at level 2": second,
    }
    assert policy.fixes.at(words).release_plan == plan


@pytest.mark.clause("NET-05")
def test_all_clocks_are_targets_and_none_more():
    """The vendor calls them targets; nothing on the desk may call one a promise."""
    kinds = {str(table.at({"severity": "high"}).kind) for table in policy_of("netop").targets.values()}
    assert kinds == {"target"}


@pytest.mark.clause("NET-03")
def test_level_one_is_the_partners_where_there_is_one():
    """And the desk's own where there is none; the time at it is theirs in the ledger."""
    with_partner = story_of("netop", "{partner: Nordic IT}", "2026-03-02 10:00: {do: open}")
    without = story_of("netop", "{}", "2026-03-02 10:00: {do: open}")
    assert (with_partner.case.level, with_partner.case.worked_by) == ("1", "partner")
    assert (without.case.level, without.case.worked_by) == ("1", "support")


@pytest.mark.clause("NET-03")
def test_a_case_is_one_case_whoever_has_it():
    """The partner's, the vendor's and product management's time stand in one ledger, one after the other."""
    story = story_of(
        "netop",
        "{partner: Nordic IT}",
        "2026-03-02 10:00: {do: open}",
        "2026-03-03 10:00: {do: escalate, by: partner}",
        "2026-03-04 10:00: {do: find, cause: error}",
        "2026-03-05 10:00: {do: hand over, to: product management}",
    )
    support = policy_of("netop").calendar("support")
    turns = ledger(story.events, lambda _owner: support, story.case.at + 3600)
    assert [turn.owner for turn in turns] == ["partner", "level 2", "product management"]
    assert [turn.working_seconds // 3600 for turn in turns] == [8, 16, 1]


@pytest.mark.clause("NET-04")
@pytest.mark.parametrize("cause", ["settings", "unintended use", "error"])
def test_replication_tells_one_of_three_things(cause):
    """What was found stands on the case."""
    story = story_of("netop", "{}", "2026-03-02 10:00: {do: open}", f"2026-03-02 11:00: {{do: find, cause: {cause}}}")
    assert story.case.cause == cause


@pytest.mark.clause("NET-02")
def test_an_unknown_and_a_pirated_key_get_the_same_answer():
    """Whoever probes keys learns nothing from the difference."""
    told = []
    for key in ("unknown", "pirated"):
        story = story_of("netop", f"{{licence: {{key: {key}}}}}", "2026-03-02 10:00: {do: open}")
        case = story.case
        told.append((case.is_covered, case.offered, case.status, [str(event.to_json()) for event in story.events[1:]]))
    assert told[0] == told[1]


@pytest.mark.clause("NET-12")
def test_lowering_cites_its_own_clause():
    """The customer sees why the case stands lower than its place would make it."""
    answers = "{answers: {environment: production, workaround: available}}"
    story = story_of(
        "netop",
        answers,
        "2026-03-02 10:00: {do: open, expect: {severity: high, clause: severities/one step lower}}",
    )
    assert story.case.severity_from == "answers"


@pytest.mark.clause("NET-06")
def test_every_message_the_policy_sends_has_its_text():
    """One file for each kind, named by it; the confirmation gives the number of the case in its subject."""
    texts = {file.name: file.read_text() for file in (ROOT / "policies/netop/notices").glob("*.md")}
    assert set(texts) == {f"{kind.replace(' ', '-')}.en.md" for kind in policy_of("netop").notices}
    assert texts["confirmation.en.md"].splitlines()[0].startswith("Subject: [{case}] ")
    assert "{message}" in texts["information-request.en.md"]
