"""Runs a scenario: what is done and what is expected, in the order of time.

At one instant t: time passes up to but not including t; all acts of t; time passes through t; all checks of t.
So an act at the very instant of a deadline is in time, and a check at that instant sees it judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from troth.engine import Act, Refusal, Ruling
from troth.hours import Instant, local_instant, moment
from troth.hours.spelling import did_you_mean
from troth.policy import Policy, PolicyError, amend, blend, read_policy
from troth.policy.reading import read_text
from troth.policy.vocabulary import Found, Role, Verb
from troth.scenario.compare import differences, matches_clause
from troth.scenario.driver import Driver, Seen
from troth.scenario.findings import Notes, ScenarioError
from troth.scenario.pure import PureDriver
from troth.scenario.script import Do, Expected, Place, Scenario, ScenarioFile, Step, When
from troth.scenario.view import View, view_of
from troth.scenario.words import ACTORS, OWN_BY
from troth.scenario.world import World

MakeDriver = Callable[[Policy], Driver]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not come as expected; `ruling` is what the policy said last."""

    file: str
    place: Place
    scenario: str
    what: str
    expected: str
    got: str
    ruling: str

    def __str__(self) -> str:
        """Return it in one line that begins with where it stands."""
        where = f"{self.file}:{self.place.line}"
        return f"{where}: {self.scenario}: {self.what}: expected {self.expected}, got {self.got} ({self.ruling})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went."""

    scenario: Scenario
    failures: tuple[Failure, ...] = ()

    @property
    def has_passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures


def run_file(policy: Policy, file: ScenarioFile, make_driver: MakeDriver = PureDriver) -> tuple[Outcome, ...]:
    """Run every scenario of a file, each with a driver of its own."""
    check_file(policy, file)
    return tuple(run_scenario(policy, file, scenario, make_driver) for scenario in file.scenarios)


def run_scenario(
    policy: Policy, file: ScenarioFile, scenario: Scenario, make_driver: MakeDriver = PureDriver
) -> Outcome:
    """Run one scenario under `policy`; what failed is in the outcome, with its line and the last ruling."""
    policy = amended(policy, file, scenario)
    return _Run(policy, file, scenario, make_driver(policy)).outcome()


def amended(policy: Policy, file: ScenarioFile, scenario: Scenario) -> Policy:
    """Return the policy with the scenario's amendment laid on it, a file whose path begins where the scenarios stand.

    PolicyError has what is wrong with the amendment, OSError that it cannot be opened.
    """
    named = scenario.facts.get("amendment")
    if named is None:
        return policy
    path = Path(file.name).parent / named
    return amend(policy, read_text(path), str(path))


def check_file(policy: Policy, file: ScenarioFile) -> None:
    """Raise ScenarioError where a file cannot be run under `policy`.

    It is for another desk, names a plan or severity the policy has not, or goes back in time.
    """
    notes = Notes(file.name)
    if file.desk != policy.desk:
        notes.add(Place(1, 1), "S112", f'the file is for desk "{file.desk}", and this policy is of "{policy.desk}"')
    for scenario in file.scenarios:
        pinned = _checked_amendment(policy, file, scenario, notes)
        for given, place in _all_given(scenario):
            _check_names(pinned, given, place, notes)
        _check_order(policy, scenario, notes)
    found = notes.all()
    if found:
        raise ScenarioError(found)


def _all_given(scenario: Scenario) -> Iterable[tuple[Any, Place]]:
    """Yield all facts a scenario names: those it begins with and those it sets."""
    yield scenario.facts, scenario.place
    for step in scenario.steps:
        if step.do is not None and step.do.verb is Verb.SET:
            yield step.do.arguments, step.do.place


def _check_names(policy: Policy, given: Any, place: Place, notes: Notes) -> None:
    named = {"plan": (given.get("contract") or {}).get("plan"), "severity": given.get("severity")}
    known = {"plan": tuple(policy.plans), "severity": tuple(policy.severities.scale)}
    for what, name in named.items():
        if name is not None and name not in known[what]:
            near = did_you_mean(name, known[what]) or f"; it has: {', '.join(known[what])}"
            notes.add(place, "S111", f'this policy has no {what} "{name}"{near}')


def _checked_amendment(policy: Policy, file: ScenarioFile, scenario: Scenario, notes: Notes) -> Policy:
    """Return the policy the scenario runs under, after noting why its amendment cannot be laid on."""
    for step in scenario.steps:
        if step.do is not None and step.do.arguments.get("amendment") is not None:
            notes.add(step.do.place, "S113", "an agreement is pinned when a case opens: name it among the facts")
    try:
        return amended(policy, file, scenario)
    except PolicyError as error:
        for finding in error.findings:
            notes.add(scenario.place, "S113", f"the amendment has a mistake: {finding}")
    except OSError as error:
        notes.add(scenario.place, "S113", f"the amendment {error.filename} cannot be opened: {error.strerror}")
    return policy


def _check_order(policy: Policy, scenario: Scenario, notes: Notes) -> None:
    """Time does not go back: an instant may recur, and never lies before the one above."""
    for before, after in pairwise(scenario.steps):
        if after.when.at(policy.zone) < before.when.at(policy.zone):
            notes.add(after.place, "S107", f"{after.when} is before the step above: put the steps in order of time")


@dataclass(slots=True)
class _Run:
    """One scenario on its way."""

    policy: Policy
    file: ScenarioFile
    scenario: Scenario
    driver: Driver
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = self.policy.zone
        self.world = World(self.policy, self.file, self.scenario.facts, self._opening_day())
        self.held = self.policy
        self.is_open = False
        self.refusals: dict[int, Refusal] = {}
        self.told: list[str] = []
        self.coming: list[tuple[Instant, Policy]] = []

    zone: str = field(init=False)
    world: World = field(init=False)
    held: Policy = field(init=False)
    is_open: bool = field(init=False)
    refusals: dict[int, Refusal] = field(init=False)
    told: list[str] = field(init=False)
    coming: list[tuple[Instant, Policy]] = field(init=False)

    def _opening_day(self) -> Any:
        steps = self.scenario.steps
        first = next((s for s in steps if s.do is not None and s.do.verb is Verb.OPEN), None) or next(iter(steps), None)
        at = first.when.at(self.zone) if first is not None else 0
        return moment(at, self.zone).date()

    def outcome(self) -> Outcome:
        """Run the whole timeline."""
        for at, steps in groupby(self.scenario.steps, key=lambda step: step.when.at(self.zone)):
            self._instant(at, tuple(steps))
        return Outcome(self.scenario, tuple(self.failures))

    def _instant(self, at: Instant, steps: tuple[Step, ...]) -> None:
        self._let_come(at)
        self.driver.pass_time(at - 1)
        self.refusals = {}
        for index, step in enumerate(steps):
            if step.do is not None:
                self._do(at, step, step.do, index)
        self.driver.pass_time(at)
        for index, step in enumerate(steps):
            if step.expects is not None:
                self._check(at, step.expects, index)

    def _do(self, at: Instant, step: Step, do: Do, index: int) -> None:
        refusal = self._done(at, do)
        if refusal is not None:
            self.refusals[index] = refusal
        if refusal is not None and not step.expects_refusal:
            cited = f" [{refusal.clause}]" if refusal.clause else ""
            self._fail(do.place, f"do {do.verb}", "that it is done", f"refused: {refusal.sentence}{cited}", None)
        if refusal is None and step.expects_refusal:
            self._fail(do.place, f"do {do.verb}", "a refusal", "it was done", None)

    def _done(self, at: Instant, do: Do) -> Refusal | None:
        if do.verb is Verb.PUBLISH:
            self._publish(at, do)
            return None
        if do.verb is Verb.RELEASE:
            return self.world.release(do.arguments, at)
        if do.verb is Verb.OPEN:
            return self._open(at, do)
        if do.verb is Verb.BUY and not self.is_open:
            return self.world.buy(do.arguments, at)
        if do.verb is Verb.APPROVE and not self.is_open:
            self.world.approve(do.arguments["what"])
            return None
        return self.driver.act(Act(at, do.verb, _actor(do), self._data(at, do)))

    def _open(self, at: Instant, do: Do) -> Refusal | None:
        if self.is_open:
            return Refusal("open-already", "This scenario has opened its case already.")
        data = {"facts": self.world.facts_at(at).to_json()}
        refusal = self.driver.open(Act(at, Verb.OPEN, _actor(do), data))
        self.is_open = refusal is None
        return refusal

    def _publish(self, at: Instant, do: Do) -> None:
        """A new version comes into force on its day, at once where it names none that is still to come."""
        general = read_policy(Path(self.file.name).parent / do.arguments["policy"])
        published = amended(general, self.file, self.scenario)
        day = do.arguments.get("effective")
        effective = local_instant(datetime.combine(day, time()), self.zone) if day is not None else at
        self.coming.append((max(at, effective), published))
        self._let_come(at)

    def _let_come(self, at: Instant) -> None:
        """Cases opened from its day on are opened under the new version; the open one adopts what it says."""
        for effective, published in sorted(self.coming, key=lambda entry: entry[0]):
            if effective > at:
                continue
            self.coming.remove((effective, published))
            self.driver.pass_time(effective - 1)
            self.driver.publish(published, effective)
            self.held = blend(self.held, published) if self.is_open else published
            self.world.policy = self.held

    def _data(self, at: Instant, do: Do) -> dict[str, Any]:
        """Return the act's data: arguments with instants in UTC seconds, facts as they stand on the case."""
        if do.verb in {Verb.SET, Verb.REOPEN}:
            self._look()
        if do.verb is Verb.SET:
            return self.world.change(do.arguments, at)
        if do.verb is Verb.REOPEN and self.is_open:
            return {"facts": self.world.facts_at(at).to_json()}
        given = {name: value for name, value in do.arguments.items() if name != "by" or do.verb in OWN_BY}
        data = {name: self._plain(value) for name, value in given.items() if value is not None}
        if do.verb is Verb.CALL:
            data = {"from": "desk", "reached": True, **data}
        if do.verb is Verb.ATTEMPT:
            data = {"by": "email", "delivered": True, **data}
        return data

    def _plain(self, value: Any) -> Any:
        if isinstance(value, When):
            return value.at(self.zone)
        return list(value) if isinstance(value, tuple) else value

    def _look(self) -> Seen:
        """Look at the case; its facts are the world's from then on, since an act may have used some of them up."""
        seen = self.driver.look()
        self.told.extend(seen.notices)
        if seen.case is not None:
            self.world.facts = seen.case.facts
        return seen

    def _check(self, at: Instant, expects: tuple[Expected, ...], index: int) -> None:
        refusal = self.refusals.get(index)
        seen = replace(self._look(), notices=tuple(self.told))
        self.told.clear()
        view = view_of(self.world, seen, at, self.held, refusal)
        for expected in expects:
            if expected.name == "refused":
                continue
            if view is None:
                self._check_without_case(expected, refusal)
                continue
            for found in differences(expected, view):
                self._fail(expected.place, found.what, found.expected, found.got, view)

    def _check_without_case(self, expected: Expected, refusal: Refusal | None) -> None:
        """Only the clause of a refusal can be held against anything before there is a case."""
        cited = refusal.clause if refusal is not None else None
        if expected.name == "clause" and cited is not None and matches_clause(expected.value, cited):
            return
        got = cited or "nothing: no case was opened"
        self._fail(expected.place, expected.name, str(expected.value), got, None)

    def _fail(self, place: Place, what: str, expected: str, got: str, view: View | None) -> None:
        said = _told_ruling(view.seen.last_word, self.zone) if view is not None else "no ruling"
        self.failures.append(Failure(self.file.name, place, self.scenario.name, what, expected, got, said))


def _actor(do: Do) -> Role:
    """Return on whose behalf a step acts: its own word, else what the verb or its arguments imply."""
    arguments = do.arguments
    if "by" in arguments and do.verb not in OWN_BY:
        return Role(arguments["by"])
    if do.verb is Verb.ESCALATE and "to" in arguments:
        return Role.CUSTOMER
    return ACTORS.get(do.verb, Role.STAFF)


def _told_ruling(said: tuple[Ruling, ...], zone: str) -> str:
    """Return the last ruling in words; messages that went out because of it come after it and say nothing new."""
    telling = [ruling for ruling in said if ruling.found is not Found.NOTICE] or said
    if not telling:
        return "no ruling"
    ruling = telling[-1]
    at = moment(ruling.at, zone).strftime("%Y-%m-%d %H:%M:%S")
    why = f", {ruling.reason}" if ruling.reason else ""
    return f"last ruling: {ruling.found} by {ruling.clause} of {ruling.policy} at {at}{why}"
