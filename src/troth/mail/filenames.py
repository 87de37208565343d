"""Names of attachments: safe on every file system, and distinct within one mail.

The name comes from a stranger. It may be a path, a device, a name that reads backwards, or five
thousand characters long. What is kept is what a person would call the file.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from troth.mail.text import clean_line

LONGEST = 120  # characters
LONGEST_BYTES = 240  # file systems allow 255, and a number may be added
_FORBIDDEN = re.compile(r'[<>:"|?*\u0000-\u001f]')
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
_TYPES = mimetypes.MimeTypes(filenames=())  # the built-in table, the same on every machine
_ENDINGS = {
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
    "text/html": ".html",
}


def safe_name(name: str, content_type: str = "application/octet-stream") -> str:
    """A file name that is safe to store and to offer, never empty.

    Without one, the name says what kind of thing it is and ends as that kind does.
    """
    name = unicodedata.normalize("NFC", _HIDDEN.sub("", clean_line(name)))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name.strip("_"):
        return _name_for(content_type)
    if _DEVICE.fullmatch(name.partition(".")[0].strip()):
        name = "_" + name
    return _shortened(name)


def distinct(names: list[str]) -> list[str]:
    """The names in their order, numbered where two would be one on a careless file system."""
    taken: set[str] = set()
    counters: dict[str, int] = {}
    result = []
    for name in names:
        candidate, key = name, name.casefold()
        while candidate.casefold() in taken:
            counters[key] = counters.get(key, 1) + 1
            stem, ending = _parted(name)
            candidate = f"{stem} ({counters[key]}){ending}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def _name_for(content_type: str) -> str:
    """A name for a thing that has none."""
    kind = content_type.partition("/")[0]
    stem = {"image": "image", "message": "message", "text": "text"}.get(kind, "attachment")
    if content_type == "text/calendar":
        stem = "invitation"
    guessed = _ENDINGS.get(content_type) or _TYPES.guess_extension(content_type) or ".bin"
    return stem + guessed


def _parted(name: str) -> tuple[str, str]:
    """A name's stem and ending, the dot with the ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 12:  # noqa: PLR2004 - longer is no ending but a sentence
        return name, ""
    return stem, dot + ending


def _shortened(name: str) -> str:
    """The name within its limits, its ending kept."""
    stem, ending = _parted(name)
    stem = stem[: LONGEST - len(ending)]
    while len((stem + ending).encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") + ending
