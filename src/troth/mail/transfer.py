"""What Content-Transfer-Encoding did to the bytes is undone; broken coding gives what it can."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")
_PLAIN = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


def transferred(coded: memoryview, encoding: str) -> tuple[bytes, tuple[str, ...]]:
    """The bytes as they were before sending, and what was wrong with their coding."""
    encoding = encoding.strip("\"' ;").partition(";")[0].strip()
    if encoding == "base64":
        return _from_base64(coded)
    if encoding in ("quoted-printable", "quoted printable"):
        return binascii.a2b_qp(coded), ()
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uuencode(bytes(coded))
    defects = () if encoding in _PLAIN else (f"part: coding {encoding[:40]!r} is not known",)
    return bytes(coded), defects


def _from_base64(coded: memoryview) -> tuple[bytes, tuple[str, ...]]:
    """Base64, also in several padded pieces one after the other, and with a broken end."""
    try:
        value = binascii.a2b_base64(coded)
    except (binascii.Error, ValueError):
        return _from_broken_base64(bytes(coded)), ("part: broken base64",)
    if len(value) * 4 < len(coded) * 2:  # much less than the length promises: padding inside
        whole = _from_broken_base64(bytes(coded))
        if len(whole) > len(value) + 2:
            return whole, ("part: broken base64",)
    return value, ()


def _from_broken_base64(coded: bytes) -> bytes:
    """Each run of base64 by itself, an incomplete last group cut."""
    found = []
    for run in _PADDING.split(_NOT_BASE64.sub(b"", coded)):
        usable = run[: len(run) - 1] if len(run) % 4 == 1 else run
        found.append(binascii.a2b_base64(usable + b"=" * (-len(usable) % 4)))
    return b"".join(found)


def _from_uuencode(coded: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The lines between ``begin`` and ``end``; a broken line is skipped."""
    found: list[bytes] = []
    defects: tuple[str, ...] = ()
    is_inside = False
    for line in coded.splitlines():
        if not is_inside:
            is_inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            try:
                found.append(binascii.a2b_uu(line))
            except (binascii.Error, ValueError):
                defects = ("part: broken uuencode",)
    return (b"".join(found), defects) if is_inside else (coded, ("part: broken uuencode",))
