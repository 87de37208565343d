"""What NTP Software's policy says, row by row, proved on NTP Software's own desk.

The rows that only a page can show (NTP-13, NTP-22, NTP-23, and the mailing of what was said in NTP-12) are proved
where the pages are.
"""

import pytest

from tests.clauses.shipped import failures_of, policy_of, story_of
from tests.conftest import ROOT
from troth.engine import rank
from troth.policy import holds
from troth.policy.vocabulary import Channel, Given, Request

CONTRACT = "{contract: {plan: maintenance}}"
DECLINED = (
    "unlisted-environment",
    "administration",
    "routine-maintenance",
    "third-party",
    "altered",
    "misuse",
    "end-of-life",
    "free-or-separate",
)
REFERRED = ("training-customization", "supervised-upgrade", "customer-development")


def plays(clause, *names):
    """Name the shipped scenarios that prove a row."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=f"{clause}: {name}") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        *plays(
            "NTP-01",
            "help with installing is given",
            "how to do something",
            "help with settings",
            "help with upgrading",
            "awkward to use",
            "slow",
            "how a policy should be built",
            "a wish",
            "a contract in force covers",
        ),
        *plays(
            "NTP-02",
            "hardware or software that is not in the manual is declined, with an answer",
            "running the customer's systems is declined, with an answer",
            "routine upkeep is declined, with an answer",
            "another maker's application is declined, with an answer",
            "software that was altered is declined, with an answer",
            "broken hardware, abuse or wrong use is declined, with an answer",
            "a version past its end is declined, with an answer",
            "a trial copy, or code sold apart is declined, with an answer",
            "customizing and integrating is for professional services",
            "standing by at an upgrade is for professional services",
            "the customer's own programs is for professional services",
            "what the policy does not leave out cannot be left out",
        ),
        *plays(
            "NTP-03",
            "it covers on the day of purchase itself",
            "and not a minute before",
            "it covers to the last minute of its last day",
            "one minute after it is over nothing is covered",
            "without an end of its own it runs its first term, a year",
            "and is over on the day after that",
            "a purchase nobody could verify covers once it is proved, and the clocks start then",
            "cover is not taken away when the contract ends during a case",
        ),
        *plays("NTP-04", "a renewal covers, and adds no seat"),
        *plays(
            "NTP-05",
            "the major version before the latest is supported",
            "an older one is not, and an upgrade or an exception is offered",
            "a new major version moves the oldest out",
            "a new minor version moves nothing",
            "a product that has had its day is past its end of life in any version",
            "an exception has to be approved before it can be bought",
            "it holds to the last day of its year",
            "and not a day longer",
            "it holds for the product it names and no other",
            "a retired version can have one too",
        ),
        *plays("NTP-06", "a free utility is outside support", "so is an add-on"),
        *plays(
            "NTP-07",
            "an incident is used up by opening a case",
            "opening the same case again costs no second one",
            "the last one still covers its case when that is opened again",
            "under contract no incident is used",
            "an incident bought for a case that stands without cover",
            "a licence alone covers nothing",
        ),
        *plays("NTP-08", "a mail opens a case", "so does a call", "a remote session only goes on from a case"),
        *plays("NTP-09", "an incident comes with the same hours as a contract", "a night and a weekend do not count"),
        *plays(
            "NTP-10",
            "four business hours within one day",
            "a second too late is too late",
            "a federal holiday does not count",
            "one of us on the telephone will do",
            "a confirmation that arrives late meets it while there is time",
        ),
        *plays(
            "NTP-11",
            "an open case moves up after ten business days, once",
            "nothing that we say meets it",
            "it does not stand still while we wait",
            "it ends with the case",
            "level 3 stays, and the lead is told all the same",
            "its count begins anew when the case is opened again",
            "a dismissal at the same instant as the tenth day wins",
        ),
        *plays(
            "NTP-14",
            "three attempts in nine days, and on the tenth the case is dismissed",
            "attempts that a person has made are not made twice",
            "a second request counts as an attempt, and the days run on",
            "any answer ends it, and another request begins from nothing",
            "an announced delay holds the count, and the rest runs on from its end",
            "a word on the same instant as the dismissal is in time",
        ),
        *plays("NTP-15", "a dismissed case that is opened again goes to the end of the queue"),
        *plays(
            "NTP-16",
            "something about installing begins at level 1",
            "common settings begin at level 1",
            "a message begins at level 1",
            "an unusual use begins at level 2",
            "intricate settings or networks begin at level 2",
            "puzzling behaviour begins at level 2",
            "what looks like an error begins at level 3",
            "what nobody can have meant begins at level 3",
            "triage sets the level too, up and down",
        ),
        *plays("NTP-17", "in a very intricate network an engineer refers the case to professional services"),
        *plays(
            "NTP-18",
            "an explanation solves, and one of us closes",
            "so does a way round",
            "an error is not corrected in the course of a case",
        ),
        *plays(
            "NTP-19",
            "they are not sold without a contract",
            "nor given without one",
            "no more hours are worked than were bought",
            "unused hours lapse a year after they were bought",
            "and at once when the contract ends",
            "a contract bought later does not bring them back",
            "a contract renewed in time keeps them",
        ),
        *plays(
            "NTP-20",
            "while the contract runs every release is there",
            "when it is over what came out within its term stays",
            "without a contract there is nothing to download",
            "nor on a purchase that nobody could verify",
        ),
        *plays(
            "NTP-21",
            "help with installing is given",
            "installing for somebody is not, and waits on professional services",
            "a migration waits on professional services",
            "training waits on professional services",
        ),
    ],
)
def test_a_shipped_scenario_proves_its_row(name):
    """Each row has its case in the file that ships with the policy."""
    assert failures_of("ntp-software", name) == []


@pytest.mark.clause("NTP-02")
def test_the_file_leaves_out_eleven_things_and_no_more():
    """In the vendor's order; what professional services can do is referred to them."""
    scope = {name: str(table.at({}).outcome) for name, table in policy_of("ntp-software").scope.items()}
    assert list(scope) == [*DECLINED, *REFERRED]
    assert scope == {**dict.fromkeys(DECLINED, "declined"), **dict.fromkeys(REFERRED, "referred")}


@pytest.mark.clause("NTP-02")
@pytest.mark.parametrize("name", REFERRED)
def test_what_is_referred_goes_on_once_services_are_bought(name):
    """The case waits on the purchase and is open again after it; no clock comes back."""
    story = story_of(
        "ntp-software",
        CONTRACT,
        "2026-03-02 10:00: {do: open}",
        f"2026-03-02 11:00: {{do: exclude, as: {name}, expect: {{waiting_on: purchase}}}}",
        "2026-03-03 11:00: {do: buy, what: professional services, quantity: 2, expect: {status: open, next: none}}",
    )
    assert story.case.facts.services.hours == 2


@pytest.mark.clause("NTP-01")
def test_each_kind_of_request_says_what_the_desk_does_with_it():
    """All that the vendor includes begins at level 1; three kinds belong to professional services."""
    requests = {name: table.at({}) for name, table in policy_of("ntp-software").requests.items()}
    referred = {name for name, rule in requests.items() if rule.outcome is not None}
    assert referred == {Request.MIGRATION, Request.PERFORM_INSTALLATION, Request.TRAINING}
    assert {rule.level for rule in requests.values()} == {"1"}
    assert set(requests) >= {
        Request.DEFECT,
        Request.HOW_TO,
        Request.INSTALLATION_GUIDANCE,
        Request.UPGRADE,
        Request.CONFIGURATION,
        Request.USABILITY,
        Request.PERFORMANCE,
        Request.POLICY_GUIDANCE,
        Request.ENHANCEMENT,
    }


@pytest.mark.clause("NTP-04")
def test_a_renewal_leaves_the_seats_alone():
    """A contract is about time, a licence about people."""
    facts = "{licence: {kind: commercial, bought: 2024-01-08, seats: 25}, contract: {plan: maintenance}}"
    story = story_of(
        "ntp-software", facts, "2026-03-02 10:00: {do: open}", "2026-03-02 11:00: {do: buy, what: renewal}"
    )
    assert story.case.facts.licence.seats == 25
    assert (story.case.facts.contract.starts.year, story.case.facts.contract.ends.year) == (2026, 2028)


@pytest.mark.clause("NTP-08")
def test_the_three_ways_in_and_the_one_that_only_goes_on():
    """Web, mail and telephone open a case; desktop sharing continues one."""
    channels = policy_of("ntp-software").channels.at({})
    assert set(channels.open_a_case) == {Channel.WEB, Channel.EMAIL, Channel.PHONE}
    assert Channel.REMOTE in channels.continue_a_case


@pytest.mark.clause("NTP-09")
def test_response_runs_five_days_of_ten_hours():
    """Fifty hours a week."""
    policy = policy_of("ntp-software")
    story = story_of("ntp-software", CONTRACT, "2026-01-05 10:00: {do: open}")
    week = 7 * 86_400
    assert policy.calendar("support").between(story.case.at, story.case.at + week) == 50 * 3600


@pytest.mark.clause("NTP-10")
def test_the_acknowledgement_is_a_promise_and_carries_the_number():
    """Met by the mail with the number of the case in its subject, or by a person who gave it."""
    rule = policy_of("ntp-software").targets["acknowledge"].only
    assert (str(rule.kind), str(rule.within)) == ("promise", "4 hours")
    assert {Given.CONFIRMATION, Given.REPLY} <= set(rule.met_by)
    text = (ROOT / "policies/ntp-software/notices/confirmation.en.md").read_text()
    assert text.startswith("Subject: [{case}] ")


@pytest.mark.clause("NTP-11")
def test_the_tenth_day_cites_its_clause_and_tells_the_lead():
    """The timeline shows why the case moved, and who heard of it."""
    story = story_of(
        "ntp-software",
        CONTRACT,
        "2026-03-02 10:00: {do: open}",
        "2026-03-16 10:00: {expect: {level: 2, clause: targets/ten days open}}",
    )
    told = [event.data["to"] for event in story.events if getattr(event, "found", None) == "notice"]
    assert told[-1] == ["case-holder", "lead"]


@pytest.mark.clause("NTP-15")
def test_a_case_dismissed_and_opened_again_stands_behind_the_work_in_hand():
    """A case that came while it was closed goes before it."""
    dismissed = story_of(
        "ntp-software",
        CONTRACT,
        "2026-03-02 10:00: {do: open}",
        "2026-03-02 11:00: {do: ask}",
        "2026-03-17 10:00: {do: reopen}",
    )
    in_hand = story_of("ntp-software", CONTRACT, "2026-03-16 15:00: {do: open}")
    assert rank(in_hand.case) < rank(dismissed.case)


@pytest.mark.clause("NTP-16")
def test_every_kind_of_problem_has_its_level():
    """Three, three and two; nobody's answer is left without one."""
    policy = policy_of("ntp-software")
    found = {
        kind: [name for name, table in policy.levels.items() if holds(table.at({}).when, {"kind_of_problem": kind})]
        for kind in policy.questions["kind_of_problem"].answers
    }
    assert found == {
        "installation": ["1"],
        "common configuration": ["1"],
        "message": ["1"],
        "unusual use": ["2"],
        "complex configuration": ["2"],
        "complex behaviour": ["2"],
        "suspected bug": ["3"],
        "unanticipated behaviour": ["3"],
    }


@pytest.mark.clause("NTP-24")
def test_the_policy_says_how_long_it_is_true():
    """Its date, and that it binds to nothing after it."""
    policy = policy_of("ntp-software")
    assert "after that day" in policy.updates.disclaimer


@pytest.mark.clause("NTP-13")
def test_the_claim_of_the_portal_is_on_record():
    """A report holds what happened against it."""
    assert policy_of("ntp-software").measures["answered on the portal"].share == "80%"


@pytest.mark.clause("NTP-14")
def test_every_message_the_policy_sends_has_its_text():
    """One file for each kind, named by it; the attempt says that answering ends it."""
    texts = {file.name: file.read_text() for file in (ROOT / "policies/ntp-software/notices").glob("*.md")}
    assert set(texts) == {f"{kind.replace(' ', '-')}.en.md" for kind in policy_of("ntp-software").notices}
    assert "{link}" in texts["attempt.en.md"]
    assert "{message}" in texts["information-request.en.md"]
