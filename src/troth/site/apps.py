"""The app that puts the rooms together; its checks run before anything is served."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses and checks."""

    name = "troth.site"
    label = "site"

    def ready(self) -> None:
        """Importing the checks registers them with Django."""
        from troth.site import checks  # noqa: F401, PLC0415 (checks need the apps to be loaded)
