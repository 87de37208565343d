"""Brings a case through time and through the versions of the policy that come into force on the way (decision 11).

A case is pinned to the version it was opened under and to each version it has adopted since. A version reaches an
open case at the instant it comes into force there, never earlier than it was published and never before the case's
last event. Whoever comes first, the worker or somebody's act, brings it; each case hears of it once, because the pin
is written with the events, under the case's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from django.db.models import Q

from troth.desk.agreements import laid_on
from troth.desk.models import Case, PolicyVersion
from troth.desk.outside import outside
from troth.desk.policies import by_name, load_policy, loaded, published_texts
from troth.engine import advance, come_into_force, evolve, next_timer
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act, Event
from troth.hours import Instant, instant, moment
from troth.people.models import Desk
from troth.policy import Finding, Policy, blend, check_blend
from troth.policy.vocabulary import Status, Verb


@dataclass(frozen=True, slots=True)
class Brought:
    """A case brought to an instant: what it has become, by which events, and the policy it is under now."""

    policy: Policy
    state: EngineCase
    events: tuple[Event, ...]
    has_heard: bool = False
    """Whether its pin changed, with or without events: a version may leave open cases as they are."""


def policy_of(row: Case) -> Policy:
    """The policy this case is decided under: its own version, and of each later one what that gave to open cases.

    The customer's own agreement is laid on each of them: it stays with the case through its life.
    """
    return reduce(blend, adopted_versions(row), opening_policy(row))


def policy_then(row: Case, happened: Iterable[Event]) -> Policy:
    """The policy this case was decided under when nothing but this had happened on it."""
    heard = {event.data.get("policy") for event in happened if isinstance(event, Act) and event.verb is Verb.PUBLISH}
    versions = (version for version in adopted_versions(row) if version.ref in heard)
    return reduce(blend, versions, opening_policy(row))


def opening_policy(row: Case) -> Policy:
    """The policy this case was opened under."""
    return laid_on(load_policy(row.policy_version), row.amendment)


def adopted_versions(row: Case) -> Iterator[Policy]:
    """The versions the case has heard of since it was opened, in the order it heard of them."""
    for pk, ref, published_at in row.adopted:
        yield laid_on(loaded(pk, ref, datetime.fromisoformat(published_at)), row.amendment)


def unfit(policy: Policy, desk: Desk, name: str) -> Iterator[Finding]:
    """What a version, not yet published, would do to open cases that no version may do: give them rules that do not fit
    together. Looked at once for each mixture of versions that open cases are under now.
    """
    open_cases = Case.objects.filter(desk=desk).exclude(status=str(Status.CLOSED))
    rows = open_cases.select_related("policy_version", "amendment").only("policy_version", "amendment", "adopted")
    under = {(row.policy_version_id, str(row.adopted), row.amendment_id): row for row in rows.iterator()}
    for row in under.values():
        yield from check_blend(policy_of(row), laid_on(policy, row.amendment), name)


def notice_texts(row: Case) -> Mapping[str, str]:
    """The texts of the version whose rules on notices hold for this case."""
    for pk, ref, published_at in reversed(row.adopted):
        version = pk, ref, datetime.fromisoformat(published_at)
        if loaded(*version).how("notices") != "leave":
            return published_texts(*version)
    first = row.policy_version
    return published_texts(first.pk, first.ref, first.published_at)


def bring(
    row: Case,
    state: EngineCase,
    until: Instant,
    *,
    heard: Instant | None,
    versions: Sequence[PolicyVersion],
    act_at: Instant | None = None,
) -> Brought:
    """Time passes on a locked case up to `until`, and each version that comes into force by then is adopted on the way.

    With `act_at` an act comes next, at that instant: what is in force then is adopted before it, and time passes up
    to just before. Where a dismissal waits for mail that is still unread, all that would come after it waits too,
    except what must be settled before the act. `versions` are those of the case's desk, of which those that come are
    picked. The row's pin is changed here and saved by the caller.
    """
    policy, events, has_heard = policy_of(row), list[Event](), False
    for version in coming(row, until, versions):
        at = max(in_force_from(version), state.at)
        passed = advance(policy, state, at - 1, heard)
        state, events = folded(state, passed), [*events, *passed]
        waiting = next_timer(state)
        if waiting is not None and waiting.at < at:
            if act_at is None:
                return Brought(policy, state, tuple(events), has_heard)
            at = act_at
        policy, adopted = come_into_force(policy, laid_on(load_policy(version), row.amendment), state, at)
        state, events = folded(state, adopted), [*events, *adopted]
        pin(row, version)
        has_heard = True
    passed = advance(policy, state, until if act_at is None else act_at - 1, heard)
    return Brought(policy, folded(state, passed), (*events, *passed), has_heard)


def up_to(row: Case, policy: Policy, state: EngineCase, now: Instant) -> EngineCase:
    """The case with all that time does to it before `now`, also where no worker has looked yet; nothing is written.

    For pages that offer what the door would take: where the door waits for unread mail, so do they.
    """
    timer = next_timer(state)
    if timer is None or timer.at >= now:
        return state
    return folded(state, advance(policy, state, now - 1, outside.heard_until(row.desk)))


def coming(row: Case, until: Instant, versions: Iterable[PolicyVersion]) -> Iterator[PolicyVersion]:
    """The versions that have come into force by `until` and of which the case has not heard, in the order they came."""
    latest = row.latest_version or row.policy_version
    held = place(latest)
    now = moment(until)
    known = [one for one in versions if one.pk != latest.pk and one.effective_at <= now and one.published_at <= now]
    for version in sorted(known, key=lambda version: (in_force_from(version), place(version))):
        if place(version) > held:
            held = place(version)
            yield version


def versions_on(desks: Iterable[int]) -> dict[int, list[PolicyVersion]]:
    """All versions of each of these desks, asked for once for however many cases."""
    found: dict[int, list[PolicyVersion]] = {desk: [] for desk in desks}
    for version in by_name(desk__in=found):
        found[version.desk_id].append(version)
    return found


def pin(row: Case, version: PolicyVersion) -> None:
    """From here on the case is decided under this version too."""
    row.adopted = [*row.adopted, [version.pk, version.ref, version.published_at.isoformat()]]
    row.latest_version = version


def place(version: PolicyVersion) -> tuple[datetime, int]:
    """Where a version stands among those of its desk: by when it is in force, then by when it was published."""
    return version.effective_at, version.pk


def in_force_from(version: PolicyVersion) -> Instant:
    """From when a version can reach an open case: nobody went by it before it was published."""
    return instant(max(version.effective_at, version.published_at))


def folded(state: EngineCase, events: Iterable[Event]) -> EngineCase:
    """The case after these events."""
    for event in events:
        state = evolve(state, event)
    return state


def unheard(now: datetime) -> Q | None:
    """Which open cases have not heard of the version in force on their desk; None where there is no such version."""
    versions = list(PolicyVersion.objects.only("pk", "desk_id", "effective_at", "published_at"))
    latest: dict[int, tuple[datetime, int]] = {}
    for version in versions:
        if max(version.effective_at, version.published_at) <= now:
            latest[version.desk_id] = max(place(version), latest.get(version.desk_id, place(version)))
    behind = [
        version.pk for version in versions if version.desk_id in latest and place(version) < latest[version.desk_id]
    ]
    if not behind:
        return None
    is_behind = Q(latest_version__in=behind) | Q(latest_version=None, policy_version__in=behind)
    return is_behind & ~Q(status=str(Status.CLOSED))
