"""A reference grows with each version a case adopts and each agreement laid on: no width is enough for all."""

from typing import Any

from django.db import migrations, models


def alter(kind: str) -> Any:
    """A step that gives the column another type on PostgreSQL.

    SQLite holds no text to its width, and would lose the guard of the table with the table it makes anew.
    """

    def step(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE desk_event ALTER COLUMN policy TYPE {kind}")

    return step


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_pin_amendments")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="policy",
                    field=models.TextField(blank=True),
                )
            ],
            database_operations=[
                migrations.RunPython(alter("text"), alter("varchar(80) USING left(policy, 80)")),
            ],
        )
    ]
