"""Every test of the portal runs on the portal's own addresses, at a known instant of a working day."""

from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _portal_alone(settings):
    settings.ROOT_URLCONF = "tests.portal.addresses"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CSRF_FAILURE_VIEW = "troth.portal.errors.forged"


@pytest.fixture
def clock():
    """Tuesday 10 March 2026, ten o'clock on Netop's wall; tests may shift it."""
    with time_machine.travel(datetime(2026, 3, 10, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller
