"""A mail that the policy makes no case of: its sender hears so once, and only where the policy says what they hear."""

from datetime import timedelta

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, at
from tests.mail.writing import handed_in, mail
from troth.desk.models import Case, Notice
from troth.desk.policies import publish_file, publish_policy
from troth.desk.worker import Worker
from troth.mail.models import Received, Sent, State
from troth.mail.reading import read_mail
from troth.people.models import Desk

pytestmark = pytest.mark.django_db
NOW = at("2026-03-09 10:00")


@pytest.fixture
def desk() -> Desk:
    """Numara's: mail does not open cases there, and the policy says what is answered."""
    desk = publish_file(ROOT / "policies" / "numara.md", effective_at=LONG_AGO).desk
    desk.address = "numara@desk.example"
    desk.save()
    return desk


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    """Where mails lie that no server is named for."""
    settings.TROTH_OUTBOX = tmp_path
    return tmp_path


def test_the_sender_of_a_held_mail_is_told_once_where_the_policy_says_so(desk, outbox) -> None:
    """Marked as automatic, answering their mail, with the way to the form."""
    raw = mail(subject="It stops", Message_ID="<ask@customer.example>")
    row = handed_in(desk, raw, at=NOW)
    assert (row.state, row.reason.endswith("Its sender was told so.")) == (State.HELD, True)
    assert (Case.objects.count(), Notice.objects.count()) == (0, 0)
    assert Worker("one", clock=lambda: NOW).send_notices(NOW) == (1, 0)
    (file,) = outbox.glob("*.eml")
    answer = read_mail(file.read_bytes())
    assert answer.subject == "Your mail is here, and needs one more step: It stops"
    assert "/numara/cases/new" in answer.text
    assert answer.is_automatic
    assert answer.in_reply_to == ("<ask@customer.example>",)
    assert [each.email for each in answer.to] == ["ann@customer.example"]


def test_at_most_one_an_hour_goes_to_a_sender(desk) -> None:
    """A vacation responder without headers ends here; somebody else is told at once."""
    for minutes in range(3):
        row = handed_in(desk, mail(f"Away {minutes}."), at=NOW + timedelta(minutes=minutes))
        assert row.state == State.HELD
    assert Sent.objects.count() == 1
    handed_in(desk, mail(sender="other@customer.example"), at=NOW)
    assert Sent.objects.count() == 2


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"}, {"Precedence": "bulk"}])
def test_a_machine_is_told_nothing(desk, headers) -> None:
    """Nor is our own answer, should it come back to us."""
    assert handed_in(desk, mail(**headers), at=NOW).state == State.AUTOMATIC
    handed_in(desk, mail(), at=NOW)
    handed_in(desk, bytes(Sent.objects.get().content), at=NOW)
    assert Sent.objects.count() == 1


def test_a_policy_that_says_nothing_of_it_answers_nothing(desk) -> None:
    """What is sent by itself stands in the policy, or it is not sent."""
    text = (
        (ROOT / "policies" / "numara.md").read_text().replace("held: {at: held, to: case-holder, assumed: [at]}\n", "")
    )
    publish_policy(text.replace("version: 20", "version: 21", 1), effective_at=LONG_AGO + timedelta(days=1))
    row = handed_in(desk, mail(), at=NOW)
    assert (row.state, Sent.objects.count()) == (State.HELD, 0)
    assert "told" not in row.reason


def test_what_answers_the_answer_is_a_mail_like_any_other(desk) -> None:
    """No case stands behind our answer, so naming its id continues none; a bounce of it is marked, on no case."""
    handed_in(desk, mail(), at=NOW)
    ours = Sent.objects.get()
    reply = handed_in(desk, mail("But it does stop.", In_Reply_To=ours.mail_id), at=NOW)
    assert (reply.state, reply.case) == (State.HELD, None)
    raw = mail(
        f"Undeliverable.\r\n\r\nMessage-ID: {ours.mail_id}",
        sender="MAILER-DAEMON@relay.example",
        subject="Undelivered Mail Returned to Sender",
        Return_Path="<>",
    )
    back = handed_in(desk, raw, at=NOW)
    assert (back.state, back.case) == (State.AUTOMATIC, None)
    assert "came back" in back.reason
    ours.refresh_from_db()
    assert ours.returned_at == NOW
    assert Received.objects.count() == 3
