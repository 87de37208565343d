"""For probes and load balancers: whether this process lives, and whether the desk can serve.

Neither answer tells anybody more than names of parts: no version, no address, no error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from troth.desk.errors import DeskError
from troth.desk.policies import in_force, load_policy
from troth.journal.heartbeat import is_alive
from troth.people.desks import all_desks
from troth.policy import PolicyError

UNAVAILABLE: Final = 503
app_name = "health"
seen: dict[str, bool] = {}
"""What stays so for as long as this process runs: once the database is of this version, it is."""


@login_not_required
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers; the database is not asked."""
    return JsonResponse({"alive": True})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 where the desk can serve, else 503; either way with the names of what is missing."""
    missing = [name for name, is_there in CHECKS.items() if not holds(is_there)]
    return JsonResponse({"ready": not missing, "missing": missing}, status=UNAVAILABLE if missing else 200)


def holds(is_there: Callable[[], bool]) -> bool:
    """Whether the check says so; a database that cannot be asked says no."""
    try:
        return is_there()
    except DatabaseError:
        return False


def database_answers() -> bool:
    """A question comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def database_is_of_this_version() -> bool:
    """No migration of ours is still to be run."""
    if not seen.get("migrated"):
        executor = MigrationExecutor(connection)
        seen["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return seen["migrated"]


def policies_can_be_read() -> bool:
    """Every desk has a policy in force, and it can be read."""
    try:
        for desk in all_desks():
            load_policy(in_force(desk, timezone.now()))
    except (DeskError, PolicyError):
        return False
    return True


def worker_is_heard() -> bool:
    """Some worker has been heard of late: without one no deadline passes and no mail leaves."""
    return is_alive(timezone.now(), timedelta(seconds=settings.TROTH_WORKER_SILENCE))


CHECKS: Final = {
    "database": database_answers,
    "migrations": database_is_of_this_version,
    "policies": policies_can_be_read,
    "worker": worker_is_heard,
}
urlpatterns = [path("healthz", alive, name="alive"), path("readyz", ready, name="ready")]
