"""House rules that no linter knows, held over the whole tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "troth"
SERVES_A_PERSON = ("portal", "workspace", "api")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
LONGEST_FILE = 450  # the rule says about 400
LONGEST_FUNCTION = 60

ASKS_PAST_THE_DOOR = re.compile(r"\.objects\b|_default_manager\b|_base_manager\b")
DOUBLES_LIBRARY = re.compile(r"^\s*(from|import)\s+(unittest\.mock|mock|pytest_mock)\b|\bmocker\b", re.MULTILINE)
PLACE_OF_ONE_MACHINE = re.compile(r"/(home|root|work|Users)/\w|/tmp/\w+")


def sources(*rooms: str) -> Iterator[Path]:
    """Every module under the named rooms (all, without names), migrations apart."""
    for folder in [SOURCE / room for room in rooms] or [SOURCE]:
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def matches(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    """Where the pattern occurs, as file:line, for a person to go to."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    ("pattern", "caught", "let_through"),
    [
        (ASKS_PAST_THE_DOOR, "Case.objects.get(pk=1)", "Case.visible_to(person)"),
        (DOUBLES_LIBRARY, "from unittest.mock import patch", "from tests.desk.fakes import Outbox"),
        (PLACE_OF_ONE_MACHINE, "open('/home/me/x')", "open(tmp_path / 'x')"),
    ],
)
def test_each_pattern_catches_what_it_is_for(pattern: re.Pattern[str], caught: str, let_through: str) -> None:
    """A pattern that matches nothing would keep the tests below green for ever."""
    assert pattern.search(caught)
    assert not pattern.search(let_through)


def test_pages_start_from_what_a_person_may_see() -> None:
    """Rule 4: portal, workspace and api ask `visible_to(person)`, never a model's manager."""
    assert matches(ASKS_PAST_THE_DOOR, sources(*SERVES_A_PERSON)) == []


def test_a_name_on_a_door_says_what_is_inside() -> None:
    """DESIGN §2: no `utils`, `helpers`, `common`, `manager`, `base`."""
    assert [str(path) for path in sources() if EMPTY_NAMES & {path.stem, *path.relative_to(SOURCE).parts[:-1]}] == []


def test_doubles_are_written_by_hand() -> None:
    """The tests use no mock library: a fake that is a class can be read, and is wrong in one place."""
    others = (path for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__))
    assert matches(DOUBLES_LIBRARY, others) == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """A path that exists on one machine only is a fault everywhere else."""
    assert matches(PLACE_OF_ONE_MACHINE, sources()) == []


def test_a_module_can_be_read_in_one_sitting() -> None:
    """Rule 7: files about 400 lines at the most."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_a_function_can_be_seen_whole() -> None:
    """Rule 7: admired code has almost no function over 50 lines; ours has none over 60."""
    functions = (
        (path, node)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, node in functions
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []
