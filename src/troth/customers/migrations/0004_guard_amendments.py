from django.db import migrations

from troth.journal.guards import keep_rows


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_add_amendments")]

    operations = [keep_rows("customers_amendment")]
