"""What Syncro Soft's policy says, row by row, proved on Syncro Soft's own desk.

Not here: SYN-13 to SYN-15 and SYN-23, which pages and mail show, and the amendments of SYN-01.
"""

import pytest

from tests.clauses.shipped import failures_of, policy_of, story_of
from troth.engine import Ruling, ledger
from troth.policy.vocabulary import Found

EXCLUSIONS = {
    "unauthorised-use": "declined",
    "discontinued-version": "declined",
    "unlisted-environment": "declined",
    "customer-files": "guidance",
    "third-party-add-ons": "guidance",
    "modified-product": "guidance",
    "custom-features": "limited",
    "sdk": "limited",
    "beta-or-free": "declined",
    "abusive-conduct": "declined",
    "third-party-component": "guidance",
    "consultation": "consulting",
    "training": "consulting",
    "other-language": "declined",
}
WORDED = {
    "declined": "declined",
    "guidance": "met with guidance",
    "limited": "given limited time",
    "consulting": "a matter for consulting",
}
PACK = "{contract: {plan: support and maintenance, starts: 2026-01-01}}"
CRITICAL = (
    "{contract: {plan: support and maintenance, starts: 2026-01-01}, "
    "answers: {product_state: unusable, affects: everyone}}"
)
OPEN = "2026-03-02 10:00: {do: open}"


def plays(clause, *names):
    """Name the shipped scenarios that prove a row."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=f"{clause}: {name}") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        *plays(
            "SYN-01",
            "overdue fees leave a courtesy",
            "a pack covers through the last day of its term",
            "a day after its term a pack is over",
        ),
        *plays("SYN-02", "a remote session opens no case", "a request in another language is kept as a case"),
        *plays("SYN-03", "an error found goes to the specialists"),
        *plays(
            "SYN-04",
            "unusable for everyone is critical",
            "unusable without another way is critical for one person too",
            "unusable for one person with another way is high",
            "impaired without another way is high",
            "impaired with a hard way round is high",
            "impaired with another way is normal",
            "what works is low",
            "a question is low",
            "a wish is low",
            "a fault in the manual is low",
            "only a person's word is an answer",
            "asking for more is an answer",
            "what is reported on Saturday counts from Monday",
            "Easter is not counted",
            "Saint Andrew's Day and the National Day are not counted",
            "summer time moves no promise",
            "winter time moves no promise",
        ),
        *plays("SYN-05", "an answer that comes late stays late"),
        *plays("SYN-06", "only a person's word is an answer", "silence after the second request closes"),
        *plays(
            "SYN-07",
            "without answers the customer's proposal counts",
            "answers go before a proposal, and an agent before both",
            "a defect nobody says more about is normal",
        ),
        *plays(
            "SYN-08",
            "a trial is served like a customer as long as it runs",
            "a trial that is over is answered as a courtesy",
            "a donated licence is answered as a courtesy",
            "a licence not for resale is answered as a courtesy",
            "who has no licence at all is answered too",
            "without a pack there is an answer but no pledge",
            "a pack bought while the case is open brings its times with it",
            "a pack bought before asking covers at once",
        ),
        *plays(
            "SYN-09",
            "assistance solves",
            "a way round solves",
            "the customer's own way round solves",
            "a wish written down solves",
            "nothing else solves",
        ),
        *plays(
            "SYN-10",
            "silence after the second request closes",
            "one request alone closes nothing",
            "an answer in between begins the count anew",
            "an answer at the very instant of closing keeps the case open",
            "an announced delay holds the count, and its rest runs on",
            "the count skips Easter",
        ),
        *plays("SYN-11", "a case that cannot be repeated is watched until a date"),
        *plays(
            "SYN-12",
            "the path goes from staff to manager to the executives",
            "a word to the staff opens the way to the executives too",
        ),
        *plays(
            "SYN-16",
            "an older minor release waits for the update once the version is confirmed",
            "the newest minor release waits for nothing",
            "a release counts from its own morning",
        ),
        *plays("SYN-17", "what the form lacks is named"),
        *plays(
            "SYN-18",
            "while a critical case's contact is out of reach the clock stands still",
            "a case that is less severe needs no contact on call",
        ),
        *plays("SYN-19", *(f"outside: {name} is {WORDED[outcome]}" for name, outcome in EXCLUSIONS.items())),
        *plays("SYN-20", "the reply after the allowance is used up closes"),
        *plays("SYN-21", "a third party's time shows on the case and outlasts a word from the customer"),
        *plays(
            "SYN-22",
            "a new major version moves the older ones down",
            "a version older than the previous one is covered, and no longer supported",
            "a version nobody released is unknown",
        ),
        *plays(
            "SYN-24",
            "an interval a manager excuses does not count",
            "what was judged stays judged when time is excused later",
        ),
        *plays("SYN-25", "no clock gives a time to a solution"),
    ],
)
def test_a_shipped_scenario_proves_its_row(name):
    """Each row has its case in the file that ships with the policy."""
    assert failures_of("syncro-soft", name) == []


@pytest.mark.clause("SYN-04")
@pytest.mark.parametrize(
    ("severity", "within"), [("critical", "4 hours"), ("high", "1 day"), ("normal", "3 days"), ("low", "5 days")]
)
def test_the_file_holds_the_times_to_the_letter(severity, within):
    """Four rows, met by a person only, in support hours; a day is eight of them."""
    policy = policy_of("syncro-soft")
    respond = policy.targets["respond"].at({"severity": severity})
    assert (str(respond.within), respond.met_by, respond.hours) == (within, ("reply",), "support")
    assert policy.hours["support"].day == 8 * 3600


@pytest.mark.clause("SYN-05")
def test_a_target_is_all_it_is_and_the_claim_is_kept_for_the_report():
    """No promise, no breach; the vendor's share stands in the file."""
    policy = policy_of("syncro-soft")
    assert str(policy.targets["respond"].at({"severity": "low"}).kind) == "target"
    [claim] = policy.measures.values()
    assert (claim.share, str(claim.within), claim.assumed) == ("80%", "4 hours", ("within",))


@pytest.mark.clause("SYN-06")
def test_nothing_is_sent_by_itself_whatever_happens():
    """From the opening over silence to the end and the reopening: not one message without a person."""
    story = story_of(
        "syncro-soft",
        PACK,
        OPEN,
        "2026-03-03 10:00: {do: ask}",
        "2026-03-04 10:00: {do: ask}",
        "2026-03-11 10:00: {expect: {status: closed}}",
        "2026-03-12 10:00: {do: reopen}",
        "2026-03-12 11:00: {do: find, cause: error, expect: {level: 2}}",
        "2026-03-12 12:00: {do: resolve, by: workaround}",
    )
    assert [event for event in story.events if isinstance(event, Ruling) and event.found is Found.NOTICE] == []


@pytest.mark.clause("SYN-07")
def test_every_change_of_severity_stays_on_record():
    """History is kept: each ruling says what it was before."""
    story = story_of(
        "syncro-soft",
        PACK,
        OPEN,
        "2026-03-02 11:00: {do: set, severity: high}",
        "2026-03-02 12:00: {do: set, severity: low}",
    )
    ruled = [event.data for event in story.events if isinstance(event, Ruling) and event.found is Found.SEVERITY]
    assert [(data.get("before"), data["severity"]) for data in ruled] == [
        (None, "normal"),
        ("normal", "high"),
        ("high", "low"),
    ]


def owners(story, until):
    """Return whose time it was, with the working hours of each stretch."""
    support = policy_of("syncro-soft").calendar("support")
    return [(turn.owner, turn.working_seconds / 3600) for turn in ledger(story.events, lambda _owner: support, until)]


@pytest.mark.clause("SYN-18")
def test_the_time_a_contact_is_out_of_reach_is_the_customers():
    """In the ledger it is told apart from the vendor's."""
    story = story_of(
        "syncro-soft",
        CRITICAL,
        OPEN,
        "2026-03-02 11:00: {do: contact, available: false}",
        "2026-03-02 12:00: {do: contact, available: true}",
    )
    assert owners(story, story.case.at + 3600) == [("level 1", 1.0), ("customer", 1.0), ("level 1", 1.0)]


@pytest.mark.clause("SYN-21")
def test_a_third_partys_time_is_its_own_and_keeps_its_reference():
    """The case says whom it waits for, and by what number they know it."""
    story = story_of("syncro-soft", PACK, OPEN, "2026-03-02 11:00: {do: wait, on: third party, ref: 'SAXON-4711'}")
    assert owners(story, story.case.at + 7200) == [("level 1", 1.0), ("third party", 2.0)]
    assert "SAXON-4711" in str([event.to_json() for event in story.events])


@pytest.mark.clause("SYN-24")
def test_excused_time_is_shown_apart():
    """With its cause, and without the vendor's name on it."""
    story = story_of(
        "syncro-soft",
        PACK,
        OPEN,
        "2026-03-02 16:00: {do: excuse, from: 2026-03-02 12:00, until: 2026-03-02 14:00, cause: power cut}",
    )
    assert owners(story, story.case.at) == [("level 1", 2.0), ("excused", 2.0), ("level 1", 2.0)]
    assert story.case.excused[0][2] == "power cut"


@pytest.mark.clause("SYN-19")
def test_the_file_lists_all_fourteen_and_no_other():
    """In the vendor's order, each with its outcome."""
    scope = policy_of("syncro-soft").scope
    assert {name: str(table.at({}).outcome) for name, table in scope.items()} == EXCLUSIONS
    assert list(scope) == list(EXCLUSIONS)


@pytest.mark.clause("SYN-19")
def test_other_makers_add_ons_are_switched_off_first():
    """The rule says what to ask before anything else."""
    rule = policy_of("syncro-soft").scope["third-party-add-ons"].at({})
    assert "Disable" in rule.first


@pytest.mark.clause("SYN-12")
@pytest.mark.parametrize(
    ("step", "tells"),
    [
        ("to: staff", ["staff"]),
        ("to: manager, occurred: 2026-03-01 18:30", ["manager"]),
    ],
)
def test_each_step_of_the_path_tells_the_right_people(step, tells):
    """And stands on the timeline, with its clause."""
    story = story_of("syncro-soft", PACK, OPEN, f"2026-03-02 11:00: {{do: escalate, {step}}}")
    [ruled] = [event for event in story.events if isinstance(event, Ruling) and event.found is Found.ESCALATED]
    assert ruled.data["tells"] == tells
    assert ruled.clause.startswith("escalation/")


@pytest.mark.clause("SYN-12")
def test_the_last_step_tells_the_executives():
    """After either of the two before it."""
    story = story_of(
        "syncro-soft",
        PACK,
        OPEN,
        "2026-03-02 11:00: {do: escalate, to: staff}",
        "2026-03-02 12:00: {do: escalate, to: executive}",
    )
    told = [
        event.data["tells"] for event in story.events if isinstance(event, Ruling) and event.found is Found.ESCALATED
    ]
    assert told == [["staff"], ["executives"]]
    assert story.case.path == ("staff", "executive")


@pytest.mark.clause("SYN-25")
@pytest.mark.parametrize("severity", ["critical", "high", "normal", "low"])
def test_the_only_clock_there_ever_is_is_the_response(severity):
    """Whatever happens, no clock gives a time to a solution."""
    story = story_of(
        "syncro-soft",
        PACK,
        OPEN,
        f"2026-03-02 10:30: {{do: set, severity: {severity}}}",
        "2026-03-02 11:00: {do: find, cause: error}",
        "2026-03-02 12:00: {do: escalate, to: staff}",
        "2026-03-02 13:00: {do: reply}",
    )
    assert set(story.case.clocks) == {"respond"}
