"""What is known from outside the case when an act is done: licence, contract, partner, answers, the catalogue's word.

Facts travel inside the acts `open`, `reopen` and `set`, so that a case decided years ago can be decided anew
without asking any table what it held then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, Self

from troth.policy.vocabulary import Channel, LicenceKey, LicenceKind, Lifecycle, Request


class _Json:
    """Facts go into events as plain JSON: nothing that equals its default is written."""

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, dates in ISO form."""
        out: dict[str, Any] = {}
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if value == _default_of(item):
                continue
            out[item.name] = _plain(value)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the facts that `to_json` wrote; a name it does not know raises TypeError."""
        return cls(**{name: _revive(cls, name, value) for name, value in data.items()})


def _default_of(item: Any) -> Any:
    if item.default_factory is not item.default and callable(item.default_factory):
        return item.default_factory()
    return item.default


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return value.to_json()  # type: ignore[union-attr]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def _revive(cls: type, name: str, value: Any) -> Any:
    if value is None:
        return None
    kind = _NESTED.get((cls.__name__, name))
    if kind is date:
        return date.fromisoformat(value) if isinstance(value, str) else value
    if kind is tuple:
        return tuple(value)
    if isinstance(kind, list):
        return tuple(kind[0].from_json(entry) if isinstance(entry, Mapping) else entry for entry in value)
    if kind is not None:
        return kind.from_json(value) if isinstance(value, Mapping) else value
    return value


@dataclass(frozen=True, slots=True)
class Licence(_Json):
    """The licence a case is opened on. `bought` and `ends` are dates in the desk's zone; the last day counts."""

    kind: LicenceKind | str = LicenceKind.COMMERCIAL
    bought: date | None = None
    ends: date | None = None
    seats: int | None = None
    key: LicenceKey | str = LicenceKey.VALID


@dataclass(frozen=True, slots=True)
class Contract(_Json):
    """A plan bought for a term. Without `ends` it runs the plan's first term, its last day included."""

    plan: str
    starts: date
    ends: date | None = None
    add_ons: tuple[str, ...] = ()
    fees: str = "paid"
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Services(_Json):
    """Professional services bought by the hour: the latest lot, and those bought before it, oldest first.

    `until` is the last day of a lot that ended with a contract, whatever contract came after it.
    """

    hours: float = 0
    bought: date | None = None
    until: date | None = None
    earlier: tuple[Services, ...] = ()


@dataclass(frozen=True, slots=True)
class Exemption(_Json):
    """Support bought back for a product the policy no longer covers, through the last day `until`."""

    product: str | None
    until: date


@dataclass(frozen=True, slots=True)
class Partner(_Json):
    """Who works level 1 for this customer. `hours` is a `HoursSpec` in JSON form; None means the desk's own."""

    name: str
    hours: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Version(_Json):
    """What the catalogue says of a product and version at an instant.

    `latest` is the newest release of the version's own line, `newest` the product's newest of all.
    """

    lifecycle: Lifecycle | str = Lifecycle.UNKNOWN
    minor: str = "unknown"
    latest: str | None = None
    kind: str = "product"
    branded: bool = True
    released: date | None = None
    newest: str | None = None


@dataclass(frozen=True, slots=True)
class Facts(_Json):
    """All that decides and does not come from the case itself.

    `information` None means complete. `severity` is what the customer proposes. `release` is the catalogue's
    answer for `product` and `version` at the instant of the act. `bought` is what was bought for this case, `spent`
    the minutes of an allowance that the customer's other cases have used, `releases` versions bought one by one.
    """

    channel: Channel | str = Channel.WEB
    product: str | None = None
    version: str | None = None
    request: Request | str = Request.DEFECT
    licence: Licence | None = None
    contract: Contract | None = None
    incidents: int = 0
    services: Services | None = None
    partner: Partner | None = None
    severity: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    information: tuple[str, ...] | None = None
    senior: str = "free"
    confirmation: str = "sent"
    amendment: str | None = None
    release: Version = Version()
    bought: str | None = None
    approved: tuple[str, ...] = ()
    exemption: Exemption | None = None
    releases: tuple[str, ...] = ()
    spent: Mapping[str, int] = field(default_factory=dict)

    def with_changes(self, **changes: Any) -> Facts:
        """Return the facts with some of them replaced."""
        return replace(self, **changes)


_NESTED: dict[tuple[str, str], Any] = {
    ("Licence", "bought"): date,
    ("Licence", "ends"): date,
    ("Contract", "starts"): date,
    ("Contract", "ends"): date,
    ("Contract", "add_ons"): tuple,
    ("Services", "bought"): date,
    ("Services", "until"): date,
    ("Services", "earlier"): [Services],
    ("Exemption", "until"): date,
    ("Version", "released"): date,
    ("Facts", "licence"): Licence,
    ("Facts", "contract"): Contract,
    ("Facts", "services"): Services,
    ("Facts", "exemption"): Exemption,
    ("Facts", "approved"): tuple,
    ("Facts", "releases"): tuple,
    ("Facts", "partner"): Partner,
    ("Facts", "release"): Version,
    ("Facts", "information"): tuple,
}
