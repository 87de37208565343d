"""Finds rows of one desk that point at rows of another; there must be none."""

# ruff: noqa: SLF001 - _meta and _default_manager are Django's documented way to ask a model about itself

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, ForeignKey, Model

from troth.people.models import Desk


def has_desk(model: type[Model]) -> bool:
    """Whether rows of this model belong to a desk."""
    return any(isinstance(field, ForeignKey) and field.related_model is Desk for field in model._meta.get_fields())


def desk_bound_keys() -> Iterator[tuple[type[Model], ForeignKey[Model, Model]]]:
    """Every foreign key between two models whose rows each belong to a desk."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if (
                isinstance(field, ForeignKey)
                and isinstance(field.related_model, type)
                and has_desk(model)
                and has_desk(field.related_model)
            ):
                yield model, field


def crossings() -> Iterator[str]:
    """Each row whose foreign key leads to another desk, by name."""
    for model, field in desk_bound_keys():
        across = model._default_manager.exclude(desk=None).exclude(**{f"{field.name}__desk": F("desk")})
        for pk, desk in across.exclude(**{field.name: None}).values_list("pk", "desk"):
            yield f"{model.__name__} {pk} of desk {desk} has its {field.name} on another desk"
