"""Bytes become readable text, whatever charset a mail claims, and never raise.

A mail may name no charset, one that nobody knows, or the wrong one. The declared charset is
tried first under the name the world means by it, then UTF-8, and only then is a guess made.
NUL, lone surrogates and control characters never leave this module: a database refuses the
first two, and the third change what a person sees.
"""

from __future__ import annotations

import codecs
import re
from typing import Generic, NamedTuple, TypeVar

from charset_normalizer import from_bytes

from troth.mail import limits

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """A value that was read, and what was wrong with it; empty when nothing was."""

    value: T
    defects: tuple[str, ...] = ()


# What mailers write, and the codec that reads what they meant. A superset is taken wherever
# senders use the smaller name for it, as web browsers do.
ALIASES = {
    "ansi_x3.4-1968": "ascii",
    "us-ascii": "ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252http-equivcontent-type": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "x-big5": "cp950",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "cp-850": "cp850",
    "ibm850": "cp850",
    "koi8": "koi8_r",
    "koi8-ru": "koi8_u",
    "win-1251": "cp1251",
    "x-cp1251": "cp1251",
    "x-windows-1251": "cp1251",
}
# Python also knows codecs that are no charsets (zlib, punycode, unicode_escape, idna, rot13).
# A mail may not name those: some raise other errors, some are slow, none is ever meant.
CODECS = re.compile(
    r"ascii|utf-(?:7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp\d+|koi8-[rut]|"
    r"mac-[a-z0-9]+|big5(?:hkscs)?|gb(?:2312|k|18030)|hz|euc_(?:jp|kr|jis_2004|jisx0213)|"
    r"shift_jis(?:_2004|x0213)?|iso2022_(?:jp|kr)(?:_[a-z0-9]+)?|johab|ptcp154|kz1048|hp-roman8"
)
ONE_BYTE_LATIN = frozenset({"ascii", "cp1252", "iso8859-15", "cp1254", "cp1250", "iso8859-2"})
NO_CHARSET = frozenset({"", "unknown", "unknown-8bit", "x-unknown", "default", "8bit", "binary"})

_ASCII = bytes(range(128))
_FEWEST_TO_GUESS = 4  # bytes beyond ASCII: fewer tell nothing

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029 ]+")
# Marks that turn the direction of writing: exe.gpj can be made to read jpg.exe with them.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str) -> str:
    r"""Text of several lines with ``\\n`` between them and no other control but the tab."""
    value = _CONTROLS.sub("", _LINE_ENDS.sub("\n", value))
    return _SURROGATES.sub("\ufffd", value)


def clean_line(value: str) -> str:
    """One line: no control characters, no marks of direction, single spaces."""
    value = _CONTROLS.sub("", _SPACES.sub(" ", value))
    return _SURROGATES.sub("\ufffd", _DIRECTIONS.sub("", value)).strip()


def codec_named(charset: str) -> str | None:
    """The codec that reads a charset of this name; None when it is no charset we know."""
    name = charset.strip().strip("'\"").lower()[:60]
    if not name.isascii():
        return None
    try:
        found = codecs.lookup(ALIASES.get(name, ALIASES.get(name.replace("_", "-"), name))).name
    except (LookupError, ValueError, TypeError):
        return None
    return found if CODECS.fullmatch(found) else None


def text(raw: bytes, charset: str | None = None) -> Reading[str]:
    """The text that these bytes hold, with clean lines; never raises.

    ``charset`` is what the mail says, or None. A guess is made only when neither that nor
    UTF-8 fits.
    """
    found = decoded(raw, charset)
    return Reading(clean_text(found.value), found.defects)


def decoded(raw: bytes, charset: str | None = None) -> Reading[str]:
    """The characters that these bytes stand for, before anything is cleaned away."""
    declared = "" if charset is None else charset.strip().strip("'\"").lower()
    codec = None if declared in NO_CHARSET else codec_named(declared)
    defects: tuple[str, ...] = ()
    if declared not in NO_CHARSET and codec is None:
        defects = (f"charset: {clean_line(declared)[:60]!r} is not known",)
    if raw.isascii() and (codec is None or codec in ONE_BYTE_LATIN) and b"\x1b$" not in raw:
        return Reading(raw.decode("ascii"), defects)
    if codec is None or codec in ONE_BYTE_LATIN:
        utf8 = _nearly(raw, "utf-8-sig")
        if utf8 is not None:
            wrong = codec not in (None, "ascii")
            return Reading(utf8, (*defects, "charset: UTF-8 in truth") if wrong else defects)
    if codec is not None and codec != "ascii":
        exact = _nearly(raw, "utf-8-sig" if codec == "utf-8" else codec)
        if exact is not None:
            return Reading(exact, defects)
        if codec != "cp1252":
            defects = (*defects, f"charset: {declared!r} does not fit")
            utf8 = _nearly(raw, "utf-8-sig")
            if utf8 is not None:
                return Reading(utf8, defects)
    return _guessed(raw, codec, defects)


def _nearly(raw: bytes, codec: str) -> str | None:
    """The bytes in this codec, allowing for a cut last character and a rare broken one."""
    value = _in_codec(raw, codec)
    if value is None:
        return None
    broken = value.count("\ufffd")
    if broken == 0:
        return value
    foreign = sum(1 for character in value[:20_000] if character > "\x7f" and character != "\ufffd")
    if broken == 1 and value.endswith("\ufffd") and foreign > 1:
        return value
    return value if broken * 20 <= foreign else None


def _in_codec(raw: bytes, codec: str) -> str | None:
    """The bytes in this codec with marks for what does not fit; None when it cannot do that."""
    try:
        return raw.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return None


def _guessed(raw: bytes, codec: str | None, defects: tuple[str, ...]) -> Reading[str]:
    """The likeliest reading of bytes that fit neither what was declared nor UTF-8."""
    sample = raw[: limits.SAMPLE_BYTES]
    guess = None
    if codec != "cp1252" and len(sample.translate(None, _ASCII)) >= _FEWEST_TO_GUESS:
        best = from_bytes(sample, steps=3, chunk_size=512).best()
        guess = None if best is None else codec_named(best.encoding)
    for candidate in (guess, "cp1252" if codec in (None, "ascii", "utf-8") else codec, "cp1252"):
        value = None if candidate is None else _in_codec(raw, candidate)
        if value is not None and candidate is not None:
            return Reading(value, (*defects, f"charset: guessed as {candidate}"))
    return Reading(raw.decode("latin-1"), (*defects, "charset: guessed as latin-1"))
