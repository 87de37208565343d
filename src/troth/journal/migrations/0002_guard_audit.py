from django.db import migrations

from troth.journal.guards import keep_rows


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_create_journal")]

    operations = [keep_rows("journal_auditentry")]
