"""A file of customers is read whole or not at all: each mistake is told with its line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from django.db import transaction

from troth.customers.columns import KINDS, Kind, Place
from troth.customers.errors import HoldingError
from troth.hours.spelling import did_you_mean
from troth.policy import Finding

LARGEST: Final = 50_000_000
MOST_FINDINGS: Final = 200
CODES: Final = {
    "C001": "The file cannot be read as text, or is larger than a file of customers can be.",
    "C002": "There are so many mistakes that the rest of the file was not looked at.",
    "C003": "The first line does not name the columns.",
    "C004": "A column that this kind of thing does not have, or one that stands twice.",
    "C005": "A column that this kind of thing needs is missing.",
    "C006": "A line has more values than there are columns.",
    "C007": "A value cannot stand there.",
}
"""What may be wrong with such a file. A code never changes its meaning."""


class ImportRefusedError(ValueError):
    """Nothing of the file was taken; `findings` says all that is wrong with it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def import_file(place: Place, kind: str, raw: bytes, name: str) -> int:
    """Every line of the file is added, each as one of this kind; how many. ImportRefusedError where any cannot be.

    UTF-8, commas or semicolons between, the names of columns in the first line.
    """
    findings: list[Finding] = []
    added = 0
    with transaction.atomic():
        for line, words in rows_of(raw, name, KINDS[kind], findings):
            if len(findings) >= MOST_FINDINGS:
                findings.append(Finding(name, line, 1, "C002", "so much is wrong that the rest was not looked at."))
                break
            try:
                with transaction.atomic():  # a line that fails leaves nothing, and those after it are still looked at
                    KINDS[kind].added(place, words)
            except HoldingError as wrong:
                column = [*words].index(wrong.field) + 1 if wrong.field in words else 1
                findings.append(Finding(name, line, column, "C007", f"{wrong.field}: {wrong}"))
            added += 1
        if findings:
            raise ImportRefusedError(findings)
    return added


def rows_of(raw: bytes, name: str, kind: Kind, findings: list[Finding]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line's number and its words by column; what is wrong with the file as a whole is found first."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        findings.append(Finding(name, line, 1, "C001", "this is not UTF-8: save the file in that encoding."))
        return
    if len(raw) > LARGEST:
        findings.append(Finding(name, 1, 1, "C001", f"the file is larger than {LARGEST:,} bytes: import it in parts."))
        return
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        header = [word.strip().casefold() for word in next(reader, [])]
        if not wrong_header(header, name, kind, findings):
            line = reader.line_num + 1
            for row in reader:
                if len(row) > len(header):
                    message = f"the line has {len(row)} values, and there are {len(header)} columns."
                    findings.append(Finding(name, line, len(header) + 1, "C006", message))
                elif any(word.strip() for word in row):
                    yield line, dict(zip(header, row, strict=False))
                line = reader.line_num + 1
    except csv.Error as broken:
        findings.append(Finding(name, reader.line_num, 1, "C001", f"this cannot be read: {broken}."))


def wrong_header(header: list[str], name: str, kind: Kind, findings: list[Finding]) -> bool:
    """Whether the first line names other columns than this kind has; what is wrong with it is found."""
    known = {column.name: column for column in kind.columns}
    before = len(findings)
    if not any(header):
        message = f"the first line names the columns: {', '.join(known)}."
        findings.append(Finding(name, 1, 1, "C003", message))
        return True
    for number, word in enumerate(header, 1):
        if word not in known:
            near = did_you_mean(word, tuple(known)) or f"; known are: {', '.join(known)}"
            findings.append(Finding(name, 1, number, "C004", f"there is no column {word!r}{near}."))
        elif word in header[: number - 1]:
            findings.append(Finding(name, 1, number, "C004", f"the column {word!r} stands twice."))
    missing = (column for column in kind.columns if column.is_needed and column.name not in header)
    findings += [
        Finding(name, 1, 1, "C005", f"the column {column.name!r} is missing: {column.says}.") for column in missing
    ]
    return len(findings) > before
