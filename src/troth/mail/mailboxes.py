"""The addresses at which a desk receives mail, and from which it writes."""

from __future__ import annotations

from troth.mail.models import Mailbox
from troth.people.models import Desk


class UnknownMailboxError(LookupError):
    """The desk or the mailbox is not there, so nothing can be kept."""


def mailbox_of(desk: Desk, address: str = "") -> Mailbox:
    """The mailbox of that address on the desk, made when it is not there yet; without one, the desk's own."""
    address = address.strip().lower() or desk.address.lower()
    if "@" not in address:
        raise UnknownMailboxError(
            f"The desk {desk.slug} has no address of its own: name the mailbox with --mailbox ADDRESS."
        )
    mailbox, _ = Mailbox.objects.get_or_create(address=address, defaults={"desk": desk})
    if mailbox.desk_id != desk.pk:
        raise UnknownMailboxError(f"The mailbox {address} belongs to another desk than {desk.slug}.")
    return mailbox
