"""What SmarterTools' policy says, row by row, proved on SmarterTools' own desk.

The rows that only a page can show (SMT-05's call requested, SMT-10, SMT-16, and the sealed credentials of SMT-11)
are proved where the pages are.
"""

import pytest

from tests.clauses.shipped import failures_of, policy_of, story_of
from tests.conftest import ROOT
from troth.engine import rank
from troth.policy.vocabulary import Channel, Given


def plays(clause, *names):
    """Name the shipped scenarios that prove a row."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=f"{clause}: {name}") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        *plays(
            "SMT-01",
            "a new licence is protected from the day it is bought",
            "and for twelve months, the last day included",
            "on the day after that no standard ticket is taken",
            "a subscription that was bought protects",
            "renewed while it runs, it goes on where it would have ended",
            "reinstated, it protects from that day on",
            "for a year from that day, the time between is not made good",
            "and over after it",
        ),
        *plays(
            "SMT-02", "who uses a hosted service has help", "to the last day of the subscription", "and not after it"
        ),
        *plays("SMT-03", "a partner has help", "for as long as the partnership lasts"),
        *plays(
            "SMT-04",
            "on the day after that no standard ticket is taken",
            "staff may open one all the same, without cover",
            "a ticket that staff opened is covered once the protection is reinstated",
            "a key that nobody knows protects nothing",
            "nor does a trial",
            "nor no licence at all",
        ),
        *plays("SMT-05", "a call may", "a remote session cannot begin a ticket"),
        *plays(
            "SMT-07",
            "a note that the ticket has arrived is no answer",
            "an answer at the very instant is in time",
            "a late one is late, and nothing moves because of it",
            "a night counts for nothing",
            "nor does a weekend",
            "nor does a federal holiday",
            "clocks are changed elsewhere, and not in Phoenix",
        ),
        *plays(
            "SMT-08",
            "an emergency on a Saturday night",
            "on a holiday too",
            "a hosted customer may buy one",
            "so may a partner",
            "a licence that is not protected cannot",
            "nor a subscription that is over",
            "reinstated first, it can",
            "once paid for, it is taken in any case",
            "an emergency bought for a ticket that is open counts from its purchase",
            "the customer's own idea of an emergency does not count",
        ),
        *plays(
            "SMT-09",
            "an installation that was bought is a standard ticket without a clock",
            "so is training",
            "neither hands itself in on a ticket that is open",
            "a purchase of nothing opens nothing",
        ),
        *plays(
            "SMT-11",
            "access is granted by the customer, and taken back",
            "it is over at the time the customer named",
            "it is over with the ticket, and void when that is opened anew",
        ),
        *plays(
            "SMT-12",
            "an emergency on an older version has to update first too",
            "the price is not paid back",
            "who asks for money back gets an answer",
            "a manager hears of a late one",
        ),
        *plays(
            "SMT-13",
            "a product that has come to its end has no support, protected or not",
            "staff may open one all the same, without cover",
        ),
        *plays(
            "SMT-14",
            "an older version is supported, and gets no correction of its own",
            "so is one that is older still",
            "one release behind is behind",
            "what is new today makes yesterday's version old",
        ),
        *plays(
            "SMT-15",
            "a protected licence has every release",
            "after a lapse what came out within the term stays",
        ),
        *plays("SMT-16", "mail cannot become a ticket by itself", "staff may make a ticket of a mail"),
    ],
)
def test_a_shipped_scenario_proves_its_row(name):
    """Each row has its case in the file that ships with the policy."""
    assert failures_of("smartertools", name) == []


@pytest.mark.clause("SMT-04")
def test_who_is_turned_away_is_shown_the_two_ways_on():
    """Reinstating, and the community."""
    story = story_of(
        "smartertools",
        "{licence: {kind: commercial, bought: 2020-03-02}}",
        "2026-03-02 10:00: {do: open, expect: {refused: true}}",
        "2026-03-02 11:00: {do: open, by: staff}",
    )
    assert story.case.offered == ("reinstatement", "community")


@pytest.mark.clause("SMT-05", "SMT-16")
def test_mail_goes_on_with_a_ticket_and_calls_are_on_request():
    """A ticket begins on the site or on the telephone; all else continues one."""
    channels = policy_of("smartertools").channels.at({})
    assert set(channels.open_a_case) == {Channel.WEB, Channel.PHONE}
    assert set(channels.continue_a_case) == {Channel.EMAIL, Channel.REMOTE}
    assert channels.on_request == ("phone",)


@pytest.mark.clause("SMT-06")
def test_emergencies_come_first_and_all_else_as_it_came():
    """Neither what is due nor what is old puts a standard ticket before an emergency."""
    first = story_of("smartertools", "{}", "2026-03-02 10:00: {do: open}")
    second = story_of("smartertools", "{}", "2026-03-02 10:05: {do: open}", "2026-03-02 10:06: {do: reply}")
    urgent = story_of(
        "smartertools", "{}", "2026-03-02 12:00: {do: buy, what: emergency}", "2026-03-02 12:00: {do: open}"
    )
    order = sorted((second, urgent, first), key=lambda story: rank(story.case))
    assert order == [urgent, first, second]


@pytest.mark.clause("SMT-07", "SMT-08")
@pytest.mark.parametrize(
    ("severity", "kind", "within", "hours"),
    [("standard", "internal", "4 hours", "support"), ("emergency", "promise", "1 hour", "always")],
)
def test_one_clock_is_an_aim_of_our_own_and_the_other_a_promise(severity, kind, within, hours):
    """And a person's answer alone meets either."""
    rule = policy_of("smartertools").targets["respond"].at({"severity": severity})
    assert (str(rule.kind), str(rule.within), rule.hours) == (kind, within, hours)
    assert rule.met_by == (Given.REPLY,)


@pytest.mark.clause("SMT-11")
def test_no_access_stands_on_a_ticket_but_the_one_it_was_granted_for():
    """Consent is one case's, and void once that was closed."""
    granted = story_of("smartertools", "{}", "2026-03-02 10:00: {do: open}", "2026-03-02 11:00: {do: grant access}")
    other = story_of("smartertools", "{}", "2026-03-02 10:00: {do: open}")
    assert (granted.case.access, other.case.access) == ("granted", "none")


@pytest.mark.clause("SMT-12")
@pytest.mark.parametrize("what", ["emergency", "installation", "training", "renewal", "reinstatement"])
def test_nothing_is_given_back(what):
    """Each refusal cites what was bought."""
    story_of(
        "smartertools",
        "{}",
        "2026-03-02 10:00: {do: open}",
        f"2026-03-02 11:00: {{do: refund, what: {what}, expect: {{refused: true, clause: purchases/{what}}}}}",
    )


@pytest.mark.clause("SMT-12")
def test_a_late_emergency_tells_a_manager_and_nobody_else():
    """The customer knows already."""
    story = story_of(
        "smartertools",
        "{}",
        "2026-03-07 23:10: {do: buy, what: emergency}",
        "2026-03-07 23:10: {do: open}",
        "2026-03-08 00:10: {expect: {clocks: {respond: {state: missed}}}}",
    )
    told = [event.data["to"] for event in story.events if getattr(event, "found", None) == "notice"]
    assert told[-1] == ["manager"]


@pytest.mark.clause("SMT-17")
def test_both_claims_are_on_record():
    """A report holds what happened against them."""
    measures = policy_of("smartertools").measures
    assert {(measure.share, str(measure.within)) for measure in measures.values()} == {
        ("50%", "4 hours"),
        ("50%", "1 hour"),
    }


@pytest.mark.clause("SMT-16")
def test_every_message_the_policy_sends_has_its_text():
    """One file for each kind, and one for the manager who is told of a late answer."""
    texts = {file.name: file.read_text() for file in (ROOT / "policies/smartertools/notices").glob("*.md")}
    named = {f"{kind.replace(' ', '-')}.en.md" for kind in policy_of("smartertools").notices}
    assert set(texts) == {*named, "level-change.en.md"}
    assert texts["confirmation.en.md"].startswith("Subject: [{case}] ")
