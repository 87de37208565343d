"""What the policy makes of each act: the room where decisions are taken, one function a verb."""

from __future__ import annotations

from collections.abc import Callable

from troth.engine import closing
from troth.engine.changes import reconsider
from troth.engine.clocks import excuse, level_rule, meet, stand_still, start_clocks
from troth.engine.cover import follow_plan, improve_cover, is_prepaid, rule_cover
from troth.engine.events import Act, Refusal
from troth.engine.hearing import Hearing
from troth.engine.intake import look_for_gaps
from troth.engine.levels import (
    arrive,
    first_level,
    is_above,
    level_above,
    level_by_triage,
    words_of_triage,
    worker_of,
)
from troth.engine.purchases import Purchase, buy
from troth.engine.queue import queue
from troth.engine.ranks import Rank
from troth.engine.scope import (
    PROFESSIONAL_SERVICES,
    count_minutes,
    exclude,
    look_again_for_exclusions,
    look_for_exclusions,
    refer,
    reply_to_excluded,
)
from troth.engine.services import let_lapse
from troth.engine.severity import propose_severity, set_severity
from troth.engine.silence import announce_delay, attempt_made, begin_silence, end_silence
from troth.engine.upgrades import look_at_version
from troth.engine.words import is_waiting_on_customer
from troth.policy.vocabulary import ClosedBecause, Found, Given, Role, Status, Verb, WaitingOn

_OVER = {Status.RESOLVED, Status.CLOSED}


def take_effect(h: Hearing, act: Act) -> None:
    """Give the rulings that follow from an act that has been recorded."""
    _EFFECTS[act.verb](h, act)


def _open(h: Hearing, _act: Act) -> None:
    rule_cover(h)
    propose_severity(h)
    arrive(h, first_level(h))
    start_clocks(h, "opening")
    _start_without_senior(h)
    look_for_gaps(h)
    look_for_exclusions(h)
    queue(h)
    h.notify("opening")


def _start_without_senior(h: Hearing) -> None:
    if h.case.facts.senior == "none":
        start_clocks(h, "no senior free")


def _reopen(h: Hearing, _act: Act) -> None:
    closing.take_up(h)
    if not is_prepaid(h):
        rule_cover(h)
    look_for_gaps(h)
    closing.run_clocks_on(h)
    reconsider(h)
    queue(h)
    h.notify("reopening")


def _reply(h: Hearing, act: Act) -> None:
    given = _spoken(act) | {Given(word) for word in _listed(act.data.get("gives"))}
    meet(h, given)
    reply_to_excluded(h)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(entry) for entry in value] if isinstance(value, (list, tuple)) else [str(value)]


def _spoken(act: Act) -> set[Given]:
    """A person of the desk spoke: that is a reply, and a senior's is a senior reply too (decision 13)."""
    if act.by in {Role.CUSTOMER, Role.SYSTEM}:
        return set()
    return {Given.REPLY, Given.SENIOR_REPLY} if act.by is Role.SENIOR else {Given.REPLY}


def _confirm(h: Hearing, _act: Act) -> None:
    meet(h, {Given.CONFIRMATION})


def _ask(h: Hearing, act: Act) -> None:
    meet(h, _spoken(act))
    if not is_waiting_on_customer(h.case):
        h.clear_timer("review")
        h.rule(Found.WAITING, h.policy.clause_of("silence", "closing"), "", {"on": "customer"})
    begin_silence(h)
    stand_still(h)
    h.notify("ask")


def _attempt(h: Hearing, _act: Act) -> None:
    attempt_made(h)


def _customer_reply(h: Hearing, _act: Act) -> None:
    if h.case.status in _OVER:
        h.rule(Found.UNREAD, h.policy.clause_of("reopening"), "a message came after the end")
        return
    end_silence(h)
    if is_waiting_on_customer(h.case) or h.case.status is Status.MONITORING:
        h.rule(Found.OPEN_AGAIN, h.policy.clause_of("silence", "closing"), "the customer answered")
    stand_still(h)


def _call(h: Hearing, act: Act) -> None:
    if act.data.get("from", "desk") == "customer":
        look_for_gaps(h)
        _customer_reply(h, act)
    if act.data.get("reached", True) and act.by is not Role.CUSTOMER:
        called = {Given.CALL, Given.SENIOR_CALL} if act.by is Role.SENIOR else {Given.CALL}
        meet(h, _spoken(act) | called)
        reply_to_excluded(h)


def _set(h: Hearing, act: Act) -> None:
    data = act.data
    if h.case.status is Status.CLOSED:
        return
    _let_services_lapse(h)
    _rule_cover_anew(h, act)
    if "severity" in data and act.by is not Role.CUSTOMER:
        set_severity(h, data["severity"])
    else:
        propose_severity(h)
    if "partner" in data or "facts" in data:
        _who_works(h)
    triaged = level_by_triage(h) if words_of_triage(h) & set(data.get("answers") or ()) else None
    if triaged is not None and triaged != h.case.level:
        arrive(h, triaged, "by the kind of problem", by=str(act.by))
        h.notify("level")
    look_at_version(h, is_confirmed="version" in data)
    if data.keys() & {"request", "product", "version"}:
        look_again_for_exclusions(h)
    reconsider(h)
    _start_without_senior(h)
    look_for_gaps(h)
    queue(h)


def _let_services_lapse(h: Hearing) -> None:
    """Hours that ended with a contract stay ended, whatever contract comes after it (NTP-19)."""
    before, now = h.facts_before, h.case.facts
    if now.services is None or now.contract == before.contract or now.services != before.services:
        return
    lapsed = let_lapse(h.policy, before, h.at).services
    if lapsed is not None and lapsed != before.services:
        clause, why = h.policy.clause_of("purchases"), "the contract they came with is over"
        h.rule(Found.LAPSED, clause, why, {"what": "services", "services": lapsed.to_json()})


def _rule_cover_anew(h: Hearing, act: Act) -> None:
    """A changed contract or licence may only better the cover; another product or contract is ruled anew."""
    data = act.data
    is_staff = act.by not in {Role.CUSTOMER, Role.SYSTEM}
    if is_staff and ("product" in data or _is_another_contract(h)):
        rule_cover(h)
    elif not data.keys() & {"contract", "licence", "facts", "incidents", "exemption"} or not improve_cover(h):
        return
    closing.bring_clocks_in(h)


def _is_another_contract(h: Hearing) -> bool:
    before, now = h.facts_before.contract, h.case.facts.contract
    return now is not None and (before is None or (before.plan, before.starts) != (now.plan, now.starts))


def _who_works(h: Hearing) -> None:
    rule = level_rule(h, h.case.level)
    if rule is not None and worker_of(h, rule) != h.case.worked_by:
        h.rule(Found.LEVEL, rule.clause, "", {"level": h.case.level, "worked by": worker_of(h, rule)})


def _escalate(h: Hearing, act: Act) -> None:
    to = act.data.get("to")
    if to is not None or act.by is Role.CUSTOMER:
        name = to or next(iter(h.policy.escalation))
        step = h.policy.escalation[name]
        h.rule(Found.ESCALATED, step.clause, "", {"to": name, "tells": [str(word) for word in step.tells]})
        start_clocks(h, "escalation")
        return
    above = level_above(h)
    if above is not None:
        arrive(h, above, "escalated by a person", by=str(act.by))
        start_clocks(h, "escalation")
        queue(h)
        h.notify("level")


def _hand_over(h: Hearing, act: Act) -> None:
    to = act.data["to"]
    order = tuple(h.policy.levels)
    if to == "partner":
        level = order[0]
    elif to == "vendor":
        level = order[order.index(h.case.level) + (1 if h.case.worked_by == "partner" else -1)]
    else:
        level = to
    arrive(h, level, "handed over", by=str(act.by))
    queue(h)
    h.notify("hand over")


def _find(h: Hearing, act: Act) -> None:
    word = f"{act.data['cause']} found"
    for level, table in h.policy.levels.items():
        rule = table.at(h.words())
        if rule is not None and word in rule.reached_by and is_above(h, level):
            arrive(h, level, word)
            queue(h)
            h.notify("level")


def _exclude(h: Hearing, act: Act) -> None:
    end_silence(h)
    exclude(h, act.data["as"])


def _refer(h: Hearing, act: Act) -> None:
    end_silence(h)
    refer(h, h.policy.clause_of("scope"), act.data.get("to") or PROFESSIONAL_SERVICES)
    stand_still(h)


def _delay(h: Hearing, act: Act) -> None:
    announce_delay(h, act.data["until"])
    stand_still(h)


def _contact(h: Hearing, _act: Act) -> None:
    stand_still(h)


def _excuse(h: Hearing, act: Act) -> None:
    data, cause = act.data, str(act.data.get("cause") or "no cause named")
    clause = h.policy.clause_of("delays", "scope")
    h.rule(Found.EXCUSED, clause, cause, {"from": data["from"], "until": data["until"], "cause": cause})
    excuse(h, data["from"], data["until"], cause)


def _wait(h: Hearing, act: Act) -> None:
    on = act.data["on"]
    if on != "customer":
        end_silence(h)
    h.clear_timer("review")
    h.rule(Found.WAITING, h.policy.clause_of("silence", "closing"), "", {"on": on, "for": act.data.get("ref")})
    stand_still(h)


def _resume(h: Hearing, _act: Act) -> None:
    end_silence(h)
    h.rule(Found.OPEN_AGAIN, h.policy.clause_of("silence", "closing"), "")
    stand_still(h)


def _monitor(h: Hearing, act: Act) -> None:
    clause = h.policy.clause_of("closing")
    end_silence(h)
    h.rule(Found.MONITORING, clause, "")
    h.set_timer("review", act.data["until"], Rank.REVIEW, clause)
    stand_still(h)


def _log(h: Hearing, act: Act) -> None:
    count_minutes(h, act.data["activity"])


def _buy(h: Hearing, act: Act) -> None:
    bought = Purchase.of(act.data)
    facts = buy(h.policy, h.case.facts, bought, h.at)
    if isinstance(facts, Refusal):  # decided already; nothing is bought twice by asking twice
        return
    clause = h.policy.purchases[bought.what].clause
    h.rule(Found.BOUGHT, clause, "", {"what": bought.what, "facts": facts.to_json()})
    if h.case.status is Status.CLOSED:
        return
    if h.case.status is Status.WAITING and h.case.waiting_on == WaitingOn.PURCHASE:
        h.rule(Found.OPEN_AGAIN, clause, "bought")
    if improve_cover(h):
        propose_severity(h)
        if h.policy.purchases[bought.what].gives == "attention":
            start_clocks(h, "opening", anew=True)
        closing.bring_clocks_in(h)
    else:
        follow_plan(h)
    start_clocks(h, "purchase")
    reconsider(h)
    _start_without_senior(h)
    queue(h)


def _grant_access(h: Hearing, act: Act) -> None:
    clause, until = h.policy.clause_of("access"), act.data.get("until")
    h.clear_timer("access")
    h.rule(Found.ACCESS, clause, "", {"access": "granted"})
    if until is not None:
        h.set_timer("access", until, Rank.ACCESS, clause)


def _revoke_access(h: Hearing, _act: Act) -> None:
    h.clear_timer("access")
    h.rule(Found.ACCESS, h.policy.clause_of("access"), "revoked", {"access": "none"})


def _resolve(h: Hearing, act: Act) -> None:
    by = act.data.get("by")
    given = _spoken(act)
    if given and by in {"explanation", "workaround", "assistance"}:
        given.add(Given(by))
    meet(h, given)
    closing.resolve(h, by)


def _close(h: Hearing, act: Act) -> None:
    because = act.data.get("because")
    if because is None:
        because = _usual_reason(h)
    closing.close(h, ClosedBecause(because), h.policy.clause_of("closing"))


def _usual_reason(h: Hearing) -> ClosedBecause:
    if h.case.exclusion is not None:
        return ClosedBecause.OUT_OF_POLICY
    return ClosedBecause.RESOLVED if h.case.status is Status.RESOLVED else ClosedBecause.WITHDRAWN


def _no_action(h: Hearing, _act: Act) -> None:
    h.rule(Found.READ, h.policy.clause_of("reopening"), "nothing to do")


def _merge(h: Hearing, act: Act) -> None:
    h.rule(Found.LINKED, h.policy.clause_of("closing"), "merged", {"case": str(act.data.get("into"))})
    closing.close(h, ClosedBecause.MERGED, h.policy.clause_of("closing"))


def _split(h: Hearing, act: Act) -> None:
    if act.data.get("into") is not None:
        h.rule(Found.LINKED, h.policy.clause_of("intake"), "split", {"case": str(act.data["into"])})


def _nothing(_h: Hearing, _act: Act) -> None:
    """The act stands for itself; no rule speaks of it."""


_EFFECTS: dict[Verb, Callable[[Hearing, Act], None]] = {
    Verb.OPEN: _open,
    Verb.REOPEN: _reopen,
    Verb.REPLY: _reply,
    Verb.CONFIRM: _confirm,
    Verb.ASK: _ask,
    Verb.CUSTOMER_REPLY: _customer_reply,
    Verb.CALL: _call,
    Verb.ATTEMPT: _attempt,
    Verb.SET: _set,
    Verb.ESCALATE: _escalate,
    Verb.HAND_OVER: _hand_over,
    Verb.FIND: _find,
    Verb.EXCLUDE: _exclude,
    Verb.REFER: _refer,
    Verb.DELAY: _delay,
    Verb.CONTACT: _contact,
    Verb.EXCUSE: _excuse,
    Verb.WAIT: _wait,
    Verb.RESUME: _resume,
    Verb.MONITOR: _monitor,
    Verb.LOG: _log,
    Verb.RESOLVE: _resolve,
    Verb.CLOSE: _close,
    Verb.NO_ACTION: _no_action,
    Verb.MERGE: _merge,
    Verb.SPLIT: _split,
    Verb.BUY: _buy,
    Verb.REFUND: _nothing,
    Verb.APPROVE: _nothing,
    Verb.GRANT_ACCESS: _grant_access,
    Verb.REVOKE_ACCESS: _revoke_access,
}
