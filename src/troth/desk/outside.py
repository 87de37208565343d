"""What rooms above hand in when they are loaded: how a notice is sent, and how far the mail has been read.

`desk` stands below `mail` and cannot import it. Until `mail` says otherwise, a notice goes out by Django's
mail backend, and all mail counts as read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage

from troth.desk.models import Notice
from troth.hours import Instant
from troth.people.models import Desk

Deliver = Callable[[Notice], str]
"""Hands a notice to the mail server and returns its Message-ID; raises when it was not taken."""

Heard = Callable[[Desk], "Instant | None"]
"""Up to which instant the desk's mailboxes have been read; None when everything has been."""


def deliver_plainly(notice: Notice) -> str:
    """The notice goes out as plain text; its stable id goes along, so a receiver can tell a repetition."""
    mail_id = f"<{notice.stable_id}@{(notice.desk.address or 'desk@troth.invalid').rpartition('@')[2]}>"
    EmailMessage(
        subject=notice.subject,
        body=notice.body,
        from_email=notice.desk.address or settings.DEFAULT_FROM_EMAIL,
        to=[notice.address],
        headers={"Message-ID": mail_id, "Auto-Submitted": "auto-generated", "X-Troth-Notice": notice.stable_id},
    ).send()
    return mail_id


def all_is_read(_: Desk) -> Instant | None:
    """Where no mailbox is watched there is nothing unread."""
    return None


@dataclass(slots=True)
class Outside:
    """The two things the desk asks of rooms above it."""

    deliver: Deliver = deliver_plainly
    heard_until: Heard = all_is_read


outside = Outside()


def provide(*, deliver: Deliver | None = None, heard_until: Heard | None = None) -> None:
    """A room above says how it is done; called once, when that room is ready."""
    if deliver is not None:
        outside.deliver = deliver
    if heard_until is not None:
        outside.heard_until = heard_until
