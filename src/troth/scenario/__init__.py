"""Scenario files, the tests of a policy: reading them, running them, and previewing a case that is not yet.

The script (`parse_scenarios`) knows what was written; a `Driver` does it, on the engine alone (`PureDriver`) or on
a desk; `run_scenario` holds what came against what was expected. Pure: no Django, no clock, no network.
"""

from troth.scenario.driver import Driver, Seen, last_word
from troth.scenario.findings import CODES, ScenarioError
from troth.scenario.preview import Preview, preview
from troth.scenario.pure import PureDriver
from troth.scenario.reading import parse_scenarios, read_scenarios
from troth.scenario.running import Failure, Outcome, check_file, run_file, run_scenario
from troth.scenario.script import Scenario, ScenarioFile
from troth.scenario.view import View, view_of
from troth.scenario.world import World

__all__ = [
    "CODES",
    "Driver",
    "Failure",
    "Outcome",
    "Preview",
    "PureDriver",
    "Scenario",
    "ScenarioError",
    "ScenarioFile",
    "Seen",
    "View",
    "World",
    "check_file",
    "last_word",
    "parse_scenarios",
    "preview",
    "read_scenarios",
    "run_file",
    "run_scenario",
    "view_of",
]
