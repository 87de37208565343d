"""Every mail the desk sends is built here and nowhere else.

The header is written by this module, not by the standard library: before Python 3.11.10 that
lets a line end hidden in an encoded word begin a header of its own. A value with CR, LF or NUL,
plain or encoded, is refused, whoever it came from. The body is the library's, under SMTP's rules.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from troth.mail.addresses import Address
from troth.mail.headers import words

LONGEST_LINE = 76
LONGEST_WORD = 900  # of a line's 998
REFERENCES_KEPT = 20
_REFUSED = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_KIND = re.compile(r"[a-z0-9][a-z0-9._ -]{0,60}")


class RefusedHeader(ValueError):
    """A header value holds what no header may hold; nothing was built."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send along."""

    name: str
    content_type: str
    content: bytes


def new_message_id(domain: str) -> str:
    """A message id that nobody can guess and that never comes again."""
    return f"<{secrets.token_hex(16)}@{domain}>"


def build(  # noqa: PLR0913 - a mail has these parts, and all are named
    *,
    sender: Address,
    to: Sequence[Address],
    subject: str,
    text: str,
    sent_at: dt.datetime,
    message_id: str,
    html: str | None = None,
    cc: Sequence[Address] = (),
    reply_to: Address | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    notice: str = "",
    files: Sequence[File] = (),
) -> bytes:
    """A mail as it goes to the server, lines ended by CR LF.

    ``notice`` names the kind when the desk sends by itself: the mail is then marked so that no
    machine answers it, ours included. Raises RefusedHeader, and sends nothing, on a value that
    could add a header.
    """
    fields = [
        ("From", _people([sender])),
        ("To", _people(to)),
        ("Cc", _people(cc)),
        ("Reply-To", _people([reply_to] if reply_to else [])),
        ("Subject", _phrase("Subject", subject)),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", _ids("Message-ID", [message_id])),
        ("In-Reply-To", _ids("In-Reply-To", [in_reply_to] if in_reply_to else [])),
        ("References", _ids("References", _latest(references))),
    ]
    if notice:
        if not _KIND.fullmatch(notice):
            raise RefusedHeader(_refusal("X-Troth-Notice", notice))
        fields += [
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Troth-Notice", notice),
        ]
    if not to:
        msg = "This mail names no recipient; give at least one address in To."
        raise RefusedHeader(msg)
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return head.encode("ascii") + _body(text, html, files)


def refuse(name: str, value: str) -> str:
    """The value, when it can stand in a header; else RefusedHeader.

    Looks inside encoded words too, since some programs decode and write them out again.
    """
    if _REFUSED.search(value) or _REFUSED.search(words(value)[0]):
        raise RefusedHeader(_refusal(name, value))
    return value


def _refusal(name: str, value: str) -> str:
    return (
        f"The header {name} was refused: {value[:60]!r} holds a line end, a control character or a "
        "form that is not allowed there. Clean the value and build the mail again."
    )


def _body(text: str, html: str | None, files: Iterable[File]) -> bytes:
    """The text, its HTML form and the files, with the headers that describe them."""
    part = EmailMessage(policy=SMTP)
    part.set_content(_sendable(text), cte="quoted-printable")
    if html is not None:
        part.add_alternative(_sendable(html), subtype="html", cte="quoted-printable")
    for file in files:
        kind, _, subtype = refuse("Content-Type", file.content_type).partition("/")
        if not (_NAME.fullmatch(kind) and re.fullmatch(r"[A-Za-z0-9.+_-]{1,100}", subtype)):
            kind, subtype = "application", "octet-stream"
        if kind in ("text", "message", "multipart"):
            kind, subtype = "application", "octet-stream"
        name = refuse("the name of a file", file.name)
        part.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    return bytes(part)


def _sendable(text: str) -> str:
    """The text with plain line ends and nothing that cannot be encoded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _people(people: Sequence[Address]) -> str:
    """Addresses with their names, one a line."""
    return ",\r\n ".join(_person(each) for each in people)


def _person(person: Address) -> str:
    name = refuse("a name", person.name)
    email = refuse("an address", person.email)
    if not _ADDRESS.fullmatch(email):
        raise RefusedHeader(_refusal("an address", email))
    if not name:
        return email
    if name.isascii() and "=?" not in name and len(name) < LONGEST_LINE:
        if not _ATOM.fullmatch(name):
            name = '"' + re.sub(r"([\"\\])", r"\\\1", name) + '"'
        return f"{name} <{email}>"
    return f"{_encoded(name)} <{email}>"


def _phrase(name: str, value: str) -> str:
    """Free text on folded lines, in encoded words where it is not plain ASCII."""
    value = refuse(name, value)
    pieces = value.split(" ")
    is_plain = value.isascii() and "=?" not in value and "\t" not in value and "  " not in value
    if not is_plain or value != value.strip() or max(map(len, pieces)) > LONGEST_LINE - 20:
        return _encoded(value)
    lines = [""]
    room = LONGEST_LINE - len(name) - 2
    for piece in pieces:
        if lines[-1] and len(lines[-1]) + 1 + len(piece) > room:
            lines.append("")
            room = LONGEST_LINE - 1
        lines[-1] = f"{lines[-1]} {piece}" if lines[-1] else piece
    return "\r\n ".join(lines)


def _encoded(value: str) -> str:
    """A value in encoded words, none of which parts a character."""
    found, piece = [], b""
    for character in value:
        data = character.encode()
        if len(piece) + len(data) > 42:  # noqa: PLR2004 - 56 letters, 68 with the frame
            found.append(piece)
            piece = b""
        piece += data
    found.append(piece)
    coded = [f"=?utf-8?b?{base64.b64encode(each).decode()}?=" for each in found if each]
    return "\r\n ".join(coded)


def _latest(references: Sequence[str]) -> list[str]:
    """The first reference and the latest ones; a longer line helps nobody to thread."""
    kept = list(dict.fromkeys(references))
    if len(kept) > REFERENCES_KEPT:
        kept = [kept[0], *kept[1 - REFERENCES_KEPT :]]
    return kept


def _ids(name: str, ids: Sequence[str]) -> str:
    """Message ids, one a line; one that is not well formed is refused, not mended."""
    for each in ids:
        if not _MESSAGE_ID.fullmatch(refuse(name, each)):
            raise RefusedHeader(_refusal(name, each))
    return "\r\n ".join(ids)


def is_message_id(value: str) -> bool:
    """Whether this can stand among the ids of a mail; mailers write some that cannot."""
    return _MESSAGE_ID.fullmatch(value) is not None and _REFUSED.search(words(value)[0]) is None
