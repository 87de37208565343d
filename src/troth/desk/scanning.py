"""Whether a file may be handed out: what the installation's scanner says of it, asked when somebody takes the file.

Asked then and not when it comes in, a file is judged by what is known today, and mail never waits for the scanner.
A scanner that does not answer clears nothing: the file is held until it does.
"""

from __future__ import annotations

import logging
import shlex
import subprocess
from datetime import datetime, timedelta
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Final

from django.conf import settings

from troth.desk.models import Attachment

log = logging.getLogger("troth.desk")
CLEAN: Final = 0
INFECTED: Final = 1
LONGEST: Final = timedelta(seconds=60)
KNOWN_FOR: Final = timedelta(days=1)
"""So long a file stays cleared; tomorrow's scanner may know more."""


class Scan(StrEnum):
    """What came of it."""

    CLEAR = "clear"
    HARMFUL = "harmful"
    HELD = "held"


def look_at(attachment: Attachment, *, at: datetime) -> Scan:
    """Whether this file may be handed out now; a file that was cleared within a day is not scanned again."""
    if not settings.TROTH_SCANNER:
        return Scan.CLEAR
    if attachment.cleared_at is not None and at - attachment.cleared_at < KNOWN_FOR:
        return Scan.CLEAR
    with attachment.file.open("rb") as content:
        found = scan(content.read())
    if found is Scan.CLEAR:
        Attachment.objects.filter(pk=attachment.pk).update(cleared_at=at)
    return found


def scan(content: bytes) -> Scan:
    """What the scanner (TROTH_SCANNER, a command) says of these bytes on its standard input: 0 clean, 1 harmful.

    Any other end, none within a minute, or no such command: held.
    """
    if not settings.TROTH_SCANNER:
        return Scan.CLEAR
    with TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        try:
            ended = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                shlex.split(settings.TROTH_SCANNER),
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST.total_seconds(),
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            log.exception("the scanner did not answer; the file is held")
            return Scan.HELD
    if ended.returncode == CLEAN:
        return Scan.CLEAR
    if ended.returncode == INFECTED:
        return Scan.HARMFUL
    log.error("the scanner ended with %s; the file is held", ended.returncode)
    return Scan.HELD
