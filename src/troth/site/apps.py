"""The app that puts the rooms together; its checks run before anything is served."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses and checks."""

    name = "troth.site"
    label = "site"

    def ready(self) -> None:
        """Importing the checks registers them with Django; the room of jobs hears what is done again and again."""
        from troth.journal.periodic import provide  # noqa: PLC0415 (models can be imported only now)
        from troth.site import checks  # noqa: F401, PLC0415 (checks need the apps to be loaded)
        from troth.site.periodic import PERIODIC  # noqa: PLC0415

        provide(PERIODIC)
