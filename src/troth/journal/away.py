"""What it looks like when the database, or the disk beneath it, is away, locked or full.

Such trouble is never the fault of the case, mail or form in hand: it goes to the caller, who tries later.
"""

from __future__ import annotations

import errno
from typing import Final

from django.db import InterfaceError, OperationalError, connection, transaction

NO_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


def is_away(error: BaseException | None) -> bool:
    """Whether this error may come from a database or disk that cannot take anything just now."""
    if isinstance(error, OSError):
        return error.errno in NO_DISK
    return isinstance(error, (OperationalError, InterfaceError))


def answers() -> bool:
    """Whether the database can be reached, and a writer gets its turn.

    Drivers call many things operational errors; one case's own trouble must not pass for the database's.
    """
    try:
        connection.close_if_unusable_or_obsolete()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True
