from django.db import migrations

from troth.journal.guards import keep_rows


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_create_desk")]

    operations = [keep_rows("desk_event"), keep_rows("desk_policyversion")]
