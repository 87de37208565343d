"""What the desk knows when a case is opened: one function for the preview and for the opening."""

from __future__ import annotations

from troth.customers.facts import Draft, gather_facts
from troth.customers.models import Contact
from troth.desk.policies import Terms
from troth.desk.spent import with_spent
from troth.engine.facts import Facts
from troth.hours import Instant
from troth.people.models import Desk
from troth.products.catalogue import catalogue_of


def facts_at_opening(
    desk: Desk, terms: Terms, contact: Contact | None, draft: Draft, at: Instant, *, is_opening: bool = False
) -> Facts:
    """All that decides at `at` (UTC seconds) under these terms, from the tables and from what was filled in.

    Where the case `is_opening`, what was bought beforehand is held for it until the transaction ends.
    """
    facts = gather_facts(terms.policy, catalogue_of(desk, terms.policy), contact, draft, at, is_using=is_opening)
    facts = with_spent(facts, terms.policy, desk, contact.account if contact is not None else None)
    return facts.with_changes(amendment=terms.amendment.ref) if terms.amendment is not None else facts
