"""Machines are not answered, and two of them never talk to each other through us (MAIL 26 to 28)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.desk.making import again, agent, at, netop, opened
from tests.mail.writing import handed_in, mail, posted, reply_address_of
from troth.desk.models import Case, Event, Notice
from troth.journal.rates import Limit
from troth.mail.intake import CASES_AN_HOUR
from troth.mail.models import Proof, Sent, State
from troth.people.models import Person

pytestmark = pytest.mark.django_db
NOW = at("2026-03-09 10:00")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
        {"X_Troth_Notice": "confirmation"},
        {"List_Id": "<a.b.c>"},
    ],
)
def test_an_automatic_mail_opens_nothing_and_is_answered_by_nothing(headers) -> None:
    """It is kept and marked, which is not dropping it."""
    row = handed_in(netop(), mail(**headers), at=NOW)
    assert (row.state, row.case) == (State.AUTOMATIC, None)
    assert row.reason
    assert (Case.objects.count(), Notice.objects.count(), Person.objects.count()) == (0, 0, 0)


def test_an_automatic_answer_stands_beside_its_case_and_is_no_act() -> None:
    """An out-of-office to the signed address is no answer of the customer's: no clock hears of it."""
    done = opened(netop())
    before = Event.objects.count()
    raw = mail("I am away.", to=reply_address_of(done.case, at=NOW), Auto_Submitted="auto-replied")
    row = handed_in(done.case.desk, raw, at=NOW)
    assert (row.state, row.case, row.proof) == (State.AUTOMATIC, done.case, Proof.SIGNED_ADDRESS)
    assert (row.message.text, row.message.direction, row.message.sequence) == ("I am away.", "automatic", None)
    assert Event.objects.count() == before
    assert again(done.case).state == done.case.state


def bounce(inside: str) -> bytes:
    """A mail server's report on a mail it could not deliver."""
    return mail(
        f"It could not be delivered.\r\n\r\nMessage-ID: {inside}",
        sender="MAILER-DAEMON@relay.example",
        subject="Undelivered Mail Returned to Sender",
        Return_Path="<>",
    )


def test_a_bounce_finds_the_mail_that_came_back_and_a_forged_one_nothing() -> None:
    """Our ids cannot be guessed, so naming one proves that the mail was seen."""
    done = opened(netop())
    ours = posted(done.case.notices.get(kind="confirmation"), at=NOW)
    before = Event.objects.count()
    forged = handed_in(done.case.desk, bounce("<1@desk.example>"), at=NOW)
    assert (forged.state, forged.case, Sent.objects.get().returned_at) == (State.AUTOMATIC, None, None)
    row = handed_in(done.case.desk, bounce(ours.message_id), at=NOW)
    assert (row.state, row.case, Sent.objects.get().returned_at) == (State.AUTOMATIC, done.case, NOW)
    assert "came back" in row.reason
    assert (Event.objects.count(), Case.objects.count(), Notice.objects.count()) == (before, 1, 1)


@pytest.mark.parametrize("sender", ["netop@desk.example", "NETOP+1001.b.c.d@desk.example"])
def test_our_own_addresses_are_never_answered(sender) -> None:
    """A desk that answers itself would do so for ever."""
    row = handed_in(netop(), mail(sender=sender), at=NOW)
    assert (row.state, Notice.objects.count(), Case.objects.count()) == (State.HELD, 0, 0)


def test_our_own_notice_that_comes_back_to_us_is_automatic() -> None:
    """Two desks pointed at each other exchange one mail each."""
    desk = netop()
    row = handed_in(desk, mail(), at=NOW)
    posted(row.case.notices.get(), at=NOW)
    back = handed_in(desk, bytes(Sent.objects.get().content), at=NOW)
    assert (back.state, Case.objects.count()) == (State.AUTOMATIC, 1)


def test_a_sender_opens_ten_cases_an_hour_and_the_rest_is_held() -> None:
    """A vacation responder without any header ends here; an hour after the first it may write again."""
    desk = netop()
    rows = [
        handed_in(desk, mail(f"Away {number}."), at=NOW + timedelta(minutes=number))
        for number in range(CASES_AN_HOUR + 1)
    ]
    assert [row.state for row in rows] == [State.CASE] * CASES_AN_HOUR + [State.HELD]
    assert handed_in(desk, mail(sender="other@customer.example"), at=NOW).state == State.CASE
    assert handed_in(desk, mail("At the hour."), at=NOW + timedelta(hours=1)).state == State.CASE


def test_strangers_without_end_are_held_and_the_known_still_come_through(monkeypatch) -> None:
    """A sender can be invented for each mail, so strangers count together; whoever is known counts alone."""
    monkeypatch.setattr(
        "troth.mail.intake.NEWCOMERS", Limit("newcomer by mail", each=2, source=2, per=timedelta(hours=1))
    )
    desk = netop()
    known = opened(desk).case.contact.person
    rows = [handed_in(desk, mail(sender=f"S <{n}@x.example>", subject=f"S {n}"), at=NOW) for n in range(4)]
    assert [row.state for row in rows] == [State.CASE] * 2 + [State.HELD] * 2
    assert "strangers" in rows[-1].reason
    assert Person.objects.filter(email__endswith="@x.example").count() == 2
    assert handed_in(desk, mail(sender=known.email, subject="Mine"), at=NOW).state == State.CASE


def test_who_says_they_work_here_is_held() -> None:
    """Nothing proves it, and an agent's mail would be an agent's act."""
    desk = netop()
    row = handed_in(desk, mail(sender=agent(desk).person.email), at=NOW)
    assert (row.state, Case.objects.count()) == (State.HELD, 0)
