"""What the three vendors still to come will write: the language has a place for each of it."""

from datetime import date

from tests.policy.files import changed, find
from troth.policy import parse_policy
from troth.policy.page import as_html
from troth.policy.vocabulary import ClockKind, Goals, Offer

# Clocks that begin and end with a condition, add-ons, three attempts, prepaid bases: each from another vendor.
MANY = """\
---
desk: many
vendor: Many Ltd
title: A bit of everybody
zone: America/New_York
language: en
version: 2026-11-01
---

## Hours {#hours}

```rule hours
support: {days: mon-fri, from: "08:00", to: "20:00", holidays: US}
```

## Products {#products}

```rule products
FootPrints: {releases: {"9.0": {released: 2009-03-01, line: Asset, ends: 2027-01-01}}}
Helper: {kind: utility}
Quota Manager: {status: legacy}
```

## Lifecycle {#lifecycle}

```rule lifecycle
current: 1
prior: every older one
```

## Purchases {#purchases}

```rule purchases
emergency:
  gives: attention
  needs:
    - {contract: active}
    - {licence: hosted, term: running}
professional services: {gives: hours, needs: {contract: active}, lapses: [contract]}
```

## Plans {#plans}

```rule plans
premium care:
  terms: [12 months, 24 months]
  channels: [web, phone]
  downloads: {while active: every release, afterwards: releases within the term}
  add-ons: {24x7: {products: [FootPrints], hours: {support: always}}}
install assistance: {automatic: 30 calendar days from purchase, channels: [web, phone]}
```

## Cover {#entitlement}

```rule entitlement
- {when: {kind: [utility, add-on]}, uncovered: free tools are outside support, offer: [community]}
- {when: {bought: emergency, kind: product}, basis: emergency, goals: targets}
- {when: {plan: premium care, kind: product, bought: none}, basis: contract, plan: premium care}
- {when: {plan: install assistance, kind: product, bought: none}, basis: contract, plan: install assistance}
- {when: {incidents: left, kind: product, bought: none, plan: not given}, basis: incident, uses: 1 incident}
- {otherwise: uncovered, offer: [reinstatement, community]}
```

## Channels {#channels}

```rule channels
open a case: [web, phone]
continue a case: [remote]
on request: [phone]
```

## Severities {#severities}

```rule severities
scale: [system down, general use]
set by: staff
first of:
  - {when: {product_state: unusable, affects: everyone}, then: system down}
  - {when: {email_intake_down: true}, then: system down}
otherwise: general use
```

## Levels {#levels}

```rule levels
level 3: {worked by: specialists}
level 1: {worked by: support}
level 2: {worked by: support}
```

## Targets {#targets}

```rule targets
respond: {from: opening, met by: [reply], within: 1 business day}
senior:
  from: opening
  met by: [senior reply, senior call]
  for: {severity: system down, plan: premium care}
  within: 2 hours
senior call:
  from: no senior free
  instead of: senior
  met by: senior call
  for: {severity: system down, plan: premium care}
  within: 2 hours
ten days open:
  kind: internal
  from: opening
  within: 10 business days
  when missed: {escalate to: next level, tell: lead}
```

## Silence {#silence}

```rule silence
from: request 1
steps:
  - {after: 1 business day, attempt: email}
  - {after: 5 business days, attempt: email}
  - {after: 9 business days, attempt: email}
  - {after: 10 business days, close: silence, needs attempts: 3, else after attempt: 1 business day}
held by: [announced delay]
```

## Closing {#closing}

```rule closing
resolved by: [explanation, workaround, fix]
resolving: awaits closing
```

## Reopening {#reopening}

```rule reopening
within: 30 calendar days
queued: from the reopening
restarts: [ten days open]
```
"""


def test_their_rules_are_read():
    """Each way of putting it arrives as what it means."""
    policy = parse_policy(MANY)
    assert policy.plans["premium care"].add_ons["24x7"].hours == {"support": "always"}
    assert policy.plans["install assistance"].automatic == "30 calendar days from purchase"
    assert policy.entitlement[0].uncovered == "free tools are outside support"
    assert policy.entitlement[0].clause == "entitlement/free tools are outside support"
    assert (policy.entitlement[1].basis, policy.entitlement[1].goals) == ("emergency", Goals.TARGETS)
    assert policy.entitlement[4].uses == "1 incident"
    assert policy.entitlement[-1].offer == (Offer.REINSTATEMENT, Offer.COMMUNITY)
    assert policy.targets["senior call"].only.instead_of == "senior"
    assert policy.targets["senior call"].only.for_ == {"severity": ("system down",), "plan": ("premium care",)}
    assert policy.targets["ten days open"].only.met_by == ()
    assert policy.targets["ten days open"].only.when_missed.escalate_to == "next level"
    assert [str(step.after) for step in policy.silence[0].only.steps][-1] == "10 business days"
    assert str(policy.silence[0].only.steps[-1].else_after_attempt) == "1 business day"
    assert policy.reopening.only.restarts == ("ten days open",)
    assert policy.catalogue.find("FootPrints", "9.0").ends == date(2027, 1, 1)
    assert "senior" in as_html(policy)


def test_what_is_said_without_reserve_is_a_promise_in_office_hours():
    """A target that names neither its kind nor its hours has both."""
    respond = parse_policy(MANY).targets["respond"].only
    assert (respond.kind, respond.hours) == (ClockKind.PROMISE, "support")


def test_levels_come_in_their_order_whatever_that_of_the_file():
    """The next level is the next higher one."""
    assert list(parse_policy(MANY).levels) == ["1", "2", "3"]


def test_a_clock_for_some_cases_leaves_the_others_without_one():
    """Only targets that have `for` may leave a severity out, and then one more must speak of it."""
    text = changed(MANY, "respond: {from: opening,", "respond: {for: {severity: system down}, from: opening,")
    text = changed(text, "ten days open:\n", "ten days open:\n  for: {severity: system down}\n")
    findings, _ = find(text)
    assert {one.code for one in findings} == {"P403"}
    assert 'severity "general use" has no target' in findings[0].message


def test_what_is_sold_needs_one_condition_or_any_one_of_several():
    """An emergency is for the protected or the hosted; one condition alone may stand without a list."""
    policy = parse_policy(MANY)
    emergency, services = policy.purchases["emergency"], policy.purchases["professional services"]
    assert emergency.needs == ({"contract": ("active",)}, {"licence": ("hosted",), "term": ("running",)})
    assert services.needs == ({"contract": ("active",)},)
    assert "contract is active or licence is hosted and term is running" in as_html(policy)


def test_the_words_of_a_need_are_checked():
    """A need over a word that no case has would never be met."""
    findings, _ = find(changed(MANY, "needs: {contract: active}, lapses", "needs: {contact: active}, lapses"))
    assert {one.code for one in findings} == {"P302"}
    findings, _ = find(changed(MANY, "- {contract: active}\n", "- {contrct: active}\n"))
    assert {one.code for one in findings} == {"P301"}


def test_what_stays_after_the_term_and_what_has_ended_are_read():
    """Downloads belong to a plan; a product may be over as a whole, and an older version never."""
    policy = parse_policy(MANY)
    downloads = policy.plans["premium care"].downloads
    assert (downloads.while_active, downloads.afterwards) == ("every release", "releases within the term")
    assert policy.products["Quota Manager"].status == "legacy"
    assert policy.lifecycle.prior == "every older one"
