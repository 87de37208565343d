"""The application for an ASGI server."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
application = get_asgi_application()

from troth.site.checks import refuse_unsafe_start  # noqa: E402 (needs Django to be set up)

refuse_unsafe_start()
