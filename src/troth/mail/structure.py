"""The parts of a mail, found in one pass over its bytes.

The standard library builds a tree by recursion and copies each level: a thousand nested parts
end it, and thirty megabytes cost two hundred and seventy. Here every part is a range of the raw
bytes, the boundaries that are open stand on a list, and lines are looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from troth.mail import limits
from troth.mail.headers import Headers, parameters, read_headers
from troth.mail.transfer import transferred

_TYPE = re.compile(r"[ \t]*([a-z0-9!#$&^_.+-]{1,80})[ \t]*/[ \t]*([a-z0-9!#$&^_.+-]{1,120})")
LONGEST_EDGE = 1000  # of a line; boundaries end at seventy
_CONTAINERS = "multipart/"


@dataclass(slots=True, eq=False)
class Part:
    """One part: its header, and the range of the raw bytes that is its body."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    start: int
    end: int
    raw: bytes = field(repr=False)
    children: list[Part] = field(default_factory=list)

    @property
    def charset(self) -> str | None:
        """What the part says its charset is."""
        return self.parameters.get("charset")

    @property
    def name(self) -> str:
        """The name the sender gave the file, as it was written; empty when there is none."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name", "")

    @property
    def is_container(self) -> bool:
        """Whether other parts were found inside."""
        return bool(self.children)

    def content(self, limit: int | None = None) -> tuple[bytes, tuple[str, ...]]:
        """The bytes that were sent, and what was wrong with their coding."""
        encoding = self.headers.word("content-transfer-encoding")
        end = self.end if limit is None else min(self.end, self.start + limit)
        return transferred(memoryview(self.raw)[self.start : end], encoding)

    def walk(self) -> Iterator[Part]:
        """This part and all inside it, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


@dataclass(slots=True)
class Structure:
    """A mail taken apart: its outermost part, what was wrong, what was left out."""

    root: Part
    defects: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def take_apart(raw: bytes) -> Structure:
    """The parts of a mail within the limits; never raises."""
    return _Splitter(raw).split()


class _Splitter:
    """The state of one pass: which boundaries are open, and which part the pass stands in."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.open: list[tuple[bytes, Part]] = []
        self.wanted: set[bytes] = set()
        self.leaf: Part | None = None
        self.parts = 1
        self.header_budget = limits.ALL_PART_HEADER_BYTES
        self.defects: list[str] = []
        self.left_out: list[str] = []

    def split(self) -> Structure:
        """Walk over the lines that begin as boundaries do."""
        start = len(self.raw) - len(self.raw.lstrip(b"\r\n"))
        root = self._part(start, limits.HEADER_BYTES, "text/plain")
        self._enter(root)
        if self.open:
            self._walk(root.start)
        self._finish(len(self.raw))
        return Structure(root, list(dict.fromkeys(self.defects)), list(dict.fromkeys(self.left_out)))

    def _walk(self, start: int) -> None:
        strangers = 0
        for line, at, after in _edges(self.raw, start, len(self.raw)):
            if line not in self.wanted:
                strangers += 1
                if strangers > limits.DELIMITERS:
                    self.left_out.append("Too many lines that look like the edge of a part.")
                    return
                continue
            if not self._delimiter(line, at, after):
                return
            if not self.open:
                return

    def _delimiter(self, line: bytes, at: int, after: int) -> bool:
        """One boundary: end what it ends, begin what it begins. False stops the pass."""
        index = next(i for i in reversed(range(len(self.open))) if line in _forms(self.open[i][0]))
        self._end_leaf(at)
        for _, part in self.open[index + 1 :]:
            part.end = self._before(at)
            self.defects.append("part: its end is missing")
        del self.open[index + 1 :]
        boundary, parent = self.open[index]
        if line != boundary:
            parent.end = self._before(at)
            self.open.pop()
            self._want()
            return True
        if self.parts >= limits.PARTS:
            self.left_out.append(f"More than {limits.PARTS} parts: the rest was left out.")
            self.open.clear()
            return False
        self.parts += 1
        default = "message/rfc822" if parent.content_type == "multipart/digest" else "text/plain"
        budget = max(0, min(limits.PART_HEADER_BYTES, self.header_budget))
        self._want()
        child = self._part(self._next_line(after), budget, default)
        parent.children.append(child)
        self._enter(child)
        return True

    def _enter(self, part: Part) -> None:
        """Go into a part: a container opens its boundary, anything else is a leaf."""
        self.leaf = part
        if not part.content_type.startswith(_CONTAINERS):
            return
        boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        if not boundary:
            self.defects.append("part: a container without a boundary")
        elif len(self.open) >= limits.DEPTH:
            self.left_out.append(f"Parts nested more than {limits.DEPTH} deep were left closed.")
        else:
            self.open.append((boundary, part))
            self.leaf = None
            self._want()

    def _want(self) -> None:
        self.wanted = {form for boundary, _ in self.open for form in _forms(boundary)}

    def _end_leaf(self, at: int) -> None:
        if self.leaf is not None:
            self.leaf.start = min(self.leaf.start, at)
            self.leaf.end = max(self.leaf.start, self._before(at))
            self.leaf = None

    def _finish(self, end: int) -> None:
        if self.leaf is not None:
            self.leaf.end = end
        for _, part in self.open:
            part.end = end
            self.defects.append("part: its end is missing")

    def _before(self, at: int) -> int:
        """The line end before a boundary belongs to the boundary."""
        if at and self.raw[at - 1] == 10:  # noqa: PLR2004 - a line feed
            at -= 1
            if at and self.raw[at - 1] == 13:  # noqa: PLR2004 - a carriage return
                at -= 1
        return at

    def _next_line(self, at: int) -> int:
        found = self.raw.find(b"\n", at, at + 1000)
        return found + 1 if found >= 0 else len(self.raw)

    def _part(self, at: int, budget: int, default: str) -> Part:
        """Read the header at this place; the body begins after its empty line."""
        is_root = budget == limits.HEADER_BYTES
        block, body = self._header_block(at, limits.HEADER_ZONE_BYTES if is_root else limits.PART_ZONE_BYTES)
        if len(block) > budget:
            self.left_out.append("A header longer than the limit was cut.")
            headers, _ = read_headers(block[:budget])
        else:
            headers, length = read_headers(block)
            if length < len(block.rstrip(b"\r\n")):
                body = at + length
        self.header_budget -= min(len(block), budget)
        self.defects += headers.defects
        declared = headers.first("content-type")
        kind = _TYPE.match(declared[:300].decode("latin-1").lower())
        disposition = headers.first("content-disposition")
        return Part(
            headers=headers,
            content_type=f"{kind[1]}/{kind[2]}" if kind else default,
            parameters=parameters(declared),
            disposition=disposition.partition(b";")[0].decode("latin-1").strip().lower(),
            disposition_parameters=parameters(disposition),
            start=min(body, len(self.raw)),
            end=len(self.raw),
            raw=self.raw,
        )

    def _header_block(self, at: int, zone: int) -> tuple[bytes, int]:
        """The bytes up to the empty line, or to the next open boundary, and what follows."""
        raw, stop = self.raw, min(len(self.raw), at + zone)
        for empty in (b"\n", b"\r\n"):
            if raw.startswith(empty, at):
                return b"", at + len(empty)
        ends = [(found, found + len(mark)) for mark in (b"\n\n", b"\n\r\n") if (found := raw.find(mark, at, stop)) >= 0]
        end, body = min(ends) if ends else (stop - 1, stop)
        for line, edge, _ in _edges(raw, at, end + 1):
            if line in self.wanted:
                return raw[at:edge], edge
        return raw[at : end + 1], body


def _edges(raw: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The lines in this range that begin as boundaries do: their words, their start, their end."""
    at = start if raw.startswith(b"--", start) and raw[start - 1 : start] in (b"", b"\n") else -1
    while True:
        if at < 0:
            at = raw.find(b"\n--", start, end) + 1
            if at == 0:
                return
        after = raw.find(b"\n", at, at + LONGEST_EDGE)
        after = min(len(raw), at + LONGEST_EDGE) if after < 0 else after
        yield raw[at + 2 : after].rstrip(b" \t\r"), at, after
        start, at = after, -1


def _forms(boundary: bytes) -> tuple[bytes, bytes]:
    """How a boundary stands in the mail: between parts, and after the last."""
    return boundary, boundary + b"--"
