"""The promise shown before anything is sent is the one the case would have."""

from datetime import UTC, date, datetime

from troth.engine import Facts, Licence
from troth.hours import instant
from troth.scenario import preview

AT = instant(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
HOUR = 3600
BOUGHT = Licence(bought=date(2026, 1, 10))


def test_it_says_what_would_be_and_by_when(netop):
    """Cover, severity, level and the clocks, each with its clause."""
    shown = preview(netop, Facts(licence=BOUGHT, answers={"environment": "production"}), netop.catalogue, AT)
    assert (shown.is_covered, shown.basis, shown.plan, shown.severity) == (True, "licence", "registered", "critical")
    assert (shown.level, shown.missing, shown.refusal) == ("1", ("call",), None)
    assert shown.clause == netop.entitlement[0].clause
    assert shown.promised["respond"].due_at == AT + 2 * HOUR
    assert shown.clocks["respond"].state == "met"
    assert shown.first_running is not None
    assert shown.first_running.name == "resolve at level 1"


def test_without_an_automatic_confirmation_the_answer_itself_is_what_runs(syncro):
    """Nothing automatic meets a clock on a desk that sends nothing automatic."""
    trial = Licence(kind="trial", ends=date(2026, 3, 31))
    shown = preview(syncro, Facts(licence=trial, answers={"product_state": "unusable"}), syncro.catalogue, AT)
    assert (shown.basis, shown.severity) == ("trial", "high")
    assert shown.first_running is not None
    assert shown.first_running.name == "respond"


def test_no_pledge_shows_no_clock(syncro):
    """A courtesy is an answer without a time."""
    shown = preview(syncro, Facts(licence=Licence(kind="nfr")), syncro.catalogue, AT)
    assert (shown.basis, shown.goals, shown.first_running, dict(shown.clocks)) == ("courtesy", "none", None, {})


def test_what_would_not_be_covered_shows_what_is_offered(netop):
    """And no promise."""
    shown = preview(netop, Facts(licence=Licence(key="unknown")), netop.catalogue, AT)
    assert (shown.is_covered, shown.offered, dict(shown.promised)) == (False, ("proof of purchase",), {})
    assert shown.clause == "entitlement/otherwise"


def test_a_way_that_opens_no_case_shows_the_refusal(netop):
    """Nothing else is shown then."""
    shown = preview(netop, Facts(licence=BOUGHT, channel="remote"), netop.catalogue, AT)
    assert shown.refusal is not None
    assert (shown.clause, shown.case) == ("channels", None)


def test_it_asks_the_catalogue_itself(syncro):
    """The caller need not know what a version is worth."""
    facts = Facts(licence=BOUGHT, product="Oxygen XML Editor", version="26.0")
    shown = preview(syncro, facts, syncro.catalogue, AT)
    assert shown.case is not None
    assert shown.case.facts.release.lifecycle == "current"
