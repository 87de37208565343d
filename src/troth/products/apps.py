"""Registers the room with Django under its own name."""

from __future__ import annotations

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Products and their releases."""

    name = "troth.products"
    label = "products"
