"""Files that come by a form: they become the same attachments as files that come by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.core.files.uploadedfile import UploadedFile

from troth.desk.messages import Enclosed
from troth.mail.filenames import distinct, safe_name

MOST: Final = 10
LARGEST: Final = 20_000_000
MEGABYTE: Final = 1_000_000


def complaint_about(files: Sequence[UploadedFile]) -> str:
    """Why these files cannot be taken, or nothing."""
    if len(files) > MOST:
        return f"These are {len(files)} files; at most {MOST} go with one message. Pack them into one archive."
    large = next((file for file in files if (file.size or 0) > LARGEST), None)
    if large is not None:
        return f"{large.name} is larger than {LARGEST // MEGABYTE} MB, the most one file may have. Please pack it."
    return ""


def enclosed_of(files: Sequence[UploadedFile]) -> tuple[Enclosed, ...]:
    """The files under names that are safe and differ; the kind their sender says stays a claim."""
    names = distinct([safe_name(file.name or "", file.content_type or "") for file in files])
    return tuple(
        Enclosed(name, file.read(), (file.content_type or "application/octet-stream")[:120])
        for name, file in zip(names, files, strict=True)
    )
