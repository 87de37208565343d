"""`troth load`: very many open cases on one desk, for a trial of how it stands with them."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Final

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone

from troth.desk.loading import Loaded, load_cases, take_numbers
from troth.desk.models import Case, Message, PolicyVersion
from troth.desk.policies import load_policy, publish_file
from troth.desk.store import Step
from troth.hours import instant, moment, typed_instant
from troth.policy import Policy
from troth.site.demo.fill import is_demo
from troth.site.load.crowd import Holder, gather
from troth.site.load.histories import History, Span, history

CLEAN, FINDINGS, USAGE = 0, 1, 2
BATCH: Final = 500
SPREAD: Final = timedelta(weeks=12)
LEAST_SPREAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What one process makes of a load: the cases from one number on, and what they are made of."""

    version: int
    span: Span
    holders: tuple[Holder, ...]
    agents: tuple[int, ...]
    base: int
    """The number of the load's first case."""
    first: int
    last: int


def load(arguments: list[str]) -> int:
    """Loads many open cases with a past made by the engine; only where no case is, or only a demo's, unless told."""
    parser = argparse.ArgumentParser(prog="troth load", description=load.__doc__)
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="how many; 10000 if not given")
    parser.add_argument("--desk", default="netop", help="on which desk; its policy is published if it is not there yet")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other cases")
    parser.add_argument("--until", help="the instant the cases are left at, e.g. '2026-11-22 12:00'; else now")
    parser.add_argument("--add", action="store_true", help="also on a desk that has cases of its own")
    parser.add_argument("--processes", type=int, help="how many make cases at once; SQLite has one writer and gets one")
    asked = parser.parse_args(arguments)
    if asked.cases < 1:
        return complain("--cases takes a number above 0.")
    begun = time.monotonic()
    until = timezone.now().replace(microsecond=0)
    version = newest(asked.desk, until)
    if version is None:
        return complain(f"there is no desk {asked.desk!r}, and no policy of that name in {settings.TROTH_POLICIES}.")
    if asked.until:
        typed = typed_instant(asked.until, version.desk.zone)
        if typed is None:
            return complain(f"{asked.until!r} is no time: write it like '2026-11-22 12:00'.")
        until = moment(typed)
    if not asked.add and not is_demo() and Case.objects.filter(desk=version.desk).exists():
        return complain(f"/{asked.desk}/ has cases, and nothing says they are a demo's: --add puts more beside them.")
    since = max(until - SPREAD, version.effective_at)
    if until - since < LEAST_SPREAD:
        return complain(f"{version.ref} is in force only from {version.effective_at:%Y-%m-%d %H:%M}: no past fits in.")
    events = 0
    for done, count in made(version, since, until, asked.cases, asked.seed, asked.processes):
        events += count
        print(f"\r{done:,} of {asked.cases:,} cases", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    spent = time.monotonic() - begun
    print(f"{asked.cases:,} open cases with {events:,} events are on /{asked.desk}/, made in {spent:,.0f} seconds.")
    return CLEAN


def newest(slug: str, now: datetime) -> PolicyVersion | None:
    """The version last in force on that desk, published from its file where there is no such desk; None without one."""
    known = PolicyVersion.objects.filter(desk__slug=slug, effective_at__lte=now).select_related("desk")
    version = known.order_by("-effective_at", "-pk").first()
    if version is not None:
        return version
    file = settings.TROTH_POLICIES / f"{slug}.md"
    return publish_file(file, effective_at=now - SPREAD) if file.is_file() else None


def made(  # noqa: PLR0917 (what a load is)
    version: PolicyVersion, since: datetime, until: datetime, cases: int, seed: int, processes: int | None
) -> Iterator[tuple[int, int]]:
    """The cases are made, part by part: how many there are so far, and how many events the last part had."""
    policy = load_policy(version)
    base = take_numbers(version.desk, cases)
    crowd = gather(version.desk, policy, cases=cases, seed=seed, until=until, first=base)
    span = Span(instant(since), instant(until), len(crowd.agents), seed)
    parts = [
        Part(version.pk, span, crowd.holders, crowd.agents, base, first, min(first + BATCH, cases))
        for first in range(0, cases, BATCH)
    ]
    count = (processes or os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    done = 0
    if min(count, len(parts)) == 1:
        for part in parts:
            events = write(part)
            done += part.last - part.first
            yield done, events
        return
    connection.close()  # each process has its own
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        waiting = {pool.submit(write, part): part for part in parts}
        for future in as_completed(waiting):
            part = waiting[future]
            done += part.last - part.first
            yield done, future.result()


def write(part: Part) -> int:
    """The cases of this part are made and written in one transaction; how many events they have."""
    version = PolicyVersion.objects.select_related("desk").get(pk=part.version)
    policy = load_policy(version)
    loaded = []
    for number in range(part.first, part.last):
        holder = part.holders[number % len(part.holders)]
        told = history(policy, part.span, number, holder.facts)
        if told is None:
            raise ValueError(f"{policy.ref} takes no case on these facts: {holder.facts.to_json()}")
        loaded.append(laid(version, policy, part, holder, number, told))
    return load_cases(version.desk, loaded, at=moment(part.span.until))


def laid(  # noqa: PLR0917 (whose case, under what, which one)
    version: PolicyVersion, policy: Policy, part: Part, holder: Holder, number: int, told: History
) -> Loaded:
    """The history as rows, not yet written."""
    row = Case(
        desk=version.desk,
        number=part.base + number,
        title=told.title,
        account_id=holder.account,
        contact_id=holder.contact,
        partner_id=holder.partner,
        owner_id=part.agents[told.owner] if told.owner is not None else None,
        policy_version=version,
        channel=str(told.state.facts.channel),
        opened_at=moment(told.state.opened_at),
    )
    events = tuple((place, event, told.state) for place, event in enumerate(told.events, 1))
    words = tuple((said.place, Message(direction=said.direction, text=said.text)) for said in told.said)
    return Loaded(Step(row, policy, None, told.state, events), words)


def complain(sentence: str) -> int:
    """The sentence goes to standard error."""
    print(f"troth: {sentence}", file=sys.stderr)
    return USAGE


__all__: Sequence[str] = ["load"]
