"""The mail room's part of the command line: `troth mail receive`, `troth mail retry`."""

from __future__ import annotations

import argparse
import sys
from typing import BinaryIO, Final

from django.utils import timezone

from troth.mail.mailboxes import UnknownMailboxError, mailbox_of
from troth.mail.models import Received, State
from troth.mail.receiving import receive as receive_mail
from troth.mail.receiving import retry as try_again
from troth.people.models import Desk

CLEAN, FINDINGS, USAGE = 0, 1, 2
MOST: Final = 250_000_000
"""Larger mails are no mails; a mail server refuses them long before."""


def receive(arguments: list[str]) -> int:
    """Keeps a mail from standard input and takes it in; 0 once it is kept and accounted for, else 75: try later."""
    parser = argparse.ArgumentParser(prog="troth mail receive", description=receive.__doc__)
    parser.add_argument("--desk", required=True, help="whose mail it is, e.g. netop")
    parser.add_argument("--mailbox", default="", help="the address it came to; the desk's own if not given")
    asked = parser.parse_args(arguments)
    desk = Desk.objects.filter(slug=asked.desk).first()
    if desk is None:
        known = ", ".join(Desk.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        return complain(f"there is no desk {asked.desk!r}; known are: {known}.")
    try:
        mailbox = mailbox_of(desk, asked.mailbox)
    except UnknownMailboxError as error:
        return complain(str(error))
    raw = whole(sys.stdin.buffer)
    if raw is None:
        return complain(f"this mail is larger than {MOST // 1_000_000} MB and was not kept.")
    print(said(receive_mail(raw, mailbox, at=timezone.now())))
    return CLEAN


def whole(source: BinaryIO) -> bytes | None:
    """Everything there is to read, or None when it is more than can be a mail."""
    raw = source.read(MOST + 1)
    return raw if len(raw) <= MOST else None


def retry(arguments: list[str]) -> int:
    """Takes up again every mail that failed or was left half-way; 1 while one of them still fails."""
    parser = argparse.ArgumentParser(prog="troth mail retry", description=retry.__doc__)
    parser.add_argument("--desk", help="only the mail of this desk")
    asked = parser.parse_args(arguments)
    rows = Received.objects.filter(state__in=[State.STORED, State.FAILED]).order_by("received_at", "pk")
    if asked.desk:
        if not Desk.objects.filter(slug=asked.desk).exists():
            return complain(f"there is no desk {asked.desk!r}.")
        rows = rows.filter(desk__slug=asked.desk)
    done = try_again(rows, at=timezone.now())
    for row in done:
        print(said(row))
    print(f"{len(done)} mails were tried again.")
    return FINDINGS if any(row.state == State.FAILED for row in done) else CLEAN


def said(row: Received) -> str:
    """What became of a mail, in a line."""
    about = f" {row.case.label}" if row.case is not None else ""
    reason = f": {row.reason}" if row.reason else ""
    return f"mail {row.pk} to {row.mailbox}: {row.state}{about}{reason}"


def complain(sentence: str, code: int = USAGE) -> int:
    """The sentence goes to standard error; the exit code comes back."""
    print(f"troth: {sentence}", file=sys.stderr)
    return code
