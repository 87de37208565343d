"""What is known from outside the case when an act is done: licence, contract, partner, answers, the catalogue's word.

Facts travel inside the acts `open`, `reopen` and `set`, so that a case decided years ago can be decided anew
without asking any table what it held then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from troth.engine.values import Value
from troth.policy.vocabulary import Channel, LicenceKey, LicenceKind, Lifecycle, Request


class _Json:
    """Facts go into events as plain JSON: nothing that equals its default is written."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, dates in ISO form."""
        out: dict[str, Any] = {}
        for name, default in _DEFAULTS[type(self)]:
            value = getattr(self, name)
            if value is not default and value != default:
                out[name] = _plain(value)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the facts that `to_json` wrote; a name it does not know raises TypeError."""
        return cls(**_revived(cls, data))


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, _Json):
        return value.to_json()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def _revived(cls: type[_Json], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by name, each made again of what was written."""
    made = dict(data)
    for name, revive in _REVIVERS[cls].items():
        value = made.get(name)
        if value is not None:
            made[name] = revive(value)
    return made


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


@dataclass(frozen=True)
class Facts(Value, _Json):
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

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """Return the facts that `to_json` wrote; a name it does not know raises TypeError."""
        return NO_FACTS.with_changes(**_revived(cls, data))


NO_FACTS = Facts()


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _made(kind: type[_Json]) -> Callable[[Any], Any]:
    return lambda value: kind.from_json(value) if isinstance(value, Mapping) else value


def _lots(value: Any) -> tuple[Any, ...]:
    return tuple(Services.from_json(entry) if isinstance(entry, Mapping) else entry for entry in value)


_REVIVERS: dict[type[_Json], dict[str, Callable[[Any], Any]]] = {
    Licence: {"bought": _day, "ends": _day},
    Contract: {"starts": _day, "ends": _day, "add_ons": tuple},
    Services: {"bought": _day, "until": _day, "earlier": _lots},
    Exemption: {"until": _day},
    Partner: {},
    Version: {"released": _day},
    Facts: {
        "licence": _made(Licence),
        "contract": _made(Contract),
        "services": _made(Services),
        "exemption": _made(Exemption),
        "approved": tuple,
        "releases": tuple,
        "partner": _made(Partner),
        "release": _made(Version),
        "information": tuple,
    },
}
"""What JSON has no form for, and how it is made of what was written."""


_DEFAULTS = {
    kind: tuple(
        (item.name, item.default_factory() if callable(item.default_factory) else item.default)
        for item in fields(kind)  # type: ignore[arg-type] # each of them is a dataclass
    )
    for kind in _REVIVERS
}
