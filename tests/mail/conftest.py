"""The real mails that these tests read."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus(data_dir: Path) -> list[Path]:
    """Every file of the shared data that is a whole mail, in a fixed order."""
    folder = data_dir / "mail"
    return sorted([*folder.rglob("*.eml"), *folder.rglob("*.raw"), *(folder / "flufl.bounce").glob("*.txt")])
