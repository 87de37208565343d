"""One mail has one key whatever servers did to it, two mails have two (MAIL 5)."""

from pathlib import Path

import pytest

from troth.mail.identity import content_key

RAW = b"From: a@b.c\r\nSubject: one\r\n two\r\nMessage-ID: <1@x>\r\n\r\nHello\x00\r\nyou\r\n"
SAME = {
    "line ends": RAW.replace(b"\r\n", b"\n"),
    "traces of the way": b"Received: from x\r\n by y\r\nReturn-Path: <a@b.c>\r\nX-Spam-Score: 3\r\n" + RAW,
    "order": b"Message-ID: <1@x>\r\nSubject: one\r\n\ttwo\r\nFrom: a@b.c\r\n\r\nHello\x00\r\nyou\r\n",
    "NUL as one server stores it": RAW.replace(b"\x00", b"\x80"),
    "a last line end": RAW + b"\r\n",
    "a mailbox file's line": b"From a@b.c Mon Mar  2 10:00:00 2026\n" + RAW,
    "case of a name": RAW.replace(b"Subject:", b"SUBJECT:"),
}  # fmt: skip
OTHER = {
    "text": RAW.replace(b"you", b"You"),
    "subject": RAW.replace(b"one", b"two"),
    "sender": RAW.replace(b"a@b.c", b"b@b.c"),
    "id": RAW.replace(b"<1@x>", b"<2@x>"),
    "a field that is no trace": b"X-Ticket: 7\r\n" + RAW,
}


@pytest.mark.parametrize("raw", SAME.values(), ids=list(SAME))
def test_the_same_mail_has_the_same_key(raw: bytes) -> None:
    """What changes on the way changes nothing."""
    assert content_key(raw) == content_key(RAW)


@pytest.mark.parametrize("raw", OTHER.values(), ids=list(OTHER))
def test_another_mail_has_another_key(raw: bytes) -> None:
    """Also when it carries the same Message-ID."""
    assert content_key(raw) != content_key(RAW)


def test_mails_of_the_corpus_keep_their_key_through_a_server(corpus: list[Path]) -> None:
    """Line ends turned, a trace put on top: the key is the one before, for each real mail."""
    for file in corpus:
        raw = file.read_bytes()
        if not raw.startswith((b"\n", b"\r", b" ", b"From ")) and b":" in raw.partition(b"\n")[0]:
            moved = b"Received: from somewhere\r\n" + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            assert content_key(moved) == content_key(raw), file.name
