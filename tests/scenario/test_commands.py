"""`troth policy test` as a person at a terminal sees it."""

import pytest

from tests.conftest import ROOT
from troth.scenario.commands import test as policy_test

NETOP = str(ROOT / "policies/netop.md")
HEAD = "desk: netop\nscenarios:\n  - name: one\n    timeline:\n      - 2026-03-02 10:00: {do: open}\n"


@pytest.mark.parametrize("name", ["netop", "syncro-soft"])
def test_a_policy_passes_the_scenarios_it_ships_with(name, capsys):
    """Exit code 0, and the last line counts."""
    assert policy_test([str(ROOT / f"policies/{name}.md")]) == 0
    passed, _, failed = capsys.readouterr().out.splitlines()[-1].partition(" passed, ")
    assert int(passed) >= 25
    assert failed == "0 failed"


def test_a_failure_is_printed_and_counted(tmp_path, capsys):
    """Exit code 1; another file runs by --scenarios."""
    file = tmp_path / "other.yaml"
    file.write_text(f"{HEAD}      - 2026-03-02 10:01: {{expect: {{severity: low}}}}\n")
    assert policy_test([NETOP, "--scenarios", str(file)]) == 1
    failure, count = capsys.readouterr().out.splitlines()
    assert failure.startswith(f"{file}:6: one: severity: expected low, got medium (last ruling: ")
    assert count == "0 passed, 1 failed"


def test_a_file_with_mistakes_is_not_run(tmp_path, capsys):
    """Its findings are printed instead."""
    file = tmp_path / "other.yaml"
    file.write_text(HEAD.replace("open", "opne"))
    assert policy_test([NETOP, "--scenarios", str(file)]) == 1
    assert capsys.readouterr().out.startswith(f"{file}:5:32: S104 ")


def test_a_policy_with_mistakes_is_not_run(tmp_path, capsys):
    """Likewise."""
    policy = tmp_path / "bad.md"
    policy.write_text("nothing\n")
    assert policy_test([str(policy)]) == 1
    assert f"{policy}:1:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nowhere.md"], [NETOP, "--scenarios", "nowhere.yaml"]])
def test_a_file_that_is_not_there_is_a_usage_error(arguments, capsys):
    """Exit code 2, and the sentence names the file."""
    assert policy_test(arguments) == 2
    assert "nowhere" in capsys.readouterr().err


def test_no_policy_named_is_a_usage_error(capsys):
    """Exit code 2 as well."""
    with pytest.raises(SystemExit) as left:
        policy_test([])
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_that_is_not_utf_8_is_told(tmp_path, capsys):
    """With the line where it stops being."""
    file = tmp_path / "other.yaml"
    file.write_bytes(b"desk: netop\nscenarios: []\n# caf\xe9\n")
    assert policy_test([NETOP, "--scenarios", str(file)]) == 1
    assert capsys.readouterr().out.startswith(f"{file}:3:1: S001 ")
