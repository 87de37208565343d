"""The application for a WSGI server: `gunicorn troth.site.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
application = get_wsgi_application()

from troth.site.checks import refuse_unsafe_start  # noqa: E402 (needs Django to be set up)

refuse_unsafe_start()
