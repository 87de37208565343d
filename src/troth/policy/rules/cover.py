"""What a customer has: products and their life, plans, cover, what can be bought and how much of it there is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from troth.policy.rules.rule import Rule
from troth.policy.values import ONE_OR_MORE, Condition, Conditions, TermOf, Terms, Words, as_release
from troth.policy.vocabulary import Channel, Goals, Offer, Outcome, WaitingOn


class ReleaseRule(Rule):
    """`products: releases`: one release; a date alone stands for one that has nothing else to say."""

    released: date
    line: str | None = None
    kind: Literal["product", "utility", "add-on"] | None = None
    status: Literal["current", "prior", "retired", "legacy"] | None = None
    ends: date | None = None
    branded: bool | None = None


class LineRule(Rule):
    """`products`: one product, and its releases known at publication.

    What `lifecycle` counts as a line is the first figure: `12.0` and `12.4` are one, and `12.4` is its latest minor.
    `line` names a series whose versions are not compared with the rest of the product's.

    A `legacy` product has come to its end: whatever version of it somebody runs, it is retired.
    """

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

    Its `channels` say what comes with the plan. What a case may be opened by is ruled by `channels`: under `by plan`
    there, by the plan the case would be covered by, and without one by the row of `else`.
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
