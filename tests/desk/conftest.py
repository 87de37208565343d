"""A mail server that takes everything, put back after each test."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.driver import MailServer


@pytest.fixture(autouse=True)
def mail() -> "Iterator[MailServer]":
    """No test sends mail: what is delivered is kept here."""
    # This file is read before Django is ready; models can be imported only once it is.
    from tests.desk.driver import MailServer  # noqa: PLC0415
    from troth.desk.outside import outside  # noqa: PLC0415

    server, before = MailServer(), outside.deliver
    outside.deliver = server.deliver
    yield server
    outside.deliver = before
