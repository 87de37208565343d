"""The base dependencies alone carry the four pure rooms; Django is not among them.

`make test` builds the environment looked into here: `.venv-pure`, from requirements/base.txt.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, without

PURE_PYTHON = ROOT / ".venv-pure" / "bin" / "python"

IMPORT_ALL = """
import importlib, pkgutil, sys
for room in ("hours", "policy", "engine", "scenario"):
    try:
        package = importlib.import_module(f"troth.{room}")
    except ModuleNotFoundError as missing:
        if missing.name != f"troth.{room}":
            raise
        continue
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
        print(module.name)
assert "django" not in sys.modules
"""


@pytest.fixture(scope="module")
def pure_python() -> Path:
    """The interpreter of the pure install."""
    if not PURE_PYTHON.exists():
        without("No .venv-pure here: make test builds it.")
    return PURE_PYTHON


def call(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command run outside this environment, with what it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=180, env=environment)


def test_django_is_absent_from_the_pure_install(pure_python: Path) -> None:
    """Were Django here, the other tests in this file would show nothing."""
    done = call(pure_python, "-c", "import django")
    assert "No module named 'django'" in done.stderr


def test_every_module_of_the_pure_rooms_imports_without_django(pure_python: Path) -> None:
    """DESIGN §2: the pure four and their commands need only the base dependencies."""
    done = call(pure_python, "-c", IMPORT_ALL)
    assert done.stderr == ""
    assert done.returncode == 0
    assert "troth." in done.stdout


def test_the_command_itself_starts_without_django(pure_python: Path) -> None:
    """A reader of policies gets the same `troth`, with the same help."""
    done = call(pure_python.with_name("troth"), "--help")
    assert done.stderr == ""
    assert done.returncode == 0
    assert "policy check" in done.stdout


def test_a_desk_command_says_how_to_install_the_desk(pure_python: Path) -> None:
    """One sentence instead of a traceback."""
    done = call(pure_python.with_name("troth"), "worker")
    assert done.returncode == 2
    assert done.stderr.startswith("troth: 'worker' needs django, which is not installed; install the desk with")
