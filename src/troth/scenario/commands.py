"""`troth policy test`: runs the scenarios a policy ships with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from troth.policy import PolicyError, read_policy
from troth.scenario.findings import ScenarioError
from troth.scenario.reading import read_scenarios
from troth.scenario.running import run_file

CLEAN, FINDINGS, USAGE = 0, 1, 2


def test(arguments: list[str]) -> int:
    """Run a policy's scenarios, print each failure with its line, and end with how many passed and failed.

    Returns 0 where all passed, 1 where some failed or a file has mistakes, 2 where a file cannot be opened.
    """
    parser = argparse.ArgumentParser(
        prog="troth policy test", description="Run the scenarios of a policy and report each failure with its line."
    )
    parser.add_argument("policy", help="the policy file, for example policies/netop.md")
    parser.add_argument("--scenarios", metavar="FILE", help="run this file instead of the one beside the policy")
    asked = parser.parse_args(arguments)
    path = Path(asked.policy)
    beside = Path(asked.scenarios) if asked.scenarios else path.with_suffix(".scenarios.yaml")
    try:
        policy = read_policy(path)
        outcomes = run_file(policy, read_scenarios(beside))
    except (PolicyError, ScenarioError) as error:
        for finding in error.findings:
            print(finding)
        return FINDINGS
    except OSError as error:
        print(f"troth policy test: {error.filename}: {error.strerror}", file=sys.stderr)
        return USAGE
    for outcome in outcomes:
        for failure in outcome.failures:
            print(failure)
    passed = sum(outcome.has_passed for outcome in outcomes)
    failed = len(outcomes) - passed
    print(f"{passed} passed, {failed} failed")
    return FINDINGS if failed else CLEAN
