"""What a plan is sold for, what it is added to, and what becomes of an open case when it is bought."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.engine.story import Story
from troth.engine import Contract, Facts, Licence, Refusal
from troth.engine.purchases import Purchase, buy
from troth.hours import Instant, local_instant
from troth.policy import Policy
from troth.policy.choices import Table
from troth.policy.rules import ChannelsRule
from troth.policy.vocabulary import Channel, ClockState, Found, Role

PREMIUM = Contract("premium care", date(2026, 1, 5))
NEW = Licence(bought=date(2026, 3, 2))
DOWN = {"product_state": "unusable", "affects": "everyone"}


def at(policy: Policy, local: str = "2026-03-02 10:00") -> Instant:
    """Return a time on the desk's wall."""
    return local_instant(datetime.fromisoformat(local), policy.zone)


def after(policy: Policy, facts: Facts, what: str, **more: str) -> Facts | Refusal:
    """Return what a purchase on 2 March makes of the facts."""
    return buy(policy, facts, Purchase.of({"what": what, **more}), at(policy))


@pytest.mark.parametrize(("term", "last"), [(None, "2027-03-01"), ("24 months", "2028-03-01"), ("3 years", None)])
def test_a_plan_is_sold_for_its_terms(numara: Policy, term: str | None, last: str | None) -> None:
    """Without a word it runs its first term; a term it has not is refused."""
    named = {"term": term} if term is not None else {}
    facts = after(numara, Facts(product="FootPrints", licence=NEW), "premium care", **named)
    if last is None:
        assert isinstance(facts, Refusal)
        assert (facts.code, facts.clause) == ("no-term", "plans/premium care")
        return
    assert isinstance(facts, Facts)
    assert facts.contract is not None
    story = Story(numara, product="FootPrints", licence=None, contract=facts.contract)
    story.opens(f"{last} 19:59")
    assert story.case.is_covered


def test_a_longer_term_ends_later(numara: Policy) -> None:
    """Three years from 2 March end on 1 March."""
    facts = after(numara, Facts(product="FootPrints", licence=NEW), "premium care", term="36 months")
    assert isinstance(facts, Facts)
    assert facts.contract == Contract("premium care", date(2026, 3, 2), date(2029, 3, 1))


@pytest.mark.parametrize(
    ("product", "is_sold"), [("FootPrints Power Manager", True), ("Mobile Device Manager", False), (None, True)]
)
def test_a_plan_is_sold_for_its_products(numara: Policy, product: str | None, is_sold: bool) -> None:
    """A product the plan does not name has none; where no product is named there is nothing to refuse."""
    facts = after(numara, Facts(product=product, licence=NEW), "premium care")
    assert isinstance(facts, Facts) is is_sold


def test_what_comes_by_itself_is_not_sold(numara: Policy) -> None:
    """Neither by name nor as a renewal: a renewal of Install Assistance is Premium Care."""
    facts = Facts(product="FootPrints", licence=NEW)
    refusal = after(numara, facts, "renewal", plan="install assistance")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "comes-by-itself"
    renewed = after(numara, facts, "renewal")
    assert isinstance(renewed, Facts)
    assert renewed.contract == Contract("premium care", date(2026, 3, 2))


def test_a_plan_nobody_has_is_refused(numara: Policy) -> None:
    """With the names of those there are."""
    refusal = after(numara, Facts(licence=NEW), "renewal", plan="gold")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, "premium care" in refusal.allowed) == ("no-plan", True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (Facts(product="FootPrints", contract=PREMIUM), None),
        (Facts(product="Track-It!", contract=PREMIUM), "not-for-product"),
        (Facts(product="FootPrints", licence=NEW), "needs"),
        (Facts(product="FootPrints", contract=Contract("premium care", date(2024, 1, 1))), "needs"),
        (Facts(product="FootPrints"), "needs"),
    ],
)
def test_an_add_on_goes_with_a_plan_in_force_that_has_it(numara: Policy, facts: Facts, code: str | None) -> None:
    """And with the products it is for."""
    bought = after(numara, facts, "24x7")
    if code is None:
        assert isinstance(bought, Facts)
        assert bought.contract is not None
        assert bought.contract.add_ons == ("24x7",)
    else:
        assert isinstance(bought, Refusal)
        assert bought.code == code


def test_a_contract_of_the_automatic_plan_runs_as_long_as_that(numara: Policy) -> None:
    """Install Assistance written down as a contract ends on its thirtieth day too."""
    held = Contract("install assistance", date(2026, 3, 2))
    for day, is_covered in (("2026-03-31", True), ("2026-04-01", False)):
        story = Story(numara, licence=None, contract=held)
        story.opens(f"{day} 10:00")
        assert story.case.is_covered is is_covered


def test_an_open_case_follows_the_plan_that_is_bought(numara: Policy) -> None:
    """What the better plan gives begins then, the clock that takes its place where no senior is free among it."""
    story = Story(numara, product="FootPrints", licence=NEW, answers=DOWN, senior="none")
    story.opens("2026-03-02 10:00")
    assert story.case.plan == "install assistance"
    assert set(story.case.clocks) == {"respond"}
    story.does("2026-03-02 11:00", "buy", role=Role.CUSTOMER, what="premium care")
    assert story.case.plan == "premium care"
    assert story.due("senior call") == "2026-03-02 13:00"
    assert story.clock("senior").state is ClockState.ENDED
    assert story.due("respond") == "2026-03-03 10:00"


def test_a_clock_that_gave_way_does_not_come_back_beside_its_successor(numara: Policy) -> None:
    """Whatever else changes on the case, one of the two runs."""
    story = Story(numara, product="FootPrints", contract=PREMIUM, answers=DOWN)
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 10:30", "set", senior="none")
    story.does("2026-03-02 10:40", "set", severity="inconvenience")
    assert story.clock("senior call").state is ClockState.ENDED
    story.does("2026-03-02 11:40", "set", severity="system down")
    assert story.clock("senior").state is ClockState.ENDED
    assert story.due("senior call") == "2026-03-02 13:30"


def test_a_request_put_right_is_looked_at_again(numara: Policy) -> None:
    """What its kind alone ruled out is in again with the rest of its time; what an agent ruled out stays out."""
    story = Story(numara, product="FootPrints", contract=PREMIUM, request="training")
    story.opens("2026-03-02 10:00")
    assert (story.case.outcome, story.case.waiting_on) == ("referred", "purchase")
    story.does("2026-03-02 12:00", "set", request="how-to")
    assert (story.case.exclusion, str(story.case.status)) == (None, "open")
    assert story.due("respond") == "2026-03-03 12:00"
    assert [ruling.data.get("as") for ruling in story.rulings(Found.INCLUDED)] == [None]
    story.does("2026-03-02 13:00", "set", request="refund")
    assert story.case.outcome == "declined"
    story.does("2026-03-02 13:10", "exclude", as_="altered")
    story.does("2026-03-02 13:20", "set", request="how-to")
    assert story.case.exclusion == "altered"


def test_an_allowance_used_up_elsewhere_refers_the_request_at_once(numara: Policy) -> None:
    """The hour of moving is the client's and the product's, not the case's."""
    story = Story(numara, product="FootPrints", contract=PREMIUM, request="migration", spent={"migration": 45})
    story.opens("2026-03-02 10:00")
    assert (story.case.outcome, story.case.allowance) == (None, 15)
    story = Story(numara, product="FootPrints", contract=PREMIUM, request="migration", spent={"migration": 60})
    story.opens("2026-03-02 10:00")
    assert (story.case.outcome, story.case.waiting_on, story.case.waiting_for) == (
        "referred",
        "purchase",
        "professional services",
    )


def test_a_question_asked_of_some_products_counts_for_them_only(numara: Policy) -> None:
    """The mail intake stands still: for Track-It! that is a system down, for a module it is not."""
    for product, severity in (("Track-It!", "system down"), ("FootPrints Power Manager", "general use")):
        story = Story(numara, product=product, contract=PREMIUM, answers={"email_intake_down": "true"})
        story.opens("2026-03-02 10:00")
        assert story.case.severity == severity


def test_a_plan_without_remote_sessions_lends_no_access(numara: Policy) -> None:
    """Premium Care has them."""
    for contract, is_refused in ((PREMIUM, False), (None, True)):
        story = Story(numara, product="FootPrints", licence=NEW, contract=contract)
        story.opens("2026-03-02 10:00")
        given = story.does("2026-03-02 10:10", "grant access", role=Role.CUSTOMER)
        assert isinstance(given, Refusal) is is_refused
        if isinstance(given, Refusal):
            assert given.clause == "access"


@pytest.mark.parametrize("term", ["soon", "12", "a year"])
def test_a_term_nobody_can_read_is_none_that_is_sold(numara: Policy, term: str) -> None:
    """It is refused, not half understood."""
    refusal = after(numara, Facts(product="FootPrints", licence=NEW), "premium care", term=term)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-term"


def test_time_that_other_cases_took_is_told_with_the_act(numara: Policy) -> None:
    """What is left is what they left, at the moment more is logged; the case remembers it."""
    story = Story(numara, product="FootPrints", contract=PREMIUM, request="migration")
    story.opens("2026-03-02 10:00")
    refusal = story.does("2026-03-02 11:00", "log", activity="migration", minutes=30, spent=40)
    assert isinstance(refusal, Refusal)
    assert "20 minutes are left" in refusal.sentence
    story.does("2026-03-02 11:00", "log", activity="migration", minutes=10, spent=40)
    assert story.case.allowance == 10


def test_what_was_offered_instead_goes_with_the_exclusion(numara: Policy) -> None:
    """A request that is in again is offered nothing in its place."""
    story = Story(numara, product="FootPrints", contract=PREMIUM, request="training")
    story.opens("2026-03-02 10:00")
    assert story.case.offered == ("professional services",)
    story.does("2026-03-02 12:00", "set", request="how-to")
    assert story.case.offered == ()


@pytest.fixture
def by_plan(numara: Policy) -> Policy:
    """A policy under which only one plan opens cases by mail."""
    rows = {
        ("premium care",): ChannelsRule(open_a_case=(Channel.WEB, Channel.EMAIL), clause="channels"),
        ("else",): ChannelsRule(open_a_case=(Channel.WEB,), clause="channels"),
    }
    return replace(numara, channels=Table(("plan",), rows), _calendars={})


def test_the_plan_a_case_would_be_covered_by_says_what_it_is_opened_by(by_plan: Policy) -> None:
    """The holder of the plan writes a mail and has a case; the same mail of anyone else is refused."""
    held = Story(by_plan, product="FootPrints", licence=None, contract=PREMIUM, channel="email")
    assert not isinstance(held.opens("2026-03-02 10:00"), Refusal)
    over = replace(PREMIUM, ends=date(2026, 2, 27))
    for contract in (None, over):
        refusal = Story(by_plan, product="FootPrints", licence=None, contract=contract, channel="email").opens(
            "2026-03-02 10:00"
        )
        assert isinstance(refusal, Refusal)
        assert (refusal.code, refusal.allowed) == ("channel", "open it by: web")


def test_a_plan_that_comes_by_itself_opens_by_its_channels_while_it_runs(by_plan: Policy) -> None:
    """Thirty days from the purchase it is the contract that counts; after them the row of else is."""
    rows = {
        ("install assistance",): by_plan.channels.rows[("premium care",)],
        ("else",): by_plan.channels.rows[("else",)],
    }
    policy = replace(by_plan, channels=Table(("plan",), rows), _calendars={})
    story = Story(policy, product="FootPrints", licence=NEW, channel="email")
    assert not isinstance(story.opens("2026-03-20 10:00"), Refusal)
    late = Story(policy, product="FootPrints", licence=NEW, channel="email").opens("2026-04-20 10:00")
    assert isinstance(late, Refusal)
    assert late.code == "channel"
