"""What is bought, what it opens and what lapses, told on two desks that sell: NTP Software's and SmarterTools'."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.engine.story import Story
from troth.engine import Contract, Facts, Licence, Refusal, Services, entitles, version_at
from troth.engine.downloads import downloads_for
from troth.engine.services import services_left
from troth.hours import Instant, local_instant
from troth.policy import Catalogue, Policy, Release, read_policy
from troth.policy.vocabulary import ClockState, Found, Role, Status

POLICIES = Path(__file__).parents[2] / "policies"
MAINTENANCE = Contract("maintenance", date(2026, 1, 1), date(2026, 6, 30))
OUT = Catalogue.of(
    Release("QFS", version, date.fromisoformat(day), None, "product", None, None, branded=True)
    for version, day in (("8.0", "2025-05-01"), ("9.0", "2026-03-01"), ("10.0", "2026-09-01"))
)


@pytest.fixture(scope="module")
def ntp() -> Policy:
    """NTP Software's policy: contracts, incidents, exceptions and services are bought."""
    return read_policy(POLICIES / "ntp-software.md")


@pytest.fixture(scope="module")
def smarter() -> Policy:
    """SmarterTools' policy: attention is bought, and opens a case by itself."""
    return read_policy(POLICIES / "smartertools.md")


def noon(policy: Policy, day: str) -> Instant:
    """Noon of a day on the desk's wall."""
    return local_instant(datetime.fromisoformat(f"{day} 12:00"), policy.zone)


def code(result: object) -> str:
    """Return why an act was refused."""
    assert isinstance(result, Refusal), f"not refused: {result}"
    return result.code


# Downloads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "open_to_it"),
    [
        ("2025-12-31", ()),  # the contract has not begun
        ("2026-01-01", ("8.0",)),  # it runs: all that is out, older than the contract too
        ("2026-06-30", ("8.0", "9.0")),
        ("2026-07-01", ("9.0",)),  # it is over: what came out within its term stays
        ("2026-12-01", ("9.0",)),
    ],
)
def test_a_contract_opens_everything_and_leaves_what_came_out_in_its_term(
    ntp: Policy, day: str, open_to_it: tuple[str, ...]
) -> None:
    """NTP-20."""
    facts = Facts(product="QFS", contract=MAINTENANCE)
    assert downloads_for(ntp, facts, OUT, noon(ntp, day)) == open_to_it


@pytest.mark.parametrize("changes", [{"verified": False}, {"fees": "overdue"}, {"plan": "no such plan"}])
def test_a_contract_that_is_not_in_order_opens_nothing(ntp: Policy, changes: dict[str, object]) -> None:
    """Nobody downloads on a purchase that nobody could verify."""
    facts = Facts(product="QFS", contract=replace(MAINTENANCE, **changes))
    assert downloads_for(ntp, facts, OUT, noon(ntp, "2026-05-01")) == ()


def test_a_plan_that_came_with_the_licence_leaves_its_releases_too(smarter: Policy) -> None:
    """SMT-15: the twelve months that come with a licence are a term like any other."""
    facts = Facts(product="QFS", licence=Licence(bought=date(2025, 4, 1)))
    assert downloads_for(smarter, facts, OUT, noon(smarter, "2026-03-31")) == ("8.0", "9.0")
    assert downloads_for(smarter, facts, OUT, noon(smarter, "2026-10-01")) == ("8.0", "9.0")
    assert downloads_for(smarter, facts.with_changes(licence=None), OUT, noon(smarter, "2026-03-31")) == ()


def test_a_release_bought_by_itself_is_the_customers(ntp: Policy) -> None:
    """Whatever the contract says."""
    facts = Facts(product="QFS", releases=("8.0",))
    assert downloads_for(ntp, facts, OUT, noon(ntp, "2026-05-01")) == ("8.0",)


def test_entitlement_names_the_downloads(ntp: Policy) -> None:
    """They are asked for an instant, and not stored."""
    story = Story(ntp, product="QFS", version="9.0", contract=MAINTENANCE)
    story.opens("2026-03-02 10:00")
    assert entitles(ntp, story.case, OUT, noon(ntp, "2026-03-02")).downloads == ("8.0", "9.0")


# Lifecycle ------------------------------------------------------------------------------------------------------


def test_a_product_that_has_ended_is_retired_in_every_version(ntp: Policy) -> None:
    """NTP-05: Quota Manager; nothing need be known of its releases."""
    for version in (None, "6.0"):
        assert version_at(ntp, OUT, "Quota Manager", version, noon(ntp, "2026-03-02")).lifecycle == "retired"
    assert version_at(ntp, OUT, "QFS", None, noon(ntp, "2026-03-02")).lifecycle == "unknown"


def test_every_older_version_of_a_living_product_may_be_prior(ntp: Policy, smarter: Policy) -> None:
    """SMT-14: an older version has support; under NTP Software's rule it would be past its end."""
    at = noon(ntp, "2026-10-01")
    assert version_at(smarter, OUT, "QFS", "8.0", at).lifecycle == "prior"
    assert version_at(ntp, OUT, "QFS", "8.0", at).lifecycle == "retired"


# Services -------------------------------------------------------------------------------------------------------


def hours_left(story: Story, local: str) -> float:
    """Return the hours left on a case at a local time."""
    return services_left(story.policy, story.case.facts, story.case.minutes.get("services", 0), story.instant(local))


def test_hours_that_lapsed_with_the_contract_are_not_bought_back_with_another(ntp: Policy) -> None:
    """NTP-19: neither by a purchase nor by a contract that staff enter; what is bought after it is counted apart."""
    held = Services(10, date(2026, 2, 1))
    ended = replace(MAINTENANCE, ends=date(2026, 3, 31))
    bought = Story(ntp, contract=ended, services=held)
    bought.opens("2026-03-02 10:00")
    bought.does("2026-03-03 10:00", "log", minutes=240, activity="services")
    bought.does("2026-04-02 10:00", "buy", role=Role.CUSTOMER, what="renewal")
    assert (hours_left(bought, "2026-04-02 10:00"), bought.case.facts.contract.starts) == (0, date(2026, 4, 2))
    bought.does("2026-04-02 11:00", "buy", role=Role.CUSTOMER, what="professional services", quantity=3)
    assert hours_left(bought, "2026-04-02 11:00") == 3
    entered = Story(ntp, contract=ended, services=held)
    entered.opens("2026-03-02 10:00")
    entered.does("2026-04-02 10:00", "set", contract=Contract("maintenance", date(2026, 4, 2)).to_json())
    assert hours_left(entered, "2026-04-02 10:00") == 0
    assert [ruling.clause for ruling in entered.rulings(Found.LAPSED)] == ["purchases"]


def test_hours_survive_a_contract_renewed_in_time(ntp: Policy) -> None:
    """The contract never ended, so nothing lapsed."""
    story = Story(ntp, contract=replace(MAINTENANCE, ends=date(2026, 3, 31)), services=Services(10, date(2026, 2, 1)))
    story.opens("2026-03-02 10:00")
    story.does("2026-03-30 10:00", "buy", role=Role.CUSTOMER, what="renewal")
    assert hours_left(story, "2026-04-02 10:00") == 10


def test_each_lot_of_hours_has_its_own_year_and_the_oldest_is_worked_first(ntp: Policy) -> None:
    """NTP-19: buying more does not lengthen the life of what was there."""
    contract = replace(MAINTENANCE, ends=date(2028, 12, 31))
    story = Story(ntp, contract=contract, services=Services(10, date(2026, 2, 1)))
    story.opens("2026-03-02 10:00")
    story.does("2026-06-01 10:00", "buy", role=Role.CUSTOMER, what="professional services", quantity=5)
    story.does("2026-06-02 10:00", "log", minutes=120, activity="services")
    assert hours_left(story, "2027-01-31 12:00") == 13
    assert hours_left(story, "2027-02-01 12:00") == 5
    assert hours_left(story, "2027-06-01 12:00") == 0


def test_a_referral_offers_what_it_waits_for_until_that_is_bought(ntp: Policy) -> None:
    """NTP-17, NTP-21: the case waits on the purchase."""
    story = Story(ntp, contract=MAINTENANCE)
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "refer", to="professional services")
    assert (story.case.waiting_on, story.case.offered) == ("purchase", ("professional services",))
    story.does("2026-03-02 12:00", "buy", role=Role.CUSTOMER, what="professional services", quantity=5)
    assert (story.case.status, story.case.offered) == (Status.OPEN, ())


# Attention ------------------------------------------------------------------------------------------------------


def test_attention_bought_on_an_open_case_counts_from_its_purchase(smarter: Policy) -> None:
    """SMT-08: an hour from the purchase, not from an opening that was this morning."""
    story = Story(smarter, licence=Licence(bought=date(2026, 1, 10)))
    story.opens("2026-03-02 08:00")
    story.does("2026-03-02 08:30", "reply")
    story.does("2026-03-06 20:00", "buy", role=Role.CUSTOMER, what="emergency")
    assert (story.case.severity, story.case.basis) == ("emergency", "emergency")
    assert (story.clock("respond").state, story.due("respond")) == (ClockState.RUNNING, "2026-03-06 21:00")


def test_work_that_is_bought_opens_a_case_of_its_own(smarter: Policy) -> None:
    """SMT-09: on a ticket that is open it would end its clock."""
    story = Story(smarter, licence=Licence(bought=date(2026, 1, 10)))
    story.opens("2026-03-02 08:00")
    assert code(story.does("2026-03-02 09:00", "buy", role=Role.CUSTOMER, what="training")) == "own-case"


@pytest.mark.parametrize(("bought", "is_taken"), [("emergency", True), ("training", True), ("licences", False)])
def test_only_paid_attention_opens_a_case_by_purchase(smarter: Policy, bought: str, *, is_taken: bool) -> None:
    """SMT-09: what is paid for hands itself in; a licence bought is no ticket."""
    story = Story(smarter, channel="purchase", bought=bought, licence=Licence(bought=date(2026, 1, 10)))
    assert isinstance(story.opens("2026-03-02 08:00"), Refusal) is not is_taken


# What time does -------------------------------------------------------------------------------------------------


def test_the_lead_and_the_case_holder_are_told_in_one_notice(ntp: Policy) -> None:
    """NTP-11: once for each level; at the top nobody moves, and the lead is told all the same."""
    story = Story(ntp, contract=MAINTENANCE, answers={"kind_of_problem": "message"})
    story.opens("2026-03-02 10:00")
    story.until("2026-03-16 10:00")
    told = [r.data["to"] for r in story.rulings(Found.NOTICE) if r.data["notice"] == "level change"]
    assert (story.case.level, told) == ("2", [["case-holder", "lead"]])
    top = Story(ntp, contract=MAINTENANCE, answers={"kind_of_problem": "suspected bug"})
    top.opens("2026-03-02 10:00")
    top.until("2026-03-16 10:00")
    told = [r.data["to"] for r in top.rulings(Found.NOTICE) if r.data["notice"] == "level change"]
    assert (top.case.level, told) == ("3", [["lead"]])


def test_consent_keeps_its_date_after_a_case_is_solved(smarter: Policy) -> None:
    """SMT-11: solved is not closed; the date the customer named still ends the access."""
    story = Story(smarter, licence=Licence(bought=date(2026, 1, 10)))
    story.opens("2026-03-02 08:00")
    story.does("2026-03-02 09:00", "grant access", role=Role.CUSTOMER, until=story.instant("2026-03-03 09:00"))
    story.does("2026-03-02 10:00", "resolve", by="explanation")
    assert story.case.access == "granted"
    assert story.until("2026-03-03 09:00").access == "none"


def test_a_case_without_cover_is_covered_by_any_row_that_covers(ntp: Policy) -> None:
    """A row that leaves something out may stand above it in the file."""
    story = Story(ntp)
    story.opens("2026-03-02 10:00")
    assert not story.case.is_covered
    story.does("2026-03-02 11:00", "buy", role=Role.CUSTOMER, what="incident", quantity=2)
    assert (story.case.basis, story.case.facts.incidents) == ("incident", 1)
    assert story.clock("acknowledge").state is ClockState.RUNNING


def test_an_incident_covers_its_case_whatever_staff_correct_on_it(ntp: Policy) -> None:
    """NTP-07: opening used it up; another product on the same case neither uses a second one nor loses the first."""
    story = Story(ntp, incidents=2, product="QFS")
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "set", product="File Auditor")
    assert (story.case.basis, story.case.facts.incidents) == ("incident", 1)
    last = Story(ntp, incidents=1, product="QFS")
    last.opens("2026-03-02 10:00")
    last.does("2026-03-02 11:00", "set", product="File Auditor")
    assert (last.case.basis, last.case.facts.incidents) == ("incident", 0)
    last.does("2026-03-02 12:00", "set", product="Quota Manager")
    assert last.case.offered == ("upgrade", "exception")


def test_a_contract_bought_later_carries_a_case_that_an_incident_opened(ntp: Policy) -> None:
    """The row further up covers better; the incident stays used."""
    story = Story(ntp, incidents=1)
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "buy", role=Role.CUSTOMER, what="renewal")
    assert (story.case.basis, story.case.facts.incidents) == ("contract", 0)


def test_consent_is_void_on_a_case_that_is_opened_again(smarter: Policy) -> None:
    """SMT-11: also where it was solved and not closed yet."""
    story = Story(smarter, licence=Licence(bought=date(2026, 1, 10)))
    story.opens("2026-03-02 08:00")
    story.does("2026-03-02 09:00", "grant access", role=Role.CUSTOMER, until=story.instant("2026-03-09 09:00"))
    story.does("2026-03-02 10:00", "resolve", by="explanation")
    story.does("2026-03-02 11:00", "reopen", role=Role.CUSTOMER)
    assert (story.case.access, "access" in story.case.timers) == ("none", False)


def test_an_answer_about_something_else_undoes_no_escalation(ntp: Policy) -> None:
    """NTP-11, NTP-16: what time has raised stays there until somebody triages it anew."""
    story = Story(ntp, contract=MAINTENANCE, answers={"kind_of_problem": "unusual use"})
    story.opens("2026-03-02 10:00")
    story.until("2026-03-16 10:00")
    story.does("2026-03-16 11:00", "set", answers={"workaround": "none"})
    assert story.case.level == "3"
    story.does("2026-03-16 12:00", "set", answers={"kind_of_problem": "unusual use"})
    assert story.case.level == "2"


def test_a_row_further_up_that_promises_less_betters_nothing(smarter: Policy) -> None:
    """Decision 17: what the desk learns of a purchase takes no clock from a ticket that has one."""
    story = Story(smarter, licence=Licence(bought=date(2026, 1, 10)))
    story.opens("2026-03-02 08:00")
    facts = story.case.facts.with_changes(bought="training").to_json()
    story.does("2026-03-02 09:00", "set", facts=facts)
    assert (story.case.basis, story.clock("respond").state) == ("contract", ClockState.RUNNING)
