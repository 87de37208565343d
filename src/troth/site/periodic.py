"""What the house does again and again by itself: the one table in which it is named.

How a room adds something: write `def seal(at: datetime) -> str` in the room and add a row. What the function may do
and raise stands at `troth.journal.periodic.Periodic`; when it was last done and what it came to, the operator's
page shows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from troth.journal.chain import check, seal
from troth.journal.jobs import AmissError
from troth.journal.periodic import Periodic


def seal_audit(at: datetime) -> str:
    """What was written into the record of who did what has its place in the chain."""
    return f"entries sealed: {seal(at)}"


def check_audit(at: datetime) -> str:
    """The whole chain is as it was sealed, or AmissError.

    A seal made while the chain is read may look like a fault; so what is found must be found twice.
    """
    report = check()
    if report.faults:
        report = check()
    if report.faults:
        raise AmissError(f"{report.faults[0]}.")
    return f"entries looked at: {report.entries}; all are as they were sealed"


PERIODIC: Final = (
    Periodic(
        "verify the cases",
        "troth.desk.verify:verify_all",
        every=timedelta(days=1),
        mend="“troth cases verify” names each difference. Change nothing before you know how it came.",
    ),
    Periodic(
        "seal the audit",
        "troth.site.periodic:seal_audit",
        every=timedelta(minutes=1),
        mend="What is not sealed yet is sealed with the next try; the log says why this one failed.",
    ),
    Periodic(
        "check the audit",
        "troth.site.periodic:check_audit",
        every=timedelta(days=1),
        mend="“troth audit check” names the first fault of each desk. Keep the database as it is, and a copy of it.",
    ),
    Periodic(
        "remove erased files",
        "troth.site.erasing:remove_files",
        every=timedelta(hours=1),
        mend="The files of erased messages could not be deleted: look after the rights of the folder `media`.",
    ),
    Periodic(
        "forget what is over",
        "troth.site.forgetting:forget",
        every=timedelta(hours=6),
        mend="Nothing is lost by it; it is tried again.",
    ),
)
