# ruff: noqa: E501 - a row of a table stays on one line, in Markdown too
"""What the reference says in prose: the six rules of regularity, and what no model can tell."""

from typing import Final

INTRODUCTION: Final = """
# The policy language

This page is made from the models that read a policy (`troth policy reference --write docs`); change those, not this.
Why the language is as it is stands in [the explanation](../explanation/the-policy-language.md).

A policy is one Markdown file. A heading with an id, `## Targets {#targets}`, begins a *clause*. A fenced block whose
info string is `rule KIND` holds rules in YAML 1.2; all else is prose. A rule is cited by its clause and its name in
it: `targets/respond`. A kind may stand in several clauses. Without anchors, aliases, tags, merge keys and keys given
twice, each rule says all it says where it stands. A version stands in quotes, because 8.10 is not 8.1.

## Six rules of regularity

1. **Names or settings.** The keys at the top of a block are all names (of targets, plans, calendars) or all settings.
   A block never mixes them, so a name can never be taken for a key.
2. **`by` stands for a choice.** Wherever a value may stand, `by severity: {critical: …, else: …}` may stand instead,
   and its branch is merged into the mapping around it. Each value of the dimension is named, or `else` is. What
   rules may depend on: severity, plan, basis, level, channel, product, request.
3. **One form of condition.** `when:` and `for:` take `{word: value or [values]}`, all of which must hold. The words
   are one closed list, below.
4. **One list of moments, one of acts.** What a clock counts from and what meets it have the same names everywhere.
5. **Calendars are put in place by name.** A rule counts in `support`; an add-on, a partner or a customer's agreement
   puts other hours in its place (`hours: {support: always}`) and the rule stays as it is.
6. **Assumptions are marked.** `assumed: [keys]` inside a rule names what the vendor's own text does not state. The
   page shows a mark there.

Rows (`entitlement`, `severities: first of`, `queue: lanes`) are tried in their order, and the first that holds
decides. A row that nothing can reach is a finding, and so are two rows that overlap, differ, and of which neither
contains the other.
"""

VALUES: Final = """
## Values

| Value | Written |
|---|---|
| an amount | `4 hours`, `1 hour 30 minutes` (time in the named hours); `2 business days`; `3 days` where the calendar says how long a `day` is; `24 elapsed hours` (time by the clock on the wall) |
| a term | `12 months`, `30 calendar days`, `2 years`: the first day counts |
| a condition | `{severity: critical, plan: [gold, silver]}` |
| one or more | one word, or `[several, words]` |
| a word | text; in quotes where it looks like a number, a flag or has a comma or colon in it |
| a date | `2026-11-01` |

`2 business days` end at the same local time on the second business day after. Where that time falls into a break, or
after that day's hours, they end at the last closing before it on that day; where it is before that day's hours, at its
first opening. What begins outside the hours counts as if it had begun at the last closing before.
"""

HOURS_NOTE: Final = (
    "`always`, around the clock, is there in every policy and needs no block. "
    "`partner` is no name for a block: in `levels` it stands for the partner's own hours."
)

HOURS_KEYS: Final = (
    ("zone", "an IANA zone", "the policy's own zone"),
    ("days", "`mon-fri`, `sat`, `[mon, wed]`", "give `week`, or `always`"),
    ("from", 'a time, `"09:00"`', "**needed** with `days`"),
    ("to", 'a time; `"06:00"` after `"22:00"` is the next morning', "**needed** with `days`"),
    ("week", 'days, each with one or more spans: `{mon-thu: ["09:00-13:00", "16:00-19:00"], fri: "09:00-13:00"}`', "`days`, `from` and `to` say it"),
    ("holidays", "a country, `DK`, or `{country:, region:, plus: [dates], minus: [dates]}`", "no holidays"),
    ("half days", 'dates, each with its spans: `{2026-12-24: "09:00-12:00"}`', "none"),
    ("day", "an amount: what `1 day` stands for", "`days` are refused"),
    ("always", "`true`: around the clock", "`false`"),
    ("assumed", "one or more keys beside it", "nothing"),
)  # fmt: skip

AMENDMENTS: Final = """
## Amendments

A customer's own agreement is a small policy file with another front matter (`amends: DESK`). Laid on a policy, maps
merge; lists, words and numbers are replaced, and so are all rows of `entitlement` and `silence`. A rule that was
changed cites the amendment, `harbour-press:targets/respond`: the name of its file, a colon, its own clause. Check one
with `troth policy check --amends policies/NAME.md policies/NAME/amendments/FILE.md`.

## Versions

What a new version does with cases that are open stands in its `updates`: for each kind of rule `leave`, `from now` or
`from the start`. Hours are taken `from now` and all else is left, where it does not say. `troth policy compare A B`
tells in sentences what differs.
"""
