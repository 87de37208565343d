from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_leave_turns_to_jobs")]

    operations = [migrations.AddField("attachment", "cleared_at", models.DateTimeField(null=True))]
