"""The page of mail that waits: agents read and settle it, partners and other desks find nothing there."""

import pytest

from tests.desk.making import agent, at, signed_in
from tests.mail.writing import handed_in, mail
from tests.workspace.conftest import Floor
from troth.journal.models import AuditEntry
from troth.mail.models import Received, State
from troth.people.models import Desk

NOW = at("2026-03-06 15:30")


@pytest.fixture
def held(floor: Floor) -> Received:
    """A stranger's mail to the case without a partner."""
    raw = mail("<script>alert(1)</script> It is port 6502.", subject=f"Re: [{floor.direct.label}]")
    return handed_in(floor.desk, raw, at=NOW)


def test_an_agent_reads_held_mail_as_text_and_saves_its_original(floor: Floor, held: Received) -> None:
    """Its markup is shown, not run; its bytes are handed out as a file."""
    client = signed_in(floor.agent.person)
    assert b"not on that case" in client.get("/netop/desk/mail").content
    page = client.get(f"/netop/desk/mail/{held.pk}")
    assert b"&lt;script&gt;alert(1)" in page.content
    assert b"(not verified)" in page.content
    original = client.get(f"/netop/desk/mail/{held.pk}/original")
    assert original.content == bytes(held.raw.content)
    taken = AuditEntry.objects.get(action="took the original of a mail")
    assert (taken.subject, taken.actor_id) == (f"mail {held.pk}", floor.agent.person.pk)
    assert original["Content-Disposition"].startswith("attachment")
    assert original["X-Content-Type-Options"] == "nosniff"


def test_an_agent_puts_it_on_a_case_or_opens_one(floor: Floor, held: Received) -> None:
    """A number that is not there is said so, and nothing happens."""
    client = signed_in(floor.agent.person)
    answer = client.post(f"/netop/desk/mail/{held.pk}/put-on", {"case": "NETOP-9"}, follow=True)
    assert b"There is no case" in answer.content
    held.refresh_from_db()
    assert held.state == State.HELD
    client.post(f"/netop/desk/mail/{held.pk}/put-on", {"case": floor.direct.label})
    held.refresh_from_db()
    assert (held.state, held.case) == (State.REPLY, floor.direct)
    other = handed_in(floor.desk, mail(sender=None), at=NOW)
    client.post(f"/netop/desk/mail/{other.pk}/open")
    other.refresh_from_db()
    assert other.state == State.CASE


def test_a_failed_mail_is_tried_again(floor: Floor) -> None:
    """By the button."""
    row = handed_in(floor.desk, mail(), at=NOW)
    Received.objects.filter(pk=row.pk).update(state=State.FAILED, case=None, message=None, reason="Poison")
    client = signed_in(floor.agent.person)
    assert b"Try again" in client.get(f"/netop/desk/mail/{row.pk}").content
    client.post(f"/netop/desk/mail/{row.pk}/retry")
    row.refresh_from_db()
    assert row.state == State.CASE


def test_partners_and_other_desks_find_no_mail(floor: Floor, held: Received) -> None:
    """The same 404 as for a number that does not exist."""
    elsewhere = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    for who, root in ((floor.partner, "/netop"), (agent(elsewhere), "/netop"), (agent(elsewhere), "/else")):
        client = signed_in(who.person)
        for path in (str(held.pk), f"{held.pk}/original", "999999", "x"):
            assert client.get(f"{root}/desk/mail/{path}").status_code == 404
        assert client.post(f"{root}/desk/mail/{held.pk}/open").status_code == 404
    assert signed_in(floor.partner.person).get("/netop/desk/mail").status_code == 404


def test_a_case_says_of_each_mail_whether_its_sender_was_proven(floor: Floor) -> None:
    """From proves nothing: a case that came by mail says so at its first words, one by the form has nothing to say."""
    came = handed_in(floor.desk, mail(sender="someone@elsewhere.example"), at=NOW).case
    client = signed_in(floor.agent.person)
    assert b"sender not proven" in client.get(f"/netop/desk/cases/{came.label}").content
    assert b"sender not proven" not in client.get(floor.case()).content
