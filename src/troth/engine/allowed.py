"""What may be done to a case as it stands: for each verb, the reason why not.

Only what the policy and the state of the case forbid is said here; who may press which button is the door's matter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from troth.engine.arguments import unreadable
from troth.engine.clocks import level_rule
from troth.engine.closing import closing_rule, reopening_rule
from troth.engine.cover import row_for, row_of, words_of_cover
from troth.engine.events import Act, Refusal
from troth.engine.hearing import Hearing
from troth.engine.levels import PARTNER, is_above, level_above
from troth.engine.purchases import SERVICES, Purchase, buy
from troth.engine.scope import allowance_rule, minutes_left
from troth.engine.services import services_left
from troth.engine.words import facts_words, is_waiting_on_customer, local_date
from troth.hours import Amount, AmountError, Instant, Term, local_instant, moment
from troth.policy import holds
from troth.policy.vocabulary import Channel, Goals, Notice, Role, Status, Verb

Check = Callable[[Hearing, Act], Refusal | None]

_OVER = {Status.RESOLVED, Status.CLOSED}
_NEEDS_OPEN = {
    Verb.ASK, Verb.ATTEMPT, Verb.HAND_OVER, Verb.FIND, Verb.EXCLUDE, Verb.REFER, Verb.DELAY, Verb.CONTACT,
    Verb.WAIT, Verb.RESUME, Verb.MONITOR, Verb.RESOLVE, Verb.MERGE, Verb.GRANT_ACCESS,
}  # fmt: skip
_NOT_OF_A_CASE = {Verb.RELEASE, Verb.PUBLISH}


def refusal_of(h: Hearing, act: Act) -> Refusal | None:
    """Return why `act` is not recorded, or None where it is."""
    if act.verb in _NOT_OF_A_CASE:
        return Refusal("not-of-a-case", f"“{act.verb}” happens to a product or a policy, not to a case.")
    wrong = unreadable(act)
    if wrong is not None:
        return wrong
    if act.verb is not Verb.OPEN and h.case.events == 0:
        return Refusal("not-open", "There is no case yet.", allowed="open one first")
    if act.verb in _NEEDS_OPEN and h.case.status in _OVER:
        return Refusal(
            "closed",
            f"The case is {h.case.status}: nothing of this kind can be done to it.",
            h.policy.clause_of("closing"),
            "reopen it first",
        )
    check = _CHECKS.get(act.verb)
    return check(h, act) if check is not None else None


def _open(h: Hearing, _act: Act) -> Refusal | None:
    if h.case.events:
        return Refusal("open-already", "This case is open already.")
    return None


def refusal_once_known(h: Hearing, act: Act) -> Refusal | None:
    """Return why a case that was just heard is not taken, or None where it is: what it was opened with decides.

    The desk's own people open what they judge right.
    """
    if act.verb is not Verb.OPEN or act.by not in {Role.CUSTOMER, Role.SYSTEM}:
        return None
    row, channel = row_for(h), h.case.facts.channel
    rule = h.policy.channels.at({**h.words(), **words_of_cover(h, row)})
    if rule is not None and channel not in rule.open_a_case and not _opens_itself(h):
        offered = ", ".join(rule.open_a_case)
        return Refusal("channel", f"No case is opened by {channel} here.", rule.clause, f"open it by: {offered}")
    if row.takes_no_case:
        offered = ", ".join(row.offer) or "nothing"
        return Refusal(
            "no-case", f"No case is taken: {row.uncovered or 'not covered'}.", row.clause, f"open to you: {offered}"
        )
    return None


def _opens_itself(h: Hearing) -> bool:
    """Whether this is a purchase that becomes a case by itself, as attention that was paid for does."""
    facts = h.case.facts
    rule = h.policy.purchases.get(facts.bought or "")
    return facts.channel == Channel.PURCHASE and rule is not None and rule.gives == "attention"


def _confirm(h: Hearing, _act: Act) -> Refusal | None:
    table = h.policy.notices.get(Notice.CONFIRMATION)
    if table is not None and table.at(h.words()) is not None:
        return None
    return Refusal(
        "no-confirmation",
        "This policy sends no automatic confirmation.",
        h.policy.clause_of("notices"),
        "write a reply",
    )


def _set(h: Hearing, act: Act) -> Refusal | None:
    severity = act.data.get("severity")
    if severity is None:
        return None
    rule = h.policy.severities
    if severity not in rule.scale:
        known = ", ".join(rule.scale)
        return Refusal("unknown-severity", f"There is no severity “{severity}” here.", "severities", f"one of: {known}")
    if act.by is Role.PARTNER and Role.PARTNER not in rule.set_by:
        return Refusal("severity", "The vendor's own staff set the severity.", "severities", "ask them to set it")
    return None


def _escalate(h: Hearing, act: Act) -> Refusal | None:
    to = act.data.get("to")
    if to is not None or act.by is Role.CUSTOMER:
        return _own_path(h, to)(act)
    if h.case.status in _OVER:
        return Refusal("closed", f"The case is {h.case.status}.", h.policy.clause_of("closing"), "reopen it first")
    above = level_above(h)
    if above is None:
        return Refusal("top-level", f"There is no level above {h.case.level}.", h.policy.clause_of("levels"))
    return _needs(h, above)


def _own_path(h: Hearing, to: str | None) -> Callable[[Act], Refusal | None]:
    """The customer's own path: each step has what it needs, and some come only after others."""

    def check(act: Act) -> Refusal | None:
        steps = h.policy.escalation
        clause = h.policy.clause_of("escalation")
        step = steps.get(to or next(iter(steps), ""))
        if step is None:
            known = ", ".join(steps) or "none"
            return Refusal("no-step", f"This policy has no step “{to}” for customers.", clause, f"steps: {known}")
        lacking = [need for need in step.needs if not act.data.get(need)]
        if lacking:
            return Refusal(
                "incomplete",
                f"This step needs: {', '.join(lacking)}.",
                step.clause,
                "say when it happened and go on",
            )
        if step.after and not set(step.after) & set(h.case.path):
            return Refusal(
                "too-early",
                "This step comes after an earlier one.",
                step.clause,
                f"first: {' or '.join(step.after)}",
            )
        return None

    return check


def _needs(h: Hearing, level: str) -> Refusal | None:
    """A person sends a case to some levels only with a finding; time needs none."""
    rule = level_rule(h, level)
    if rule is not None and "error found" in rule.needs and h.case.cause != "error":
        return Refusal(
            "no-error-found",
            f"Only a proven error goes to {rule.title or level}.",
            rule.clause,
            "record what replication found first",
        )
    return None


def _hand_over(h: Hearing, act: Act) -> Refusal | None:
    to, clause = str(act.data.get("to")), h.policy.clause_of("levels")
    if to == "partner":
        return _to_partner(h, clause)
    if to == "vendor":
        if h.case.worked_by == PARTNER or h.case.level == "product management":
            return None
        return Refusal("there-already", "The vendor has this case already.", clause)
    if to not in h.policy.levels:
        known = ", ".join((PARTNER, "vendor", *h.policy.levels))
        return Refusal("unknown-level", f"There is nobody called “{to}” here.", clause, f"one of: {known}")
    if not is_above(h, to):
        return Refusal("there-already", f"The case is with {h.case.level} already.", clause)
    return _needs(h, to)


def _to_partner(h: Hearing, clause: str) -> Refusal | None:
    first = level_rule(h, next(iter(h.policy.levels)))
    if h.case.facts.partner is None:
        return Refusal("no-partner", "This customer has no partner.", clause)
    if first is None or PARTNER not in first.worked_by:
        return Refusal("no-partner-level", "Partners work on no level here.", clause)
    if h.case.worked_by == PARTNER:
        return Refusal("there-already", "The partner has this case already.", clause)
    return None


def _exclude(h: Hearing, act: Act) -> Refusal | None:
    if act.data.get("as") in h.policy.scope:
        return None
    known = ", ".join(h.policy.scope)
    return Refusal(
        "unknown-exclusion",
        f"The policy excludes nothing called “{act.data.get('as')}”.",
        h.policy.clause_of("scope"),
        f"one of: {known}",
    )


def _delay(h: Hearing, act: Act) -> Refusal | None:
    clause = h.policy.clause_of("silence")
    if not is_waiting_on_customer(h.case):
        return Refusal("not-waiting", "Nothing waits for the customer, so nothing can be delayed.", clause)
    return _in_future(act, clause)


def _in_future(act: Act, clause: str) -> Refusal | None:
    if act.data["until"] <= act.at:
        return Refusal("past", "The date named has passed already.", clause, "name a later one")
    return None


def _monitor(h: Hearing, act: Act) -> Refusal | None:
    return _in_future(act, h.policy.clause_of("closing"))


def _resume(h: Hearing, _act: Act) -> Refusal | None:
    if h.case.status in {Status.WAITING, Status.MONITORING}:
        return None
    return Refusal("not-waiting", "The case waits for nothing.", h.policy.clause_of("closing"))


def _excuse(h: Hearing, act: Act) -> Refusal | None:
    if act.data["until"] <= act.data["from"]:
        return Refusal("backwards", "An excused interval ends after it begins.", h.policy.clause_of("scope"))
    return None


def _access(h: Hearing, act: Act) -> Refusal | None:
    rule = h.policy.access
    if rule is None:
        return Refusal("no-rule", "This policy has no rule for remote access.", None, "add a rule of kind access")
    if act.by not in rule.granted_by:
        return Refusal("not-yours", "Remote access is the customer's to give and to take back.", rule.clause)
    if act.verb is Verb.GRANT_ACCESS and not holds(rule.when, h.words()):
        return Refusal("not-here", "Remote sessions are no part of this plan.", rule.clause)
    if act.verb is Verb.REVOKE_ACCESS and h.case.access == "none":
        return Refusal("no-access", "No remote access stands.", rule.clause)
    if act.data.get("until") is not None and act.data["until"] <= h.at:
        return Refusal("past", "The date named has passed already.", rule.clause, "name a later one")
    return None


def _buy(h: Hearing, act: Act) -> Refusal | None:
    facts = buy(h.policy, h.case.facts, Purchase.of(act.data), h.at)
    if isinstance(facts, Refusal):
        return facts
    rule = h.policy.purchases[act.data["what"]]
    if rule.gives == "attention" and row_of(h.policy, facts_words(h.policy, facts, h.at)).goals is Goals.NONE:
        return Refusal("own-case", "This opens a case of its own.", rule.clause, "buy it apart from this case")
    return None


def _refund(h: Hearing, act: Act) -> Refusal | None:
    rule = h.policy.purchases.get(act.data["what"])
    clause = rule.clause if rule is not None else h.policy.clause_of("purchases", "plans")
    if rule is None or not rule.refundable:
        return Refusal("not-refundable", f"“{act.data['what']}” is not given back.", clause)
    return None


def _approve(h: Hearing, act: Act) -> Refusal | None:
    rule = h.policy.purchases.get(act.data["what"])
    clause = rule.clause if rule is not None else h.policy.clause_of("purchases", "plans")
    if rule is None or not rule.approved_by:
        return Refusal("no-approval", f"“{act.data['what']}” needs no approval here.", clause)
    if act.by not in {Role.MANAGER, *rule.approved_by}:
        return Refusal("not-yours", f"Only a {rule.approved_by[0]} approves this.", rule.clause)
    return None


def _of_the_desk(_h: Hearing, act: Act) -> Refusal | None:
    if act.by is Role.CUSTOMER:
        return Refusal("not-yours", f"A customer's message is no {act.verb}.", None, "record a customer reply")
    return None


def _log(h: Hearing, act: Act) -> Refusal | None:
    activity, minutes = act.data["activity"], int(act.data["minutes"])
    if activity == SERVICES and h.policy.purchases:
        spent = h.case.minutes.get(SERVICES, 0)
        left = services_left(h.policy, h.case.facts, spent, h.at)
        if left * 60 < minutes:
            clause = h.policy.clause_of("purchases")
            return Refusal("no-services", f"{left:g} hours of services are left.", clause, "buy hours under a contract")
    rule = allowance_rule(h, activity)
    left_now = minutes_left(h, activity, rule, act.data.get("spent")) if rule is not None else 0
    if rule is not None and rule.then == "refuse" and minutes > left_now:
        return Refusal("used-up", f"{left_now} minutes are left for {activity}.", rule.clause, "refer it")
    return None


def _resolve(h: Hearing, act: Act) -> Refusal | None:
    by = act.data.get("by")
    rule = closing_rule(h)
    if by is None or by in rule.resolved_by:
        return None
    known = ", ".join(rule.resolved_by)
    return Refusal("not-a-solution", f"A case is not resolved here by “{by}”.", rule.clause, f"one of: {known}")


def _close(h: Hearing, _act: Act) -> Refusal | None:
    if h.case.status is Status.CLOSED:
        return Refusal("closed", "The case is closed already.", h.policy.clause_of("closing"))
    return None


def _reopen(h: Hearing, _act: Act) -> Refusal | None:
    clause = h.policy.clause_of("reopening")
    if h.case.status not in _OVER:
        return Refusal("not-closed", "The case is not closed.", clause)
    if h.case.closed_because == "merged":
        return Refusal("merged", "The case lives on in another.", clause, "write to that one")
    rule = reopening_rule(h)
    closed_at = h.case.closed_at
    if rule is not None and closed_at is not None and h.at > _last_instant(h, rule.within, closed_at):
        return Refusal("too-late", f"The case was closed more than {rule.within} ago.", clause, "open a linked case")
    return None


def _last_instant(h: Hearing, within: str, closed_at: Instant) -> Instant:
    """Return until when a case may be taken up again; `30 days` end at the same time on the desk's wall."""
    number, _, unit = within.partition(" ")
    if unit in {"elapsed day", "elapsed days"}:
        return closed_at + int(number) * 86_400
    if unit.removeprefix("calendar ") in {"day", "days"}:
        return _days_later(h, closed_at, int(number))
    try:
        return h.policy.calendar("support").add(closed_at, Amount.parse(within))
    except AmountError:
        first = local_date(h.policy, closed_at)
        return _days_later(h, closed_at, (Term.parse(within).last_day(first) - first).days)


def _days_later(h: Hearing, at: Instant, days: int) -> Instant:
    """Return the same time of day so many days later on the desk's wall."""
    return local_instant((moment(at, h.policy.zone) + timedelta(days=days)).replace(tzinfo=None), h.policy.zone)


def _no_action(h: Hearing, _act: Act) -> Refusal | None:
    return None if h.case.is_unread else Refusal("nothing-unread", "No message waits to be dealt with.")


_CHECKS: dict[Verb, Check] = {
    Verb.OPEN: _open,
    Verb.REPLY: _of_the_desk,
    Verb.ASK: _of_the_desk,
    Verb.CONFIRM: _confirm,
    Verb.SET: _set,
    Verb.ESCALATE: _escalate,
    Verb.HAND_OVER: _hand_over,
    Verb.EXCLUDE: _exclude,
    Verb.DELAY: _delay,
    Verb.MONITOR: _monitor,
    Verb.RESUME: _resume,
    Verb.EXCUSE: _excuse,
    Verb.BUY: _buy,
    Verb.REFUND: _refund,
    Verb.APPROVE: _approve,
    Verb.LOG: _log,
    Verb.GRANT_ACCESS: _access,
    Verb.REVOKE_ACCESS: _access,
    Verb.RESOLVE: _resolve,
    Verb.CLOSE: _close,
    Verb.REOPEN: _reopen,
    Verb.NO_ACTION: _no_action,
}
