"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, how they sign in, desks, teams and roles."""

    name = "troth.people"
    label = "people"
