"""A person's own row, and all that hangs on it: roles, ways in, sessions."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import CASCADE, SET_NULL

from troth.people.models import Person
from troth.people.traces import MARKER, Traces

DOMAIN = "erased.invalid"


def erase_person(person: Person, *, at: datetime) -> dict[str, int]:
    """The row says nothing of anybody any more; it stays, because cases and the audit record name its number.

    What Django would delete with the row (roles, links, factors, addresses) is theirs alone and goes; where it would
    only be let go (an owned case), it is.
    """
    gone = 0
    for relation in Person._meta.related_objects:  # noqa: SLF001 - Django's documented way to ask a model
        if isinstance(relation.related_model, str):
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: person})  # noqa: SLF001 - likewise
        if relation.on_delete is CASCADE:
            gone += rows.count()
            rows.delete()
        elif relation.on_delete is SET_NULL:
            rows.update(**{relation.field.name: None})
    person.email = f"{person.pk}-{secrets.token_hex(4)}@{DOMAIN}"
    person.name, person.zone, person.language = MARKER, "", ""
    person.is_active = person.is_operator = False
    person.last_login, person.erased_at = None, at
    person.set_unusable_password()
    person.save()
    return {"rows of their own": gone}


def erase_sessions(traces: Traces) -> int:
    """Every session of the person, and every one in which their words wait to be sent, has ended."""
    ended = [session.pk for session in Session.objects.iterator() if is_theirs(session, traces)]
    for start in range(0, len(ended), 500):
        Session.objects.filter(pk__in=ended[start : start + 500]).delete()
    return len(ended)


def is_theirs(session: Session, traces: Traces) -> bool:
    """Whether the session is the person's, or names them."""
    held = session.get_decoded()
    return str(held.get("_auth_user_id")) == str(traces.person) or bool(traces.everywhere.search(repr(held)))
