"""The check for rows that cross desks sees one planted in each foreign key there is, and in each there will be."""

# ruff: noqa: SLF001 - _meta and _base_manager are Django's documented way to ask a model about itself

from itertools import count
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from tests.desk.making import person
from troth.desk.crossings import crossings, desk_bound_keys, has_desk
from troth.people.models import Desk, Person

pytestmark = pytest.mark.django_db
numbers = count(1)
KNOWN_WORDS = {"role": "staff", "zone": "UTC"}


def desk() -> Desk:
    """A desk of its own."""
    name = f"desk{next(numbers)}"
    return Desk.objects.create(slug=name, vendor=name, title=name, prefix=name.upper(), zone="UTC")


def row_of(model: type[models.Model], of: Desk, **given: Any) -> models.Model:
    """A row of any model on this desk, with something in each column that must have it."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.name in given or (field.primary_key and isinstance(field, models.AutoField)):
            continue
        if isinstance(field, models.ForeignKey):
            values[field.name] = of if field.related_model is Desk else None
            if field.related_model is not Desk and not field.null:
                related = field.related_model
                values[field.name] = person() if related is Person else row_of(related, of)
        elif not field.null and not field.has_default():
            values[field.name] = something(field)
    made = model(**values | given)
    made.save(force_insert=True)
    return made


def something(field: models.Field) -> Any:
    """A value such a column takes, different each time."""
    number = next(numbers)
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.now().date()
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b"bytes"
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return number
    return KNOWN_WORDS.get(field.name, f"x{number}"[: field.max_length])


def pairs() -> list[Any]:
    """Every foreign key between rows of desks; Django's own table of models says which there are."""
    return [pytest.param(model, field, id=f"{model.__name__}.{field.name}") for model, field in desk_bound_keys()]


@pytest.mark.parametrize(("model", "field"), pairs())
def test_a_crossing_planted_in_any_foreign_key_is_found(model: type[models.Model], field: Any) -> None:
    """The row of one desk points at the row of another: the check names both, and is quiet where they agree."""
    one, other = desk(), desk()
    row_of(model, one, **{field.name: row_of(field.related_model, one)})
    assert list(crossings()) == []
    crossed = row_of(model, one, **{field.name: row_of(field.related_model, other)})
    found = list(crossings())
    assert any(said.startswith(f"{model.__name__} {crossed.pk} ") and field.name in said for said in found)
    assert all(model.__name__ in said for said in found)


def test_the_pairs_are_all_there_are() -> None:
    """Worked out a second way: no key between desk-bound rows is missing, and there are many."""
    from django.apps import apps  # noqa: PLC0415 - only this test asks all apps

    bound = [model for model in apps.get_models() if has_desk(model)]
    wanted = {
        (model.__name__, field.name)
        for model in bound
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one) and field.concrete and field.related_model in bound
    }
    assert {(model.__name__, field.name) for model, field in desk_bound_keys()} == wanted
    assert len(wanted) > 25
    assert not any(model._meta.many_to_many for model in bound), (
        "a table between two desks' rows has no desk of its own"
    )
