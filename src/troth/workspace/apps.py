"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """The agents' and partners' pages."""

    name = "troth.workspace"
    label = "workspace"
