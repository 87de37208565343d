"""Triggers by which the database itself refuses to change a row that is kept as it was written.

Deleting is not guarded there: a missing event leaves a gap that `troth cases verify` names, a missing audit entry one
that `troth audit check` names.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.migrations import RunPython

SQLITE = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} {unless}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} rows are never changed'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW {unless} EXECUTE FUNCTION {table}_is_kept()
"""


def keep_rows(table: str, unless: str = "") -> RunPython:
    """A migration step after which no row of `table` can be changed; it can be taken back.

    `unless` is the SQL of the one kind of change that is let through; `{same}` in it compares like `=`, NULL with
    NULL too.
    """
    return RunPython(partial(guard, table, unless), partial(release, table))


def release_rows(table: str) -> RunPython:
    """The opposite step, for a migration that must change the rows or the columns of a guarded table."""
    return RunPython(partial(release, table), partial(guard, table, ""))


def guard(table: str, unless: str, apps: Any, schema_editor: Any) -> None:
    """The trigger stands."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    same = "IS NOT DISTINCT FROM" if is_postgresql else "IS"
    condition = f"WHEN (NOT ({unless.format(same=same)}))" if unless else ""
    if is_postgresql:
        schema_editor.execute(POSTGRESQL_FUNCTION.format(table=table))
        schema_editor.execute(POSTGRESQL.format(table=table, unless=condition))
    else:
        schema_editor.execute(SQLITE.format(table=table, unless=condition))


def release(table: str, apps: Any, schema_editor: Any) -> None:
    """The trigger is gone; so it is already where Django made the table anew, as it does on SQLite to add a column."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
        schema_editor.execute(f"DROP FUNCTION {table}_is_kept()")
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_is_kept")
