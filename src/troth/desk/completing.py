"""Adds to an act what the tables know and its actor need not say: the facts that decide travel in the act itself."""

from __future__ import annotations

from dataclasses import replace

from troth.customers.facts import contract_fact, licence_fact, partner_fact
from troth.customers.purchases import NAMES
from troth.desk.models import Case
from troth.desk.purchases import purchases_of
from troth.desk.spent import spent_elsewhere
from troth.engine import version_at
from troth.engine.case import Case as EngineCase
from troth.engine.events import Act
from troth.engine.facts import Facts
from troth.hours import Instant, moment
from troth.policy import Policy
from troth.policy.vocabulary import Role, Verb
from troth.products.catalogue import catalogue_of

OF_A_VERSION = frozenset({"product", "version"})


def complete(row: Case, policy: Policy, state: EngineCase, act: Act) -> Act:
    """The act with the catalogue's answer for a new version, the time of other cases, a reopening's facts of today.

    What is there already stays: a scenario or an import brings its own. Only what the desk itself says of purchases is
    read anew, under their lock: what was left when it began to write may be gone.
    """
    if act.verb is Verb.SET and act.by is Role.SYSTEM and not act.data.keys().isdisjoint(NAMES):
        now = purchases_of(row, policy, state.facts.product, act.at).to_json()
        return replace(act, data={name: now.get(name, value) for name, value in act.data.items()})
    if act.verb is Verb.SET and OF_A_VERSION & act.data.keys() and "release" not in act.data:
        product = act.data.get("product", state.facts.product)
        version = act.data.get("version", state.facts.version)
        release = version_at(policy, catalogue_of(row.desk, policy), product, version, act.at)
        return replace(act, data={**act.data, "release": release.to_json()})
    if act.verb is Verb.LOG and "spent" not in act.data and "activity" in act.data:
        activity, product = str(act.data["activity"]), state.facts.product
        spent = spent_elsewhere(policy, row.desk, row.account, product, activity, but=row)
        return replace(act, data={**act.data, "spent": spent}) if spent else act
    if act.verb is Verb.REOPEN and "facts" not in act.data:
        facts = facts_now(row, policy, state.facts, act.at)
        return replace(act, data={**act.data, "facts": facts.to_json()})
    return act


def facts_now(row: Case, policy: Policy, facts: Facts, at: Instant) -> Facts:
    """The facts of the case with all that the tables know as it is now."""
    today = moment(at, policy.zone).date()
    if row.account is not None:
        facts = purchases_of(row, policy, facts.product, at).onto(facts)
        facts = facts.with_changes(
            licence=licence_fact(row.account, facts.product, today),
            contract=contract_fact(row.account, today, policy),
            partner=partner_fact(row.account.partner),
        )
    release = version_at(policy, catalogue_of(row.desk, policy), facts.product, facts.version, at)
    return facts.with_changes(release=release)
