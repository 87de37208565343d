"""Running a scenario: the order of things at one instant, what fails and how it is told."""

import pytest

from troth.policy.vocabulary import Verb
from troth.scenario import PureDriver, ScenarioError, check_file, parse_scenarios, run_file, run_scenario
from troth.scenario.compare import matches_clause

HEAD = (
    "desk: netop\nscenarios:\n  - name: one\n"
    "    facts: {answers: {environment: production}, confirmation: fails}\n    timeline:\n"
)


def failures(policy, steps, driver=PureDriver, head=HEAD):
    """Run a timeline and return its failures as text."""
    file = parse_scenarios(head + "".join(f"      - {step}\n" for step in steps), "file.yaml")
    return [str(failure) for failure in run_scenario(policy, file, file.scenarios[0], driver).failures]


OPEN = "2026-03-02 10:00: {do: open}"


def test_a_failure_tells_line_expectation_what_came_and_the_ruling(netop):
    """Without these four a failure is a riddle."""
    [failure] = failures(netop, [OPEN, "2026-03-02 10:01: {expect: {severity: high, level: 1}}"])
    assert failure.startswith("file.yaml:7: one: severity: expected high, got critical (last ruling: ")
    assert "of netop@2026-11-01 at 2026-03-02 10:00:00" in failure


def test_what_is_not_named_is_not_checked(netop):
    """An expectation speaks of what it names."""
    assert failures(netop, [OPEN, "2026-03-02 10:01: {expect: {}}"]) == []


@pytest.mark.parametrize(
    "expect",
    [
        "covered: false",
        "basis: contract",
        "goals: none",
        "offered: [upgrade]",
        "severity: low",
        "level: 2",
        "status: closed",
        "waiting_on: customer",
        "closed_because: silence",
        "outcome: guidance",
        "attempts: 1",
        "missing: []",
        "hot_fix: false",
        "hot_fix: update first",
        "release_plan: none",
        "lifecycle: current",
        "downloads: true",
        "channels: [web, email]",
        "allowance: 30",
        "balance: {incidents: 1}",
        "balance: {services: 1}",
        "queued_at: 2026-03-02 10:00:01",
        "access: granted",
        "next: none",
        "next: {what: close}",
        "next: {at: 2026-03-02 12:00:01}",
        "notices: [closing]",
        "clause: silence",
        "clause: targets/resp",
        "clocks: {respond: none}",
        "clocks: {follow up: {state: running}}",
        "clocks: {respond: {state: met}}",
        "clocks: {respond: {due: 2026-03-02 12:00:01}}",
        "clocks: {respond: {due: null}}",
        "clocks: {respond: {kind: promise}}",
        "clocks: {respond: {clause: silence}}",
    ],
)
def test_every_expectation_can_fail(netop, expect):
    """A word that is never compared would make every file green."""
    assert len(failures(netop, [OPEN, f"2026-03-02 10:00: {{expect: {{{expect}}}}}"])) == 1


def test_all_words_of_one_case_hold_together(netop):
    """The same case with everything as it is."""
    expect = (
        "covered: true, basis: licence, goals: targets, offered: [], severity: critical, level: '1', status: open, "
        "waiting_on: null, closed_because: none, outcome: none, attempts: 0, missing: [call], hot_fix: true, "
        "release_plan: hot fix, lifecycle: unknown, downloads: false, channels: [phone, email, web], allowance: none, "
        "balance: {incidents: 0, services: 0}, queued_at: 2026-03-02T09:00Z, access: none, notices: [], "
        "clause: entitlement, next: {what: respond, at: 2026-03-02 12:00}, "
        "clocks: {respond: {state: running, due: 2026-03-02 11:00Z}}"
    )
    assert failures(netop, [f"2026-03-02 10:00: {{do: open, expect: {{{expect}}}}}"]) == []


def test_acts_of_an_instant_come_before_its_deadlines_and_checks_after(netop):
    """An act at the very instant of a deadline is in time, wherever the check of that instant stands."""
    check = "2026-03-02 12:00: {expect: {clocks: {respond: {state: met}}}}"
    assert failures(netop, [OPEN, check, "2026-03-02 12:00: {do: reply}"]) == []
    assert len(failures(netop, [OPEN, check])) == 1


def test_an_instant_may_recur_and_acts_keep_their_order(netop):
    """Two steps at one instant are two steps."""
    again = ["2026-03-03 10:00: {do: resolve, by: workaround}", "2026-03-03 10:00: {do: reopen}"]
    assert failures(netop, [OPEN, *again, "2026-03-03 10:00: {expect: {status: open}}"]) == []


def test_a_refusal_nobody_expected_fails_at_the_line_of_the_act(netop):
    """A refused act leaves no trace, so nothing later would tell."""
    [failure] = failures(netop, [OPEN, "2026-03-02 10:01: {do: resolve, by: upgrade}"])
    assert failure.startswith("file.yaml:7: one: do resolve: expected that it is done, got refused: ")


def test_a_refusal_that_does_not_come_fails(netop):
    """The other way round."""
    [failure] = failures(netop, [OPEN, "2026-03-02 10:01: {do: reply, expect: {refused: true}}"])
    assert "do reply: expected a refusal, got it was done" in failure


def test_the_clause_of_a_refusal_can_be_expected(netop):
    """A refused act cites its clause, before there is a case as well."""
    remote = HEAD.replace("{answers", "{channel: remote, answers")
    opening = "2026-03-02 10:00: {do: open, expect: {refused: true, clause: CLAUSE}}"
    assert failures(netop, [opening.replace("CLAUSE", "channels")], head=remote) == []
    assert len(failures(netop, [opening.replace("CLAUSE", "silence")], head=remote)) == 1


def test_notices_are_those_since_the_last_expect(netop):
    """They compare as a multiset: two of a kind are two."""
    asks = ["2026-03-02 11:00: {do: ask}", "2026-03-02 12:00: {do: ask}"]
    two = "2026-03-02 13:00: {expect: {notices: [information request, information request]}}"
    none = "2026-03-02 14:00: {expect: {notices: []}}"
    assert failures(netop, [OPEN, *asks, two, none]) == []
    assert len(failures(netop, [OPEN, *asks, two.replace(", information request", "")])) == 1


@pytest.mark.parametrize(
    ("expected", "got", "matches"),
    [
        ("targets", "targets", True),
        ("targets", "targets/respond", True),
        ("targets/respond", "targets/respond", True),
        ("targets/respond", "targets", False),
        ("targets", "targetsoff/respond", False),
        ("targets/resp", "targets/respond", False),
    ],
)
def test_a_section_stands_for_its_entries_and_an_entry_for_itself(expected, got, matches):
    """`clause: X` is section X or any `X/…`; `X/Y` exactly that."""
    assert matches_clause(expected, got) is matches


def test_a_licence_not_named_was_bought_on_the_opening_day(netop):
    """The defaults of the format cover on this desk."""
    plain = "desk: netop\nscenarios:\n  - name: one\n    timeline:\n"
    expect = "covered: true, severity: medium, missing: [], notices: [confirmation], clocks: {respond: {state: met}}"
    assert failures(netop, [f"2026-03-02 10:00: {{do: open, expect: {{{expect}}}}}"], head=plain) == []


def test_a_purchase_before_the_opening_changes_the_facts(syncro):
    """By the policy's own rules: what it does not sell is refused."""
    head = "desk: syncro-soft\nscenarios:\n  - name: one\n    timeline:\n"
    steps = [
        "2026-03-02 09:00: {do: buy, what: incident, quantity: 3, expect: {refused: true, clause: purchases}}",
        "2026-03-02 09:30: {do: buy, what: renewal, plan: support and maintenance}",
        "2026-03-02 10:00: {do: open, expect: {basis: contract, balance: {incidents: 0}}}",
    ]
    assert failures(syncro, steps, head=head) == []


def test_a_catalogue_adds_to_the_policys_and_replaces_the_same_version(syncro):
    """A release that the file dates later is not out yet."""
    head = (
        'desk: syncro-soft\ncatalogue:\n  - {product: Oxygen XML Editor, version: "26.1", released: 2026-06-01}\n'
        'scenarios:\n  - name: one\n    facts: {product: Oxygen XML Editor, version: "26.0"}\n    timeline:\n'
    )
    steps = [
        "2026-05-31 23:59:59: {do: open, expect: {hot_fix: true}}",
        "2026-06-01 00:00: {expect: {hot_fix: update first}}",
    ]
    assert failures(syncro, steps, head=head) == []


def test_a_contract_without_an_end_runs_the_plans_first_term(syncro):
    """Its last day included."""
    head = (
        "desk: syncro-soft\nscenarios:\n  - name: one\n"
        "    facts: {contract: {plan: support and maintenance, starts: 2025-03-03}}\n    timeline:\n"
    )
    assert failures(syncro, ["2026-03-02 23:59:59: {do: open, expect: {basis: contract}}"], head=head) == []
    assert failures(syncro, ["2026-03-03 00:00: {do: open, expect: {basis: courtesy}}"], head=head) == []


def test_a_new_version_of_the_policy_holds_for_cases_opened_later(netop, tmp_path):
    """An open case keeps the word it was opened under; paths are relative to the file."""
    newer = netop.source.replace("critical: 2 hours", "critical: 1 hour").replace("2026-11-01", "2026-12-01")
    (tmp_path / "newer.md").write_text(newer)
    publish, opened = "{do: publish, policy: newer.md}", "{do: open}"
    later = "{do: publish, policy: newer.md, effective: 2026-03-02}"
    latest = "{do: publish, policy: newer.md, effective: 2026-03-03}"
    for due, steps in (
        ("11:00", [f"2026-03-02 09:00: {publish}", f"2026-03-02 10:00: {opened}"]),
        ("12:00", [f"2026-03-02 10:00: {opened}", f"2026-03-02 10:30: {publish}"]),
        ("11:00", [f"2026-03-01 09:00: {later}", f"2026-03-02 10:00: {opened}"]),
        ("12:00", [f"2026-03-01 09:00: {latest}", f"2026-03-02 10:00: {opened}"]),
    ):
        check = f"2026-03-02 10:31: {{expect: {{clocks: {{respond: {{due: 2026-03-02 {due}}}}}}}}}"
        text = HEAD + "".join(f"      - {step}\n" for step in (*steps, check))
        file = parse_scenarios(text, str(tmp_path / "file.yaml"))
        assert [str(failure) for failure in run_scenario(netop, file, file.scenarios[0]).failures] == []


def test_notices_sent_before_a_change_of_facts_are_counted(netop):
    """Looking at the facts on the way loses nothing."""
    steps = [
        "2026-03-02 11:00: {do: ask}",
        "2026-03-02 11:30: {do: set, product: Netop Vision}",
        "2026-03-02 12:00: {expect: {notices: [information request]}}",
    ]
    assert failures(netop, [OPEN, *steps]) == []


def test_a_refused_change_leaves_the_facts_as_they_were(netop):
    """Nothing of a refused act is carried on by a later one."""
    steps = [
        "2026-03-02 11:00: {do: set, severity: low, product: Netop Vision, by: partner, expect: {refused: true}}",
        "2026-03-02 11:30: {do: close}",
        "2026-03-02 12:00: {do: reopen}",
    ]
    Eavesdropper.heard.clear()
    assert failures(netop, [OPEN, *steps], Eavesdropper) == []
    assert "product" not in Eavesdropper.heard[-1].data["facts"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("desk: syncro-soft\nscenarios: []\n", "file.yaml:1:1: S112"),
        (HEAD + f"      - {OPEN}\n      - 2026-03-02 09:59:59: {{do: reply}}\n", "file.yaml:7:9: S107"),
        (HEAD + f"      - {OPEN}\n      - 2026-03-02 10:00+02:00: {{do: reply}}\n", "file.yaml:7:9: S107"),
        (
            HEAD + f"      - {OPEN}\n      - 2026-03-02 10:00: {{do: set, severity: hihg}}\n",
            'S111 this policy has no severity "hihg"; did you mean "high"?',
        ),
        (
            HEAD.replace("{answers", "{contract: {plan: gold}, answers"),
            'S111 this policy has no plan "gold"; it has: registered',
        ),
        (HEAD.replace("{answers", "{amendment: a.md, answers"), "S113"),
    ],
)
def test_a_file_that_does_not_fit_its_policy_is_refused(netop, text, found):
    """A wrong name would make an expectation true for the wrong reason."""
    if text.endswith("timeline:\n"):
        text += f"      - {OPEN}\n"
    with pytest.raises(ScenarioError) as caught:
        check_file(netop, parse_scenarios(text, "file.yaml"))
    assert found in str(caught.value)


def test_each_scenario_has_a_driver_of_its_own(netop):
    """What one scenario did must not be there for the next."""
    made = []

    def make(policy):
        made.append(PureDriver(policy))
        return made[-1]

    two = f"{HEAD}      - {OPEN}\n" + HEAD.partition("scenarios:\n")[2].replace("one", "two") + f"      - {OPEN}\n"
    assert all(outcome.has_passed for outcome in run_file(netop, parse_scenarios(two), make))
    assert len(made) == 2


class Eavesdropper(PureDriver):
    """Keeps the acts it is given."""

    heard: list = []  # noqa: RUF012 - one list for the test that looks at it

    def open(self, act):
        """Keep it and go on."""
        self.heard.append(act)
        return super().open(act)

    def act(self, act):
        """Keep it and go on."""
        self.heard.append(act)
        return super().act(act)


def test_acts_carry_who_did_it_and_only_what_changed(netop):
    """A driver records what it is given; facts travel in `open` and `reopen`, changes in `set`."""
    Eavesdropper.heard.clear()
    failures(
        netop,
        [
            OPEN,
            "2026-03-02 10:10: {do: set, product: Netop Vision, version: '10.0'}",
            "2026-03-02 10:20: {do: escalate, to: manager, occurred: 2026-03-01 09:00}",
            "2026-03-02 10:30: {do: resolve, by: workaround}",
        ],
        Eavesdropper,
    )
    opened, confirmed_or_set, *rest = Eavesdropper.heard
    assert (opened.verb, opened.by, opened.data["facts"]["confirmation"]) == (Verb.OPEN, "customer", "fails")
    assert confirmed_or_set.data.keys() == {"product", "version", "release"}
    assert [(act.verb, act.by, dict(act.data)) for act in rest] == [
        (Verb.ESCALATE, "customer", {"to": "manager", "occurred": 1772352000}),
        (Verb.RESOLVE, "staff", {"by": "workaround"}),
    ]
