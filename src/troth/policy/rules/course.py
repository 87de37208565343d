"""The course of a case: how it comes in, how grave it is, what it is promised, who has it, how it ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from troth.policy.rules.rule import Rule
from troth.policy.values import ONE_OR_MORE, AmountOf, Condition, LevelName, SpanOf, Words
from troth.policy.vocabulary import (
    Channel,
    ClockKind,
    ClosedBecause,
    Given,
    Information,
    Outcome,
    Receiver,
    ResolvedBy,
    Role,
)


class ChannelsRule(Rule):
    """`channels`: what a request may come by."""

    open_a_case: Annotated[tuple[Channel, ...], ONE_OR_MORE]
    continue_a_case: Annotated[tuple[Channel, ...], ONE_OR_MORE] = ()
    on_request: Words = ()
    at_discretion: Words = ()


class Asked(Rule):
    """`intake: also`: information asked for only where a condition holds, and for how long it stands as missing."""

    when: Condition
    ask: Annotated[tuple[Information, ...], ONE_OR_MORE]
    why: str = ""


class IntakeRule(Rule):
    """`intake`: what the desk asks a customer for."""

    asks: Annotated[tuple[Information, ...], ONE_OR_MORE] = ()
    never_missing: Annotated[tuple[Information, ...], ONE_OR_MORE] = ()
    also: tuple[Asked, ...] = ()
    languages: Words = ()
    warnings: Words = ()
    checklist: Words = ()


class QuestionRule(Rule):
    """`questions`: one plain question put to the customer, and the words of its answers.

    With `when`, for a product for instance, it is asked and its answer counts only there.
    """

    ask: str
    answers: dict[str, str]
    when: Condition = {}


class SeverityRow(Rule):
    """One row of the decision table: under this condition, then that severity."""

    when: Condition
    then: str


class Lower(Rule):
    """The condition under which an answered severity stands one step lower."""

    when: Condition


class SeverityRule(Rule):
    """`severities`: the scale (most severe first) and the decision table, first match wins."""

    scale: Words
    titles: dict[str, str] = {}
    proposed_from: Annotated[tuple[Literal["answers", "customer"], ...], ONE_OR_MORE] = ()
    set_by: Annotated[tuple[Role, ...], ONE_OR_MORE] = (Role.STAFF,)
    first_of: tuple[SeverityRow, ...] = ()
    otherwise: str
    one_step_lower: Lower | None = None


class RequestRule(Rule):
    """`requests`: one kind of request, and the level it starts at."""

    title: str = ""
    level: LevelName = "1"
    outcome: Outcome | None = None
    when: Condition = {}
    refer_to: str = ""


class ExclusionRule(Rule):
    """`scope`: something the policy leaves out, and what becomes of a request for it."""

    title: str
    outcome: Outcome
    when: Condition = {}
    asks_for: Annotated[tuple[Information, ...], ONE_OR_MORE] = ()
    first: str = ""
    refer_to: str = ""


class Missed(Rule):
    """`when missed`: what the passing of a due time does."""

    escalate_to: str | None = None
    tell: Annotated[tuple[Receiver, ...], ONE_OR_MORE] = ()


class TargetRule(Rule):
    """`targets`: one promise, target or internal aim; a running one on a case is a clock.

    When severity, plan or hours change, a clock that runs takes the new time and still counts from where it began: the
    time of a severity raised later counts from opening too. A target whose `for` holds only then begins then.
    Whoever of the desk writes gives a `reply`, and so do `ask`, a `call` that reached and `resolve`; if it is a senior,
    a `senior reply` too.

    What a policy says without reserve is a promise, and its hours are those of the office.
    """

    kind: ClockKind = ClockKind.PROMISE
    hours: str = "support"
    from_: str
    met_by: Annotated[tuple[Given, ...], ONE_OR_MORE] = ()
    within: AmountOf
    paused_while: Words = ()
    for_: Condition = {}
    instead_of: str | None = None
    when_missed: Missed | None = None


class LevelRule(Rule):
    """`levels`: who works there, whose hours, and what a person must have found to send a case there."""

    title: str = ""
    worked_by: Words
    when: Condition = {}
    hours: dict[str, str] = Field(
        default={},
        description="the hours that take the place of those named before them while a case is here; `partner` stands "
        "for the partner's own, and where it has none nothing changes",
    )
    reached_by: Words = ()
    needs: Words = ()


class NoticeRule(Rule):
    """`notices`: one kind of message the desk sends by itself, at which moment, to whom."""

    at: Words
    to: Annotated[tuple[Receiver, ...], ONE_OR_MORE] = (Receiver.CASE_HOLDER,)


class SilenceStep(Rule):
    """`silence`: one step: an attempt, or the closing."""

    after: AmountOf
    attempt: Literal["email", "phone"] | None = Field(
        default=None,
        description="the desk sends a mail by itself; a telephone call it announces to the people on the case, and "
        "counts it only when somebody has recorded it; that is sent also where nothing automatic is",
    )
    close: ClosedBecause | None = None
    needs_attempts: Annotated[int, Field(ge=0)] = 0
    else_after_attempt: AmountOf | None = None


class SilenceRule(Rule):
    """`silence`: what happens when the case-holder does not answer, counted from a request."""

    from_: str
    hours: str = "support"
    steps: tuple[SilenceStep, ...]
    held_by: Words = ()


class ClosingRule(Rule):
    """`closing`: what counts as a solution, and whether solving closes."""

    resolved_by: Annotated[tuple[ResolvedBy, ...], ONE_OR_MORE]
    resolving: Literal["closes", "awaits closing"] = "closes"


class ReopeningRule(Rule):
    """`reopening`: how long a closed case may be taken up again, and where it then stands in the queue."""

    within: SpanOf = "30 days"
    queued: Literal["as before", "from the reopening"] = "as before"
    restarts: Words = ()


class Lane(Rule):
    """`queue`: one lane; a case stands in the first whose condition holds."""

    when: Condition = {}
    title: str = ""


class QueueRule(Rule):
    """`queue`: lanes in their order, and the order inside a lane."""

    lanes: tuple[Lane, ...] = ()
    order: Literal["due", "arrival"] = "due"


class FixRule(Rule):
    """`fixes`: by what release an error is corrected, and who may have a hot fix."""

    release_plan: str | None = None
    hot_fix: bool = False
    update_first: tuple[Condition, ...] = ()


class AccessRule(Rule):
    """`access`: consent to remote access: who grants and revokes it, on which cases, when it is over at last."""

    granted_by: Annotated[tuple[Role, ...], ONE_OR_MORE] = (Role.CUSTOMER,)
    ends_with: Literal["closing"] = "closing"
    when: Condition = {}


class EscalationRule(Rule):
    """`escalation`: one step of the customer's own path."""

    title: str = ""
    tells: Annotated[tuple[Receiver, ...], ONE_OR_MORE] = Field(
        default=(),
        description="whom the desk writes to at once; that is no reply to the customer, and is sent also where nothing "
        "automatic is",
    )
    needs: Words = ()
    after: Words = ()


class UpdatesRule(Rule):
    """`updates`: what a new version of the policy does with cases already open."""

    open_cases: dict[str, Literal["leave", "from now", "from the start"]] = {}
    disclaimer: str = ""


class MeasureRule(Rule):
    """`measures`: a share the policy claims, so that a report can hold it against what happened."""

    share: str
    of: str
    within: AmountOf | None = None


class PrivacyRule(Rule):
    """`privacy`: what the desk keeps, warns of and lets a person refuse."""

    opt_out: Words = ()
    warns_of: Words = ()
    retention: str | None = None
