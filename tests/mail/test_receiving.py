"""A mail that was accepted is there for ever, takes effect once, and delays nobody (MAIL 1, 2, 5, 6, 10)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, at, netop
from tests.mail.writing import handed_in, mail, reply_address_of
from troth.desk.models import Case, Event, Message, Notice
from troth.desk.policies import publish_file
from troth.desk.verify import verify
from troth.hours import instant
from troth.mail import receiving
from troth.mail.held import counts, full_text, held_mail, original
from troth.mail.identity import content_key
from troth.mail.mailboxes import UnknownMailboxError, mailbox_of
from troth.mail.models import Mailbox, RawMail, Received, State
from troth.mail.receiving import (
    LONGEST_TRY,
    TRIES,
    heard_until,
    keep,
    process_waiting,
    receive,
    retry,
)
from troth.people.models import Desk

pytestmark = pytest.mark.django_db
NOW = at("2026-03-09 10:00")


class Poison(RuntimeError):
    """What the handling of one mail raises."""


def poison(monkeypatch: pytest.MonkeyPatch, word: str = "poison") -> None:
    """Taking in a mail with this word in its subject raises, after all else was done."""
    take_in = receiving.take_in

    def taken_in(received: Received, read: object) -> object:
        outcome = take_in(received, read)
        if word in read.subject:
            raise Poison(word)
        return outcome

    monkeypatch.setattr(receiving, "take_in", taken_in)


def test_fifty_real_mails_are_each_accounted_for_and_a_second_pass_adds_nothing(data_dir: Path) -> None:
    """Issue 2: none raises, each is a case, a reply, automatic, held or failed; none of these failed."""
    desk = netop()
    raws = [file.read_bytes() for file in sorted((data_dir / "mail" / "imap_tools").rglob("*.eml"))[:51]]
    raws = list({content_key(raw): raw for raw in reversed(raws)}.values())  # one is another with bare line feeds
    assert len(raws) == 50
    rows = [handed_in(desk, raw, at=NOW + timedelta(minutes=number)) for number, raw in enumerate(raws)]
    assert {row.state for row in rows} <= {State.CASE, State.REPLY, State.AUTOMATIC, State.HELD}
    assert {State.CASE, State.HELD} <= {row.state for row in rows}
    assert [original(row) for row in rows] == raws
    before = everything()
    again = [handed_in(desk, raw, at=NOW + timedelta(days=1)) for raw in raws]
    assert [row.pk for row in again] == [row.pk for row in rows]
    assert everything() == before
    assert sum(counts(desk).values()) == Received.objects.count() == len(set(rows))
    assert not list(verify(Case.objects.all()))


def everything() -> tuple[int, ...]:
    """How many rows there are of all that a mail can add."""
    return tuple(model.objects.count() for model in (Received, RawMail, Case, Event, Message, Notice, Mailbox))


def test_the_same_mail_by_two_roads_is_one_mail() -> None:
    """Servers add traces and change line ends; the content decides."""
    desk, raw = netop(), mail()
    first = handed_in(desk, raw, at=NOW)
    second = handed_in(desk, b"Received: from a by b\r\n" + raw, at=NOW)
    third = handed_in(desk, raw.replace(b"\r\n", b"\n"), at=NOW)
    assert first == second == third
    assert original(third) == raw
    assert Case.objects.count() == 1


def test_two_mails_with_one_message_id_are_two() -> None:
    """Message-ID serves threading only; none, or an empty one, is fine."""
    desk = netop()
    rows = [handed_in(desk, mail(text, Message_ID="<one@x>"), at=NOW) for text in ("The first.", "The second.")]
    rows += [handed_in(desk, mail(text, Message_ID=" "), at=NOW) for text in ("The third.", "The fourth.")]
    assert [row.state for row in rows] == [State.CASE] * 4


def test_one_mail_to_two_desks_makes_two() -> None:
    """One message in each, and nothing goes to and fro between them."""
    syncro = publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO).desk
    desks = [netop(), syncro]
    raw = mail(to="netop@desk.example, syncro-soft@desk.example")
    rows = [handed_in(desk, raw, at=NOW) for desk in desks]
    assert [row.case.desk for row in rows] == desks


def test_a_new_mail_opens_a_case_at_its_receipt_with_what_it_says() -> None:
    """An unknown sender becomes a contact without account; the policy judges the cover from what is known."""
    row = handed_in(netop(), mail(), at=NOW)
    case = row.case
    assert (row.state, case.title, case.channel, case.opened_at) == (State.CASE, "The host stops", "email", NOW)
    assert (case.contact.person.email, case.contact.person.name) == ("ann@customer.example", "Ann Lee")
    assert (case.account, case.is_covered) == (None, False)
    assert row.message.text == "The host stops at noon."
    assert (row.message.author, row.message.author_name) == (None, "Ann Lee <ann@customer.example>")
    assert [(notice.kind, notice.address) for notice in case.notices.all()] == [
        ("confirmation", "ann@customer.example")
    ]
    assert Event.objects.get(case=case, sequence=1).actor is None


def test_attachments_are_kept_under_names_of_ours() -> None:
    """The name its sender gave a file is only ever shown."""
    head = mail("x").replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"')
    parts = (
        b'--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/pdf; name="../a.pdf"'
        b"\r\nContent-Disposition: attachment\r\n\r\nPDF\r\n--b--\r\n"
    )
    row = handed_in(netop(), head.replace(b"\r\nx\r\n", b"\r\n" + parts), at=NOW)
    attachment = row.message.attachments.get()
    assert (attachment.name, attachment.size, attachment.media_type) == ("a.pdf", 3, "application/pdf")
    assert "a.pdf" not in attachment.file.name
    with attachment.file.open("rb") as content:
        assert content.read() == b"PDF"


def test_a_mail_without_from_is_held_and_whole() -> None:
    """Nothing is lost, nobody is answered."""
    desk, raw = netop(), mail(sender=None)
    row = handed_in(desk, raw, at=NOW)
    assert (row.state, row.sender, original(row)) == (State.HELD, "", raw)
    assert "unknown sender" in row.reason
    assert (list(held_mail(desk)), Case.objects.count()) == ([row], 0)


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff\xfe", b"From: a@b.c", b"Subject: x\n\n\0\xd8"])
def test_any_bytes_are_accounted_for(raw) -> None:
    """Whatever a pipe hands over becomes a row."""
    assert handed_in(netop(), raw, at=NOW).state in {State.HELD, State.CASE}


def test_what_is_too_much_is_kept_and_said_to_be_left_out() -> None:
    """Over 50 MB: the bytes are kept whole, the message says what was cut."""
    raw = mail() + b"x" * 51_000_000
    row = handed_in(netop(), raw, at=NOW)
    assert (row.state, row.size) == (State.CASE, len(raw))
    assert "50 MB" in row.left_out[0]
    assert "50 MB" in row.message.text
    assert original(row) == raw


def test_the_full_text_of_a_reply_is_kept_beside_the_writers_words() -> None:
    """What was quoted is one step away."""
    desk = netop()
    first = handed_in(desk, mail(), at=NOW)
    to = reply_address_of(first.case, at=NOW)
    row = handed_in(desk, mail("Yes.\r\n\r\nOn Mon, 9 Mar 2026, Netop <n@d.e> wrote:\r\n> Is it?", to=to), at=NOW)
    assert row.message.text == "Yes."
    assert "> Is it?" in full_text(row.message)


def test_a_poison_mail_fails_alone_and_leaves_nothing_half_done(monkeypatch) -> None:
    """Its bytes are kept, its neighbours go through, all it had begun is taken back."""
    desk = netop()
    poison(monkeypatch)
    bad = handed_in(desk, mail(subject="poison"), at=NOW)
    good = handed_in(desk, mail(), at=NOW)
    assert (bad.state, good.state) == (State.FAILED, State.CASE)
    assert (bad.subject, bad.reason, bad.sender) == ("poison", "Poison: poison", "ann@customer.example")
    assert list(Case.objects.all()) == [good.case]
    assert list(held_mail(desk)) == [bad]


def test_a_failed_mail_is_tried_five_times_and_then_waits_for_a_person(monkeypatch) -> None:
    """Each rest is longer; after the last try time passes on, and `retry` still takes it up."""
    desk = netop()
    with monkeypatch.context() as patched:
        poison(patched)
        row, when = handed_in(desk, mail(subject="poison"), at=NOW), NOW
        assert heard_until(desk) == instant(NOW) - 1
        for tries in range(2, TRIES + 1):
            when = row.try_at
            assert process_waiting(when - timedelta(seconds=1)) == 0
            assert process_waiting(when) == 1
            row.refresh_from_db()
            assert (row.state, row.attempts) == (State.FAILED, tries)
        assert (row.try_at, heard_until(desk)) == (None, None)
        assert process_waiting(when + timedelta(days=9)) == 0
        assert [each.state for each in retry([row], at=when)] == [State.FAILED]
    assert [each.state for each in retry([row], at=when)] == [State.CASE]
    assert retry(Received.objects.all(), at=when) == []


def test_a_mail_that_was_kept_and_no_more_is_taken_in_once() -> None:
    """As after a kill between the two: until then it counts as unread, afterwards it has one case."""
    desk = netop()
    row, is_new = keep(mail(), mailbox_of(desk), at=NOW)
    assert is_new
    assert (row.state, heard_until(desk)) == (State.STORED, instant(NOW) - 1)
    assert process_waiting(NOW + LONGEST_TRY - timedelta(seconds=1)) == 0
    assert process_waiting(NOW + LONGEST_TRY) == 1
    assert process_waiting(NOW + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert (row.state, Case.objects.count(), heard_until(desk)) == (State.CASE, 1, None)
    assert row.case.opened_at == NOW


def test_what_another_has_taken_in_meanwhile_does_not_become_failed() -> None:
    """Of two that had the mail, the one that failed with it last says nothing against the one that did it."""
    row = handed_in(netop(), mail("Slow since Monday."), at=NOW)
    assert row.state == State.CASE
    assert receiving.failed(row, RuntimeError("too late"), at=NOW).state == State.CASE
    assert Received.objects.get(pk=row.pk).try_at is None


def test_a_mail_that_kills_whoever_reads_it_is_given_up_after_five() -> None:
    """Tries are counted before the mail is looked at."""
    desk = netop()
    row, _ = keep(mail(), mailbox_of(desk), at=NOW)
    Received.objects.update(attempts=TRIES)
    assert process_waiting(NOW + LONGEST_TRY) == 1
    row.refresh_from_db()
    assert (row.state, row.try_at, Case.objects.count()) == (State.FAILED, None, 0)


def test_a_mail_handed_in_again_after_a_kill_is_taken_in_at_once() -> None:
    """The server that got no exit code brings it anew."""
    desk, raw = netop(), mail()
    keep(raw, mailbox_of(desk), at=NOW)
    row = receive(raw, mailbox_of(desk), at=NOW + timedelta(minutes=5))
    assert (row.state, row.case.opened_at, Received.objects.count()) == (State.CASE, NOW, 1)


def test_a_mailbox_belongs_to_one_desk() -> None:
    """A slip in the mail server's table does not put one desk's mail on another."""
    desk = netop()
    other = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    assert mailbox_of(desk, "Support@Desk.Example ").address == "support@desk.example"
    with pytest.raises(UnknownMailboxError, match="another desk"):
        mailbox_of(other, "support@desk.example")
    with pytest.raises(UnknownMailboxError, match="--mailbox"):
        mailbox_of(other)
