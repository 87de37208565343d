"""Reading a scenario file: what it may say, and how each mistake in it is told."""

from datetime import UTC, date, datetime

import pytest

from troth.hours import instant
from troth.policy.vocabulary import Verb
from troth.scenario import ScenarioError, parse_scenarios
from troth.scenario.values import parse_when
from troth.scenario.words import ARGUMENTS, EXPECTED, FACTS

HEAD = "desk: netop\nscenarios:\n  - name: one\n    timeline:\n"
OPENED = f"{HEAD}      - 2026-03-02 10:00: {{do: open}}\n"


def codes(text):
    """Return the findings of a text as LINE:COL CODE."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenarios(text, "file.yaml")
    return [f"{finding.line}:{finding.column} {finding.code}" for finding in caught.value.findings]


def told(text):
    """Return the findings of a text in full."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenarios(text, "file.yaml")
    return str(caught.value)


def step(body):
    """Return the first step of a file with one step, at 10:00 on 2026-03-02."""
    return parse_scenarios(f"{HEAD}      - 2026-03-02 10:00: {body}\n").scenarios[0].steps[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-06 16:30", "2026-03-06T16:30:00+01:00"),
        ("2026-03-06 16:30:05", "2026-03-06T16:30:05+01:00"),
        ("2026-03-06T16:30", "2026-03-06T16:30:00+01:00"),
        ("2026-03-06", "2026-03-06T00:00:00+01:00"),
    ],
)
def test_an_instant_without_an_offset_is_the_desks_local_time(written, meant):
    """HH:MM means :00; a date alone is its midnight."""
    assert parse_when(written).at("Europe/Copenhagen") == instant(datetime.fromisoformat(meant))


@pytest.mark.parametrize(
    "written", ["2026-03-06 16:30+02:00", "2026-03-06T14:30:00Z", "2026-03-06 16:30 +0200", "2026-03-06 16:30 +02"]
)
def test_an_instant_with_an_offset_is_the_same_in_every_zone(written):
    """An offset says all there is to say."""
    expected = instant(datetime(2026, 3, 6, 14, 30, tzinfo=UTC))
    assert parse_when(written).at("Asia/Tokyo") == expected


@pytest.mark.parametrize(
    "written", ["tomorrow", "2026-13-06 10:00", "2026-03-06 25:00", "16:30", "2026-03-06 16:30 Oslo"]
)
def test_what_is_no_instant_is_told_at_its_place(written):
    """The error stands at the key of the step."""
    assert codes(f"{HEAD}      - '{written}': {{do: open}}\n") == ["5:9 S105"]


def test_instants_may_stand_in_quotes():
    """Text and timestamp are the same."""
    quoted = parse_scenarios(f"{HEAD}      - '2026-03-02 10:00': {{do: open}}\n")
    assert quoted.scenarios[0].steps[0].when == parse_when("2026-03-02 10:00")


def test_on_and_no_are_words_and_flags_are_true_and_false():
    """YAML 1.2: `wait on:` keeps its key, the country Norway its code."""
    assert step("{do: wait, on: third party}").do.arguments == {"on": "third party"}
    hours = "{days: mon-fri, from: '08:00', to: '16:00', holidays: NO}"
    partner = f"partners:\n  - {{name: A, zone: Europe/Oslo, hours: {hours}}}\n"
    assert parse_scenarios(partner + OPENED).partners["A"].hours.country == "NO"
    assert codes(f"{HEAD}      - 2026-03-02 10:00: {{do: contact, available: yes}}\n") == ["5:52 S103"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("desk: &a netop\nscenarios: []\n", ["1:7 P102"]),
        ("desk: !!str netop\nscenarios: []\n", ["1:7 P103"]),
        ("desk: netop\ndesk: netop\nscenarios: []\n", ["2:1 P105"]),
        ("desk: netop\nscenarios: [\n", ["3:1 P101"]),
        ("desk: netop\nscenarios: []\n---\ndesk: other\n", ["4:1 P109"]),
    ],
)
def test_anchors_tags_and_keys_twice_are_refused(text, found):
    """What YAML can do beyond plain words and lists would hide what a file says."""
    assert codes(text) == found


def test_a_version_needs_quotes_and_an_amount_does_not():
    """8.10 would become 8.1; two and a half hours stay what they are."""
    assert codes(f"{HEAD}      - 2026-03-02 10:00: {{do: set, version: 8.10}}\n")[0] == "5:46 P106"
    assert codes(f"{HEAD}      - 2026-03-02 10:00: {{do: set, version: 8}}\n") == ["5:46 S103"]
    bought = step("{do: set, services: {hours: 2.5, bought: 2026-01-10}}")
    assert bought.do.arguments["services"] == {"hours": 2.5, "bought": date(2026, 1, 10)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "desk: netop\nscenario: []\nscenarios: []\n",
            'file.yaml:2:1: S101 a scenario file has no "scenario"; did you mean',
        ),
        (
            f"{HEAD}      - 2026-03-02 10:00: {{do: opne}}\n",
            '5:32: S104 "opne" may not stand here; did you mean "open"?',
        ),
        (
            f"{HEAD}      - 2026-03-02 10:00: {{do: delay, untill: 2026-03-04}}\n",
            'has no "untill"; did you mean "until"?',
        ),
        (
            f"{HEAD}      - 2026-03-02 10:00: {{expect: {{severty: high}}}}\n",
            'has no "severty"; did you mean "severity"?',
        ),
        (
            f"{HEAD}      - 2026-03-02 10:00: {{expect: {{status: opened}}}}\n",
            '"opened" may not stand here; did you mean "open"?',
        ),
        (
            f"{HEAD}      - 2026-03-02 10:00: {{expect: {{clocks: {{respond: {{sate: met}}}}}}}}\n",
            'did you mean "state"?',
        ),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_known_one(text, found):
    """FILE:LINE:COL: CODE message, as compilers write it."""
    assert found in told(text)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    """Mending a file takes one round."""
    text = (
        "desk: netop\nscenarios:\n  - name: one\n    facts: {chanel: web, answers: {environment: moon}}\n"
        "    timeline:\n      - 2026-03-02 10:00: {do: open, expect: {level: [1]}}\n"
    )
    assert codes(text) == ["4:13 S101", "4:49 S104", "6:54 S103"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{}", "S102"),
        ("{do: find}", "S102"),
        ("{do: set}", "S102"),
        ("{do: set, by: staff}", "S102"),
        ("{expect: {refused: true}}", "S106"),
        ("{do: reply, until: 2026-03-04}", "S101"),
        ("[open]", "S103"),
    ],
)
def test_a_step_that_says_too_little_or_too_much_is_refused(body, code):
    """A step has do with its arguments beside it, expect, or both; a refusal belongs to an act."""
    assert [found.split()[1] for found in codes(f"{HEAD}      - 2026-03-02 10:00: {body}\n")] == [code]


def test_a_partner_must_be_one_the_file_names():
    """A misspelt partner would silently be nobody."""
    text = (
        "desk: netop\npartners: [{name: Nordic IT}]\nscenarios:\n  - name: one\n    facts: {partner: Nordik IT}\n"
        "    timeline: [2026-03-02 10:00: {do: open}]\n"
    )
    assert 'did you mean "Nordic IT"?' in told(text)


def test_a_partners_hours_are_checked_where_they_stand():
    """The mistakes of a calendar have a place too."""
    hours = "{days: mon-fri, from: '16:00', to: '08:00', holidays: XX}"
    text = f"desk: netop\npartners:\n  - {{name: A, zone: Europe/Oslo, hours: {hours}}}\nscenarios: []\n"
    assert {found.split()[1] for found in codes(text)} == {"S110"}


def test_two_scenarios_have_two_names():
    """A failure names its scenario, so a name must mean one."""
    again = "  - name: one\n    timeline: []\n"
    assert codes(f"{OPENED}{again}") == ["6:5 S109"]


def test_nothing_and_none_both_mean_that_there_is_none():
    """Of a clock, of a fact and of an expectation alike; of an answer only null does, since none is an answer."""
    read = step("{do: set, contract: none, partner: null, answers: {workaround: none, environment: null}}")
    assert read.do.arguments == {"contract": None, "partner": None, "answers": {"workaround": "none"}}
    expects = step("{expect: {next: none, waiting_on: null, offered: none, clocks: {respond: none}}}").expects
    assert {item.name: item.value for item in expects} == {
        "next": None,
        "waiting_on": None,
        "offered": (),
        "clocks": {"respond": None},
    }


@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_of_the_format_is_read(verb):
    """The format is complete even where a verb has no policy yet."""
    assert verb in ARGUMENTS


FORMAT = """
desk: netop
catalogue:
  - product: A
    version: "1.0"
    released: 2025-03-01
    line: L
    kind: add-on
    status: legacy
    ends: 2026-01-01
    branded: false
scenarios:
  - name: all
    facts:
      channel: purchase
      product: A
      version: "1.0"
      request: policy guidance
      licence: {kind: hosted, bought: 2026-01-10, ends: 2026-12-31, seats: 5, key: pirated}
      contract:
        {plan: registered, starts: 2026-01-01, ends: 2026-12-31, add_ons: [24x7], fees: overdue, verified: false}
      incidents: 2
      services: {hours: 10, bought: 2026-01-10}
      partner: null
      severity: high
      answers:
        affects: many
        product_state: works
        workaround: hard
        environment: lab
        data_loss: true
        email_intake_down: false
        kind_of_problem: suspected bug
      language: da
      information: [error text, steps, client number]
      senior: none
      confirmation: fails
      amendment: big-customer.md
    timeline:
      - 2026-03-02 10:00: {do: open, by: staff}
      - 2026-03-02 10:00: {do: reply, gives: workaround, by: senior}
      - 2026-03-02 10:00: {do: confirm}
      - 2026-03-02 10:00: {do: ask}
      - 2026-03-02 10:00: {do: customer reply}
      - 2026-03-02 10:00: {do: call, from: customer, by: senior, reached: false}
      - 2026-03-02 10:00: {do: attempt, by: phone, delivered: false}
      - 2026-03-02 10:00:
          {do: set, severity: low, request: media, product: A, version: "1.0", answers: {affects: one}, contract: null}
      - 2026-03-02 10:00: {do: set, licence: null, senior: free}
      - 2026-03-02 10:00: {do: escalate}
      - 2026-03-02 10:00: {do: escalate, to: manager, occurred: 2026-03-01 09:00}
      - 2026-03-02 10:00: {do: hand over, to: product management}
      - 2026-03-02 10:00: {do: find, cause: unintended use}
      - 2026-03-02 10:00: {do: exclude, as: training}
      - 2026-03-02 10:00: {do: refer, to: professional services}
      - 2026-03-02 10:00: {do: delay, until: 2026-03-09}
      - 2026-03-02 10:00: {do: contact, available: false}
      - 2026-03-02 10:00: {do: excuse, from: 2026-03-01 09:00, until: 2026-03-01 10:00, cause: power cut}
      - 2026-03-02 10:00: {do: wait, on: third party}
      - 2026-03-02 10:00: {do: resume}
      - 2026-03-02 10:00: {do: monitor, until: 2026-03-09 10:00+01:00}
      - 2026-03-02 10:00: {do: log, minutes: 20, activity: migration}
      - 2026-03-02 10:00: {do: grant access, until: 2026-03-09 10:00}
      - 2026-03-02 10:00: {do: revoke access}
      - 2026-03-02 10:00: {do: resolve, by: own workaround}
      - 2026-03-02 10:00: {do: close, because: withdrawn}
      - 2026-03-02 10:00: {do: reopen, expect: {refused: true}}
      - 2026-03-02 10:00: {do: no action}
      - 2026-03-02 10:00: {do: buy, what: incident, quantity: 2, plan: registered, product: A}
      - 2026-03-02 10:00: {do: refund, what: emergency}
      - 2026-03-02 10:00: {do: approve, what: exception}
      - 2026-03-02 10:00: {do: split}
      - 2026-03-02 10:00: {do: merge, into: NETOP-1}
      - 2026-03-02 10:00: {do: release, product: A, version: "2.0", kind: utility}
      - 2026-03-02 10:00: {do: publish, policy: next.md, effective: 2026-04-01}
      - 2026-03-02 10:01:
          expect:
            covered: true
            basis: contract
            goals: best effort
            offered: [upgrade, community]
            severity: low
            level: product management
            status: monitoring
            waiting_on: purchase
            closed_because: silence
            outcome: consulting
            attempts: 3
            missing: [call, sample code]
            hot_fix: update first
            release_plan: hot fix or next release
            lifecycle: prior
            downloads: ["1.0"]
            channels: [web, email]
            allowance: 30
            balance: {incidents: 1, services: 2.5}
            queued_at: 2026-03-02 10:00
            access: granted
            next: {what: close, at: 2026-03-09 10:00}
            notices: [attempt, attempt]
            clause: targets/respond
            clocks: {respond: {state: paused, due: null, kind: promise, clause: targets}, follow up: none}
"""


def test_a_file_may_say_everything_the_format_has():
    """LANGUAGE §3 to the letter: each fact, each verb with its arguments, each expectation."""
    file = parse_scenarios(FORMAT)
    scenario = file.scenarios[0]
    assert set(scenario.facts) == set(FACTS)
    assert {item.do.verb for item in scenario.steps if item.do} == set(Verb)
    assert {item.name for item in scenario.steps[-1].expects} == set(EXPECTED) - {"refused"}
    assert file.catalogue[0].line == "L"
