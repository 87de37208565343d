"""What each kind of rule says once it is read: one frozen model a kind, values already chosen.

In the file a value may depend on severity, plan and so on (`by severity:`). The reader resolves that for each
combination and keeps the results in a `Table`, so these models never see a `by`. Field `met_by` is written
`met by:` in the file. `clause` is the citation (`targets/respond`); the reader fills it, a file cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from troth.policy.values import (
    ONE_OR_MORE,
    AmountOf,
    Condition,
    Conditions,
    LevelName,
    SpanOf,
    TermOf,
    Terms,
    Words,
    as_release,
)
from troth.policy.vocabulary import (
    Channel,
    ClockKind,
    ClosedBecause,
    Given,
    Goals,
    Information,
    Offer,
    Outcome,
    ResolvedBy,
    Role,
    WaitingOn,
)


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


class Rule(BaseModel):
    """What all rules share: the clause they are cited by, and which of their keys the vendor's text leaves open."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_key, populate_by_name=True, arbitrary_types_allowed=True
    )
    clause: str = Field(default="", exclude=True)
    assumed: Words = ()


class ReleaseRule(Rule):
    """`products: releases`: one release; a date alone stands for one that has nothing else to say."""

    released: date
    line: str | None = None
    kind: Literal["product", "utility", "add-on"] | None = None
    status: Literal["current", "prior", "retired", "legacy"] | None = None
    ends: date | None = None
    branded: bool | None = None


class LineRule(Rule):
    """`products`: one product, how its version numbers are read, and its releases known at publication.

    What `lifecycle` counts as a line is the major number: `12.0` and `12.4` are one, and `12.4` is its latest minor.
    `line` names a series whose versions are not compared with the rest of the product's.

    A `legacy` product has come to its end: whatever version of it somebody runs, it is retired.
    """

    numbers: Literal["major.minor", "major", "major.minor.patch"] = "major.minor"
    kind: Literal["product", "utility", "add-on"] = "product"
    status: Literal["legacy"] | None = None
    line: str | None = None
    branded: bool = True
    releases: dict[str, Annotated[ReleaseRule, BeforeValidator(as_release)]] = {}


class Behind(Rule):
    """`lifecycle: behind latest minor`: a supported line, but not its newest release."""

    wait_on: WaitingOn
    once: Literal["version confirmed"] = "version confirmed"


class LifecycleRule(Rule):
    """`lifecycle`: how many lines are current and prior; every older one is retired, unless all of them are prior.

    `announced ahead` is how long before its last day the end of a version must be known.
    """

    current: Annotated[int, Field(ge=0)] = 1
    prior: Annotated[int, Field(ge=0)] | Literal["every older one"] = 1
    behind_latest_minor: Behind | None = None
    announced_ahead: TermOf | None = None


class AddOnRule(Rule):
    """`plans: add-ons`: something bought on top of a plan, for some products, and the calendars it substitutes."""

    products: Words = ()
    hours: dict[str, str] = Field(default={}, description="the hours that take the place of those named before them")


class DownloadsRule(Rule):
    """`plans: downloads`: what a holder of the plan may fetch of the product, while the term runs and after it.

    A maintenance release is one whose number has a third figure; it belongs to the version its first two name.
    """

    while_active: Literal["every release", "releases within the term", "maintenance releases", "nothing"] = (
        "every release"
    )
    afterwards: Literal["releases within the term", "nothing"] = "nothing"
    when: Condition = {}


class PlanRule(Rule):
    """`plans`: one plan, its terms and what it gives.

    Its `channels` say what comes with the plan. What a case may be opened by is ruled by `channels`; the desk asks that
    before it knows the plan, so that under `by plan` the row of `else` decides there.
    """

    title: str = ""
    terms: Terms = ()
    automatic: str | None = None
    channels: Annotated[tuple[Channel, ...], ONE_OR_MORE] = ()
    gives: Words = ()
    downloads: DownloadsRule | None = None
    products: Words = ()
    add_ons: dict[str, AddOnRule] = Field(default={}, alias="add-ons")


class CoverRow(Rule):
    """`entitlement`: one row; the first that holds gives the basis and its goals, or says what is offered.

    A row whose `when` names `contract` and which has no `plan` takes the contract's own plan. Under
    `goals: best effort` the clocks run so that nobody forgets the case, each of the kind its target has; but their
    verdicts are not counted, and the customer is told that no time applies. Under `goals: none` no clock runs.
    """

    when: Condition = {}
    basis: str | None = None
    plan: str | None = None
    goals: Goals = Goals.TARGETS
    ends: Literal["trial", "contract", "licence", "exception"] | None = None
    uses: Literal["1 incident"] | None = None
    uncovered: str | None = None
    takes_no_case: bool = False
    offer: Annotated[tuple[Offer, ...], ONE_OR_MORE] = ()


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
    tell: Words = ()


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
    to: Words = ("case-holder",)


class SilenceStep(Rule):
    """`silence`: one step: an attempt, or the closing."""

    after: AmountOf
    attempt: Literal["email", "phone"] | None = Field(
        default=None,
        description="the desk sends a mail by itself; a telephone call it announces to the people on the case, and "
        "counts it only when somebody has recorded it",
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


class AllowanceRule(Rule):
    """`allowances`: how many minutes an activity may take, and per what.

    Its name is the activity the time is logged on, or a kind of request.
    """

    minutes: Annotated[int, Field(ge=0)]
    per: Literal["case", "account and product", "account"] = Field(
        default="case",
        description="with an account, the minutes of all its cases count, closed ones too; no period renews them",
    )
    for_outcomes: Annotated[tuple[Outcome, ...], ONE_OR_MORE] = ()
    then: Literal["close as out of policy", "refuse"] = Field(
        default="refuse",
        description="the first closes the case at the desk's next reply after the minutes are used up, not before",
    )


class PurchaseRule(Rule):
    """`purchases`: something that can be bought, what it gives, and what it takes to buy it: any one of `needs`."""

    title: str = ""
    gives: Literal["incidents", "hours", "exception", "contract", "add-on", "seats", "release", "attention"]
    products: Words = ()
    needs: Conditions = ()
    same_plan: bool = False
    approved_by: Words = ()
    term: str | None = None
    lapses: Words = ()
    refundable: bool = False


class AccessRule(Rule):
    """`access`: consent to remote access: who grants and revokes it, on which cases, when it is over at last."""

    granted_by: Annotated[tuple[Role, ...], ONE_OR_MORE] = (Role.CUSTOMER,)
    ends_with: Literal["closing"] = "closing"
    when: Condition = {}


class EscalationRule(Rule):
    """`escalation`: one step of the customer's own path."""

    title: str = ""
    tells: Words = ()
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


@dataclass(frozen=True, slots=True)
class Clause:
    """A section of the file: what a citation points to. `markdown` is its text without rule blocks."""

    id: str
    title: str
    line: int
    markdown: str = field(default="", repr=False)
