"""What an examination finds, and how examinations are run: none of them can stop another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: `code` is stable, `says` tells a person what, `mend` what to do about it."""

    code: str
    says: str
    mend: str
    is_grave: bool = True
    """Whether the desk cannot do its work, or may lose something; else it is to be looked after soon."""

    def __str__(self) -> str:
        return f"{'fault' if self.is_grave else 'remark'} {self.code}: {self.says}\n    {self.mend}"

    def to_json(self) -> dict[str, object]:
        """The finding for a program."""
        return asdict(self)


Examination = Callable[[datetime], Iterator[Finding]]


def examined(examinations: Iterable[Examination], now: datetime) -> Iterator[Finding]:
    """All that these find; one that fails is a finding of its own."""
    for examination in examinations:
        try:
            yield from examination(now)
        except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
            yield Finding(
                "not-examined",
                f"{examination.__name__.replace('_', ' ')} could not be looked at: {one_line(error)}",
                "Mend what stands above first, and ask again; if nothing does, this is a fault of Troth's.",
            )


def one_line(error: Exception) -> str:
    """What an error says, as far as it fits a line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
