"""The command: examines what can be examined, from the settings to the last backup, and never fails itself."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from troth.site.doctor.findings import Finding, examined, one_line

CLEAN, FINDINGS = 0, 1


def doctor(arguments: list[str]) -> int:
    """Tells what is wrong with this installation and how to mend it; 1 when there is anything."""
    parser = argparse.ArgumentParser(prog="troth doctor", description=doctor.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a finding and line")
    asked = parser.parse_args(arguments)
    count = 0
    for finding in findings(datetime.now(UTC)):
        count += 1
        print(json.dumps(finding.to_json(), ensure_ascii=False) if asked.json else finding, flush=True)
    if not asked.json:
        print(f"{count} findings." if count else "Nothing is wrong.")
    return FINDINGS if count else CLEAN


def findings(now: datetime) -> Iterator[Finding]:
    """All there is to find, as far as each thing can be looked at with those before it as they are."""
    try:
        from django.apps import apps  # noqa: PLC0415 - whatever is wrong with it, it is told

        from troth.site.command_line import prepare_django  # noqa: PLC0415 - likewise

        if not apps.ready:
            prepare_django()
    except Exception as error:  # noqa: BLE001 - likewise
        yield Finding(
            "settings", f"The settings do not hold: {one_line(error)}", "Mend what it names; see docs/operator.md."
        )
        return
    from troth.site.doctor import desk, machine  # noqa: PLC0415 - models can be imported only now

    yield from examined(machine.EXAMINATIONS, now)
    away = desk.reached()
    if away is not None:
        yield away
        return
    behind = list(examined((desk.the_version,), now))
    yield from behind
    yield from examined((desk.the_database,) if behind else desk.EXAMINATIONS, now)
