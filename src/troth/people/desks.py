"""Which desks there are; a page begins by asking for one by its name in the address."""

from __future__ import annotations

from troth.people.models import Desk


def desk_named(slug: str) -> Desk | None:
    """The desk of that name in addresses, or None."""
    return None if "\0" in slug else Desk.objects.filter(slug=slug).first()


def all_desks() -> tuple[Desk, ...]:
    """Every desk of this installation, by its vendor's name."""
    return tuple(Desk.objects.order_by("vendor", "pk"))
