"""Which releases of a product a customer may fetch: what the plan gives while it runs, and what stays after it."""

from __future__ import annotations

from collections.abc import Iterator

from troth.engine.facts import Contract, Facts
from troth.engine.words import automatic_contract, contract_ends, contract_word, facts_words, local_date
from troth.hours import Instant
from troth.policy import Catalogue, Policy, Release, holds
from troth.policy.rules import DownloadsRule

EVERYTHING = "every release"
WITHIN_THE_TERM = "releases within the term"
MAINTENANCE = "maintenance releases"
PRODUCT_RELEASE = ("version", "update")
"""What the first two figures of a number count; a third counts corrections."""


def downloads_for(policy: Policy, facts: Facts, catalogue: Catalogue, at: Instant) -> tuple[str, ...]:
    """Return the versions of the facts' product open for download at `at` (UTC seconds), oldest first.

    A contract whose purchase nobody could verify, or whose fees are owed, opens nothing. A release bought by itself
    is the customer's whatever the contract says.
    """
    today = local_date(policy, at)
    out = [release for release in catalogue.of_product(facts.product or "") if release.released <= today]
    given = {one.version for held in _contracts(policy, facts) for one in _given(policy, facts, held, out, at)}
    return tuple(r.version for r in out if r.version in given or r.version in facts.releases)


def _contracts(policy: Policy, facts: Facts) -> Iterator[Contract]:
    """Yield the contract held, and the one that came by itself with the licence, over or not."""
    for contract in (facts.contract, automatic_contract(policy, facts.licence)):
        if contract is not None:
            yield contract


def _given(policy: Policy, facts: Facts, contract: Contract, out: list[Release], at: Instant) -> list[Release]:
    plan = policy.plans.get(contract.plan)
    rule = plan.downloads if plan is not None else None
    if rule is None or not holds(rule.when, facts_words(policy, facts, at)):
        return []
    what = _what(rule, contract_word(policy, contract, local_date(policy, at)))
    if what == EVERYTHING:
        return out
    if what == MAINTENANCE:
        return [release for release in out if _maintains(release.version, facts.version or "")]
    if what != WITHIN_THE_TERM:
        return []
    ends = contract_ends(policy, contract)
    return [one for one in out if contract.starts <= one.released and (ends is None or one.released <= ends)]


def _maintains(release: str, version: str) -> bool:
    """Whether a release only puts right what a version has: 11.0.3 does that for 11.0 and 11.0.1."""
    figures = release.split(".")
    return len(figures) > len(PRODUCT_RELEASE) and figures[: len(PRODUCT_RELEASE)] == version.split(".")[:2]


def _what(rule: DownloadsRule, stands: str) -> str | None:
    """Return what the plan opens to a contract that stands so today."""
    return {"active": rule.while_active, "over": rule.afterwards}.get(stands)
