"""What the reader and the checker may find wrong with a policy file, each with a stable code.

`CODES` is the one table of them; the reference documentation is made from it. A code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

CODES: Final[dict[str, str]] = {
    "P001": "The file cannot be read as text, or is larger than a policy can be.",
    "P002": "There are so many mistakes that the rest of the file was not looked at.",
    "P010": "The file does not begin with front matter between two lines of `---`.",
    "P011": "The front matter lacks one of desk, vendor, title, zone, language and version (amends, title, version).",
    "P012": "A value of the front matter is not what its key needs.",
    "P013": "The front matter has a key that no policy has.",
    "P014": "An amendment is for another desk's policy, or its name cannot be cited.",
    "P020": "Two clauses, or a clause and an earlier one, have the same id.",
    "P021": "A rule block stands before the first clause, so that nothing could be cited for it.",
    "P022": "A rule block names a kind of rule that does not exist.",
    "P023": "A rule block stands inside a list, a table or a quotation.",
    "P024": "The id of a clause is not made of small letters, digits and hyphens.",
    "P025": "A rule block is not closed.",
    "P101": "The text is not YAML.",
    "P102": "An anchor or alias; every rule stands written where it applies.",
    "P103": "A YAML tag; words and numbers need none.",
    "P104": "A YAML merge key; every rule stands written where it applies.",
    "P105": "A key stands twice in one mapping.",
    "P106": "A number with a decimal point, or a version, is not in quotes (8.10 is not 8.1).",
    "P107": "A key is not a plain word.",
    "P108": "Mappings or lists are nested too deeply.",
    "P109": "A rule block is empty, or holds more than one document.",
    "P110": "The rules hold more words than any policy needs; the rest of the file was not looked at.",
    "P201": "A key that this kind of rule does not have.",
    "P202": "A key that this kind of rule needs is missing.",
    "P203": "A value is of the wrong sort (a list where a word belongs, and so on).",
    "P204": "A value is not one of the words that may stand there.",
    "P205": "A duration lacks its unit, or has one that does not exist.",
    "P206": "Names and settings are mixed among the top keys of a block.",
    "P207": "Two rules of one kind have the same name.",
    "P208": "`by` names something that rules cannot depend on.",
    "P209": "`by` has a branch for a value that does not exist.",
    "P210": "`by` leaves out a value and gives no `else`.",
    "P211": "`by` stands in a kind of rule that is the same for every case.",
    "P212": "A branch of `by` gives what stands beside it already, or cannot be merged with it.",
    "P213": "`assumed` names something that is not a key beside it.",
    "P214": "A setting is given in two sections.",
    "P215": "A rule depends on so many things that its table would have too many rows.",
    "P216": "A calendar cannot stand.",
    "P301": "A condition uses a word that conditions do not have.",
    "P302": "A condition asks for a value that its word cannot have.",
    "P303": "Hours that the policy does not define.",
    "P304": "A moment that does not exist.",
    "P305": "A name that the policy does not define.",
    "P401": "A row that can never be reached.",
    "P402": "Two rows with different outcomes overlap, and neither contains the other.",
    "P403": "A severity or plan without a target.",
    "P404": "A resolution is due before its response.",
    "P405": "An escalation leads nowhere.",
    "P406": "An escalation runs in a circle.",
    "P407": "Steps of silence are out of order.",
    "P408": "Steps of silence that cannot all happen.",
    "P409": "The prose of a clause repeats a number that a rule of the clause holds.",
    "P410": "The prose of a clause gives another number than the rules of the clause do.",
    "P411": "The policy lacks a rule that every policy needs.",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake, where it stands (line and column count from 1) and how to mend it."""

    file: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        """Return the form every tool that reads compiler messages understands."""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}"


class PolicyError(ValueError):
    """A policy file has mistakes; `findings` holds all of them, in the order of the file."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """The text of the error is the findings, one a line."""
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class Located(Protocol):
    """Anything that knows where in the Markdown file it stands."""

    @property
    def line(self) -> int:
        """The line, from 1."""

    @property
    def column(self) -> int:
        """The column, from 1."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column of the Markdown file, both from 1."""

    line: int = 1
    column: int = 1


MOST: Final = 100
"""Findings; nobody reads more, and finding them all would take time that grows with the square of the file."""
MOST_NAMED: Final = 30
"""Names in one message, so that a policy of many products does not print all of them with each mistake."""


def listed(names: Iterable[str]) -> str:
    """Return the names with commas between them, so many as somebody would read."""
    first = list(islice(names, MOST_NAMED + 1))
    return ", ".join(first[:MOST_NAMED]) + (", …" if len(first) > MOST_NAMED else "")


class Enough(Exception):
    """So much is wrong that reading on would tell nobody anything."""


class Findings:
    """The findings of one file while it is read: each stands once, sorted at the end."""

    def __init__(self, file: str) -> None:
        """Begin with none for `file`."""
        self.file = file
        self._found: dict[Finding, None] = {}

    def add(self, where: Located, code: str, message: str) -> None:
        """Note one mistake; the same mistake at the same place stands once. Raises Enough after MOST."""
        assert code in CODES, code  # noqa: S101 - a code without a sentence would have no documentation
        line = " ".join(message.split())  # whatever it quotes from the file, a finding is one line
        self._found.setdefault(Finding(self.file, where.line, where.column, code, line))
        if len(self._found) == MOST:
            rest = f"there are {MOST} findings and may be more: mend these first"
            self._found.setdefault(Finding(self.file, where.line, where.column, "P002", rest))
            raise Enough

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._found)

    def __len__(self) -> int:
        """How much was found."""
        return len(self._found)

    def __iter__(self) -> Iterator[Finding]:
        """The findings in the order of the file."""
        return iter(sorted(self._found))
