"""The demo's outbox: mails as text, newest first, and only in a demo."""

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client

from troth.workspace.outbox import letters_in


@pytest.fixture
def folder(tmp_path, settings):
    """An outbox with a folder of its own, of a desk that is a demo."""
    settings.TROTH_DEMO, settings.TROTH_OUTBOX = True, tmp_path
    return tmp_path


def send(
    folder, subject: str = "Hello", body: str = "Words.", date: str = "Fri, 06 Mar 2026 10:00:00 +0000", **more
) -> None:
    """A mail as Django's file backend leaves it."""
    mail = EmailMessage(
        subject, body, "desk@netop.example", [more.get("to", "maria@x.example")], headers={"Date": date}
    )
    for part in more.get("parts", ()):
        mail.attach(*part)
    EmailBackend(file_path=folder).send_messages([mail])


def test_the_newest_mail_stands_first(folder) -> None:
    """By the mails' own dates, whenever their files were written."""
    send(folder, "second", date="Fri, 06 Mar 2026 11:00:00 +0000")
    send(folder, "third", date="Fri, 06 Mar 2026 13:30:00 +0100")
    send(folder, "first", date="Fri, 06 Mar 2026 10:00:00 +0000")
    assert [one.subject for one in letters_in(folder)] == ["third", "second", "first"]


def test_addresses_can_be_followed_and_nothing_else_is_markup(folder) -> None:
    """Links are links, everything else is text."""
    send(
        folder,
        "<b>bold</b>",
        "See http://desk.example/netop/cases/1?a=1&b=2\n<script>alert(1)</script>\njavascript:alert(2)",
    )
    body = Client().get("/outbox").content.decode()
    assert '<a href="http://desk.example/netop/cases/1?a=1&amp;b=2" rel="nofollow">' in body
    assert "<script>alert(1)" not in body
    assert "&lt;b&gt;bold&lt;/b&gt;" in body
    assert 'href="javascript:' not in body


def test_letters_of_every_alphabet_and_several_mails_in_one_file(folder) -> None:
    """A connection that sends two mails leaves both in one file."""
    mails = [EmailMessage(f"Nr. {n}: Prøve ✓", "æøå Ελλάδα", "a@b.example", ["c@d.example"]) for n in (1, 2)]
    EmailBackend(file_path=folder).send_messages(mails)
    found = letters_in(folder)
    assert {one.subject for one in found} == {"Nr. 1: Prøve ✓", "Nr. 2: Prøve ✓"}
    assert all("æøå Ελλάδα" in one.body for one in found)


def test_it_can_be_narrowed_to_one_reader(folder) -> None:
    """`?to=maria`."""
    send(folder, "for Maria")
    send(folder, "for Per", to="per@y.example")
    body = Client().get("/outbox", {"to": "maria"}).content.decode()
    assert "for Maria" in body
    assert "for Per" not in body


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\xff\xfe\x00", b"no headers at all", b"Subject: x\nContent-Type: text/plain; charset=klingon\n\n\xe9"],
)
def test_a_file_that_is_no_mail_breaks_nothing(folder, rubbish: bytes) -> None:
    """The others are still shown."""
    (folder / "rubbish.log").write_bytes(rubbish)
    send(folder, "whole")
    assert "whole" in Client().get("/outbox").content.decode()


def test_an_empty_outbox_says_so(folder) -> None:
    """No folder, no mail."""
    folder.rmdir()
    assert "No mail yet" in Client().get("/outbox").content.decode()


def test_a_desk_in_earnest_has_no_outbox(folder, settings, db) -> None:
    """404, signed in or not."""
    settings.TROTH_DEMO = False
    assert Client().get("/outbox").status_code == 404
