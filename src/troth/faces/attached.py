"""The files of a message as marks: name, size in words, and the one address that hands files out."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from troth.desk.models import Case, Message
from troth.faces.marks import AttachedFile

MEGABYTE: Final = 1_000_000
KILOBYTE: Final = 1_000


def attached_files(row: Case, message: Message) -> tuple[AttachedFile, ...]:
    """The message's files, each to be had where the customer has it too."""
    return tuple(
        AttachedFile(
            name=file.name,
            size=size_words(file.size),
            href=reverse("portal:file", args=[row.desk.slug, row.label, file.pk]),
        )
        for file in message.attachments.all()
    )


def size_words(size: int) -> str:
    """A size as people say it."""
    return f"{max(1, round(size / KILOBYTE))} kB" if size < MEGABYTE else f"{size / MEGABYTE:.1f} MB"
