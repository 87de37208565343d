"""The words a condition may ask for, as they stand for one case at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from troth.engine.case import Case
from troth.engine.facts import Contract, Facts, Licence
from troth.hours import Instant, Term, moment
from troth.policy import Policy, holds
from troth.policy.rules import PlanRule
from troth.policy.vocabulary import LicenceKey, LicenceKind, Status, WaitingOn

_ONE_DAY = timedelta(days=1)
_TRIED = frozenset({LicenceKind.TRIAL, LicenceKind.EVALUATION})


def local_date(policy: Policy, at: Instant) -> date:
    """Return the date on the desk's wall at `at`."""
    return moment(at, policy.zone).date()


def contract_ends(policy: Policy, contract: Contract) -> date | None:
    """Return the contract's last day: its own, else the end of its plan's first term; None for no end."""
    return contract.ends or _first_term_ends(policy, contract.plan, contract.starts)


@lru_cache(maxsize=4096)
def _first_term_ends(policy: Policy, name: str, starts: date) -> date | None:
    plan = policy.plans.get(name)
    term = plan.terms[0] if plan is not None and plan.terms else _automatic_term(plan)
    return Term.parse(term).last_day(starts) if term else None


def _automatic_term(plan: PlanRule | None) -> str:
    """Return how long a plan runs that comes by itself; nothing where it does not end."""
    return ((plan.automatic if plan is not None else None) or "").rpartition("from ")[0].strip()


@lru_cache(maxsize=256)
def _plan_with_licence(policy: Policy) -> tuple[str, Term | None] | None:
    """Return the plan that comes with a licence bought and how long it runs; None where there is none."""
    for name, plan in policy.plans.items():
        if (plan.automatic or "").endswith("from purchase"):
            term = _automatic_term(plan)
            return name, Term.parse(term) if term else None
    return None


def contract_in_force(policy: Policy, facts: Facts, today: date) -> Contract | None:
    """Return the contract that counts today: the one held, unless only a plan that comes by itself runs.

    A plan with `automatic: 30 calendar days from purchase` runs from the day a commercial licence was bought.
    """
    return _in_force(policy, facts.contract, automatic_contract(policy, facts.licence), today)


def _in_force(policy: Policy, held: Contract | None, automatic: Contract | None, today: date) -> Contract | None:
    if held is not None and contract_word(policy, held, today) == "active":
        return held
    if automatic is not None and contract_word(policy, automatic, today) == "active":
        return automatic
    return held


def automatic_contract(policy: Policy, licence: Licence | None) -> Contract | None:
    """Return the contract that comes with a licence somebody bought, whether it still runs or not; None for none."""
    if licence is None or licence.kind != LicenceKind.COMMERCIAL or licence.bought is None:
        return None
    coming = _plan_with_licence(policy)
    if coming is None or licence.key != LicenceKey.VALID:
        return None
    name, term = coming
    return Contract(name, licence.bought, term.last_day(licence.bought) if term is not None else None)


def contract_word(policy: Policy, contract: Contract | None, today: date) -> str:
    """Return how a contract stands today: none, unverified, overdue, not yet, over or active."""
    if contract is None or contract.plan not in policy.plans:
        return "none"
    ends = contract_ends(policy, contract)
    if not contract.verified:
        return "unverified"
    if today < contract.starts:
        return "not yet"
    if ends is not None and today > ends:
        return "over"
    return "overdue" if contract.fees == "overdue" else "active"


def term_word(licence: Licence | None, today: date) -> str:
    """Return whether the licence's own term runs today; `not given` without a licence."""
    if licence is None or licence.kind == LicenceKind.NONE:
        return "not given"
    return "running" if licence.ends is None or today <= licence.ends else "over"


def trial_word(licence: Licence | None, today: date) -> str:
    """Return whether a trial licence runs today; `not given` for any other licence."""
    if licence is None or licence.kind not in _TRIED:
        return "not given"
    return "running" if licence.ends is None or today <= licence.ends else "over"


def facts_words(policy: Policy, facts: Facts, at: Instant) -> dict[str, str]:
    """Return the words that the facts alone give at `at`."""
    today = local_date(policy, at)
    return _words_on(policy, facts, today, contract_in_force(policy, facts, today))


def readings(policy: Policy, facts: Facts, today: date) -> tuple[Contract | None, dict[str, str], date]:
    """Return the contract that counts today, the words of these facts, and the first day on which both may be others.

    Nothing in them changes from one day to the next but where a term begins or is over.
    """
    automatic = automatic_contract(policy, facts.licence)
    contract = _in_force(policy, facts.contract, automatic, today)
    turns, lasts = [], []
    for one in (facts.contract, automatic):
        if one is not None:
            turns.append(one.starts)
            lasts.append(contract_ends(policy, one))
    if facts.licence is not None:
        lasts.append(facts.licence.ends)
    if facts.exemption is not None:
        lasts.append(facts.exemption.until)
    turns += [last + _ONE_DAY for last in lasts if last is not None and last < date.max]
    next_day = min([day for day in turns if day > today], default=date.max)
    return contract, _words_on(policy, facts, today, contract), next_day


def _words_on(policy: Policy, facts: Facts, today: date, contract: Contract | None) -> dict[str, str]:
    """Return the words that the facts alone give on a day when this contract counts."""
    licence, release = facts.licence, facts.release
    words = {
        "channel": facts.channel,
        "product": facts.product or "not given",
        "request": facts.request,
        "licence": licence.kind if licence else "none",
        "key": licence.key if licence else "not given",
        "trial": trial_word(licence, today),
        "term": term_word(licence, today),
        "contract": contract_word(policy, contract, today),
        "add-on": contract.add_ons[0] if contract is not None and contract.add_ons else "none",
        "exception": "running" if _is_exempt(facts, today) else "none",
        "bought": facts.bought or "none",
        "lifecycle": release.lifecycle,
        "minor": release.minor,
        "kind": release.kind,
        "branded": "true" if release.branded else "false",
        "partner": "yes" if facts.partner else "no",
        "language": facts.language or policy.language,
        "incidents": "left" if facts.incidents > 0 else "none",
        "senior": facts.senior,
    }
    if facts.answers:
        words.update(_answers(policy, facts, words))
    return words


def _answers(policy: Policy, facts: Facts, words: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that count: not the one to a question that is asked elsewhere only."""
    counting = {}
    for name, answer in facts.answers.items():
        question = policy.questions.get(name)
        if question is None or not question.when or holds(question.when, words):
            counting[name] = str(answer)
    return counting


def _is_exempt(facts: Facts, today: date) -> bool:
    exemption = facts.exemption
    return exemption is not None and exemption.product in {None, facts.product} and today <= exemption.until


def case_words(policy: Policy, case: Case, at: Instant) -> dict[str, str]:
    """Return every word for a case at `at`: its facts' and its own."""
    return with_own_words(facts_words(policy, case.facts, at), case)


def own_standing(case: Case) -> tuple[object, ...]:
    """Return what `with_own_words` reads of a case: while it is the same, so are the words."""
    return (
        case.level,
        case.status,
        case.is_contact_available,
        case.severity,
        case.basis,
        case.plan,
        case.waiting_on,
    )


def with_own_words(given: Mapping[str, str], case: Case) -> dict[str, str]:
    """Return the words of the facts, given already, with the case's own."""
    words = dict(given)
    words["level"] = case.level
    words["status"] = case.status
    words["contact"] = "available" if case.is_contact_available else "unavailable"
    if case.severity:
        words["severity"] = case.severity
    if case.basis:
        words["basis"] = case.basis
    if case.plan:
        words["plan"] = case.plan
    if case.waiting_on:
        words["waiting"] = case.waiting_on
    return words


def standstills(case: Case) -> tuple[str, ...]:
    """Return the states in which a clock may be told to stand still, those that hold now."""
    holding: list[str] = []
    if case.status is Status.WAITING:
        holding.append(f"waiting on {case.waiting_on}")
    if case.status is Status.MONITORING:
        holding.append("monitoring")
    if not case.is_contact_available:
        holding.append("contact unavailable")
    if "delay" in case.timers:
        holding.append("announced delay")
    return tuple(holding)


def is_waiting_on_customer(case: Case) -> bool:
    """Whether the next word is the customer's."""
    return case.status is Status.WAITING and case.waiting_on == WaitingOn.CUSTOMER
