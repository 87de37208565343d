"""Registers the room with Django, and tells the desk below how mail leaves and how far it was read."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail in and out."""

    name = "troth.mail"
    label = "mail"

    def ready(self) -> None:
        """The desk cannot import this room, so it is handed what it needs of it."""
        from troth.desk.outside import provide  # noqa: PLC0415 (models can be imported only now)
        from troth.mail.receiving import heard_until  # noqa: PLC0415
        from troth.mail.sending import deliver  # noqa: PLC0415

        provide(deliver=deliver, heard_until=heard_until)
