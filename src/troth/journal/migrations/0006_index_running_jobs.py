from django.db import migrations


class Migration(migrations.Migration):
    """A worker looks for jobs whose worker has died, every round; the package's own index holds waiting ones only."""

    dependencies = [
        ("journal", "0005_create_schedules_and_heartbeats"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX running_jobs ON django_tasks_database_dbtaskresult (run_after) WHERE status = 'RUNNING'",
            "DROP INDEX running_jobs",
        )
    ]
