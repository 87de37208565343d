"""What the desk sends says what was asked and cannot be made to say more (MAIL 22 and 30)."""

import datetime as dt
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.addresses import Address
from troth.mail.outgoing import File, RefusedHeader, build, new_message_id
from troth.mail.reading import read_mail

SENT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)


def _built(**changes: object) -> bytes:
    facts: dict[str, object] = {
        "sender": Address("Netop Support", "netop@desk.example"),
        "to": [Address("Lee, Ann", "ann@example.com")],
        "subject": "[NETOP-1042] It works",
        "text": "Hello\n",
        "sent_at": SENT,
        "message_id": "<1@desk.example>",
    }
    return build(**(facts | changes))


def test_what_was_asked_is_read_back() -> None:
    """By our own reader and by the standard library."""
    raw = _built(
        html="<p>Hello",
        cc=[Address("Jürgen Größe", "j@example.com")],
        reply_to=Address("", "netop+1.b.bcd.aaa@desk.example"),
        in_reply_to="<0@x>",
        references=["<00@x>", "<0@x>"],
        files=[File("Größe.pdf", "application/pdf", b"PDF\x00\n")],
    )
    mail = read_mail(raw)
    assert mail.defects == ()
    assert (mail.subject, mail.sent_at, mail.message_id) == ("[NETOP-1042] It works", SENT, "<1@desk.example>")
    assert mail.to == (Address("Lee, Ann", "ann@example.com"),)
    assert mail.cc == (Address("Jürgen Größe", "j@example.com"),)
    assert (mail.in_reply_to, mail.references) == (("<0@x>",), ("<00@x>", "<0@x>"))
    assert mail.text.strip() == "Hello"
    assert (mail.html or "").strip() == "<p>Hello"
    assert [(each.name, each.content) for each in mail.attachments] == [("Größe.pdf", b"PDF\x00\n")]
    library = message_from_bytes(raw, policy=policy.default)
    assert str(library["Subject"]) == mail.subject
    assert library["To"].addresses[0].display_name == "Lee, Ann"
    assert not mail.is_automatic


INJECTED = [
    "a\r\nBcc: x@y.z",
    "a\nb",
    "a\rb",
    "a\x00b",
    "=?utf-8?q?a=0D=0ABcc:_x@y.z?=",
    "=?utf-8?b?YQpi?=",
    "a\u2028b",
]


@pytest.mark.parametrize("value", INJECTED)
def test_no_value_can_add_a_header(value: str) -> None:
    """CR, LF and NUL are refused in every place, encoded ones too."""
    places = [
        {"subject": value},
        {"sender": Address(value, "a@b.c")},
        {"to": [Address("", f"{value}@b.c")]},
        {"reply_to": Address(value, "a@b.c")},
        {"message_id": f"<{value}@x>"},
        {"in_reply_to": f"<{value}@x>"},
        {"references": [f"<{value}@x>"]},
        {"notice": value},
        {"files": [File(value, "text/plain", b"")]},
        {"files": [File("a", value, b"")]},
    ]
    for place in places:
        with pytest.raises(RefusedHeader):
            _built(**place)


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=200))
def test_any_subject_and_name_arrive_as_they_were(value: str) -> None:
    """Folding and encoding change nothing, and no line is longer than RFC 5322 allows."""
    words = " ".join(value.split())
    try:
        raw = _built(subject=words, to=[Address(words.strip("\"' "), "ann@example.com")])
    except RefusedHeader:
        return  # an encoded line end, by chance
    mail = read_mail(raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    if "=?" not in words:
        assert mail.subject == (words or "(no subject)")
    assert [each.email for each in mail.to] == ["ann@example.com"]


def test_a_notice_is_marked_so_that_no_machine_answers() -> None:
    """RFC 3834, and our own mark for our own intake."""
    mail = read_mail(_built(notice="confirmation"))
    assert mail.is_automatic
    assert set(mail.automatic_because) >= {"Auto-Submitted", "our own notice"}


def test_message_ids_are_unique_and_unguessable() -> None:
    """A hundred and twenty-eight random bits each."""
    found = {new_message_id("desk.example") for _ in range(1000)}
    assert len(found) == 1000
    assert min(map(len, found)) >= 32 + len("<@desk.example>")


def test_a_mail_to_nobody_is_refused() -> None:
    """It would be sent to whom the server likes."""
    with pytest.raises(RefusedHeader):
        _built(to=[])
