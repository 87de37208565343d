"""What comes first among things due at one instant (LANGUAGE, decision 8)."""

from enum import IntEnum


class Rank(IntEnum):
    """Acts come before all of these; clocks follow one another in the order of the file."""

    DELAY = 0
    REVIEW = 1
    CLOSE = 2
    ATTEMPT = 3
    CLOCK = 10
    ACCESS = 10_000
    COVER = 10_001
