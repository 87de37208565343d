"""A partner has a telephone number, where it has one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_create_customers")]

    operations = [
        migrations.AddField("partner", "phone", models.CharField(blank=True, max_length=40)),
    ]
