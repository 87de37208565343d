"""Any bytes give a message, and a good mail gives the right one."""

import datetime as dt
import json
import re
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.reading import NO_SUBJECT, UNKNOWN_SENDER, Mail, read_mail

# Control characters other than line ends and tabs, and halves of surrogate pairs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def assert_sound(mail: Mail) -> None:
    """What holds of every message, whatever the bytes were."""
    assert mail.sender_shown
    assert mail.subject
    people = [*mail.to, *mail.cc, *mail.reply_to, *([mail.sender] if mail.sender else [])]
    lines = [mail.subject, mail.message_id, *mail.in_reply_to, *mail.references]
    lines += [attachment.name for attachment in mail.attachments]
    lines += [part for person in people for part in (person.name, person.email)]
    assert not [line for line in lines if _FORBIDDEN.search(line) or "\n" in line or "\t" in line]
    assert not _FORBIDDEN.search(mail.text)
    assert not _FORBIDDEN.search(mail.html or "")
    assert all("@" in person.email for person in people)
    names = [attachment.name.casefold() for attachment in mail.attachments]
    assert len(names) == len(set(names))
    assert mail.sent_at is None or mail.sent_at.tzinfo is not None


def test_every_real_mail_gives_a_message(corpus: list[Path]) -> None:
    """MAIL 10: a sender or *unknown sender*, a subject or *(no subject)*, no exception."""
    assert len(corpus) > 500
    for file in corpus:
        assert_sound(read_mail(file.read_bytes()))


def test_every_truncation_of_fifty_mails_gives_a_message(corpus: list[Path]) -> None:
    """MAIL 10: a mail may end anywhere, in the middle of a character or of a boundary."""
    files = corpus[::10][:50]
    assert len(files) == 50
    for file in files:
        raw = file.read_bytes()
        for step in range(40):
            assert_sound(read_mail(raw[: len(raw) * step // 40]))


@given(st.binary(max_size=400))
def test_any_bytes_give_a_message(raw: bytes) -> None:
    """No bytes raise, and none lets a forbidden character through."""
    assert_sound(read_mail(raw))


_PIECES = st.sampled_from(
    [
        b"From: ", b"Subject: ", b"To: ", b"Date: ", b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n",
        b"--b--\n", b"\n\n", b"\n", b"\r\n", b"Content-Type: text/html; charset=utf-7\n", b"=?utf-8?q?=00=0a?=",
        b"Content-Transfer-Encoding: base64\n", b"+2AA-", b"<a@b.c>", b'"', b"(", b"Content-Type: text/plain;",
        b"charset=unicode_escape", b"charset*0*=x'", b"filename*=utf-8''%00%ff", b"\x00", b"\xff\xfe", b"<p>", b";",
    ]
)  # fmt: skip


@given(st.lists(_PIECES | st.binary(max_size=8), max_size=30))
def test_any_pieces_of_mail_give_a_message(pieces: list[bytes]) -> None:
    """Bytes that look like mail reach further into the reader than any bytes do."""
    assert_sound(read_mail(b"".join(pieces)))


def test_an_empty_mail_says_who_and_what_are_missing() -> None:
    """MAIL 10: a person sees words, not nothing."""
    mail = read_mail(b"")
    assert mail.sender_shown == UNKNOWN_SENDER
    assert mail.subject == NO_SUBJECT
    assert mail.text == ""


# Where another reader of these mails says something else, and why ours is the one to keep.
_DIFFERS = {
    "subject": {
        "error_emails/invalid_subject_characters.eml": "bytes beyond ASCII are read, not dropped",
        "plain_emails/raw_email_incorrect_header.eml": "a broken line does not end the header",
        "rfc2822/example14.eml": "the space between a word and an encoded word is a space",
    },
    "from": {
        "plain_emails/mix_caps_content_type.eml": "a name before a bare address is no part of it",
        "plain_emails/raw_email_incorrect_header.eml": "a broken line does not end the header",
        "rfc2822/example13.eml": "white space around the dots of an address is allowed",
    },
    "to": {
        "error_emails/missing_body.eml": "a group without members names nobody",
        "mime_emails/raw_email11.eml": "an address stands where a name is expected",
        "plain_emails/raw_email_incorrect_header.eml": "a broken line does not end the header",
        "plain_emails/raw_email_with_at_display_name.eml": "a name that looks like an address is a name",
    },
    "cc": {},
    "text": {
        "attachment_2_base64.eml": "the text of an attached mail is not ours",
        "attachment_7bit.eml": "the text of an attached mail is not ours",
        "attachment_8bit.eml": "the text of an attached mail is not ours",
        "attachment_emails/attachment_message_rfc822.eml": "the text of an attached mail is not ours",
        "forwarded_message.eml": "the text of an attached mail is not ours",
        "mime_emails/raw_email_with_mimepart_without_content_type.eml": "the bounced mail is an attachment",
        "multipart_report_emails/multi_address_bounce1.eml": "the bounced mail is an attachment",
        "multipart_report_emails/multi_address_bounce2.eml": "the bounced mail is an attachment",
        "multipart_report_emails/multipart_report_multiple_status.eml": "the bounced mail is an attachment",
        "error_emails/content_transfer_encoding_7-bit.eml": "one wrong byte in UTF-8 does not make it Latin",
        "error_emails/content_transfer_encoding_plain.eml": "a byte beyond ASCII is read, not dropped",
        "mime_emails/raw_email4.eml": "a byte beyond ASCII is read, not dropped",
        "plain_emails/raw_email6.eml": "a byte beyond ASCII is read, not dropped",
        "plain_emails/raw_email_incorrect_header.eml": "a broken line does not end the header",
        "rfc2822/example13.eml": "a line that lost its name ends the header, what follows is shown",
    },
}  # fmt: skip


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


@pytest.mark.parametrize("field", ["subject", "from", "to", "cc", "text"])
def test_another_reader_of_a_hundred_mails_agrees(data_dir: Path, field: str) -> None:
    """Fields that another project expects of its own corpus, differences named one by one."""
    folder = data_dir / "mail" / "imap_tools"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    differing = set()
    for name, wanted in expected.items():
        mail = read_mail((folder / name).read_bytes())
        ours, theirs = {
            "subject": (mail.subject.replace(NO_SUBJECT, ""), " ".join(wanted["subject"].split())),
            "from": (mail.sender.email if mail.sender else "", wanted["from_"]),
            "to": ([each.email for each in mail.to], wanted["to"]),
            "cc": ([each.email for each in mail.cc], wanted["cc"]),
            "text": (_lines(mail.text), _lines(wanted["text"])) if wanted["text"].strip() else ("", ""),
        }[field]
        if ours != theirs:
            differing.add(name)
    assert differing == set(_DIFFERS[field])


def test_attachments_of_another_corpus_are_ours_byte_for_byte(data_dir: Path) -> None:
    """What another project found attached is attached here, its bytes the same.

    Attached mails are left out: others write them anew, we keep what was sent.
    """
    folder = data_dir / "mail" / "imap_tools"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    checked = 0
    for name, wanted in expected.items():
        ours = {sha256(each.content).hexdigest() for each in read_mail((folder / name).read_bytes()).attachments}
        for each in wanted["attachments"]:
            is_written_anew = each["content_type"].startswith(("message/", "text/")) or "rfc822" in name
            if not is_written_anew:
                checked += 1
                assert each["payload"]["sha256"] in ours, name
    assert checked > 20


def _built(*parts: tuple[str, str], kind: str = "mixed") -> bytes:
    """A container of parts, each given by its header lines and its text."""
    body = "".join(f"--b\n{head}\n\n{text}\n" for head, text in parts)
    return f"From: a@example.com\nSubject: s\nContent-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n".encode()


PLAIN, HTML = "Content-Type: text/plain", "Content-Type: text/html"
SHOWN = {
    "plain only": (b"From: a@example.com\n\nHello\n", "Hello"),
    "HTML only": (b"Content-Type: text/html\n\n<style>p{}</style><p>Hello<p>you", "Hello\n\nyou"),
    "alternatives": (_built((PLAIN, "plain"), (HTML, "<p>rich"), kind="alternative"), "plain"),
    "an empty plain form": (_built((PLAIN, " "), (HTML, "<p>rich"), kind="alternative"), "rich"),
    "a plain form that points to the other": (
        _built((PLAIN, "View in an HTML client."), (HTML, "<p>" + "real words " * 9), kind="alternative"),
        ("real words " * 9).strip(),
    ),
    "several texts": (_built((PLAIN, "one"), (PLAIN, "two")), "one\n\ntwo"),
    "a text and a file": (
        _built((PLAIN, "one"), (PLAIN + "\nContent-Disposition: attachment; filename=a.txt", "two")),
        "one",
    ),
    "only a file": (_built(("Content-Type: application/pdf; name=a.pdf", "x")), ""),
    "an attached mail": (_built((PLAIN, "outer"), ("Content-Type: message/rfc822", "Subject: x\n\ninner")), "outer"),
    "an invitation": (_built((PLAIN, "come"), ("Content-Type: text/calendar", "BEGIN:VCALENDAR")), "come"),
    "flowed": (b"Content-Type: text/plain; format=flowed\n\none \ntwo\n> three \n> four\n", "one two\n> three four"),
    "no boundary": (b"Content-Type: multipart/mixed\n\nHello\n", "Hello"),
    "a boundary never met": (b"Content-Type: multipart/mixed; boundary=x\n\nHello\n", "Hello"),
    "no end": (_built((PLAIN, "Hello"))[:-6], "Hello"),
    "a named text to be shown": (
        b"Content-Type: text/plain; name=a.txt\nContent-Disposition: inline\n\nHello",
        "Hello",
    ),
    "a quotation in HTML": (b"Content-Type: text/html\n\n<p>new<blockquote>old", "new\n\n> old"),
    "hidden in HTML": (b"Content-Type: text/html\n\n<div style='display:none'>x</div><p>seen", "seen"),
    "carriage returns alone": (b"Subject: s\r\rHello\ryou", "Hello\nyou"),
}


@pytest.mark.parametrize(("raw", "text"), SHOWN.values(), ids=list(SHOWN))
def test_the_text_is_what_a_person_would_have_seen(raw: bytes, text: str) -> None:
    """MAIL 14: whatever the shape of the mail."""
    assert read_mail(raw).text.strip() == text


def test_alternatives_inside_related_inside_mixed_are_one_text() -> None:
    """MAIL 14 and 15: the usual mail with a picture and a file."""
    mail = EmailMessage()
    mail.set_content("plain")
    mail.add_alternative('<p>rich <img src="cid:one@x">', subtype="html")
    mail.get_payload()[1].add_related(b"PNG", "image", "png", cid="<one@x>", filename="p.png")
    mail.get_payload()[1].add_related(b"PNG2", "image", "png", cid="<two@x>", filename="p.png")
    mail.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="f.pdf")
    read = read_mail(bytes(mail))
    assert read.text.strip() == "plain"
    assert "cid:one@x" in (read.html or "")
    found = [(each.name, each.is_inline, each.content) for each in read.attachments]
    assert found == [("p.png", True, b"PNG"), ("p (2).png", False, b"PNG2"), ("f.pdf", False, b"PDF")]


@pytest.mark.parametrize(
    ("raw", "is_signed", "is_encrypted"),
    [
        (_built((PLAIN, "x"), ("Content-Type: application/pgp-signature", "s"), kind="signed"), True, False),
        (_built(("Content-Type: application/pgp-encrypted", "v"), kind="encrypted"), False, True),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx", False, True),
        (b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx", True, False),
        (b"\n-----BEGIN PGP MESSAGE-----\n", False, True),
        (b"\nHello\n", False, False),
    ],
)
def test_signed_and_encrypted_mail_says_so(raw: bytes, is_signed: bool, is_encrypted: bool) -> None:
    """MAIL 17: nothing of it is lost, it stays among the attachments."""
    mail = read_mail(raw)
    assert (mail.is_signed, mail.is_encrypted) == (is_signed, is_encrypted)
    assert mail.text.strip() or mail.attachments


def test_references_are_kept_each_once_and_the_latest_of_too_many() -> None:
    """MAIL 23: ten thousand of them hang nothing."""
    many = b" ".join(b"<%d@x>" % number for number in range(4000))
    mail = read_mail(b"References: " + many + b"\nIn-Reply-To: <1@x> <1@x>\nMessage-ID: m@x\n\n")
    assert len(mail.references) == 100
    assert (mail.references[0], mail.references[-1]) == ("<0@x>", "<3999@x>")
    assert mail.in_reply_to == ("<1@x>",)
    assert mail.message_id == "<m@x>"


def test_the_date_is_an_instant() -> None:
    """An offset counts, none counts as UTC, nonsense is no date."""
    assert read_mail(b"Date: Mon, 2 Mar 2026 10:00:00 +0100\n\n").sent_at == dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    assert read_mail(b"Date: 2 Mar 2026 10:00:00\n\n").sent_at == dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
    for nonsense in (b"soon", b"Mon, 99 Mar 2026 10:00:00", b"1 Jan 1950 00:00:00 +1400", b"1 Jan 99999 00:00", b""):
        assert read_mail(b"Date: " + nonsense + b"\n\n").sent_at is None
