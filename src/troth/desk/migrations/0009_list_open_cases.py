"""Two columns by which each list of the queue is read off an index, filled for the cases that are there."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def fill(apps: Any, editor: Any) -> None:
    """What the columns would have been, had they been there."""
    cases = apps.get_model("desk", "Case").objects.using(editor.connection.alias)
    cases.filter(~Q(status="closed") | Q(is_unread=True)).update(is_listed=1)
    cases.filter(status__in=["waiting", "monitoring"]).update(is_waiting=1)


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_add_cleared_at")]

    operations = [
        migrations.AddField("case", "is_listed", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("case", "is_waiting", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
