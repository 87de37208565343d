"""A clock that all processes of a test read and only the test moves."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Clock:
    """The wall clock of every process that has this file: it stands still until it is moved, in any direction."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        self.descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        """What it shows."""
        return EPOCH + int.from_bytes(os.pread(self.descriptor, 8, 0), "big") * MICROSECOND

    def set(self, when: datetime) -> None:
        """It shows this; eight bytes are written at once, so nobody reads half of it."""
        os.pwrite(self.descriptor, ((when - EPOCH) // MICROSECOND).to_bytes(8, "big"), 0)

    def move(self, **by: float) -> None:
        """It jumps by so many days, hours, seconds; a negative number jumps back."""
        self.set(self.now() + timedelta(**by))
