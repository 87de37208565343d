"""What Numara's policy says, row by row, proved on Numara's own desk.

The rows that a page, a mail or a mailbox must show are proved where those are.
"""

from datetime import datetime

import pytest

from tests.clauses.shipped import failures_of, file_of, policy_of, story_of
from troth.engine import ledger
from troth.engine.catalogue import active_versions
from troth.hours import local_instant

AMP = "Asset Management Platform – "
EXCLUSIONS = {
    "platform-setup": "declined",
    "unlisted-environment": "declined",
    "unrelated-errors": "declined",
    "uncertified-versions": "declined",
    "altered": "declined",
    "login-scripts": "declined",
    "data-import": "referred",
    "data-recovery": "declined",
    "uncooperative": "declined",
    "third-party-connectivity": "declined",
    "custom-work": "referred",
    "consulting-training": "referred",
}
TABLE = [
    ({("Track-It!", "10.x")}, "current"),
    ({("Track-It!", "9.x")}, "prior"),
    ({("FootPrints", "11.0")}, "current"),
    ({("FootPrints", "10.0")}, "prior"),
    ({("Track-It! PC Migrate", "7.6")}, "current"),
    ({("FootPrints Migration Manager", "7.6")}, "current"),
    ({("FootPrints Deployment Manager", "11.0")}, "current"),
    ({(f"{AMP}Deployment Manager", "10.0")}, "prior"),
    ({("FootPrints Mobile Device Manager", "11.0")}, "current"),
    ({("FootPrints Patch Manager", "11.0")}, "current"),
    ({(f"{AMP}Patch Manager", "10.0")}, "prior"),
    ({("FootPrints Inventory Manager", "11.0")}, "current"),
    ({(f"{AMP}Inventory Manager", "10.0")}, "prior"),
    ({("FootPrints Compliance Manager", "11.0"), (f"{AMP}Compliance Manager", "10.0")}, "current"),
    ({("FootPrints Power Manager", "11.0"), (f"{AMP}Power Manager", "10.0")}, "current"),
    ({("FootPrints Vulnerability Manager", "11.0"), (f"{AMP}Vulnerability Manager", "10.0")}, "current"),
    ({("FootPrints Device Manager", "11.0"), (f"{AMP}Device Manager", "10.0")}, "current"),
    ({("FootPrints Remote Manager", "11.0")}, "current"),
    ({(f"{AMP}Remote Manager", "10.0")}, "prior"),
    ({("Mobile Device Manager", "Cloud")}, "current"),
]
IN_SCOPE = ("installation guidance", "connection", "how-to", "upgrade", "migration", "defect")
PREMIUM = "{contract: {plan: premium care, starts: 2026-01-05}}"
OPEN = "2026-03-02 10:00: {do: open}"


def plays(clause, *names):
    """Name the shipped scenarios that prove a row."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=f"{clause}: {name}") for name in names]


def beginning(start):
    """Return the names of the shipped scenarios that begin with these words."""
    return tuple(one.name for one in file_of("numara").scenarios if one.name.startswith(start))


def naming_an_exclusion():
    """Return the names of the scenarios of the twelve."""
    return tuple(name for id_ in EXCLUSIONS for name in beginning(f"{id_} is "))


@pytest.mark.parametrize(
    "name",
    [
        *plays("NUM-01", "while the client tries what we asked for, the case waits"),
        *plays(
            "NUM-02",
            "a mail opens no case, one of us opens it from the mail",
            "a call opens a case",
            "a remote session opens nothing",
            "a new licence brings thirty days of Install Assistance",
        ),
        *plays("NUM-04", "everything older is retired, and helped with all the same"),
        *plays(
            "NUM-06",
            "moving Track-It! is helped with for an hour",
            "moving FootPrints is, under Install Assistance as well",
            "moving anything else is referred at once",
            "a request for moving that turns out to be another product's is referred then",
        ),
        *plays(
            "NUM-07",
            *naming_an_exclusion(),
            "training is referred",
            "to have it installed is referred",
            "to be shown how to install it is not",
            "a wish may be put on the list, and counts as general use",
        ),
        *plays(
            "NUM-08",
            "client number and serial are never missing",
            "every other gap is named, and is gone when it is filled",
            "of an empty form everything is missing but the two numbers",
        ),
        *plays(
            "NUM-13",
            "with Premium Care the client lends the screen and takes it back",
            "Install Assistance has no remote sessions",
        ),
        *plays(
            "NUM-14",
            "unusable for everyone is a system down",
            "any loss of data is a system down",
            "FootPrints without its mailed requests is down",
            "Track-It! without its mailed requests is down",
            "a module without mailed requests is not",
            "unusable for some with no way round is a functional problem",
            "impaired for everyone with a hard way round is a functional problem",
            "unusable for one with a way round is an inconvenience",
            "impaired with a way round is an inconvenience",
            "what works is general use",
            "a question is general use",
            "without answers the client's own number counts, until we give ours",
            "answers go before the client's own number",
        ),
        *plays(
            "NUM-15",
            *beginning("active versions, row"),
            "a build belongs to the release its first two figures name",
            "a number nobody has shipped is unknown",
            "a module under its new name pushes the one under the old name back",
            "a place stated in the catalogue goes before the count",
        ),
        *plays(
            "NUM-16",
            "Premium Care opens every release",
            "everything older is retired, and helped with all the same",
        ),
        *plays(
            "NUM-19",
            "how another maker's product works inside is for its maker",
            "that it installs is for us",
            "and that it joins up with ours",
            "what another made and carries our name is ours",
            "a question about such a product that is one about joining it is in after all",
        ),
        *plays("NUM-20", "an end less than thirty days ahead is refused"),
        *plays("NUM-21", "everything older is retired, and helped with all the same"),
        *plays(
            "NUM-22",
            "a person answers within a business day, and the confirmation is no answer",
            "one second later is late, under Install Assistance too",
            "a call that reaches the client is an answer",
            "what comes late in the evening counts from the morning",
            "what comes at the weekend is answered on Monday",
            "a federal holiday is not counted",
            "Independence Day is kept on the Friday before",
            "summer time moves no promise",
            "winter time moves none either",
        ),
        *plays(
            "NUM-23",
            "the day of purchase is the first of the thirty, and the last is covered to its end",
            "on the thirty-first day nothing covers without a plan",
            "a licence that nobody bought brings nothing",
            "a contract for Install Assistance ends with its thirty days",
            "Premium Care covers for a year, its last day included",
            "a year and a day later it does not",
            "two years of Premium Care last two years",
            "and are over after them",
            "three years of Premium Care last three years",
            "and are over after those",
            "no plan is sold for half a year",
            "cover once given stays when the plan runs out",
            "a plan renewed in time runs on from its end",
            "and no further",
        ),
        *plays("NUM-24", "more of anything comes at the level of plan held already"),
        *plays(
            "NUM-25",
            "with round-the-clock support a FootPrints case is counted day and night",
            "on another product the same contract keeps the hours of the desk",
            "bought while a case is open, it moves the clocks",
            "it is sold for FootPrints alone",
            "it is no part of Install Assistance",
        ),
        *plays(
            "NUM-28",
            "Premium Care is had for the products on the list and their modules",
            "Install Assistance is not for sale",
        ),
        *plays(
            "NUM-29",
            "a disc of the current release may be had",
            "a disc of the one before may not",
            "nor one of a retired release",
        ),
        *plays("NUM-30", "a defect that will not be mended may be closed with the reason"),
        *plays("NUM-31", "there is no money back"),
        *plays(
            "NUM-32",
            "Premium Care puts a system down through to a senior within two hours",
            "a senior who calls a second too late is too late",
            "the two hours are hours of the desk",
            "the senior's time begins when the case becomes a system down",
            "where no senior is free from the start, one calls within two hours",
            "where none is free later, the two hours run from then",
            "a technician's call does not stand for a senior's",
            "no senior is promised without a system down",
            "Install Assistance promises no senior",
            "who buys Premium Care while the system is down is put through from then",
        ),
        *plays(
            "NUM-33",
            "under Premium Care a case put higher is followed up in a business day",
            "a follow-up that nobody makes is missed",
            "Install Assistance has no follow-up",
        ),
        *plays("NUM-34", "Install Assistance opens the corrections, and a new release once it is bought"),
    ],
)
def test_a_shipped_scenario_proves_its_row(name):
    """Each row has its case in the file that ships with the policy."""
    assert failures_of("numara", name) == []


@pytest.mark.clause("NUM-07")
def test_the_file_lists_the_twelve_in_the_vendors_order():
    """Each with its outcome; what carries another maker's name comes after them."""
    scope = policy_of("numara").scope
    outcomes = {name: str(table.at({}).outcome) for name, table in scope.items()}
    assert list(scope) == [*EXCLUSIONS, "unbranded-product"]
    assert {name: outcomes[name] for name in EXCLUSIONS} == EXCLUSIONS
    assert len(naming_an_exclusion()) == len(EXCLUSIONS)


@pytest.mark.clause("NUM-15")
def test_the_list_of_active_versions_comes_out_as_published():
    """Twenty rows, twenty-four products with a version, in the vendor's order."""
    policy = policy_of("numara")
    noon = local_instant(datetime.fromisoformat("2026-11-02 12:00"), policy.zone)
    rows = active_versions(policy, policy.catalogue, noon)
    shown = [({(one.product, one.version) for one in row.releases}, str(row.lifecycle)) for row in rows]
    assert shown == TABLE
    assert sum(len(products) for products, _ in shown) == 24
    assert len(beginning("active versions, row")) == 20


@pytest.mark.clause("NUM-08")
def test_the_form_asks_for_exactly_the_listed_information():
    """Two of the sixteen are asked for and never missed, and the form warns of gaps."""
    intake = policy_of("numara").intake.at({})
    assert set(intake.never_missing) == {"client number", "serial"}
    assert [str(item) for item in intake.asks] == [
        "client number",
        "company",
        "contact",
        "phone",
        "email",
        "product",
        "version",
        "serial",
        "os",
        "database",
        "service packs",
        "hot fixes",
        "severity",
        "description",
        "steps",
        "third-party applications",
    ]
    assert any("delay" in warning for warning in intake.warnings)


@pytest.mark.clause("NUM-01")
def test_the_form_reminds_of_ones_own_attempts():
    """A checklist stands before the form."""
    assert len(policy_of("numara").intake.at({}).checklist) == 2


@pytest.mark.clause("NUM-05")
@pytest.mark.parametrize(
    "request_", ["installation guidance", "connection", "how-to", "upgrade", "migration", "defect"]
)
def test_what_is_in_scope_is_a_kind_of_request(request_):
    """Installing, connecting, using, upgrading and moving each can be asked for."""
    rule = policy_of("numara").requests[request_].at({"product": "FootPrints"})
    assert (rule.level, rule.outcome) == ("1", None)


@pytest.mark.clause("NUM-13")
def test_remote_sessions_continue_a_case_under_one_plan_only():
    """And a mail continues one under both."""
    channels = policy_of("numara").channels
    assert channels.at({"plan": "premium care"}).continue_a_case == ("email", "remote")
    assert channels.at({"plan": "install assistance"}).continue_a_case == ("email",)


@pytest.mark.clause("NUM-22")
def test_each_plan_says_what_it_gives():
    """What both give, and what one alone does."""
    plans = policy_of("numara").plans
    premium, install = set(plans["premium care"].gives), set(plans["install assistance"].gives)
    assert install < premium
    assert premium - install == {"product releases", "remote and scheduled sessions"}
    assert plans["premium care"].terms == ("12 months", "24 months", "36 months")


@pytest.mark.clause("NUM-22")
def test_every_clock_is_a_promise_and_none_is_met_by_a_machine():
    """Four clocks with the vendor's four amounts."""
    targets = policy_of("numara").targets
    words = {"severity": "system down", "plan": "premium care"}
    assert {name: str(table.at(words).within) for name, table in targets.items()} == {
        "respond": "1 business day",
        "senior": "2 hours",
        "senior call": "2 hours",
        "follow up": "1 business day",
    }
    for table in targets.values():
        rule = table.at(words)
        assert str(rule.kind) == "promise"
        assert "confirmation" not in rule.met_by


@pytest.mark.clause("NUM-21")
def test_waiting_for_an_upgrade_is_the_customers_time():
    """The ledger gives it to the client who stays on a retired version, not to the desk."""
    story = story_of(
        "numara",
        "{contract: {plan: premium care, starts: 2026-01-05}, product: FootPrints, version: '9.5'}",
        OPEN,
        "2026-03-02 11:00: {do: wait, on: upgrade}",
    )
    support = policy_of("numara").calendar("support")
    turns = ledger(story.events, lambda _owner: support, story.case.at + 7200)
    assert [turn.owner for turn in turns] == ["level 1", "customer"]


@pytest.mark.clause("NUM-32")
def test_a_case_whose_promise_to_a_senior_was_kept_owes_no_second():
    """Neither clock comes back when the severity is set down and up again."""
    story = story_of(
        "numara",
        PREMIUM,
        OPEN,
        "2026-03-02 10:10: {do: set, severity: system down}",
        "2026-03-02 11:00: {do: reply, by: senior}",
        "2026-03-02 12:00: {do: set, severity: general use}",
        "2026-03-02 13:00: {do: set, severity: system down}",
    )
    assert str(story.case.clocks["senior"].state) == "met"
