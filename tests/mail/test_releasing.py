"""A held mail waits for an agent, who makes it a case or puts it on one, once."""

from __future__ import annotations

import pytest

from tests.desk.making import agent, at, netop, opened
from tests.mail.writing import handed_in, mail
from troth.desk.actors import Actor
from troth.desk.errors import CrossedDesksError, NotAllowedError
from troth.desk.models import Case, Event
from troth.journal.models import AuditEntry
from troth.mail.held import held_mail
from troth.mail.models import State
from troth.mail.releasing import release
from troth.people.models import Desk
from troth.policy.vocabulary import Role

pytestmark = pytest.mark.django_db
NOW = at("2026-03-09 10:00")


def test_an_agent_puts_a_strangers_mail_on_its_case_once() -> None:
    """It is the stranger's word, not the agent's, and the record says who judged so."""
    desk = netop()
    case = opened(desk).case
    row = handed_in(desk, mail("It is port 6502.", subject=f"Re: [{case.label}]"), at=NOW)
    assert row.state == State.HELD
    who = agent(desk)
    for _ in range(2):
        done = release(row, by=who, at=NOW, case=case)
        assert (done.state, done.case) == (State.REPLY, case)
    assert Event.objects.filter(case=case, word="customer reply", actor=None).count() == 1
    assert (done.message.text, done.message.author_name) == ("It is port 6502.", "Ann Lee <ann@customer.example>")
    assert AuditEntry.objects.get(action="took up a held mail").actor_id == who.person.pk
    assert not held_mail(desk).exists()


@pytest.mark.parametrize(("sender", "has_contact"), [("eve@elsewhere.example", True), (None, False)])
def test_an_agent_makes_a_case_of_a_held_mail(sender, has_contact) -> None:
    """Opened as of its receipt; for nobody, where the mail names nobody."""
    desk = netop()
    case = opened(desk).case
    row = handed_in(desk, mail(sender=sender, subject=f"Re: [{case.label}] other matter"), at=NOW)
    done = release(row, by=agent(desk), at=at("2026-03-09 12:00"))
    assert (done.state, done.case.opened_at, Case.objects.count()) == (State.CASE, NOW, 2)
    assert (done.case.contact is not None) == has_contact


def test_nobody_else_takes_up_a_held_mail() -> None:
    """Neither its sender nor a customer; nor does it go on another desk's case."""
    desk = netop()
    done = opened(desk)
    row = handed_in(desk, mail(sender=None), at=NOW)
    for who in (Actor(None, Role.SYSTEM), Actor(done.case.contact.person, Role.CUSTOMER)):
        with pytest.raises(NotAllowedError):
            release(row, by=who, at=NOW, case=done.case)
    with pytest.raises(CrossedDesksError):
        release(
            row, by=agent(desk), at=NOW,
            case=Case(desk=Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")),
        )  # fmt: skip
