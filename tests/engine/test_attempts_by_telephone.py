"""Attempts that a person has to make: called for at their hour, counted once somebody made them (decision 22)."""

from dataclasses import replace

import pytest

from tests.engine.story import Story
from troth.hours import Amount
from troth.policy import Policy
from troth.policy.choices import Table
from troth.policy.rules import NoticeRule, SilenceRule, SilenceStep
from troth.policy.vocabulary import ClosedBecause, Found, Notice, Role, Status


@pytest.fixture
def telephoning(netop: Policy) -> Policy:
    """Netop with a rule of silence: a mail after one day, a call after two, closing after three if both were made."""
    steps = (
        SilenceStep(after=Amount.parse("1 business day"), attempt="email"),
        SilenceStep(after=Amount.parse("2 business days"), attempt="phone"),
        SilenceStep(after=Amount.parse("3 business days"), close=ClosedBecause.SILENCE, needs_attempts=2),
    )
    rule = SilenceRule(from_="request 1", steps=steps, clause="closing")
    return replace(netop, silence=(Table.of(rule),), _calendars={})


def asked(policy: Policy) -> Story:
    """A case that waits for its customer since Monday 11:00."""
    story = Story(policy, answers={"environment": "lab"})
    story.opens("2026-03-02 10:00")
    story.does("2026-03-02 11:00", "ask")
    return story


def test_a_call_that_is_due_counts_only_when_somebody_made_it(telephoning: Policy) -> None:
    """The desk writes by itself; it does not telephone."""
    story = asked(telephoning)
    story.until("2026-03-04 12:00")
    assert [ruling.data["attempt"] for ruling in story.rulings(Found.ATTEMPT_DUE)] == ["email", "phone"]
    assert story.case.attempts == 1
    story.does("2026-03-04 15:00", "attempt", by="phone")
    assert story.case.attempts == 2
    assert story.until("2026-03-05 11:00").closed_because == "silence"


def test_nobody_is_dismissed_while_the_call_was_not_made(telephoning: Policy) -> None:
    """It is called for again each business day, and the case stays open."""
    story = asked(telephoning)
    assert story.until("2026-03-10 12:00").status is Status.WAITING
    assert story.case.attempts == 1
    assert len(story.rulings(Found.ATTEMPT_DUE)) > 3


def test_the_closing_counts_from_the_call_it_had_waited_for(telephoning: Policy) -> None:
    """One business day after the last attempt, at the same time of day."""
    story = asked(telephoning)
    story.until("2026-03-10 12:00")
    story.does("2026-03-10 15:00", "attempt", by="phone")
    assert story.next() == ("close", "2026-03-11 15:00")
    assert story.until("2026-03-11 15:00").closed_because == "silence"


def test_an_answer_ends_it_all(telephoning: Policy) -> None:
    """Also while the closing waits for a call."""
    story = asked(telephoning)
    story.until("2026-03-10 12:00")
    story.does("2026-03-10 15:00", "customer reply", role=Role.CUSTOMER)
    assert story.case.status is Status.OPEN
    assert not story.case.timers


def test_a_call_that_is_due_mails_the_customer_nothing(telephoning: Policy) -> None:
    """The mail of an attempt goes out with the attempt by mail, and with no other."""
    told = Table.of(NoticeRule(at=("attempt",), clause="notices/attempt"))
    story = asked(replace(telephoning, notices={Notice.ATTEMPT: told}, _calendars={}))
    story.until("2026-03-04 12:00")
    assert [ruling.data["attempt"] for ruling in story.rulings(Found.ATTEMPT_DUE)] == ["email", "phone"]
    assert [ruling.data["notice"] for ruling in story.rulings(Found.NOTICE)] == ["attempt"]
