"""What the catalogue says of a version at an instant, and what that gives: lifecycle, hot fix, release plan.

These are rulings asked for an instant; nothing of them is stored on a case but the answer its acts carried.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from troth.engine.case import Case
from troth.engine.downloads import downloads_for
from troth.engine.events import Refusal
from troth.engine.facts import Version
from troth.engine.words import facts_words, local_date
from troth.hours import Instant, Term
from troth.policy import Catalogue, Policy, Release, holds
from troth.policy.vocabulary import HotFix, Lifecycle

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a customer may have for a version: its place in life, a hot fix, the plan for its correction, the cover."""

    lifecycle: Lifecycle
    hot_fix: HotFix
    release_plan: str | None
    is_covered: bool
    clause: str | None = None
    downloads: tuple[str, ...] = ()


def entitles(policy: Policy, case: Case, catalogue: Catalogue, at: Instant) -> Entitlement:
    """Return what the case's product and version are entitled to at `at` (UTC seconds) by `catalogue`."""
    version = version_at(policy, catalogue, case.facts.product, case.facts.version, at)
    words = facts_words(policy, case.facts.with_changes(release=version), at)
    words.update({k: v for k, v in (("severity", case.severity), ("basis", case.basis), ("plan", case.plan)) if v})
    rule = policy.fixes.at(words) if policy.fixes is not None else None
    covered = bool(case.is_covered)
    lifecycle = Lifecycle(version.lifecycle)
    downloads = downloads_for(policy, case.facts.with_changes(release=version), catalogue, at)
    if rule is None:
        return Entitlement(lifecycle, HotFix.NO, None, covered, downloads=downloads)
    hot_fix = HotFix.NO
    if covered and rule.hot_fix:
        hot_fix = HotFix.UPDATE_FIRST if any(holds(c, words) for c in rule.update_first) else HotFix.YES
    return Entitlement(lifecycle, hot_fix, rule.release_plan, covered, rule.clause, downloads)


def version_at(policy: Policy, catalogue: Catalogue, product: str | None, version: str | None, at: Instant) -> Version:
    """Return the catalogue's answer for a product and version; a release counts from local midnight of its date."""
    if product is None:
        return Version()
    today = local_date(policy, at)
    own = [release for release in catalogue.of_product(product) if release.released <= today]
    known, rule = (own[-1] if own else None), policy.products.get(product)
    kind = known.kind if known is not None else (rule.kind if rule is not None else "product")
    branded = known.branded if known is not None else (rule is None or rule.branded)
    line = line_of(policy, known) if known is not None else ((rule.line if rule is not None else None) or product)
    out = _of_line(policy, catalogue, line, today)
    number, named = _number(version), _named(own, version)
    newest_out = _newest(own)
    if rule is not None and rule.status == "legacy":
        return Version(Lifecycle.RETIRED, kind=kind, branded=branded, released=named.released if named else None)
    if version is None or (number is None and named is None) or not out:
        return Version(kind=kind, branded=branded, newest=newest_out)
    released = named.released if named is not None else None
    lifecycle = _lifecycle(policy, out, named, number, today)
    if number is None:
        return Version(lifecycle, kind=kind, branded=branded, released=released, newest=newest_out)
    newest = max((n for r in out if (n := _number(r.version)) and n[0] == number[0]), default=None)
    minor, latest = "unknown", None
    if newest is not None and lifecycle is not Lifecycle.UNKNOWN:
        minor = "latest" if number[:2] >= newest[:2] else "behind"
        latest = next(r.version for r in out if _number(r.version) == newest)
    return Version(lifecycle, minor, latest, kind, branded, released, newest_out)


def line_of(policy: Policy, release: Release) -> str:
    """Return the line a release belongs to: its own, else its product's, else the product is a line by itself."""
    rule = policy.products.get(release.product)
    return release.line or (rule.line if rule is not None else None) or release.product


def _of_line(policy: Policy, catalogue: Catalogue, line: str, today: date) -> list[Release]:
    """Return the releases of a line that are out, oldest first: a product may carry on another's line."""
    found = [r for r in catalogue.releases if r.released <= today and line_of(policy, r) == line]
    return sorted(found, key=lambda release: (release.released, release.version))


def _newest(own: list[Release]) -> str | None:
    """Return the newest release of a product by number; where none has a number, the youngest."""
    numbered = [release for release in own if _number(release.version) is not None]
    best = max(numbered, key=lambda release: _number(release.version) or (), default=own[-1] if own else None)
    return best.version if best is not None else None


def _named(own: Iterable[Release], version: str | None) -> Release | None:
    """Return the release a version is, or the nearest one it is a build of: `10.x` and `10.2` both name 10.2.7."""
    releases = {release.version: release for release in own}
    number = _number(version)
    if version in releases or version is None or number is None:
        return releases.get(version or "")
    above = [r for r in releases.values() if (n := _number(r.version)) is not None and number[: len(n)] == n]
    return max(above, key=lambda release: len(_number(release.version) or ()), default=None)


def _number(version: str | None) -> Number | None:
    """Return the leading numbers of a version; None where it has none, such as `Cloud`."""
    if version is None:
        return None
    parts: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts) or None


def _lifecycle(
    policy: Policy, out: Iterable[Release], named: Release | None, number: Number | None, today: date
) -> Lifecycle:
    """Return the version's place: what the catalogue states, else its number's place in the line."""
    if named is not None and named.status is not None:
        return Lifecycle.RETIRED if named.status == "legacy" else Lifecycle(named.status)
    if named is not None and named.ends is not None and today > named.ends:
        return Lifecycle.RETIRED
    if number is None:  # a release without a number, such as `Cloud`, has none that could overtake it
        return Lifecycle.CURRENT
    numbers = [n for release in out if (n := _number(release.version)) is not None]
    majors = sorted({n[0] for n in numbers}, reverse=True)
    newest = max((n for n in numbers if n[0] == number[0]), default=None)
    is_newer = not majors or number[0] > majors[0] or (newest is not None and number[:2] > newest[:2])
    if is_newer and named is None:
        return Lifecycle.UNKNOWN
    rule = policy.lifecycle
    current, prior = (rule.current, rule.prior) if rule is not None else (1, 0)
    place = sum(1 for major in majors if major > number[0])
    if place < current:
        return Lifecycle.CURRENT
    if isinstance(prior, str) or place < current + prior:  # in words: every older one
        return Lifecycle.PRIOR
    return Lifecycle.RETIRED


@dataclass(frozen=True, slots=True)
class ActiveVersions:
    """One row of the list of active versions: the releases of a line that share a place in its life."""

    line: str
    lifecycle: Lifecycle
    releases: tuple[Release, ...]


def active_versions(policy: Policy, catalogue: Catalogue, at: Instant) -> tuple[ActiveVersions, ...]:
    """Return the list of active versions at `at` (UTC seconds), in the catalogue's order; retired ones have no row."""
    today = local_date(policy, at)
    rows: dict[tuple[str, Lifecycle], list[Release]] = {}
    for release in catalogue.releases:
        if release.released > today:
            continue
        lifecycle = Lifecycle(version_at(policy, catalogue, release.product, release.version, at).lifecycle)
        if lifecycle in {Lifecycle.CURRENT, Lifecycle.PRIOR}:
            rows.setdefault((line_of(policy, release), lifecycle), []).append(release)
    return tuple(ActiveVersions(line, lifecycle, tuple(some)) for (line, lifecycle), some in rows.items())


def retirement_refusal(policy: Policy, catalogue: Catalogue, release: Release, at: Instant) -> Refusal | None:
    """Return why a release is not recorded at `at` as it is: its last day is nearer than the policy announces it.

    An end that stands in the catalogue already was announced when it was put there.
    """
    ahead = policy.lifecycle.announced_ahead if policy.lifecycle is not None else None
    held = catalogue.find(release.product, release.version)
    if release.ends is None or ahead is None or (held is not None and held.ends == release.ends):
        return None
    if release.ends > Term.parse(ahead).last_day(local_date(policy, at)):
        return None
    return Refusal(
        "too-soon",
        f"{release.product} {release.version} cannot end on {release.ends}: that is announced {ahead} ahead.",
        policy.clause_of("lifecycle"),
        "name a later day",
    )
