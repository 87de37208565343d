"""The demo's outbox: every mail this desk would have sent, to be read on a page. Only a demo has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email import policy as mail_policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join, urlize
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

MOST: Final = 100
LARGEST: Final = 500_000
BETWEEN: Final = re.compile(rb"\r?\n-{79}\r?\n")
"""What Django's file backend writes after each mail."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: who to whom, when, about what; the body is plain text with its links made to be followed."""

    sender: str
    to: str
    subject: str
    at: datetime
    body: SafeString


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first; 404 where this is a desk in earnest."""
    if not settings.TROTH_DEMO:
        raise Http404
    wanted = request.GET.get("to", "").strip().lower()
    letters = [one for one in letters_in(Path(settings.TROTH_OUTBOX)) if wanted in one.to.lower()]
    response = render(request, "workspace/outbox.html", {"letters": letters[:MOST], "all": len(letters), "to": wanted})
    response["Cache-Control"] = "private, no-store"
    return response


def letters_in(folder: Path) -> list[Letter]:
    """Every mail in the folder's files, newest first; a file that cannot be read is left out."""
    letters: list[Letter] = []
    files = [*folder.glob("*.eml"), *folder.glob("*.log")] if folder.is_dir() else []
    for file in files:
        try:
            raw = file.read_bytes()[:LARGEST]
        except OSError:
            continue
        parts = BETWEEN.split(raw) if file.suffix == ".log" else [raw]
        letters += [letter_of(part, file) for part in parts if part.strip()]
    return sorted(letters, key=lambda one: one.at, reverse=True)


def letter_of(raw: bytes, file: Path) -> Letter:
    """One mail as a page shows it: its plain text, never its HTML."""
    message = message_from_bytes(raw.lstrip(), policy=mail_policy.default)
    return Letter(
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")) or "(no subject)",
        at=date_of(message, file),
        body=linked(text_of(message)),
    )


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail; a part whose letters cannot be read is said to be so."""
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return "(This mail has no plain text.)"
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return "(The letters of this mail cannot be read.)"


def date_of(message: EmailMessage, file: Path) -> datetime:
    """The mail's own date, else when its file was written."""
    try:
        said = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        said = None
    if said is None or said.tzinfo is None:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return said


def linked(text: str) -> SafeString:
    """Everything escaped, http and https addresses turned into links, line breaks kept."""
    lines = ((urlize(line, nofollow=True, autoescape=True),) for line in text.strip().splitlines())
    return format_html_join("\n", "{}", ((SafeString(line),) for (line,) in lines))
