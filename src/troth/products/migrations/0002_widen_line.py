"""A line may be called after a product, and has as much room for its name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0001_create_products")]

    operations = [
        migrations.AlterField("release", "line", models.CharField(blank=True, max_length=120)),
    ]
