"""A person in the mails that came and went.

A mail's bytes cannot be changed in part without making them say what nobody wrote. So a mail that names the person is
erased whole, whoever sent it: what its other writers and readers need stands as the message on its case, where only
the person gives way to the marker. That there was a mail, when, and what became of it stays; so does the digest by
which its repetition is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Q

from troth.desk.erasing import scrub
from troth.desk.models import Case
from troth.mail.models import Participant, RawMail, Received, Sent, new_nonce
from troth.mail.reading import read_mail
from troth.people.models import Person
from troth.people.traces import MARKER, Traces

ERASED: Final = MARKER.encode()
CHUNK: Final = 50


def mails_naming(traces: Traces, cases: dict[int, Traces], *, after: int = 0) -> Iterator[int]:
    """The numbers of the mails received after that one which name the person; nothing is changed or locked.

    On a case they took part in, by any of their names; elsewhere by what is theirs alone.
    """
    rows = RawMail.objects.filter(pk__gt=after).exclude(content=ERASED).select_related("received").order_by("pk")
    for raw in rows.iterator(chunk_size=CHUNK):
        there = cases.get(raw.received.case_id or 0)
        if names(bytes(raw.content), traces, there):
            yield raw.pk


def sent_naming(traces: Traces, cases: dict[int, Traces], *, after: int = 0) -> Iterator[int]:
    """The numbers of the mails sent after that one which name the person."""
    rows = Sent.objects.filter(pk__gt=after).exclude(content=ERASED).only("pk", "case_id", "content").order_by("pk")
    for sent in rows.iterator(chunk_size=CHUNK):
        if names(bytes(sent.content), traces, cases.get(sent.case_id or 0)):
            yield sent.pk


def names(raw: bytes, traces: Traces, there: Traces | None) -> bool:
    """Whether the mail names the person: in its head or its text, however these are encoded, or in a file's name."""
    pattern = there.here if there is not None else traces.everywhere
    if pattern.search(raw.decode("utf-8", "replace")):
        return True
    mail = read_mail(raw)
    people = [each for each in (mail.sender, *mail.to, *mail.cc) if each is not None]
    told = [mail.subject, mail.text, *(f"{each.name} {each.email}" for each in people)]
    told += [each.name for each in mail.attachments]
    told += [
        each.content.decode("utf-8", "replace") for each in mail.attachments if each.content_type.startswith("text/")
    ]
    return any(pattern.search(text) for text in told)


def erase_in_mail(
    person: Person, traces: Traces, cases: dict[int, Traces], found: tuple[list[int], list[int]], *, at: datetime
) -> dict[str, int]:
    """These mails, and all that was sent to the person, are gone but for the fact that they came and went."""
    received, sent = set(found[0]), set(found[1])
    received |= set(Received.objects.filter(sender__iexact=person.email).values_list("pk", flat=True))
    received |= set(mails_naming(traces, cases, after=max(found[0], default=0)))
    sent |= set(
        Sent.objects.filter(Q(address__iexact=person.email) | Q(notice__person=person)).values_list("pk", flat=True)
    )
    sent |= set(sent_naming(traces, cases, after=max(found[1], default=0)))
    RawMail.objects.filter(pk__in=received).update(content=ERASED)
    theirs = Received.objects.filter(pk__in=received)
    theirs.update(subject=MARKER, mail_id="", defects=[], left_out=[])
    theirs.filter(sender__iexact=person.email).update(sender=MARKER, sender_name="")
    scrub(theirs, ("sender_name", "reason"), traces)
    for pk, on_it in cases.items():
        scrub(Received.objects.filter(case=pk), ("subject", "sender_name", "reason"), on_it)
    gone = Sent.objects.filter(pk__in=sent)
    gone.update(content=ERASED, subject=MARKER)
    gone.filter(Q(address__iexact=person.email) | Q(notice__person=person)).update(address="")
    for participant in Participant.objects.filter(person=person):
        Participant.objects.filter(pk=participant.pk).update(nonce=new_nonce(), revoked_at=participant.revoked_at or at)
    return {"mails received": len(received), "mails sent": len(sent)}


def traces_on_cases(person: Person, traces: Traces, cases: list[int]) -> dict[int, Traces]:
    """What to look for in the mails of each of these cases: also its title, and the ids of the person's own mails."""
    held = dict(Case.objects.filter(pk__in=cases, contact__person=person).values_list("pk", "title"))
    found = {pk: traces.also(held.get(pk, "")) for pk in cases}
    own = Received.objects.filter(sender__iexact=person.email, case__in=cases).exclude(mail_id="")
    for pk, mail_id, sender_name in own.values_list("case", "mail_id", "sender_name"):
        if pk is not None:
            found[pk] = found[pk].also(mail_id.strip("<>"), sender_name)
    return found


def remove_outbox_files(traces: Traces) -> int:
    """No file in the outbox is left of an erased mail, or names the person; how many were removed."""
    folder, removed = Path(settings.TROTH_OUTBOX), 0
    if not folder.is_dir():
        return 0
    erased = {f"-{pk}.eml" for pk in Sent.objects.filter(content=ERASED).values_list("pk", flat=True).iterator()}
    for file in [*folder.glob("*.eml"), *folder.glob("*.log")]:
        if f"-{file.stem.rpartition('-')[2]}.eml" in erased or names(file.read_bytes(), traces, None):
            file.unlink(missing_ok=True)
            removed += 1
    return removed
