"""`troth people erase`: a person gives way to a marker everywhere, and no clock and no verdict changes.

Each room erases what it keeps; here they are called in one transaction. Then every text of every table is looked
through for what is the person's alone, so that a table nobody thought of is no hiding place.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from troth.customers.models import Account, Contact
from troth.desk.erasing import cases_with, erase_on_cases, remove_erased_files
from troth.desk.models import Case
from troth.journal.audit import ERASING, erase_entries, write_audit
from troth.journal.models import AppendOnly, AuditEntry
from troth.mail.erasing import erase_in_mail, mails_naming, remove_outbox_files, sent_naming, traces_on_cases
from troth.people.erasing import erase_person, erase_sessions
from troth.people.models import Person
from troth.people.sign_in import digest_of
from troth.people.traces import MARKER, Traces, kept, pattern_of, traces_of

CLEAN, FINDINGS, USAGE = 0, 1, 2
ACTION: Final = "erased a person"


@dataclass(slots=True)
class Erased:
    """What was erased, counted; `still` names the columns in which the person can still be found, `notes` the rest."""

    counts: dict[str, int] = field(default_factory=dict)
    still: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class AlreadyErasedError(ValueError):
    """There is nobody left to erase behind this number."""


def people_erase(arguments: list[str]) -> int:
    """Erases a person: a marker stands for them everywhere, and no clock and no verdict changes. For good."""
    parser = argparse.ArgumentParser(prog="troth people erase", description=people_erase.__doc__)
    parser.add_argument("person", help="the address, or the number, of the person")
    parser.add_argument("--by", default="", metavar="ADDRESS", help="who asks for it, for the audit record")
    parser.add_argument("--yes", action="store_true", help="do it; without this it is only said what there is")
    asked = parser.parse_args(arguments)
    person, by = found(asked.person), found(asked.by) if asked.by else None
    if person is None or (asked.by and by is None):
        return complain(f"there is nobody known as {asked.person if person is None else asked.by!r}.", USAGE)
    if not asked.yes:
        open_cases = Case.objects.filter(contact__person=person).exclude(status="closed").count()
        print(f"{person} ({person.email}, person {person.pk}) holds {person_cases(person)} cases, {open_cases} open.")
        print("Nothing was done. To erase them for good, say --yes; open cases go on, and nobody is told anything.")
        return FINDINGS
    try:
        erased = erase(person, by=by, at=timezone.now())
    except AlreadyErasedError as error:
        return complain(str(error))
    print(f"Person {person.pk} is erased: {', '.join(f'{count} {what}' for what, count in erased.counts.items())}.")
    for note in erased.notes:
        print(note)
    for place in erased.still:
        print(f"troth: their address still stands in {place}", file=sys.stderr)
    return FINDINGS if erased.still else CLEAN


def person_cases(person: Person) -> int:
    """How many cases the person holds."""
    return Case.objects.filter(contact__person=person).count()


def found(word: str) -> Person | None:
    """The person of that address or number."""
    if word.isdecimal():
        return Person.objects.filter(pk=int(word)).first()
    return Person.objects.filter(email__iexact=word.strip()).first()


def erase(person: Person, *, by: Person | None, at: datetime) -> Erased:
    """The person is a marker wherever they were named; what was decided stands, and the audit chain holds.

    Mails are looked through first, without a lock; those that come meanwhile, in the transaction that erases.
    """
    traces = traces_of(person, *filter(None, Contact.objects.filter(person=person).values_list("phone", flat=True)))
    cases = list(cases_with(person).values_list("pk", flat=True))
    there = traces_on_cases(person, traces, cases)
    mails = list(mails_naming(traces, there)), list(sent_naming(traces, there))
    erased = Erased()
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        if person.erased_at is not None:
            raise AlreadyErasedError(f"person {person.pk} was erased on {person.erased_at:%Y-%m-%d}.")
        there = traces_on_cases(person, traces, list(cases_with(person).values_list("pk", flat=True)))
        erased.counts |= erase_in_mail(person, traces, there, mails, at=at)
        erased.counts |= erase_on_cases(person, traces, at=at)
        erase_as_customer(person)
        erased.counts["sessions"] = erase_sessions(traces)
        entries = entries_naming(person, traces)
        erased.counts["audit entries"] = erase_entries(entries, at=at, by=by.pk if by else None, role="operator")
        erased.counts |= erase_person(person, at=at)
        erased.counts["other places"] = sum(scrub_column(*place, traces) for place in columns())
        write_audit(
            ACTION,
            f"person {person.pk}",
            at=at,
            by=by.pk if by is not None else None,
            role="operator",
            data={"counts": erased.counts},
        )
    erased.counts["files"] = remove_erased_files() + remove_outbox_files(traces)
    erased.still = list(still_naming(traces))
    erased.notes = [*forget_pages(), "They are still in the backups taken before."]
    return erased


def remove_files(at: datetime) -> str:
    """The files of erased messages are gone, also where an erasure was cut short."""
    return f"{remove_erased_files()} files removed"


def erase_as_customer(person: Person) -> None:
    """The telephone goes; an account of theirs that bears their full name bears the marker."""
    full = pattern_of(kept(person.name) if len(person.name.split()) > 1 else frozenset())
    for account in Account.objects.filter(contacts__person=person).distinct():
        Account.objects.filter(pk=account.pk).update(name=full.sub(MARKER, account.name))
    Contact.objects.filter(person=person).update(phone="")


def entries_naming(person: Person, traces: Traces) -> list[int]:
    """The audit entries that say more of the person than their number.

    Never one that names what an earlier erasure emptied: without it the record could not be checked any more.
    """
    address = person.email
    digests = {f"address {digest_of(spelling)[:16]}" for spelling in (address, address.lower(), address.casefold())}
    own = Q(subject=f"person {person.pk}") & ~Q(data={})
    rows = AuditEntry.objects.exclude(salt="").exclude(action=ERASING)
    found = set(rows.filter(own | Q(subject__in=digests)).values_list("pk", flat=True))
    seeming = Q(subject__in=())
    for word in spellings(traces):
        seeming |= Q(subject__icontains=word) | Q(told__icontains=word)
    told = rows.annotate(told=Cast("data", models.TextField())).filter(seeming)
    for pk, *said in told.values_list("pk", "subject", "data"):
        if without(said, traces) != said:
            found.add(pk)
    return sorted(found)


# --- every text of every table ---------------------------------------------------------------------


def columns(*, also_kept: bool = False) -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column that holds text; without those of tables whose rows never change."""
    for model in apps.get_models():
        if issubclass(model, AppendOnly) and not also_kept:
            continue
        for column in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented way to ask a model
            if isinstance(column, models.CharField | models.TextField | models.JSONField):
                yield model, column


def spellings(traces: Traces) -> set[str]:
    """The words that are the person's alone, also as JSON writes them."""
    return {spelt for word in traces.words for spelt in (word, json.dumps(word)[1:-1])}


def rows_naming(model: type[models.Model], column: models.Field[Any, Any], traces: Traces) -> models.QuerySet[Any]:
    """The rows in whose column the words stand, or seem to: a neighbour's address may end as theirs does."""
    named = Q()
    for word in spellings(traces):
        named |= Q(troth_text__icontains=word)
    rows = models.QuerySet(model).annotate(troth_text=Cast(column.name, models.TextField()))
    return rows.filter(named) if traces.words else rows.none()


def scrub_column(model: type[models.Model], column: models.Field[Any, Any], traces: Traces) -> int:
    """The marker stands wherever this column had what is the person's alone; in how many rows."""
    count = 0
    for pk, value in list(rows_naming(model, column, traces).values_list("pk", column.name)):
        scrubbed = without(value, traces)
        if scrubbed != value:
            models.QuerySet(model).filter(pk=pk).update(**{column.name: scrubbed})
            count += 1
    return count


def without(value: Any, traces: Traces) -> Any:
    """The value, text or JSON, with the marker where the person was named."""
    match value:
        case str():
            return traces.everywhere.sub(MARKER, value)
        case dict():
            return {without(name, traces): without(entry, traces) for name, entry in value.items()}
        case list():
            return [without(entry, traces) for entry in value]
    return value


def still_naming(traces: Traces) -> Iterator[str]:
    """Each column in which what is the person's alone can still be read, by its name."""
    for model, column in columns(also_kept=True):
        values = rows_naming(model, column, traces).values_list(column.name, flat=True)
        if any(without(value, traces) != value for value in values):
            yield f"{model._meta.db_table}.{column.column}"  # noqa: SLF001 - likewise


def forget_pages() -> Iterator[str]:
    """On SQLite the file is written anew, for its free pages still held the words; and what is to be known besides."""
    if connection.vendor != "sqlite":
        yield "PostgreSQL keeps old versions of rows until it vacuums and writes over them, and in its log."
    elif not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                yield "Somebody was reading, so SQLite's log still holds old pages, until server and worker end once."


def complain(sentence: str, code: int = FINDINGS) -> int:
    """The sentence goes to standard error; the exit code comes back."""
    print(f"troth: {sentence}", file=sys.stderr)
    return code
