"""The chain over the audit entries: sealed in the background, checked by a command.

Each entry sealed has a place in the chain of its desk (entries without a desk have one of their own) and a link, a
hash over the link before it. The order is that of sealing, not that of numbers: an entry is sealed when it can be
seen, which is when its transaction is committed, so one whose number is lower but which was committed later simply
comes later. Writers never touch the chain.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from troth.journal.audit import ERASING
from troth.journal.hashing import BEGINNING, content_digest, link_of, seal_digest
from troth.journal.models import AuditEntry, AuditSeal

log = logging.getLogger("troth.audit")

BATCH: Final = 500
CHUNK: Final = 1000


# --- sealing ---------------------------------------------------------------------------------------


def seal(now: datetime) -> int:
    """Every entry committed by now has its place in its chain; how many have got theirs."""
    waiting = AuditEntry.objects.filter(place=None)
    desks = list(waiting.order_by("desk_id").values_list("desk_id", flat=True).distinct())
    count = 0
    for desk in desks:
        while sealed := seal_some(desk, now):
            count += sealed
    return count


def seal_some(desk: int | None, now: datetime) -> int:
    """The next entries of one chain are sealed; none where another worker is at it."""
    try:
        with transaction.atomic():
            entries = list(AuditEntry.objects.filter(desk_id=desk, place=None).order_by("pk")[:BATCH])
            if not entries:
                return 0
            last = AuditSeal.objects.filter(chain=desk or 0).order_by("-number").first()
            place, link = (last.place, last.link) if last is not None else (0, BEGINNING)
            for entry in entries:
                place += 1
                link = entry.link = link_of(link, place, entry)
                entry.place = place
            # The seal first: of two workers the later fails here, before either has changed an entry.
            made = seal_on(desk or 0, last, place, link, now)
            past_the_model: QuerySet[AuditEntry] = QuerySet(AuditEntry)  # whose own rows refuse every update
            past_the_model.bulk_update(entries, ["place", "link"])
    except IntegrityError:
        log.debug("the audit entries of desk %s are being sealed by another worker", desk)
        return 0
    log.info("audit entries sealed: %s", made)  # in a log of its own, it shows a chain that was written anew
    return len(entries)


def seal_on(chain: int, last: AuditSeal | None, place: int, link: str, now: datetime) -> AuditSeal:
    """The next seal of this chain."""
    made = AuditSeal(
        chain=chain, number=last.number + 1 if last is not None else 1, place=place, link=link, sealed_at=now
    )
    made.digest = seal_digest(last.digest if last is not None else BEGINNING, made)
    made.save()
    return made


# --- checking --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a chain that is not as it was sealed."""

    chain: int
    says: str

    def __str__(self) -> str:
        return f"{name_of(self.chain)}: {self.says}"


@dataclass(slots=True)
class Report:
    """What a check came to; `heads` are the last seals, to be noted elsewhere."""

    entries: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    faults: list[Fault] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    emptied: dict[int, int] = field(default_factory=dict)
    """Entries without content, each with its chain; those that an erasure names are in order."""
    named: set[int] = field(default_factory=set)


def name_of(chain: int) -> str:
    """A chain in words."""
    return f"desk {chain}" if chain else "no desk"


def check(noted: Sequence[str] = ()) -> Report:
    """Every entry and seal is looked at, one after the other; the first fault of each chain is told.

    `noted` are seals (`chain:number:digest`) written down earlier at another place: each must still be there. Without
    them a chain that somebody wrote anew from the beginning, seals and all, cannot be told from the true one.
    """
    report = Report()
    chains = {*AuditSeal.objects.order_by().values_list("chain", flat=True).distinct()}
    chains |= {desk or 0 for desk in AuditEntry.objects.order_by().values_list("desk_id", flat=True).distinct()}
    for chain in sorted(chains):
        report.faults += [Fault(chain, says) for says in first(faults_of(chain, report))]
    for pk in sorted(report.emptied.keys() - report.named):
        report.faults.append(Fault(report.emptied[pk], f"entry {pk} was emptied, and no erasure names it"))
    seals = {str(seal) for seal in AuditSeal.objects.filter(number__in=[number_of(one) for one in noted])}
    for one in noted:
        if one not in seals:
            report.faults.append(Fault(int(one.partition(":")[0] or 0), f"the seal {one} noted earlier is not there"))
    return report


def number_of(noted: str) -> int:
    """The number of a seal written down as `chain:number:digest`."""
    return int(noted.split(":")[1])


def first(faults: Iterator[str]) -> list[str]:
    """The first of these, if any; the rest is gone through too, for what it counts."""
    found = list(islice(faults, 1))
    deque(faults, maxlen=0)
    return found


def faults_of(chain: int, report: Report) -> Iterator[str]:
    """What is wrong with one chain, in its order; counts and heads go into the report.

    It goes as far as the last seal there is when it begins: what is sealed meanwhile is for the next check.
    """
    of_chain, of_seals = AuditEntry.objects.filter(desk_id=chain or None), AuditSeal.objects.filter(chain=chain)
    newest = of_seals.order_by("-number").first()
    end = newest.place if newest is not None else 0
    seals = of_seals.filter(number__lte=newest.number if newest is not None else 0).order_by("number").iterator(CHUNK)
    before, number, seal = BEGINNING, 0, next(seals, None)
    place, link, last = 0, BEGINNING, 0
    for entry in of_chain.filter(place__lte=end).order_by("place").iterator(CHUNK):
        if entry.place != place + 1:
            after = f"after entry {last}" if last else "at the beginning"
            yield f"entry no. {place + 1} is missing: {after} comes {entry.pk}, which has no. {entry.place}"
        if not is_as_written(entry, chain, report):
            yield f"entry {entry.pk} (no. {entry.place}) was altered: {entry.action} {entry.subject}"
        place, last = entry.place or 0, entry.pk
        link = link_of(link, place, entry)
        if link != entry.link:
            yield f"entry {entry.pk} (no. {place}) was altered or is not in its place"
        if seal is not None and seal.place == place:
            number += 1
            if seal.number != number:
                yield f"seal {number} is missing: after it comes {seal.number}"
            if seal.link != link or seal.digest != seal_digest(before, seal):
                yield f"seal {number} was altered"
            before, head, seal = seal.digest, str(seal), next(seals, None)
            if seal is None:
                report.heads.append(head)
        report.entries += 1
    if seal is not None:
        yield f"entries no. {place + 1} to {seal.place} are missing, which seal {seal.number} speaks of"
    beyond = of_chain.filter(place__gt=end).order_by("place").first()
    if beyond is not None and not of_seals.filter(place__gte=beyond.place).exists():
        yield f"entry {beyond.pk} (no. {beyond.place}) stands after the last seal"
    yield from faults_of_waiting(of_chain, chain, report)


def faults_of_waiting(of_chain: QuerySet[AuditEntry], chain: int, report: Report) -> Iterator[str]:
    """What is wrong with the entries of a chain that are not sealed yet."""
    for entry in of_chain.filter(place=None).order_by("pk").iterator(chunk_size=CHUNK):
        report.waiting += 1
        report.waiting_since = min(report.waiting_since or entry.at, entry.at)
        if not is_as_written(entry, chain, report):
            yield f"entry {entry.pk} (not sealed yet) was altered: {entry.action} {entry.subject}"


def is_as_written(entry: AuditEntry, chain: int, report: Report) -> bool:
    """Whether subject and data are those the digest was taken of; of an emptied entry, it is noted that it is one."""
    if entry.salt == "":
        report.emptied[entry.pk] = chain
        return True
    if content_digest(entry.salt, entry.subject, entry.data) != entry.digest:
        return False
    if entry.action == ERASING:
        report.named.update(entry.data.get("entries", ()))
    return True
