"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Accounts, contacts, licences, contracts, partners; who belongs to which."""

    name = "troth.customers"
    label = "customers"
