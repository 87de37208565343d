"""Every scenario through the desk, on whatever database this process has, and all the rows it left."""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from tests.durability import faults


def run(path: str, every: int, plant: str = "") -> str:
    """Each `every`th scenario of the file by itself, its rows taken back afterwards; where they are written down."""
    from django.conf import settings
    from django.db import transaction

    from tests.desk.driver import DeskDriver
    from tests.desk.test_scenarios_through_the_desk import FILES, policy_beside
    from troth.scenario import run_scenario

    faults.plant(plant)
    file, policy = FILES[Path(path)], policy_beside(Path(path))
    told: dict[str, Any] = {}
    for scenario in file.scenarios[::every]:
        with transaction.atomic():
            outcome = run_scenario(policy, file, scenario, partial(DeskDriver, folder=Path(path).parent))
            told[scenario.name] = {"failures": [str(each) for each in outcome.failures], **rows()}
            transaction.set_rollback(True)
    place = Path(settings.VAR) / "told.json"
    place.write_text(json.dumps(told, default=str))
    return str(place)


def rows() -> dict[str, Any]:
    """All of it but the numbers a database gives out by itself."""
    from troth.desk.models import Case, ClockRow, Event, Notice
    from troth.desk.store import CASE_COLUMNS, CLOCK_COLUMNS

    columns = [name for name in CASE_COLUMNS if name not in {"latest_version_id", "adopted"}]
    event = ("sequence", "at", "is_act", "word", "role", "clause", "policy", "reason", "data")
    notice = ("sequence", "kind", "recipient", "state", "subject", "body", "attempts")
    cases = Case.objects.order_by("desk__slug", "number")
    return {
        "cases": list(cases.values_list("desk__slug", "number", "policy_version__ref", *columns)),
        "adopted": [[ref for _, ref, _ in case.adopted] for case in cases],
        "events": list(Event.objects.order_by("case__number", "sequence").values_list("case__number", *event)),
        "clocks": list(ClockRow.objects.order_by("case__number", "name").values_list("name", *CLOCK_COLUMNS)),
        "notices": list(Notice.objects.order_by("case__number", *notice[:3]).values_list("case__number", *notice)),
    }
