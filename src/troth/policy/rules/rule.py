"""What all rules share, and the sections they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from troth.policy.values import Words


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


class Rule(BaseModel):
    """What all rules share: the clause they are cited by, and which of their keys the vendor's text leaves open."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_key, populate_by_name=True, arbitrary_types_allowed=True
    )
    clause: str = Field(default="", exclude=True)
    assumed: Words = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A section of the file: what a citation points to. `markdown` is its text without rule blocks."""

    id: str
    title: str
    line: int
    markdown: str = field(default="", repr=False)
