"""A desk has a telephone number, where it has one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_create_people")]

    operations = [
        migrations.AddField("desk", "phone", models.CharField(blank=True, max_length=40)),
    ]
