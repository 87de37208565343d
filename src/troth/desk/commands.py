"""The desk's part of the command line: `troth cases verify`, `troth cases explain`, `troth policy publish`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from troth.desk.adopting import policy_then
from troth.desk.auditing import audit as drifts
from troth.desk.errors import NoPolicyError, NoticeTextError
from troth.desk.models import Case
from troth.desk.policies import publish_amendment, publish_file
from troth.desk.readers import line_for
from troth.desk.verify import verify as differences
from troth.engine import explain as explain_clock
from troth.engine import fold
from troth.engine.case import Case as EngineCase
from troth.engine.events import Event, Ruling
from troth.engine.explain import Proof
from troth.hours import Instant, instant, moment, typed_instant
from troth.people.models import Desk
from troth.policy import Policy, PolicyError, read_policy
from troth.policy.reading import read_text

CLEAN, FINDINGS, USAGE = 0, 1, 2
SHOWN = "%a %d %b %Y %H:%M"


def verify(arguments: list[str]) -> int:
    """Folds the events of every case and compares with what is stored; 1 when something differs."""
    parser = argparse.ArgumentParser(prog="troth cases verify", description=verify.__doc__)
    parser.add_argument("--desk", help="only the cases of this desk")
    asked = parser.parse_args(arguments)
    cases = cases_of(asked.desk)
    if cases is None:
        return complain(no_desk(asked.desk))
    found = counted(differences(cases))
    print(f"{cases.count()} cases verified, {found} differences.")
    return FINDINGS if found else CLEAN


def audit(arguments: list[str]) -> int:
    """Decides every case anew from its acts, under the policies it is pinned to; 1 when one comes out otherwise."""
    parser = argparse.ArgumentParser(prog="troth cases audit", description=audit.__doc__)
    parser.add_argument("--desk", help="only the cases of this desk")
    asked = parser.parse_args(arguments)
    cases = cases_of(asked.desk)
    if cases is None:
        return complain(no_desk(asked.desk))
    found = counted(drifts(cases))
    print(f"{cases.count()} cases decided anew, {found} came out otherwise.")
    return FINDINGS if found else CLEAN


def cases_of(slug: str | None) -> QuerySet[Case] | None:
    """The cases of this desk, of all desks without one; None where there is no such desk."""
    cases = Case.objects.order_by("pk")
    if not slug:
        return cases
    return cases.filter(desk__slug=slug) if Desk.objects.filter(slug=slug).exists() else None


def counted(findings: Iterable[object]) -> int:
    """Each is printed as it is found; how many there were."""
    count = 0
    for finding in findings:
        count += 1
        print(finding)
    return count


def explain(arguments: list[str]) -> int:
    """Tells why a case stands as it does: what happened, on which clause, and how each clock came to its due time."""
    parser = argparse.ArgumentParser(prog="troth cases explain", description=explain.__doc__)
    parser.add_argument("number", help="the case, e.g. NETOP-1042")
    parser.add_argument("--at", help="as it stood then, in the desk's zone, e.g. '2026-03-06 16:30'")
    asked = parser.parse_args(arguments)
    row = find(asked.number)
    if row is None:
        return complain(f"there is no case {asked.number!r}; a number looks like NETOP-1042.")
    at = typed_instant(asked.at, row.desk.zone) if asked.at else instant(timezone.now())
    if at is None:
        return complain(f"{asked.at!r} is no time: write it like '2026-03-06 16:30', with an offset if you like.")
    events = [event.to_engine() for event in row.events.all()]
    happened = [event for event in events if event.at <= at]
    if not happened:
        return complain(f"{row} opened only at {moment(events[0].at, row.desk.zone).strftime(SHOWN)}.")
    for line in account(row, policy_then(row, happened), happened, at):
        print(line)
    return CLEAN


def account(row: Case, policy: Policy, events: Sequence[Event], at: Instant) -> Iterator[str]:
    """The case's word line, its events with their clauses, and the proof of each clock."""
    state: EngineCase = fold(events)
    zone = policy.zone
    line = line_for(policy, state, audience="agent", at=at)
    yield f"{row} {row.title}"
    yield f"{line.sentence}  [{line.clause}]" if line.clause else line.sentence
    yield f"under {policy.ref}, as it stood {moment(at, zone).strftime(SHOWN)} ({zone})"
    yield ""
    for number, event in enumerate(events, 1):
        when = moment(event.at, zone).strftime(SHOWN)
        if isinstance(event, Ruling):
            yield f"{number:>4}  {when}    {event.found}: {said(event, zone)}  [{event.clause}] {event.reason}".rstrip()
        else:
            yield f"{number:>4}  {when}  {event.verb} by {event.by}"
    for name in state.clocks:
        yield ""
        yield from proof_lines(explain_clock(policy, events, name, at))


INSTANTS: Final = frozenset({"due", "since", "from", "until", "counted from"})
"""What in a ruling's data is an instant; a level is reached `from` another, which is no number."""


def said(ruling: Ruling, zone: str) -> str:
    """A ruling's data in words: instants by the desk's clock, lists as they are read, nothing that is not there."""
    told = []
    for key, value in ruling.data.items():
        if value is None or value in ([], "") or isinstance(value, dict):
            continue
        if key in INSTANTS and isinstance(value, int):
            told.append(f"{key} {moment(value, zone).strftime(SHOWN)}")
        elif isinstance(value, list):
            told.append(f"{key} {', '.join(str(entry) for entry in value)}")
        else:
            told.append(f"{key} {value}")
    return ", ".join(told)


def proof_lines(proof: Proof) -> Iterator[str]:
    """One clock's due time, shown as it was worked out."""
    due = moment(proof.due_at, proof.zone).strftime(SHOWN) if proof.due_at is not None else "not while it is paused"
    yield f"{proof.clock} ({proof.kind}, {proof.state}): due {due}  [{proof.clause}]"
    started = moment(proof.started_at, proof.zone).strftime(SHOWN)
    yield f"    {proof.amount} of the hours {proof.hours!r}, from {started}"
    for start, end in proof.spans:
        first, last = moment(start, proof.zone), moment(end, proof.zone)
        yield f"    counted  {first.strftime(SHOWN)} to {last.strftime('%H:%M')}"
    if proof.spans_left_out:
        yield f"    and {proof.spans_left_out} spans more between them"
    if proof.skipped:
        yield f"    holidays {', '.join(day.isoformat() for day in proof.skipped)}"
    for stand in proof.stands:
        until = moment(stand.to_at, proof.zone).strftime(SHOWN) if stand.to_at is not None else "now"
        yield f"    paused   {moment(stand.from_at, proof.zone).strftime(SHOWN)} to {until}: {stand.cause}"
    if proof.changes:
        yield f"    {proof.changes}"


def publish(arguments: list[str]) -> int:
    """Puts a policy file in force on its desk, opened if it is not there yet; open cases adopt what it says."""
    parser = argparse.ArgumentParser(prog="troth policy publish", description=publish.__doc__)
    parser.add_argument("file", type=Path, help="the policy, e.g. policies/netop.md")
    parser.add_argument(
        "--effective", help="from when it is in force, in the desk's zone, e.g. 2026-12-01; at once if not given"
    )
    parser.add_argument(
        "--amends", metavar="DESK", help="the file is a customer's own agreement over this desk's policy"
    )
    asked = parser.parse_args(arguments)
    desk = Desk.objects.filter(slug=asked.amends).first() if asked.amends else None
    if asked.amends and desk is None:
        return complain(no_desk(asked.amends))
    try:
        zone = desk.zone if desk is not None else read_policy(asked.file).zone if asked.effective else "UTC"
        effective = typed_instant(asked.effective, zone) if asked.effective else None
        if asked.effective and effective is None:
            return complain(f"{asked.effective!r} is no time: write it like 2026-12-01, or '2026-12-01 08:00'.")
        since = moment(effective) if effective is not None else None
        told = agreed(asked.file, desk, since) if desk is not None else put_in_force(asked.file, since)
    except OSError as error:
        return complain(f"{asked.file} cannot be read: {error.strerror}.")
    except PolicyError as error:
        for finding in error.findings:
            print(finding)
        return FINDINGS
    except (ValueError, NoticeTextError, NoPolicyError, ValidationError) as error:
        return complain(str(error), FINDINGS)
    print(told)
    return CLEAN


def put_in_force(file: Path, since: datetime | None) -> str:
    """The policy is published; the sentence that says so."""
    version = publish_file(file, effective_at=since)
    return f"{version.ref} is in force on /{version.desk.slug}/ from {on_the_wall(version.effective_at, version.desk)}."


def agreed(file: Path, desk: Desk, since: datetime | None) -> str:
    """The agreement is published; the sentence that says so."""
    amendment = publish_amendment(read_text(file), name=str(file), desk=desk, effective_at=since)
    when = on_the_wall(amendment.effective_at, desk)
    return f"{amendment.ref} can be given to accounts of /{desk.slug}/; it holds for cases opened from {when}."


def on_the_wall(at: datetime, desk: Desk) -> str:
    """An instant by the desk's own clock."""
    return f"{at.astimezone(ZoneInfo(desk.zone)).strftime(SHOWN)} ({desk.zone})"


def find(label: str) -> Case | None:
    """The case of that number, on whichever desk has its prefix."""
    desk = Desk.objects.filter(prefix__iexact=label.strip().rpartition("-")[0]).first()
    if desk is None:
        return None
    return Case.objects.numbered(desk, label).select_related("desk", "policy_version", "amendment").first()


def no_desk(slug: str) -> str:
    """What to say when a desk is not there."""
    known = ", ".join(Desk.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
    return f"there is no desk {slug!r}; known are: {known}."


def complain(sentence: str, code: int = USAGE) -> int:
    """The sentence goes to standard error; the exit code comes back."""
    print(f"troth: {sentence}", file=sys.stderr)
    return code
