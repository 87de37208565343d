"""Registers the faces with Django, so that their templates, tags and static files are found."""

from __future__ import annotations

from django.apps import AppConfig


class FacesConfig(AppConfig):
    """The application ``troth.faces``; it has no models."""

    name = "troth.faces"
    label = "faces"
    verbose_name = "Faces"
