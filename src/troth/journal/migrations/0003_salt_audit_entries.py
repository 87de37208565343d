import secrets
from typing import Any

from django.db import migrations, models

from troth.journal.guards import release_rows
from troth.journal.hashing import content_digest


def salt(apps: Any, editor: Any) -> None:
    rows = apps.get_model("journal", "AuditEntry").objects.filter(digest="").only("pk", "subject", "data")
    while batch := list(rows.order_by("pk")[:500]):
        for entry in batch:
            entry.salt = secrets.token_hex(16)
            entry.digest = content_digest(entry.salt, entry.subject, entry.data)
        apps.get_model("journal", "AuditEntry").objects.bulk_update(batch, ["salt", "digest"])


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_guard_audit")]

    operations = [
        release_rows("journal_auditentry"),
        migrations.AddField("auditentry", "salt", models.CharField(default="", max_length=32)),
        migrations.AddField("auditentry", "digest", models.CharField(default="", max_length=64)),
        migrations.RunPython(salt, migrations.RunPython.noop),
    ]
