"""Each room's pages, in one tree; a room names its own paths, those of a desk beginning `<slug:desk>/`."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

# Fixed paths (/styleguide, /outbox) come before those that begin with a desk's name.
ORDER = ("faces", "mail", "people", "knowledge", "api", "workspace", "portal", "lab")

urlpatterns = [
    path("", include("troth.site.health")),
    *(
        path("", include(f"troth.{room}.urls"))
        for room in ORDER
        if room in settings.ROOMS and find_spec(f"troth.{room}.urls")
    ),
]

if "portal" in settings.ROOMS:
    urlpatterns.insert(0, path("account/", include("troth.portal.account_urls")))
    handler400 = "troth.portal.errors.malformed"
    handler403 = "troth.portal.errors.refused"
    handler404 = "troth.portal.errors.absent"
    handler500 = "troth.portal.errors.broken"
