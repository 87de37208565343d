"""A mail server that takes everything, put back after each test."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.driver import MailServer


@pytest.fixture(autouse=True)
def mail(monkeypatch: pytest.MonkeyPatch) -> "MailServer":
    """No test sends mail: what is delivered is kept here."""
    # This file is read before Django is ready; models can be imported only once it is.
    from tests.desk.driver import MailServer  # noqa: PLC0415
    from troth.desk.outside import outside  # noqa: PLC0415

    server = MailServer()
    # By the same hand as the tests' own patches: whatever they put over it, all is taken back in one go.
    monkeypatch.setattr(outside, "deliver", server.deliver)
    return server
