"""Many rows written by one statement told many times, without an object of the ORM for each.

Preparing a row of events costs Django's `bulk_create` some ten times what the database takes to store it, and its
`bulk_update` names every value in one statement of thousands of branches. Here a row is a tuple; the statement is
prepared once. Columns and their kinds come from the model, and what a caller does not name gets the model's default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model, UUIDField

Row = Sequence[Any]
Adapt = Callable[[Any], Any]


@lru_cache(maxsize=4096)
def _stored_time(value: Any) -> Any:
    """A time as the database takes it; the same instants come again and again."""
    return connection.ops.adapt_datetimefield_value(value)


def _as_it_is(value: Any) -> Any:
    return value


class BulkRows:
    """The table of a model, and those of its columns that the caller's tuples give, in their order."""

    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        self.model = model
        self.names = tuple(names)

    @cached_property
    def fields(self) -> dict[str, Field[Any, Any]]:
        """The model's columns by the names of its attributes; its key only where the caller gives it."""
        meta = self.model._meta  # noqa: SLF001 (Django's own name for what it says of a model)
        found = {field.attname: field for field in meta.concrete_fields}
        return {name: field for name, field in found.items() if not field.primary_key or name in self.names}

    @property
    def table(self) -> str:
        """Its name, quoted."""
        return connection.ops.quote_name(self.model._meta.db_table)  # noqa: SLF001 (as above)

    @cached_property
    def defaults(self) -> tuple[Field[Any, Any], ...]:
        """The columns the caller does not name."""
        return tuple(field for name, field in self.fields.items() if name not in self.names)

    def insert(self, rows: Iterable[Row], *, unless: Sequence[str] = (), change: Sequence[str] = ()) -> None:
        """The rows are there; one that meets another on the columns `unless` takes its place in those of `change`."""
        columns = [*self.columns_of(self.names), *map(column_of, self.defaults)]
        sql = f"INSERT INTO {self.table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 (as below)
        if unless:
            takes = ", ".join(f"{column} = EXCLUDED.{column}" for column in self.columns_of(change))
            sql += f" ON CONFLICT ({', '.join(self.columns_of(unless))}) DO UPDATE SET {takes}"
        adapts = [*self.adapts(), *(adapt_of(field) for field in self.defaults)]
        self.execute(sql, ([*row, *(field.get_default() for field in self.defaults)] for row in rows), adapts)

    def update(self, rows: Iterable[Row]) -> None:
        """Each row's last value is the key of one that is there; its columns are as the tuple says."""
        sets = ", ".join(f"{column} = %s" for column in self.columns_of(self.names))
        sql = f"UPDATE {self.table} SET {sets} WHERE id = %s"  # noqa: S608 (names are the model's, values are given)
        self.execute(sql, rows, [*self.adapts(), _as_it_is])

    def execute(self, sql: str, rows: Iterable[Row], adapts: Sequence[Adapt]) -> None:
        """The statement is told once for each row; with none, nothing is asked of the database."""
        given = [[adapt(value) for adapt, value in zip(adapts, row, strict=True)] for row in rows]
        if given:
            with connection.cursor() as cursor:
                cursor.executemany(sql, given)

    def columns_of(self, names: Iterable[str]) -> list[str]:
        """The columns behind these attributes, quoted."""
        return [column_of(self.fields[name]) for name in names]

    def adapts(self) -> list[Adapt]:
        """How each given value becomes what the database takes."""
        return [adapt_of(self.fields[name]) for name in self.names]


def column_of(field: Field[Any, Any]) -> str:
    """The name of the field's column, quoted."""
    return connection.ops.quote_name(str(field.column))


def adapt_of(field: Field[Any, Any]) -> Adapt:
    """Times and JSON differ between databases; numbers, words and truth do not."""
    if isinstance(field, DateTimeField):
        return _stored_time
    if isinstance(field, JSONField):
        return lambda value: connection.ops.adapt_json_value(value, field.encoder)
    if isinstance(field, UUIDField):
        return lambda value: field.get_db_prep_value(value, connection)
    return _as_it_is
