"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The customer's pages."""

    name = "troth.portal"
    label = "portal"
