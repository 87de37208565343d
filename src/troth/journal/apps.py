"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """What was done, by whom, and what is still to be brought to the cases."""

    name = "troth.journal"
    label = "journal"
