"""Addresses of a From, To or Cc line, read in one pass over its characters.

One pass, because the standard library's parser recurses on brackets: two thousand of them in
From end it. An address inside an encoded word or a comment is somebody's name for themselves,
never their address, unless nothing else is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from troth.mail import limits
from troth.mail.headers import header, words
from troth.mail.text import Reading, clean_line, decoded

LONGEST_ADDRESS = 320
LONGEST_NAME = 300
_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\],;:\"\\])[^\s@<>()\[\],;:\"\\]{1,128}@[^\s@<>(),;:\"\\]{1,255}(?=[\s<>(),;:\"\\]|$)"
)
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\]|\\.){1,64}\"@[^\s@<>(),;:\"\\]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Who a mail names: an address, and the name beside it, which may be empty."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """The address for comparison: case does not tell people apart."""
        return self.email.casefold()

    def __str__(self) -> str:
        """The name with the address, or the address alone."""
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(slots=True)
class _Chunk:
    """What stands between two commas: words outside brackets, comments, and a bracket."""

    phrase: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: list[str] = field(default_factory=list)
    has_angle: bool = False

    def is_empty(self) -> bool:
        return not (self.has_angle or "".join(self.phrase).strip())


def addresses(
    raw: bytes, charset: str | None = None, *, limit: int = limits.RECIPIENTS
) -> Reading[tuple[Address, ...]]:
    """The addresses of one header value in their order, at most ``limit``; never raises."""
    defects: list[str] = []
    if len(raw) > limits.HEADER_BYTES:
        raw = raw[: limits.HEADER_BYTES]
        defects.append("address: list too long, cut")
    try:
        value = raw.decode("utf-8")
    except UnicodeDecodeError:
        value = decoded(raw, charset).value
    found: list[Address] = []
    chunks = _chunks(value)
    for chunk in chunks:
        address = _address(chunk)
        if address is None:
            defects.append("address: cannot be read")
        elif len(found) < limit:
            found.append(address)
        else:
            defects.append("address: too many, cut")
            break
    if not found and chunks:
        whole = _address_within(header(raw, charset).value)
        if whole is not None:
            found.append(whole)
    return Reading(tuple(found), tuple(dict.fromkeys(defects)))


def _chunks(value: str) -> list[_Chunk]:
    """The value parted at its commas; group names are dropped, their members stay."""
    chunks: list[_Chunk] = []
    chunk = _Chunk()
    brackets = _pairs(value)
    last_quote = value.rfind('"')
    at, end = 0, len(value)
    while at < end:
        character = value[at]
        if character == '"' and at < last_quote:
            at, last_quote = _take_quoted(value, at, chunk, last_quote)
        elif character == "(" and at in brackets:
            chunk.comment.append(value[at + 1 : brackets[at]])
            at = brackets[at] + 1
        elif character == "<":
            at = _take_angle(value, at, chunk)
        elif character in ",;":
            chunks.append(chunk)
            chunk = _Chunk()
            at += 1
        elif character == ":" and not _is_scheme(chunk):
            chunk = _Chunk()  # the name of a group
            at += 1
        else:
            if character != '"':
                chunk.phrase.append(character)
                chunk.bare.append(character)
            at += 1
    return [each for each in [*chunks, chunk] if not each.is_empty()]


def _is_scheme(chunk: _Chunk) -> bool:
    """Whether the words so far hold an address, so that a colon is a slip and no group."""
    return "@" in "".join(chunk.bare) or chunk.has_angle


def _pairs(value: str) -> dict[int, int]:
    """Where each round bracket that is closed closes; found once, whatever the nesting."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for at, character in enumerate(value):
        if at and value[at - 1] == "\\":
            continue
        if character == "(":
            open_at.append(at)
        elif character == ")" and open_at:
            pairs[open_at.pop()] = at
    return pairs


def _take_quoted(value: str, at: int, chunk: _Chunk, last_quote: int) -> tuple[int, int]:
    """A quoted string joins the name; without its end this and later quotes are plain marks."""
    end = at + 1
    while end < len(value) and value[end] != '"':
        end += 2 if value[end] == "\\" else 1
    if end >= len(value):
        return at + 1, -1
    inner = re.sub(r"\\(.)", r"\1", value[at + 1 : end], flags=re.DOTALL)
    chunk.phrase.append(inner)
    chunk.bare.append(value[at : end + 1])
    return end + 1, last_quote


def _take_angle(value: str, at: int, chunk: _Chunk) -> int:
    """What stands in angle brackets; a missing end ends at the comma."""
    close = value.find(">", at)
    comma = value.find(",", at)
    end = close if close >= 0 else (comma if comma >= 0 else len(value))
    inner = _COMMENT.sub("", value[at + 1 : end])
    if "@" in inner or not chunk.has_angle:
        chunk.angle = [inner]
        chunk.has_angle = True
    while close >= 0 and end + 1 < len(value) and value[end + 1] == ">":
        end += 1
    return end + 1 if close >= 0 else end


def _address(chunk: _Chunk) -> Address | None:
    """The address of one chunk: in brackets, else bare, else inside what was encoded."""
    phrase = "".join(chunk.phrase)
    if chunk.has_angle:
        email = _email("".join(chunk.angle))
        if email is not None:
            return Address(_name(phrase) or _name(" ".join(chunk.comment)), email)
    bare = "".join(chunk.bare)
    email = _email(bare)
    if email is not None:
        return Address(_name(" ".join(chunk.comment)), email)
    within = _ADDRESS.search(bare)
    if within is not None and not words(bare)[1]:
        email = _email(within[0])
        if email is not None:
            rest = bare[: within.start()] + " " + bare[within.end() :]
            return Address(_name(rest.replace('"', " ")), email)
    return None


def _address_within(value: str) -> Address | None:
    """The first address in a value that was encoded as a whole."""
    within = _ADDRESS.search(value)
    email = None if within is None else _email(within[0])
    if within is None or email is None:
        return None
    return Address(_name(value[: within.start()].replace("<", " ").replace('"', " ")), email)


def _email(value: str) -> str | None:
    """The address if these words are one and nothing else."""
    value = clean_line(value).replace("<", "").strip()
    if value.startswith("@") and ":" in value:
        value = value.rpartition(":")[2]  # a route, obsolete since 1982
    value = re.sub(r"^(?:mailto|smtp):", "", value, flags=re.IGNORECASE)
    value = re.sub(r"\s*([@.])\s*", r"\1", value)
    value = value.rstrip(".")
    if len(value) > LONGEST_ADDRESS:
        return None
    if _ADDRESS.fullmatch(value) or _QUOTED_LOCAL.fullmatch(value):
        return value
    return None


def _name(value: str) -> str:
    """A name as a person reads it."""
    name = clean_line(words(value.strip())[0]).strip("\"' ").strip()
    return name[:LONGEST_NAME]
