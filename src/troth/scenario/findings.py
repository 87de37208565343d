"""What may be wrong with a scenario file, each with a stable code.

A file that is no YAML, or more YAML than the language allows, is refused with the codes of a policy file (P1…);
what only a scenario can have wrong has a code that begins with S.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from troth.policy.findings import Finding, Findings, Located

CODES: Final[dict[str, str]] = {
    "S001": "The file cannot be read as text.",
    "S101": "A key that does not stand here in a scenario file.",
    "S102": "A key that is needed here is missing.",
    "S103": "A value is of the wrong sort (a list where a word belongs, and so on).",
    "S104": "A value is not one of the words that may stand here.",
    "S105": "Something that is no instant, or no date.",
    "S106": "A refusal is expected where nothing is done.",
    "S107": "The time of a step is before that of the step above it.",
    "S108": "A name that the file does not define.",
    "S109": "A name that stands twice.",
    "S110": "The hours of a partner cannot stand.",
    "S111": "A name that the policy does not define.",
    "S112": "The file is written for another desk.",
    "S113": "An amendment that cannot be laid over the policy.",
}
"""The one table of codes; a code never changes its meaning."""


class ScenarioError(ValueError):
    """A scenario file has mistakes; `findings` holds all of them, in the order of the file."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """The text of the error is the findings, one a line."""
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class Notes:
    """The findings of one scenario file while it is read."""

    def __init__(self, file: str) -> None:
        """Begin with none for `file`."""
        self.file = file
        self.yaml = Findings(file)
        self._found: dict[Finding, None] = {}
        self._decimals: set[tuple[int, int]] = set()

    def add(self, where: Located, code: str, message: str) -> None:
        """Note one mistake; the same mistake at the same place stands once."""
        assert code in CODES, code  # noqa: S101 - a code without a sentence would have no documentation
        self._found.setdefault(Finding(self.file, where.line, where.column, code, message))

    def allow_decimal(self, where: Located) -> None:
        """Let the number at `where` have a decimal point: here it is an amount and no version."""
        self._decimals.add((where.line, where.column))

    def all(self) -> tuple[Finding, ...]:
        """Return what was found, in the order of the file."""
        yaml = (
            finding
            for finding in self.yaml
            if not (finding.code == "P106" and (finding.line, finding.column) in self._decimals)
        )
        return tuple(sorted((*yaml, *self._found)))
