from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_add_desk_phone")]

    operations = [
        migrations.AddField("person", "erased_at", models.DateTimeField(null=True)),
    ]
