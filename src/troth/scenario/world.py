"""The world around a scenario's case: facts and catalogue as they stand, apart from anything decided.

Facts travel inside acts (`open`, `reopen`, `set`); the catalogue is asked whenever a version is placed. Both
change as the timeline goes on: `set` changes facts, `release` the catalogue, `buy` facts before there is a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from troth.engine import Contract, Facts, Licence, Partner, Refusal, Services, version_at
from troth.engine.catalogue import retirement_refusal
from troth.engine.purchases import Purchase, buy
from troth.hours import Instant, moment
from troth.policy import Catalogue, Policy, Release
from troth.scenario.script import PartnerGiven, Released, ScenarioFile

_PLAIN = ("channel", "product", "version", "request", "severity", "language", "senior", "incidents", "amendment")


class World:
    """What is so outside the case. `policy` is the one under which a case would be opened now."""

    def __init__(self, policy: Policy, file: ScenarioFile, given: Mapping[str, Any], opened_on: date) -> None:
        """Begin with what the file names and the format's defaults for the rest; `opened_on` is a local date."""
        self.policy = policy
        self.partners = file.partners
        self.catalogue: Catalogue = policy.catalogue.with_releases(
            _release(entry, opened_on) for entry in file.catalogue
        )
        self._opened_on = opened_on
        self.facts = Facts(licence=Licence(bought=opened_on))
        self.facts = self.facts.with_changes(**self._made(given))

    def facts_at(self, at: Instant) -> Facts:
        """Return the facts as an act at `at` carries them, the catalogue's answer among them."""
        version = version_at(self.policy, self.catalogue, self.facts.product, self.facts.version, at)
        return self.facts.with_changes(release=version)

    def change(self, given: Mapping[str, Any], at: Instant) -> dict[str, Any]:
        """Change the facts a `set` names, and return the data of its act: only what changed, as JSON."""
        changes = self._made(given)
        data: dict[str, Any] = {name: _json(value) for name, value in changes.items()}
        if "answers" in changes:
            changes["answers"] = {**self.facts.answers, **changes["answers"]}
        changes.pop("severity", None)  # an agent's word is not what the customer proposed
        self.facts = self.facts.with_changes(**changes)
        if changes.keys() & {"product", "version"}:
            data["release"] = self.facts_at(at).release.to_json()
        return data

    def release(self, given: Mapping[str, Any], at: Instant) -> Refusal | None:
        """Let a release come out on the local day of `at`, or change one that is; return why it may not end so."""
        named = {name: value for name, value in given.items() if name != "by"}
        release = _release(Released(**named), self.day_of(at))
        held = self.catalogue.find(release.product, release.version)
        if held is not None:
            release = replace(held, **named)
        refusal = retirement_refusal(self.policy, self.catalogue, release, at)
        if refusal is None:
            self.catalogue = self.catalogue.with_releases([release])
        return refusal

    def buy(self, given: Mapping[str, Any], at: Instant) -> Refusal | None:
        """Let something be bought before there is a case, by the policy's own rules; return why it is not sold."""
        bought = buy(self.policy, self.facts_at(at), Purchase.of(given), at)
        if isinstance(bought, Refusal):
            return bought
        self.facts = bought
        return None

    def approve(self, what: str) -> None:
        """Let a manager approve something before there is a case."""
        self.facts = self.facts.with_changes(approved=(*self.facts.approved, what))

    def day_of(self, at: Instant) -> date:
        """Return the date on the desk's wall."""
        return moment(at, self.policy.zone).date()

    def _made(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as the engine has them from facts as the file has them."""
        out: dict[str, Any] = {name: given[name] for name in _PLAIN if name in given}
        if "confirmation" in given:
            out["confirmation"] = given["confirmation"]
        if "answers" in given:
            out["answers"] = dict(given["answers"] or {})
        if "information" in given:
            out["information"] = tuple(given["information"])
        if "licence" in given:
            out["licence"] = self._licence(given["licence"])
        if "contract" in given:
            out["contract"] = self._contract(given["contract"])
        if "services" in given:
            out["services"] = None if given["services"] is None else Services(**given["services"])
        if "partner" in given:
            out["partner"] = self._partner(given["partner"])
        return out

    def _licence(self, given: Mapping[str, Any] | None) -> Licence | None:
        """A licence of another kind begins with the format's defaults; else only what is named changes."""
        if given is None:
            return None
        held = None if "kind" in given else self.facts.licence
        return replace(held or Licence(bought=self._opened_on), **given)

    def _contract(self, given: Mapping[str, Any] | None) -> Contract | None:
        if given is None:
            return None
        return Contract(**{"starts": self._opened_on, **given})

    def _partner(self, name: str | None) -> Partner | None:
        if name is None:
            return None
        given = self.partners.get(name, PartnerGiven(name))
        if given.hours is None:
            return Partner(name)
        hours = given.hours if given.has_zone else replace(given.hours, zone=self.policy.zone)
        return Partner(name, hours.to_json())


def _release(entry: Released, day: date) -> Release:
    return Release(
        product=entry.product,
        version=entry.version,
        released=entry.released or day,
        line=entry.line,
        kind=entry.kind,  # type: ignore[arg-type]
        status=entry.status,
        ends=entry.ends,
        branded=entry.branded,
    )


def _json(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value
