"""What leaves the desk: kept before it goes, signed for its recipient, and not to be made to say more."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from tests.conftest import ROOT
from tests.desk.making import again, agent, at, customer, netop, opened
from tests.mail.writing import handed_in, mail, posted
from troth.desk.door import record
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment, Notice
from troth.desk.notices import DELIVER
from troth.desk.outside import outside
from troth.desk.scanning import LONGEST, Scan
from troth.desk.worker import Worker
from troth.journal.jobs import CARE, MAIL
from troth.mail import answering
from troth.mail.mailboxes import mailbox_of
from troth.mail.models import Proof, Sent, State
from troth.mail.participants import participant_at
from troth.mail.reading import read_mail
from troth.mail.receiving import heard_until
from troth.mail.sending import deliver
from troth.mail.uploads import MOST
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db
NOW = at("2026-03-09 10:00")


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path) -> Path:
    """A folder of its own for what this test sends."""
    settings.TROTH_OUTBOX = tmp_path / "outbox"
    return settings.TROTH_OUTBOX


def test_the_desk_sends_and_listens_through_this_room() -> None:
    """Loading the app has told the desk below."""
    assert (outside.deliver, outside.heard_until) == (deliver, heard_until)


def test_a_notice_goes_out_and_its_answer_comes_back_to_the_case(outbox) -> None:
    """The round: a mail opens a case, the worker confirms, the customer replies to the Reply-To."""
    desk = netop()
    case = handed_in(desk, mail(), at=NOW).case
    assert Worker("test").run_once(NOW).sent == 1
    notice = case.notices.get(kind="confirmation")
    (file,) = outbox.glob("*.eml")
    ours = read_mail(file.read_bytes())
    assert [each.name for each in outbox.iterdir()] == [file.name]
    assert (ours.message_id, ours.subject) == (notice.mail_id, notice.subject)
    assert (str(ours.sender), [each.email for each in ours.to]) == (
        "Netop <netop@desk.example>",
        ["ann@customer.example"],
    )
    assert (ours.is_automatic, ours.in_reply_to) == (True, (mail_id_of(case),))
    answer = mail("Thank you.", to=ours.reply_to[0].email, subject=f"Re: {ours.subject}", In_Reply_To=ours.message_id)
    row = handed_in(desk, answer, at=NOW)
    assert (row.state, row.case, row.proof) == (State.REPLY, case, Proof.SIGNED_ADDRESS)
    assert again(case).events.filter(word="confirm").count() == 1


def mail_id_of(case) -> str:
    """The id of the mail that opened the case."""
    return case.mails.get().mail_id


def test_an_agents_reply_reaches_the_customer_whole_with_the_word_line() -> None:
    """The full text, by the agent's name, as a person's mail; beneath it stands where the case is."""
    desk = netop()
    case = opened(desk).case
    words = "Set the port to 6502.\n\nThen restart the host."
    file = Enclosed("Größe.pdf", b"PDF\0\n", "application/pdf")
    record(case, Verb.REPLY, by=agent(desk), written=Written(words, enclosed=(file,)), at=NOW)
    ours = posted(case.notices.get(kind="reply"), at=NOW)
    assert ours.text.startswith(words)
    assert f"{case.label}: " in ours.text
    assert f"/netop/cases/{case.label}" in ours.text
    assert (ours.is_automatic, ours.sender.name) == (False, "Agent, Netop")
    assert [(each.name, each.content) for each in ours.attachments] == [("Größe.pdf", b"PDF\0\n")]
    assert participant_at(ours.reply_to[0].email, mailbox_of(desk), today=NOW.date()).person == case.contact.person


def test_a_mail_that_is_sent_twice_is_the_same_mail(outbox) -> None:
    """At least once, under one id: a receiver that remembers ids sees it once."""
    notice = opened(netop()).case.notices.get()
    first, bytes_before = deliver(notice, at=NOW), [file.read_bytes() for file in outbox.glob("*.eml")]
    assert deliver(notice, at=at("2026-03-10 10:00")) == first
    assert [file.read_bytes() for file in outbox.glob("*.eml")] == bytes_before
    assert len(bytes_before) == 1


def test_two_persons_have_two_addresses_and_staff_have_none() -> None:
    """An address speaks for one person on one case; a mail becomes an agent's act by more than an address."""
    desk = netop()
    first, second = opened(desk), opened(desk, customer(desk))
    addresses = {posted(done.case.notices.get(), at=NOW).reply_to[0].email for done in (first, second)}
    assert len(addresses) == 2
    worker = agent(desk).person
    notice = Notice.objects.create(
        case=first.case, desk=desk, sequence=1, kind="breach", recipient=f"lead {worker.pk}", person=worker,
        address=worker.email, subject="Late", body="It is late.", queued_at=NOW,
    )  # fmt: skip
    assert posted(notice, at=NOW).reply_to == ()


@pytest.mark.parametrize(
    "title",
    [
        "a\r\nBcc: x@y.z",
        "a\nb",
        "=?utf-8?q?a=0D=0ABcc:_x@y.z?=",
        "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0D=3D0ABcc=3A_x=3F=3D?=",
    ],
)
def test_a_subject_cannot_add_a_header_to_what_we_send(title) -> None:
    """CR and LF in a mail's subject, plain or encoded or encoded twice, are gone or stand as plain text."""
    desk = netop()
    row = handed_in(desk, mail(subject=title.replace("\r", "").replace("\n", "\r\n ")), at=NOW)
    ours = posted(row.case.notices.get(), at=NOW)
    head = bytes(Sent.objects.get().content).partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert b"bcc" not in names
    assert len(names) == len(set(names))
    assert "\n" not in ours.subject


def test_a_mail_server_that_refuses_keeps_the_notice_waiting(settings) -> None:
    """Nothing is lost when nobody listens: the mail is kept, the notice is tried again."""
    settings.TROTH_SMTP_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notice = opened(netop()).case.notices.get()
    assert Worker("test").run_once(NOW).failed == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, Sent.objects.count()) == ("queued", 1, 1)


def test_what_is_too_large_for_a_mail_stays_on_the_page(monkeypatch) -> None:
    """The mail goes all the same; it leads to the case."""
    desk = netop()
    case = opened(desk).case
    done = record(case, Verb.REPLY, by=agent(desk), written=Written("See the files."), at=NOW)
    for name, size in (("large.bin", 15_000_001), ("small.bin", 5)):
        row = Attachment(message=done.message, desk=desk, name=name, media_type="application/octet-stream", size=size)
        row.file.save(name, ContentFile(b"small"))
    ours = posted(case.notices.get(kind="reply"), at=NOW)
    assert [each.name for each in ours.attachments] == ["small.bin"]


# --- how the jobs of mail are cared for ------------------------------------------------------------

CARE_ANEW = """
from troth.site.command_line import prepare_django
prepare_django()
import troth.site.commands
from django_tasks_db.models import DBTaskResult
from troth.journal.jobs import care_of
for path in ("troth.desk.delivering.deliver", "troth.mail.answering.deliver", "troth.journal.periodic.do"):
    care = care_of(DBTaskResult(task_path=path))
    print(int(care.lease.total_seconds()), care.when_failed.__name__ if care.when_failed else "nobody")
"""


def test_a_fresh_worker_knows_how_its_jobs_are_cared_for() -> None:
    """It has loaded nothing but what `troth worker` loads; else a notice that killed nine workers waited for ever."""
    done = subprocess.run([sys.executable, "-c", CARE_ANEW], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["900 when_failed", "900 nobody", "7200 write_down"]


def test_a_worker_has_a_mail_for_longer_than_scanner_and_server_may_take(settings) -> None:
    """Else another would send it too, while the first still waits for the scanner."""
    longest = MOST * LONGEST + 10 * timedelta(seconds=settings.EMAIL_TIMEOUT)
    assert all(CARE[path].lease >= longest for path in (DELIVER, answering.DELIVER))
    opened(netop())
    ours = Worker("one", clock=lambda: NOW).runner.claim(MAIL, NOW)
    assert ours is not None
    assert Worker("two", clock=lambda: NOW + longest - timedelta(seconds=1)).runner.claim(MAIL, NOW) is None
    later = NOW + CARE[DELIVER].lease
    assert Worker("two", clock=lambda: later).runner.claim(MAIL, NOW).pk == ours.pk


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_scanner_but_the_mail_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked while no transaction is open: in SQLite one that is keeps everybody else from writing."""
    desk, seen = netop(), []

    def look(attachment: Attachment, *, at: datetime) -> Scan:
        seen.append((attachment.name, at.tzinfo is not None, connection.in_atomic_block))
        return Scan.CLEAR

    monkeypatch.setattr("troth.mail.sending.look_at", look)
    case = opened(desk).case
    record(case, Verb.REPLY, by=agent(desk), written=Written("See.", enclosed=(Enclosed("a.txt", b"x"),)), at=NOW)
    ours = posted(case.notices.get(kind="reply"), at=NOW)
    assert [each.content for each in ours.attachments] == [b"x"]
    assert seen == [("a.txt", True, False)]
