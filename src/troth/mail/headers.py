"""Header fields of a mail or a part: found without failing, decoded without failing.

The standard library's newer policies raise on one mail in thirty of those that really arrive,
so nothing here asks them. Encoded words are joined before they are decoded, because mailers
cut a character in two between them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from troth.mail import limits
from troth.mail.text import Reading, clean_line, decoded

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
# Bounded so that a header full of openings without an end costs no more than its length.
ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^\r\n]{0,4000}?)\?=")
_PARAMETER = re.compile(r";[ \t\r\n]*([^=;\s]{1,100})[ \t\r\n]*=[ \t\r\n]*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_FORGOTTEN = re.compile(rb"^([ \t]*[^;\s]{1,200})[ \t]+(?=[A-Za-z*-]{1,40}=)")  # the first semicolon
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, its value as it stood, unfolded."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header in their order, and what was wrong with it."""

    fields: tuple[Field, ...] = ()
    defects: tuple[str, ...] = ()
    _by_name: dict[str, list[bytes]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields once: a mail is asked for some thirty names."""
        for each in self.fields:
            self._by_name.setdefault(each.name, []).append(each.raw)

    def first(self, name: str) -> bytes:
        """The first value under this name, empty when there is none."""
        return self._by_name.get(name, [b""])[0]

    def all(self, name: str) -> tuple[bytes, ...]:
        """Every value under this name in its order."""
        return tuple(self._by_name.get(name, ()))

    def word(self, name: str) -> str:
        """The first value under this name as plain lower-case text, for comparison."""
        return clean_line(self.first(name)[:1000].decode("ascii", "replace")).lower()

    def __contains__(self, name: str) -> bool:
        """Whether a field of this name is there, be it empty."""
        return name in self._by_name


_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|received|message-id|mime-version|"
    rb"in-reply-to|references|return-path|delivered-to|content-[a-z-]+|x-[a-z-]+|list-[a-z-]+|"
    rb"auto-submitted|precedence|dkim-signature)[ \t]*:",
    re.IGNORECASE,
)


def read_headers(block: bytes) -> tuple[Headers, int]:
    """The fields at the start of a block, and where in it the header ends.

    A line that is no field ends the header, except one that stands right before a well-known
    field: that is a continuation whose indent was lost on the way.
    """
    lines = block.splitlines(keepends=True)
    fields: list[Field] = []
    defects: list[str] = []
    collected: list[bytes] = []
    name, at = "", 0
    for index, line in enumerate(lines):
        bare = line.rstrip(b"\r\n")
        if not bare:
            break
        found = FIELD.match(bare)
        if bare[:1] in b" \t":
            collected.append(bare)
        elif found and not bare.startswith(b"--"):
            if name:
                fields.append(Field(name, b"".join(collected)))
            name, collected = found[1].decode("ascii").lower(), [found[2]]
        elif at == 0 and bare.startswith((b"From ", b">From ")):
            pass  # the envelope line of a mailbox file
        elif name and index + 1 < len(lines) and _KNOWN.match(lines[index + 1]):
            defects.append("header: a line without a name")
            collected.append(b" " + bare)
        else:
            defects.append("header: no empty line before the text")
            break
        at += len(line)
    if name:
        fields.append(Field(name, b"".join(collected)))
    return Headers(tuple(fields), tuple(dict.fromkeys(defects))), at


def header(raw: bytes, charset: str | None = None) -> Reading[str]:
    """One header value as a person reads it, on one line; never raises.

    Raw bytes beyond ASCII are UTF-8 where they fit it, else in ``charset``, that of the text.
    """
    defects: list[str] = []
    if len(raw) > limits.HEADER_BYTES:
        raw = raw[: limits.HEADER_BYTES]
        defects.append("header: too long, cut")
    if raw.isascii():
        value = raw.decode("ascii")
    else:
        value, bytes_wrong = _eight_bit(raw, charset)
        defects += bytes_wrong
    value, wrong = words(value)
    value = clean_line(value)
    if len(value) > limits.VALUE_CHARACTERS:
        value = value[: limits.VALUE_CHARACTERS]
        defects.append("header: too long, cut")
    return Reading(value, tuple(dict.fromkeys([*defects, *wrong])))


def _eight_bit(raw: bytes, charset: str | None) -> tuple[str, list[str]]:
    """A raw value beyond ASCII: UTF-8 if it is that, else what the text declares, else a guess."""
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError:
        found = decoded(raw, charset)
        return found.value, ["header: bytes beyond ASCII", *found.defects]


def words(value: str) -> tuple[str, tuple[str, ...]]:
    """A value with its encoded words decoded, those side by side as one."""
    pieces: list[str] = []
    defects: list[str] = []
    run: list[tuple[str, bytes]] = []
    at = 0

    def flush() -> None:
        while run:
            charset, data = run.pop(0)
            while run and run[0][0] == charset:
                data += run.pop(0)[1]
            found = decoded(data, charset)
            pieces.append(found.value)
            defects.extend(found.defects)

    for match in ENCODED_WORD.finditer(value):
        between = value[at : match.start()]
        if not run or between.strip():
            flush()
            pieces.append(between)
        run.append((match[1].lower(), _word_bytes(match[2], match[3])))
        at = match.end()
    flush()
    pieces.append(value[at:])
    return "".join(pieces), tuple(dict.fromkeys(defects))


def _word_bytes(kind: str, data: str) -> bytes:
    """The bytes inside one encoded word; what cannot be decoded stays as it stood."""
    plain = data.encode("utf-8", "surrogatepass")
    if kind in "qQ":
        return binascii.a2b_qp(plain.replace(b"_", b"=20"), header=False)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", plain)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except (binascii.Error, ValueError):
        return plain


def parameters(raw: bytes, charset: str | None = None) -> dict[str, str]:
    """The parameters of a structured value such as Content-Type, decoded; never raises.

    Reads the pieces of RFC 2231, and the encoded words that mailers put here against RFC 2047.
    Of two parameters of one name the first counts.
    """
    mended = _FORGOTTEN.sub(rb"\1;", raw[: limits.PART_HEADER_BYTES])
    plain = b";" + mended.partition(b";")[2]
    found: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(plain.decode("latin-1")):
        piece = _PIECE.fullmatch(match[1].lower())
        if piece is not None:
            value = (_unquoted(match[2]), piece[3] is not None)
            found.setdefault(piece[1], {}).setdefault(int(piece[2] or 0), value)
    return {name: _joined(pieces, charset) for name, pieces in found.items()}


def _unquoted(value: str) -> str:
    """A parameter's value without its quotes."""
    value = value.strip()
    if value.startswith('"'):
        inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
        return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)
    return value


def _joined(pieces: dict[int, tuple[str, bool]], charset: str | None) -> str:
    """One value from its pieces, by RFC 2231 if any piece says so."""
    ordered = [pieces[number] for number in sorted(pieces)]
    if not any(encoded for _, encoded in ordered):
        whole = "".join(value for value, _ in ordered)
        return header(whole.encode("latin-1"), charset).value
    first = ordered[0][0]
    named = None
    if ordered[0][1] and first.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
        named, _, rest = first.split("'", 2)
        ordered[0] = (rest, True)
    data = b"".join(
        unquote_to_bytes(value.encode("latin-1")) if encoded else value.encode("latin-1") for value, encoded in ordered
    )
    return clean_line(words(decoded(data, named or charset).value)[0])
