from typing import Any
from uuid import uuid4

from django.db import migrations

DELIVER = "troth.desk.delivering.deliver"


def queue(apps: Any, editor: Any) -> None:
    """Each notice that waits becomes a job from when it was to be tried next."""
    job = apps.get_model("django_tasks_database", "DBTaskResult")
    waiting = apps.get_model("desk", "Notice").objects.filter(state="queued").order_by("pk")
    job.objects.bulk_create(
        [
            job(
                id=uuid4(),
                task_path=DELIVER,
                args_kwargs={"args": [notice.case_id, notice.sequence, notice.kind, notice.recipient], "kwargs": {}},
                queue_name="mail",
                backend_name="default",
                run_after=notice.next_try_at or notice.queued_at,
            )
            for notice in waiting.iterator(chunk_size=500)
        ],
        batch_size=500,
    )


def take_back(apps: Any, editor: Any) -> None:
    """Each notice that waits is tried from when it was queued; their jobs are gone."""
    notices = apps.get_model("desk", "Notice").objects.filter(state="queued")
    for notice in notices.iterator(chunk_size=500):
        notice.next_try_at = notice.queued_at
        notice.save(update_fields=["next_try_at"])
    apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(task_path=DELIVER).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_widen_policy_of_events"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(queue, take_back)]
