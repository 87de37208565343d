"""Triggers by which the database itself refuses to change a row that is kept as it was written.

Deleting is not guarded there: a missing event leaves a gap that `troth cases verify` names.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunPython

SQLITE = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} rows are never changed'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()
"""


def keep_rows(table: str) -> RunPython:
    """A migration step after which no row of `table` can be changed; it can be taken back."""

    def guard(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(POSTGRESQL_FUNCTION.format(table=table))
            editor.execute(POSTGRESQL.format(table=table))
        else:
            editor.execute(SQLITE.format(table=table))

    def release(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
            editor.execute(f"DROP FUNCTION {table}_is_kept()")
        else:
            editor.execute(f"DROP TRIGGER {table}_is_kept")

    return RunPython(guard, release)
