from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_guard_amendments")]

    operations = [
        migrations.AddField(
            model_name="licence",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
