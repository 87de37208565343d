"""The record's part of the command line: `troth audit check`, `troth audit seal`."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Final

from django.utils import timezone

from troth.journal import chain

CLEAN, FINDINGS, USAGE = 0, 1, 2
NOTED: Final = re.compile(r"\d+:\d+:[0-9a-f]{64}")


def check(arguments: list[str]) -> int:
    """Checks the chain over the audit entries: names the first one broken, missing or altered; 1 when there is any."""
    parser = argparse.ArgumentParser(prog="troth audit check", description=check.__doc__)
    parser.add_argument(
        "--noted", action="append", default=[], metavar="SEAL", help="a seal noted earlier, which must still be there"
    )
    asked = parser.parse_args(arguments)
    wrong = next((one for one in asked.noted if not NOTED.fullmatch(one)), None)
    if wrong is not None:
        print(f"troth: {wrong!r} is no seal; one looks like 1:7:{'ab' * 32}.", file=sys.stderr)
        return USAGE
    report = chain.check(asked.noted)
    for fault in report.faults:
        print(fault)
    for head in report.heads:
        print(f"last seal of {chain.name_of(int(head.partition(':')[0]))}: {head}")
    if report.waiting:
        print(f"{report.waiting} entries are not sealed yet, since {report.waiting_since:%Y-%m-%d %H:%M} UTC.")
    print(f"{report.entries} entries checked, {len(report.faults)} faults.")
    return FINDINGS if report.faults else CLEAN


def seal(arguments: list[str]) -> int:
    """Seals the audit entries that are not sealed yet; the worker does so every minute."""
    argparse.ArgumentParser(prog="troth audit seal", description=seal.__doc__).parse_args(arguments)
    print(f"{chain.seal(timezone.now())} entries sealed.")
    return CLEAN
