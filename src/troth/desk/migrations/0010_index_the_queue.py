"""Each list of the queue has an index in the queue's own order; the one by status served none of them whole."""

from django.db import migrations, models

RANK = ["lane", "ranked_at", "number"]


class Migration(migrations.Migration):
    dependencies = [("desk", "0009_list_open_cases")]

    operations = [
        migrations.RemoveIndex("case", "case_queue"),
        migrations.AddIndex("case", models.Index(fields=["desk", "is_listed", *RANK], name="case_listed")),
        migrations.AddIndex("case", models.Index(fields=["desk", "is_listed", "level", *RANK], name="case_at_level")),
        migrations.AddIndex("case", models.Index(fields=["desk", "is_listed", "owner", *RANK], name="case_of_owner")),
        migrations.AddIndex("case", models.Index(fields=["desk", "is_waiting", *RANK], name="case_waiting")),
        migrations.AddIndex(
            "case", models.Index(fields=["desk", "is_listed", "closed_at", "number"], name="case_ended")
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["partner", "is_listed", *RANK],
                condition=models.Q(partner__isnull=False),
                name="case_of_partner",
            ),
        ),
    ]
