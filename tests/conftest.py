"""What every test may ask for: the shared mails, a browser, and one way to be strict under CI."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import django
import pytest
from hypothesis import settings

from troth.policy import Policy, read_policy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
UNDER_CI = os.environ.get("CI") == "true"

# The tests run under the desk's own settings, but with nothing of the person's who runs them: no data
# folder, no mail server, no demo. Set here and not in pyproject.toml because the settings read the
# environment as they are imported, and pytest imports this file before.
for name in [name for name in os.environ if name.startswith("TROTH_") and not name.startswith("TROTH_TEST_")]:
    del os.environ[name]
VAR = tempfile.TemporaryDirectory(prefix="troth-tests-")  # removed when the run ends
os.environ |= {"TROTH_VAR": VAR.name, "TROTH_SECRET_KEY": "for tests only " * 4}
os.environ |= {"TROTH_POLICIES": str(ROOT / "policies"), "DJANGO_SETTINGS_MODULE": "troth.site.settings"}

# Generated examples are the same in every CI run: a red one is red for its commit. At the desk they
# differ each time, so that more is seen. A deadline would measure the machine, not the code.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("dev", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("ci" if UNDER_CI else "dev")


def pytest_configure() -> None:
    """Django is ready before the first test file is read; pytest-django finds it so."""
    django.setup()


def without(missing: str) -> NoReturn:
    """The test is skipped with this remark, except under CI, where the lack is a failure."""
    if UNDER_CI:
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def own_url() -> str:
    """Where a second connection to PostgreSQL finds the database of this very test."""
    from django.db import connection  # noqa: PLC0415 - known only once Django is ready

    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of shared test data (mail, lifecycle, logs); TROTH_TEST_DATA says where it is."""
    place = Path(os.environ.get("TROTH_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not place.is_dir():
        without(f"No test data at {place}: set TROTH_TEST_DATA to the folder that holds it.")
    return place


@pytest.fixture(scope="session")
def netop() -> Policy:
    """Netop's policy: three levels, no rule of silence."""
    return read_policy(ROOT / "policies/netop.md")


@pytest.fixture(scope="session")
def syncro() -> Policy:
    """Syncro Soft's policy: a person answers, nothing automatic is sent, silence closes."""
    return read_policy(ROOT / "policies/syncro-soft.md")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, headless; each test opens its own context in it, for its own cookies."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - a second, paid by browser tests only

    chromium = shutil.which("chromium")
    if chromium is None:
        without("No chromium on this machine: apt-get install chromium.")
    # Playwright runs an event loop in this thread; Django would take it for its own and refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=60_000)  # what is to be seen is waited for: a busy machine is not a fault
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to start as root, which is who CI is.
        window = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
        yield window
        window.close()
