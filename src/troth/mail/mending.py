"""What an operator does about what failed: it is taken up again, once, and who did it stands in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from troth.desk.delivering import send_again
from troth.journal.audit import write_audit
from troth.journal.jobs import again
from troth.mail.models import State
from troth.mail.pipes import failed_jobs, failed_mail, failed_notices
from troth.mail.receiving import retry
from troth.people.models import Desk, MemberRole, Person

MOST_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Hand:
    """Who mends, on which desk and in which role."""

    desk: Desk
    person: Person
    role: str

    @property
    def is_of_house(self) -> bool:
        """Whether they run more than a desk: a manager answers for their own desk's work alone."""
        return self.role == MemberRole.OPERATOR or self.person.is_operator


def mend_notice(hand: Hand, number: str, at: datetime) -> str | None:
    """The failed notice is queued again; None where the desk has no such one."""
    notice = failed_notices(hand.desk).filter(pk=whole(number)).first()
    if notice is None:
        return None
    if not send_again(notice, by=hand.person, role=hand.role, at=at):
        return "It reaches nobody: give somebody the role it is for, or the case a contact."
    return f"The {notice.kind} of {notice.case.label} is sent again."


def mend_job(hand: Hand, number: str, at: datetime) -> str | None:
    """The failed job begins anew; None where there is no such one for this desk."""
    known = failed_jobs(hand.desk, is_of_house=hand.is_of_house)
    job = next((each for each in known if each.pk == key_of(number)), None)
    if job is None or not job.is_ours:
        return None
    with transaction.atomic():
        if again(DBTaskResult(pk=job.pk), at):
            note(hand, "took up a failed job", f"job {job.name}"[:80], at)
    return f"“{job.name}” is tried again."


def mend_mail(hand: Hand, number: str, at: datetime) -> str | None:
    """The failed mail is taken in now, if it can be; None where the desk has no such one."""
    row = failed_mail(hand.desk).filter(pk=whole(number)).first()
    if row is None:
        return None
    with transaction.atomic():
        note(hand, "took up a failed mail", f"mail {row.pk}", at)
    done = retry([row], at=at)[0]
    return f"It failed again: {done.reason}" if done.state == State.FAILED else f"The mail is now {done.state}."


MENDS: Final[dict[str, Callable[[Hand, str, datetime], str | None]]] = {
    "notice": mend_notice,
    "job": mend_job,
    "mail": mend_mail,
}


def note(hand: Hand, action: str, subject: str, at: datetime) -> None:
    """Who did it."""
    write_audit(action, subject, at=at, by=hand.person.pk, role=hand.role, desk=hand.desk.pk)


def whole(number: str) -> int:
    """The number in an address; 0, which nothing has, for anything else."""
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS else 0


def key_of(number: str) -> UUID | None:
    """The key in an address, or None."""
    try:
        return UUID(number)
    except ValueError:
        return None
