"""One example of each kind of rule for the reference; together they are a policy that the checker lets pass."""

from __future__ import annotations

from typing import Final

FRONT_MATTER: Final = """\
---
desk: example
vendor: Example Ltd
title: How we support you
zone: Europe/Madrid
language: en
version: 2026-11-01
---
"""

EXAMPLES: Final[dict[str, str]] = {
    "hours": """\
support:
  week: {mon-thu: ["09:00-13:00", "16:00-19:00"], fri: "09:00-13:00"}
  holidays: {country: ES, region: MD, plus: [2027-01-05], minus: [2026-12-08]}
  half days: {2026-12-24: "09:00-12:00"}
  day: 7 hours
weekend duty: {days: sat-sun, from: "10:00", to: "14:00", assumed: [from, to]}
""",
    "products": """\
Abacus:
  releases: {"8.9": 2025-03-01, "8.10": {released: 2026-02-01, ends: 2027-02-01}}
Counting Frame: {kind: add-on, branded: false}
""",
    "lifecycle": """\
current: 1
prior: 1
behind latest minor: {wait on: upgrade}
""",
    "plans": """\
gold:
  title: Gold
  terms: [12 months, 24 months]
  channels: [web, phone]
  add-ons: {24x7: {products: [Abacus], hours: {support: always}}}
registered: {automatic: 30 calendar days from purchase, channels: [web]}
""",
    "entitlement": """\
- {when: {contract: active, plan: gold}, basis: contract, plan: gold}
- {when: {licence: trial, trial: running, contract: none}, basis: trial, goals: best effort, ends: trial}
- {otherwise: uncovered, offer: [renewal, community]}
""",
    "channels": """\
by plan:
  gold: {open a case: [web, email, phone], continue a case: remote}
  else: {open a case: web}
""",
    "intake": """\
asks: [product, version, description, steps]
never missing: [description]
also: [{when: {severity: urgent}, ask: call, why: An urgent case is always followed by a call.}]
languages: [en, es]
""",
    "questions": """\
product_state:
  ask: What does the product still do?
  answers: {unusable: Nothing at all, impaired: Some things, works: Everything}
""",
    "severities": """\
scale: [urgent, normal]
titles: {urgent: Urgent, normal: Normal}
proposed from: [answers, customer]
first of:
  - {when: {product_state: unusable}, then: urgent}
otherwise: normal
one step lower: {when: {workaround: available}}
""",
    "requests": """\
defect: {title: Something does not work, level: 1}
training: {title: Training, outcome: consulting}
""",
    "scope": """\
hardware: {title: Machines that we did not build, outcome: declined}
scripts: {title: Programs of your own, outcome: guidance, asks for: sample code}
""",
    "targets": """\
respond:
  kind: target
  hours: support
  from: opening
  met by: [reply, call]
  within: {by severity: {urgent: {by plan: {gold: 1 hour, else: 4 hours}}, normal: 2 business days}}
solve:
  from: level 1
  for: {severity: urgent}
  met by: [explanation, workaround]
  paused while: [waiting on customer, contact unavailable]
  within: 5 business days
  when missed: {escalate to: level 2, tell: manager}
""",
    "levels": """\
level 1: {title: "Your partner, or our front desk", worked by: [partner, support], hours: {support: partner}}
level 2: {worked by: specialists, reached by: error found}
product management: {worked by: product management, needs: error found}
""",
    "notices": """\
confirmation: {at: opening, to: case-holder}
closing: {at: closing}
""",
    "silence": """\
- from: request 1
  steps:
    - {after: 2 business days, attempt: email}
    - {after: 5 business days, attempt: phone}
    - {after: 10 business days, close: silence, needs attempts: 2, else after attempt: 1 business day}
  held by: announced delay
""",
    "closing": """\
resolved by: [explanation, workaround, fix]
resolving: awaits closing
""",
    "reopening": """\
within: 30 calendar days
queued: as before
restarts: [respond]
""",
    "queue": """\
lanes: [{when: {severity: urgent}, title: Urgent}, {title: All others}]
order: due
""",
    "fixes": """\
release plan: {by severity: {urgent: hot fix, else: future release}}
hot fix: {by severity: {urgent: true, else: false}}
update first: [{minor: behind}]
""",
    "allowances": """\
out of scope: {minutes: 30, per: case, for outcomes: [guidance, limited], then: close as out of policy}
""",
    "purchases": """\
incident: {title: A single case, gives: incidents, refundable: true}
24x7: {title: Round the clock, gives: add-on, products: [Abacus], needs: {plan: gold}}
""",
    "access": """\
granted by: customer
ends with: closing
""",
    "escalation": """\
staff: {title: The people on your case, tells: staff}
manager: {title: The support manager, needs: occurred, tells: manager}
executive: {after: [staff, manager], tells: executives}
""",
    "updates": """\
open cases: {hours: from now, targets: leave}
""",
    "measures": """\
answered soon: {share: 90%, of: first replies by a person, within: 2 hours}
""",
    "privacy": """\
opt out: [announcements]
warns of: [regulated data]
""",
}


def example_policy() -> str:
    """Return all examples as one policy, a clause for each."""
    clauses = (
        f"\n## {kind.capitalize()} {{#{kind}}}\n\n```rule {kind}\n{text}```\n" for kind, text in EXAMPLES.items()
    )
    return FRONT_MATTER + "".join(clauses)
