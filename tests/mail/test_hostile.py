"""Large and hostile mail is read within two seconds and four times its size (MAIL 19)."""

import base64
import time
import tracemalloc

import pytest

from troth.mail import limits
from troth.mail.reading import read_mail

SECONDS = 2.0
HEAD = b"From: a@example.com\nSubject: s\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
WEB = HEAD + b"Content-Type: text/html\n\n"


def _nested(depth: int) -> bytes:
    edges = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1) for level in range(depth)
    )
    return MIXED.replace(b"=b\n", b"=b0\n") + edges + b"--b%d\n\nhello\n" % depth


HOSTILE = {
    "a thousand nested parts": (_nested(1000), "nested"),
    "two thousand brackets": (b"From: " + b"(" * 2000 + b"a@example.com\n\nx", None),
    "brackets to the limit": (b"From: " + b"(" * 60_000 + b"\n\nx", None),
    "quotes to the limit": (b"From: " + b'"\\' * 30_000 + b"\n\nx", None),
    "angles to the limit": (b"From: " + b"<" * 60_000 + b"\n\nx", None),
    "twenty thousand recipients": (HEAD + b"To: " + b", ".join(b"a%d@b.c" % n for n in range(20_000)), "recipients"),
    "more than a thousand parts": (MIXED + b"--b\n\nx\n" * 20_000, "parts"),
    "a long header": (HEAD + b"X-Long: " + b"y" * 200_000 + b"\n\nx", "header"),
    "parts with long headers": (MIXED + (b"--b\n" + b"a: b\n" * 4000) * 1000, "header"),
    "ten million false edges": (MIXED + b"--\n" * 10_000_000, "edge"),
    "encoded words without an end": (b"Subject: " + b"=?a?q?" * 10_000 + b"\n\n", None),
    "parameters without an end": (b"Content-Type: text/plain" + b'; a="' * 10_000 + b"\n\n", None),
    "deep HTML": (WEB + b"<div>" * 150_000 + b"x", None),
    "marks that HTML copies": (WEB + b"<p>" + b"".join(b"<b a=%d>" % n for n in range(1000)) + b"<p>x" * 5_000, None),
    "attributes": (WEB + b"<a " + b" a=b" * 200_000 + b">x", None),
    "unknown charsets": (
        MIXED + (b"--b\nContent-Type: text/plain; charset=foo\n\n" + bytes(range(128, 256)) * 8 + b"\n") * 1000,
        None,
    ),
    "sixty megabytes": (HEAD + b"\n" + b"hello world\n" * 5_000_000, "MB"),
}


@pytest.mark.parametrize(("raw", "note"), HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_mail_is_read_in_time_and_what_was_cut_is_named(raw: bytes, note: str | None) -> None:
    """The time is the promise itself, so it stands here as seconds, of the processor and not of the clock."""
    began = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - began < SECONDS
    if note is not None:
        assert [each for each in mail.left_out if note in each]
    assert len(mail.to) <= limits.RECIPIENTS
    assert len(mail.attachments) <= limits.PARTS


def test_a_large_attachment_costs_less_than_four_times_its_size() -> None:
    """The standard parser peaks at nine times."""
    coded = base64.encodebytes(bytes(range(256)) * 50_000)
    raw = HEAD + b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + coded
    tracemalloc.start()
    mail = read_mail(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert mail.attachments[0].size == 256 * 50_000
    assert peak < 4 * len(raw)


def test_five_hundred_recipients_are_all_kept() -> None:
    """At the limit nothing is cut and nothing said."""
    mail = read_mail(HEAD + b"To: " + b", ".join(b"a%d@b.c" % n for n in range(limits.RECIPIENTS)) + b"\n\nx")
    assert len(mail.to) == limits.RECIPIENTS
    assert mail.left_out == ()


def test_a_thousand_parts_are_all_kept() -> None:
    """The container counts as one of them."""
    mail = read_mail(MIXED + b"--b\nContent-Type: image/png\n\nx\n" * (limits.PARTS - 1) + b"--b--\n")
    assert len(mail.attachments) == limits.PARTS - 1
    assert mail.left_out == ()
