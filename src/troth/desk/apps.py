"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Cases: the event store and the one door through which a case changes."""

    name = "troth.desk"
    label = "desk"
