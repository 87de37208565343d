"""Machines are known by their headers, bounces by their structure (MAIL 26 and 27)."""

import json
from pathlib import Path

import pytest

from troth.mail.reading import read_mail

HEADERS = [
    ("Auto-Submitted: auto-replied", True),
    ("Auto-Submitted: auto-generated; x=y", True),
    ("Auto-Submitted: no", False),
    ("X-Auto-Response-Suppress: All", True),
    ("X-Auto-Response-Suppress: None", False),
    ("Precedence: bulk", True),
    ("Precedence: list", True),
    ("Precedence: first-class", False),
    ("List-Id: <l.example.com>", True),
    ("List-Unsubscribe: <mailto:x@y.z>", True),
    ("Return-Path: <>", True),
    ("Return-Path: <a@b.c>", False),
    ("X-Failed-Recipients: x@y.z", True),
    ("X-Autoreply: yes", True),
    ("X-Troth-Notice: confirmation", True),
    ("Content-Type: multipart/report; report-type=disposition-notification", True),
    ("Subject: Out of office: back on Monday", True),
    ("Subject: Automatische Antwort: Drucker", True),
    ("Subject: The office is out of paper", False),
    ("X-Mailer: Someone", False),
]


@pytest.mark.parametrize(("line", "is_automatic"), HEADERS)
def test_a_header_says_whether_a_machine_wrote(line: str, is_automatic: bool) -> None:
    """One line of the table each."""
    mail = read_mail(f"From: a@example.com\n{line}\n\nHello\n".encode())
    assert mail.is_automatic is is_automatic
    assert bool(mail.automatic_because) is is_automatic


def test_four_of_five_real_bounces_are_known_as_bounces(data_dir: Path) -> None:
    """Of the 115 that carry an expectation; what is reached may not be lost again."""
    folder = data_dir / "mail" / "flufl.bounce"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    found = [name for name in expected if read_mail((folder / name).read_bytes()).is_bounce]
    assert len(expected) == 115
    assert len(found) >= 105


def test_no_human_mail_is_taken_for_a_bounce(data_dir: Path) -> None:
    """The replies of people, in many clients and languages."""
    folder = data_dir / "mail"
    people = sorted([*(folder / "talon").rglob("*.eml"), *(folder / "chatwoot").glob("*.eml")])
    bounces = [file.name for file in people if read_mail(file.read_bytes()).is_bounce]
    assert len(people) > 40
    assert bounces == ["bounced_with_no_from.eml"]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: ann@example.com\nSubject: Re: Undelivered Mail Returned to Sender\n\nWhat is this?\n",
        (
            b"From: ann@example.com\nSubject: Fwd: bounce\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n"
            b"--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/report; boundary=c\n\n"
            b"--c\nContent-Type: message/delivery-status\n\nStatus: 5.0.0\n--c--\n--b--\n"
        ),
    ],
)
def test_a_person_who_writes_about_a_bounce_is_a_person(raw: bytes) -> None:
    """What stands inside an attached mail is not looked at."""
    mail = read_mail(raw)
    assert not mail.is_bounce
    assert not mail.is_automatic
