"""What a person left on cases: their words, their files, their cases' titles, and what was sent to them about it.

Events, clocks and verdicts hold nothing of this and stay. What somebody wrote as a customer goes whole; what they wrote
for the vendor stays without their name, as do the words of others that name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from troth.desk.models import Attachment, Case, Message, Notice
from troth.desk.notices import DROPPED
from troth.people.models import AGENT_ROLES, Membership, Person
from troth.people.traces import MARKER, Traces, pattern_of

CHUNK = 200


def cases_with(person: Person) -> QuerySet[Case]:
    """The cases the person holds, wrote on, or was written to about."""
    held = Case.objects.filter(contact__person=person).values("pk")
    wrote = messages_of(person).values("case")
    told = Notice.objects.filter(person=person).values("case")
    at_work = Message.objects.filter(author=person).values("case")
    return Case.objects.filter(Q(pk__in=held) | Q(pk__in=wrote) | Q(pk__in=told) | Q(pk__in=at_work))


def messages_of(person: Person) -> QuerySet[Message]:
    """What the person wrote as a customer, by whatever way, and what an agent wrote down for them."""
    held = Q(case__contact__person=person, direction="customer")
    agents = Membership.objects.filter(role__in=[str(role) for role in AGENT_ROLES]).values("person")
    named = Q(author_name__iregex=pattern_of(frozenset({person.email})).pattern)
    own = Q(author=person) & Q(direction__in=("customer", "automatic"))
    return Message.objects.filter(own | (held & Q(author=None)) | (held & Q(author__in=agents)) | named)


def erase_on_cases(person: Person, traces: Traces, *, at: datetime) -> dict[str, int]:
    """The person is a marker in every message, file, notice and title."""
    cases = list(cases_with(person).values_list("pk", "title", "contact__person"))
    messages = list(messages_of(person).values_list("pk", flat=True))
    notices = erase_notices(person, traces, {pk: title for pk, title, _ in cases}, messages)
    for start in range(0, len(messages), CHUNK):
        some = messages[start : start + CHUNK]
        Message.objects.filter(pk__in=some).update(text=MARKER, html="", author_name="", mail_id="", erased_at=at)
        Attachment.objects.filter(message__in=some).update(name=MARKER, media_type="", content_id="", digest="")
    held = [pk for pk, _, holder in cases if holder == person.pk]
    titles = {pk: title for pk, title, holder in cases if holder == person.pk}
    for pk, _, _ in cases:
        there = traces.also(titles.get(pk, ""))
        scrub(Message.objects.filter(case=pk, erased_at=None), ("text", "html", "author_name"), there)
        scrub(Attachment.objects.filter(message__case=pk, message__erased_at=None), ("name",), there)
    for start in range(0, len(held), CHUNK):
        Case.objects.filter(pk__in=held[start : start + CHUNK]).update(title=MARKER)
    return {"cases": len(cases), "messages": len(messages), "notices": notices}


def erase_notices(person: Person, traces: Traces, titles: dict[int, str], messages: list[int]) -> int:
    """What was, or was to be, sent to the person is gone; what was sent to others no longer names them."""
    theirs = Notice.objects.filter(Q(person=person) | Q(message__in=messages))
    count = theirs.count()
    theirs.filter(person=person, state__in=("queued", "failed")).update(state=DROPPED)
    theirs.filter(person=person).update(address="")
    theirs.update(subject=MARKER, body=MARKER, failure="")
    held = set(Case.objects.filter(pk__in=titles, contact__person=person).values_list("pk", flat=True))
    for pk, title in titles.items():
        there = traces.also(title) if pk in held else traces
        scrub(Notice.objects.filter(case=pk), ("subject", "body", "failure"), there)
    return count


def scrub(rows: QuerySet[Any], columns: tuple[str, ...], traces: Traces) -> None:
    """Wherever a column of these rows names the person, the marker stands."""
    for row in rows.only("pk", *columns).iterator(chunk_size=CHUNK):
        changed = {
            name: scrubbed
            for name in columns
            if (scrubbed := traces.scrubbed(value_of(row, name))) != value_of(row, name)
        }
        if changed:
            rows.model._default_manager.filter(pk=row.pk).update(**changed)  # noqa: SLF001 - Django's own public name


def value_of(row: Any, name: str) -> str:
    """The text in this column."""
    return str(getattr(row, name) or "")


def erased_files() -> Iterator[Attachment]:
    """The files that belong to erased messages and still lie in their place."""
    rows = Attachment.objects.filter(message__erased_at__isnull=False).exclude(file="").order_by("pk")
    yield from rows.iterator(chunk_size=CHUNK)


def remove_erased_files() -> int:
    """No file of an erased message is left; how many were.

    The message is marked first, and committed; then the file goes, then its name. Who dies in between has left what
    the next one finds.
    """
    removed = 0
    for attachment in list(erased_files()):
        default_storage.delete(str(attachment.file.name))
        Attachment.objects.filter(pk=attachment.pk).update(file="", size=0)
        removed += 1
    return removed
