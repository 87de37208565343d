"""Signatures at the end of a mail: what a mailer or a phone adds, and what stands below ``--``."""

from __future__ import annotations

import re

_LONGEST_LINES = 12
_LONGEST = 1000  # characters: what is longer below two dashes is no signature
_DELIMITER = re.compile(r"^(?:-- ?|—|__)$")
_DEVICE = (
    r"i-?phone|i-?pad|i-?pod|android|blackberry|mobile|mobil\w*|smartphone|phone|cell|tablet|galaxy|"
    r"samsung|htc|nokia|lumia|huawei|windows|outlook|airmail|mailbox|yahoo|gmail|mail|thunderbird|"
    r"alcatel|sony|xperia|pixel|nexus|motorola|ti-\d+|device|proton\w*|spark|handy\w*|telefon\w*"
)
_SENT = (
    r"sent|envoyé|gesendet|von meinem|inviato|enviado|verzonden|verstuurd|sendt|skickat|wysłane|"
    r"отправлено|надіслано|lähetetty|odesláno|trimis|diese nachricht wurde von meinem"
)
_PHONE = re.compile(
    rf"^[\s(<\[*_]*(?:(?:{_SENT})\b[^,]{{0,60}}\b(?:{_DEVICE})\b.{{0,80}}|"
    rf"from my (?:{_DEVICE})\b.{{0,20}}|"
    r"get \[?outlook for \w+.{0,80}|從我的.{1,20}傳送|发自我的.{1,20}|从我的.{1,20}发送)\s*$",
    re.IGNORECASE,
)
_NAMED_PHONE = re.compile(r"^\w+ from (?:my )?(?:mobile|phone|iphone|ipad|cell)$", re.IGNORECASE)
_LONGEST_PHONE = 120


def without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the signature at their end, and that signature."""
    end = _before_phone(lines, len(lines))
    marks = [i for i in range(end) if _DELIMITER.match(lines[i].rstrip("\r"))]
    for mark in reversed(marks):
        below = [line for line in lines[mark + 1 : end] if line.strip()]
        is_short = len(below) <= _LONGEST_LINES and sum(map(len, below)) <= _LONGEST
        has_quote = any(line.startswith(">") for line in below)
        if is_short and below and not has_quote and any(line.strip() for line in lines[:mark]):
            end = _before_phone(lines, mark)
            break
    return lines[:end], lines[end:]


def _before_phone(lines: list[str], end: int) -> int:
    """The end of the lines once those that a phone or a mailer added are left off."""
    has_phone = False
    at = end
    while at:
        line = lines[at - 1].strip()
        if not line:
            at -= 1
        elif len(line) <= _LONGEST_PHONE and _PHONE.match(line):
            has_phone = True
            at -= 1
            end = at
        elif has_phone and _NAMED_PHONE.match(line):
            at -= 1
            end = at
        else:
            break
    return end
