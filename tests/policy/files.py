"""Two tiny policies, and the way these tests make a mistake in one and say where it stands."""

from troth.policy import Finding, check_policy

# One office, one plan, four rules of thumb: what nearly every policy needs.
OFFICE = """\
---
desk: office
vendor: Office Ltd
title: How the office supports you
zone: Europe/Copenhagen
language: en
version: 2026-11-01
---

# How the office supports you

Welcome. Write to us <b>any time</b>.

## Hours {#hours}

```rule hours
support: {days: mon-fri, from: "09:00", to: "17:00", holidays: DK, assumed: [from, to]}
```

## Products {#products}

```rule products
Abacus:
  releases: {"8.9": 2025-03-01, "8.10": {released: 2026-02-01, status: legacy}}
```

## Who is covered {#entitlement}

```rule plans
registered: {title: Registered, terms: [12 months], channels: [web, email]}
```

```rule entitlement
- {when: {licence: commercial, key: valid}, basis: licence, plan: registered}
- {when: {licence: trial}, basis: trial, goals: best effort, ends: trial}
- {otherwise: uncovered, offer: [proof of purchase]}
```

## Channels {#channels}

```rule channels
open a case: [web, email]
continue a case: [remote]
```

## Severities {#severities}

```rule severities
scale: [critical, high, low]
first of:
  - {when: {environment: production, workaround: [none, hard]}, then: critical}
  - {when: {environment: production}, then: high}
otherwise: low
one step lower: {when: {workaround: available}}
assumed: [first of]
```

## Levels {#levels}

```rule levels
level 1: {title: Front desk, worked by: [partner, support], hours: {support: partner}}
level 2: {worked by: support}
```

## Targets {#targets}

Nothing in this prose counts hours.

```rule targets
respond:
  kind: target
  hours: support
  from: opening
  met by: [confirmation, reply]
  within: {by severity: {critical: 2 hours, high: 4 hours, low: 1 business day}}
resolve:
  kind: target
  hours: support
  from: level 1
  met by: [explanation, workaround]
  paused while: waiting on customer
  within: {by severity: {critical: 5 business days, else: 20 business days}}
  when missed: {escalate to: level 2}
  assumed: [from, paused while]
```

## Silence {#silence}

```rule silence
- from: request 1
  steps:
    - {after: 1 business day, attempt: email}
    - {after: 5 business days, attempt: phone}
    - {after: 10 business days, close: silence, needs attempts: 2}
```

## Closing {#closing}

```rule closing
resolved by: [explanation, workaround]
```

## Escalation {#escalation}

```rule escalation
staff: {tells: [staff]}
executive: {after: [staff], tells: [executives]}
```
"""

# A shop with two plans: what depends on severity, plan and level stands in branches.
SHOP = """\
---
desk: shop
vendor: Shop Ltd
title: How the shop supports you
zone: UTC
language: en
version: 2026-11-01
---

## Hours {#hours}

```rule hours
support: {days: mon-fri, from: "08:00", to: "18:00"}
```

## Cover {#entitlement}

```rule plans
basic: {terms: [12 months]}
gold: {terms: [12 months, 24 months]}
```

```rule entitlement
- {when: {contract: active, plan: gold}, basis: contract, plan: gold}
- {when: {contract: active}, basis: contract, plan: basic}
- {otherwise: courtesy, goals: none}
```

## Channels {#channels}

```rule channels
by plan:
  gold: {open a case: [web, email, phone]}
  else: {open a case: [web]}
```

## Severities {#severities}

```rule severities
scale: [emergency, standard]
otherwise: standard
```

## Targets {#targets}

```rule targets
respond:
  from: opening
  met by: [reply]
  by severity:
    emergency: {within: 1 hour, hours: always, kind: promise}
    standard:
      kind: internal
      hours: support
      within: {by plan: {gold: 4 hours, else: 2 business days}}
```

## More targets {#late-targets}

```rule targets
second look: {kind: internal, hours: support, from: escalation, within: 1 business day, for: {severity: emergency}}
```

## Closing {#closing}

```rule closing
resolved by: [explanation]
```
"""

HERE = "‸"
"""Stands in a mistake just before the place that must be named."""


def find(text: str) -> tuple[list[Finding], tuple[int, int] | None]:
    """Return the findings of a text, and the line and column of its mark, which is taken out first."""
    before, mark, after = text.partition(HERE)
    place = (before.count("\n") + 1, len(before) - before.rfind("\n")) if mark else None
    _, findings = check_policy(before + after, "office.md")
    return list(findings), place


def changed(text: str, old: str, new: str) -> str:
    """Return the text with one passage replaced; a passage that is not there once is a mistake in the test."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)
