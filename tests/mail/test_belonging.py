"""Which case a mail continues, and that nothing but a signed address proves who wrote it (MAIL 20, 21, 23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.desk.making import agent, at, customer, netop, opened
from tests.mail.writing import handed_in, mail, posted, reply_address_of
from troth.customers.models import Contact
from troth.desk.actors import Actor
from troth.desk.door import Recorded, record
from troth.desk.messages import Written
from troth.desk.models import Case, Event, Message, Notice
from troth.desk.verify import verify
from troth.mail.models import Participant, Proof, Received, State
from troth.mail.participants import revoke
from troth.people.models import Person
from troth.policy.vocabulary import Role, Verb

pytestmark = pytest.mark.django_db
LATER = at("2026-03-09 10:00")


def asked() -> Case:
    """A case that waits for its customer's answer."""
    desk = netop()
    case = opened(desk).case
    done = record(case, Verb.ASK, by=agent(desk), written=Written("Which version?"), at=at("2026-03-09 09:30"))
    assert isinstance(done, Recorded)
    assert done.case.waiting_on == "customer"
    return Case.objects.get(pk=case.pk)


def sender_of(case: Case) -> str:
    """The holder's address."""
    return case.contact.person.email


def test_a_reply_to_the_signed_address_continues_its_case_as_its_holder() -> None:
    """The case no longer waits, the words are the writer's own, and they are the person's act."""
    case = asked()
    raw = mail(
        "Twelve point nil.\r\n\r\nOn Mon, 9 Mar 2026 at 09:30, Netop <netop@desk.example> wrote:\r\n> Which version?",
        sender=sender_of(case),
        to=reply_address_of(case, at=LATER),
        subject="Re: [NETOP-1001] The host stops",
    )
    row = handed_in(case.desk, raw, at=LATER)
    assert (row.state, row.case, row.proof) == (State.REPLY, case, Proof.SIGNED_ADDRESS)
    case.refresh_from_db()
    assert case.waiting_on == ""
    assert row.message is not None
    assert (row.message.text, row.message.direction) == ("Twelve point nil.", "customer")
    assert (row.message.author, row.message.author_name) == (case.contact.person, "")
    act = Event.objects.get(case=case, word="customer reply")
    assert (act.at, act.actor, act.data["message"]) == (LATER, case.contact.person, row.message.pk)
    assert not list(verify(Case.objects.all()))


@pytest.mark.parametrize("header", ["Delivered_To", "X_Original_To", "Cc"])
def test_the_signed_address_counts_wherever_servers_write_it(header) -> None:
    """A mail that was sent to a blind copy shows its address only where the server wrote it."""
    case = asked()
    raw = mail(sender=sender_of(case), **{header: reply_address_of(case, at=LATER)})
    assert handed_in(case.desk, raw, at=LATER).state == State.REPLY


def test_a_reply_from_another_address_of_the_same_person_is_shown_with_that_address() -> None:
    """The signed address gives the right; who the mail says it is from is not hidden."""
    case = asked()
    raw = mail(sender="Ann at home <home@elsewhere.example>", to=reply_address_of(case, at=LATER))
    row = handed_in(case.desk, raw, at=LATER)
    assert row.state == State.REPLY
    assert row.message.author_name == "Ann at home <home@elsewhere.example>"


def forged(address: str) -> dict[str, str]:
    """What becomes of a signed address in the wrong hands."""
    name, _, domain = address.partition("@")
    head, _, signature = name.rpartition(".")
    return {
        "forged": f"{head}.{'a' * len(signature)}@{domain}",
        "truncated": f"{name[:-1]}@{domain}",
        "upper-cased": f"{name.upper()}@{domain}",
        "of another case": f"{name.replace('+1001.', '+1002.')}@{domain}",
        "longer": f"{name}a@{domain}",
    }


@pytest.mark.parametrize("how", ["forged", "truncated", "upper-cased", "of another case", "longer"])
def test_an_address_that_we_did_not_sign_is_held(how) -> None:
    """It adds nothing to any case, opens none, and nobody is answered."""
    case = asked()
    to = forged(reply_address_of(case, at=LATER))[how]
    before = (Event.objects.count(), Case.objects.count(), Notice.objects.count(), Message.objects.count())
    row = handed_in(case.desk, mail(sender=sender_of(case), to=to), at=LATER)
    assert (row.state, row.case) == (State.HELD, None)
    assert "did not give out" in row.reason
    after = (Event.objects.count(), Case.objects.count(), Notice.objects.count(), Message.objects.count())
    assert after == before


def test_an_address_holds_for_a_year_and_not_a_day_longer() -> None:
    """Equality is still inside."""
    case = asked()
    to = reply_address_of(case, at=LATER)
    on_the_last_day = handed_in(case.desk, mail(sender=sender_of(case), to=to), at=LATER + timedelta(days=365))
    too_late = handed_in(case.desk, mail(sender=sender_of(case), to=to), at=LATER + timedelta(days=366))
    assert (on_the_last_day.state, too_late.state) == (State.REPLY, State.HELD)


def test_a_revoked_address_holds_no_longer() -> None:
    """A new nonce makes all earlier addresses of that participant void."""
    case = asked()
    to = reply_address_of(case, at=LATER)
    revoke(Participant.objects.get(case=case))
    assert handed_in(case.desk, mail(sender=sender_of(case), to=to), at=LATER).state == State.HELD
    again = reply_address_of(case, at=LATER)
    assert handed_in(case.desk, mail(sender=sender_of(case), to=again), at=LATER).state == State.REPLY


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_a_reply_to_a_mail_we_sent_continues_its_case_though_nothing_proves_its_sender(header) -> None:
    """Our mail's id, from somebody on the case: an act of no proven person, shown with the sender as it came."""
    case = asked()
    ours = posted(case.notices.get(kind="information request"), at=LATER)
    raw = mail(sender=f"Ann <{sender_of(case)}>", **{header: f"<x@y.z> {ours.message_id}"})
    row = handed_in(case.desk, raw, at=LATER)
    assert (row.state, row.case, row.proof) == (State.REPLY, case, Proof.THREAD)
    assert (row.message.author, row.message.author_name) == (None, f"Ann <{sender_of(case)}>")
    assert Event.objects.get(case=case, word="customer reply").actor is None


def test_a_stranger_who_answers_one_of_our_mails_is_held() -> None:
    """An unverified third party: it gets nothing back, adds nobody, reopens nothing."""
    case = asked()
    ours = posted(case.notices.get(kind="information request"), at=LATER)
    before = (Event.objects.count(), Notice.objects.count(), Person.objects.count(), Contact.objects.count())
    row = handed_in(case.desk, mail(sender="eve@elsewhere.example", In_Reply_To=ours.message_id), at=LATER)
    assert (row.state, row.case, row.message) == (State.HELD, case, None)
    assert (Event.objects.count(), Notice.objects.count(), Person.objects.count(), Contact.objects.count()) == before


@pytest.mark.parametrize(
    ("who", "state"),
    [("holder", State.REPLY), ("colleague", State.REPLY), ("other customer", State.HELD), ("eve", State.HELD)],
)
def test_the_number_in_the_subject_counts_only_for_somebody_on_the_case(who, state) -> None:
    """The number is no secret, so a stranger with it is held."""
    case = asked()
    senders = {
        "holder": sender_of(case),
        "colleague": customer(case.desk, case.account).person.email,
        "other customer": customer(case.desk).person.email,
        "eve": "eve@elsewhere.example",
    }
    row = handed_in(case.desk, mail(sender=senders[who], subject="Re: [netop-1001] hello"), at=LATER)
    assert (row.state, row.case) == (state, case)


def test_a_reply_about_something_else_opens_a_linked_case() -> None:
    """People answer an old mail because they have the address at hand."""
    case = asked()
    raw = mail(sender=sender_of(case), to=reply_address_of(case, at=LATER), subject="Invoice 4711 is wrong")
    row = handed_in(case.desk, raw, at=LATER)
    assert row.state == State.CASE
    assert row.case is not None
    assert row.case != case
    assert row.case.contact == case.contact
    assert row.case.state["links"] == [case.label]
    assert not Event.objects.filter(case=case, word="customer reply").exists()


@pytest.mark.parametrize("subject", ["", "AW: The host stops", "host", "Re: Re[2]: [NETOP-1001] quite another thing"])
def test_in_doubt_a_reply_stays_on_its_case(subject) -> None:
    """A message in the wrong place can be split off; a case torn in two is lost sight of."""
    case = asked()
    raw = mail(sender=sender_of(case), to=reply_address_of(case, at=LATER), subject=subject)
    assert handed_in(case.desk, raw, at=LATER).state == State.REPLY


@pytest.mark.parametrize(("days", "is_reply"), [(30, True), (31, False)])
def test_a_reply_long_after_the_end_opens_a_linked_case(days, is_reply) -> None:
    """The policy's own `reopening within` decides; inside it the message waits, unread, on the closed case."""
    case = asked()
    end = at("2026-03-09 09:40")
    closed = record(case, Verb.CLOSE, by=agent(case.desk), data={"because": "resolved"}, at=end)
    assert isinstance(closed, Recorded), closed
    when = end + timedelta(days=days)
    raw = mail(sender=sender_of(case), to=reply_address_of(case, at=LATER), subject="Re: The host stops")
    row = handed_in(case.desk, raw, at=when)
    case.refresh_from_db()
    assert (row.state == State.REPLY, case.is_unread) == (is_reply, is_reply)
    if not is_reply:
        assert row.case.state["links"] == [case.label]


def test_a_loop_of_references_hangs_nothing() -> None:
    """Ten thousand references, our own mail's own id among them."""
    case = asked()
    references = " ".join(f"<{number}@x.example>" for number in range(10_000))
    row = handed_in(case.desk, mail(Message_ID="<a@x>", References=f"{references} <a@x>"), at=LATER)
    assert row.state == State.CASE


def test_somebody_who_may_write_no_longer_is_held() -> None:
    """The door's refusal is no failure of the mail."""
    case = asked()
    to = reply_address_of(case, at=LATER)
    Person.objects.filter(pk=case.contact.person_id).update(is_active=False)
    assert handed_in(case.desk, mail(sender=sender_of(case), to=to), at=LATER).state == State.HELD


def test_a_mail_is_an_act_of_nobody_that_a_customer_may_do() -> None:
    """What an unproven sender may ask for is what a customer may."""
    case = asked()
    done = record(case, Verb.CUSTOMER_REPLY, by=Actor(None, Role.CUSTOMER), at=LATER)
    assert isinstance(done, Recorded)
    assert Received.objects.count() == 0


@pytest.mark.parametrize("subject", ["Re: The host stops", "Invoices are missing"])
def test_who_was_barred_can_neither_answer_nor_open_a_case_at_a_signed_address(subject: str) -> None:
    """The address outlives its owner's right to write; an agent looks at the mail."""
    case = asked()
    to = reply_address_of(case, at=LATER)
    Person.objects.filter(pk=case.contact.person_id).update(is_active=False)
    row = handed_in(case.desk, mail(sender=sender_of(case), to=to, subject=subject), at=LATER)
    assert (row.state, Case.objects.count()) == (State.HELD, 1)
    assert Message.objects.filter(direction="customer").count() == 1
