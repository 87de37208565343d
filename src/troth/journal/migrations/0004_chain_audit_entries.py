from django.db import migrations, models

from troth.journal.guards import keep_rows

# Let through: to be sealed, once; and to lose what may have to be erased. All else stays as it was written.
KEPT = " AND ".join(
    f"NEW.{name} {{same}} OLD.{name}" for name in ("id", "at", "desk_id", "actor_id", "role", "action", "digest")
)
IS_SEALED = "OLD.place IS NULL AND " + " AND ".join(
    f"NEW.{name} {{same}} OLD.{name}" for name in ("subject", "data", "salt")
)
IS_ERASED = "NEW.place {same} OLD.place AND NEW.link {same} OLD.link AND NEW.subject = '(erased)' AND NEW.data = '{{}}' AND NEW.salt = ''"


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_salt_audit_entries")]

    operations = [
        migrations.AddField("auditentry", "place", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("auditentry", "link", models.CharField(default="", max_length=64)),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["desk_id", "id"], condition=models.Q(place=None), name="audit_not_sealed"),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint(
                fields=["desk_id", "place"], condition=models.Q(place__isnull=False), name="place_once_a_chain"
            ),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint(
                fields=["place"],
                condition=models.Q(place__isnull=False, desk_id=None),
                name="place_once_without_a_desk",
            ),
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.BigIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("place", models.PositiveBigIntegerField()),
                ("link", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("chain", "number"), name="seal_once_a_chain")],
            },
        ),
        keep_rows("journal_auditentry", unless=f"{KEPT} AND (({IS_SEALED}) OR ({IS_ERASED}))"),
        keep_rows("journal_auditseal"),
    ]
