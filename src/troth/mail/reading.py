"""A mail that came in, read: who, what about, which words, what came with it.

Any bytes give a message. What could not be read is named in ``defects``, what was too much in
``left_out``; the raw bytes are kept by whoever called and are never rebuilt from this.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from troth.mail import limits
from troth.mail.addresses import Address, addresses
from troth.mail.automatic import signs
from troth.mail.body import Body, content_id, read_body, referenced_ids
from troth.mail.dates import date
from troth.mail.filenames import distinct, safe_name
from troth.mail.headers import Headers, header
from troth.mail.structure import Part, take_apart

NO_SUBJECT = "(no subject)"
UNKNOWN_SENDER = "unknown sender"
LONGEST_SUBJECT = 998
_ID = re.compile(r"<[^<>\s]{1,996}>")
_PGP = "-----BEGIN PGP MESSAGE-----"
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. ``is_inline`` when the HTML shows it as a picture."""

    name: str
    content_type: str
    size: int
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail says. Message ids keep their angle brackets."""

    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sent_at: dt.datetime | None
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    is_automatic: bool
    automatic_because: tuple[str, ...]
    is_bounce: bool
    is_encrypted: bool
    is_signed: bool
    language: str | None
    defects: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def sender_shown(self) -> str:
        """The sender as a person reads it, *unknown sender* when nobody is named."""
        return UNKNOWN_SENDER if self.sender is None else str(self.sender)


@dataclass(slots=True)
class _Notes:
    """What was wrong and what was left out, gathered on the way."""

    defects: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_mail(raw: bytes) -> Mail:
    """The mail that these bytes hold; never raises, within two seconds whatever they are."""
    notes = _Notes()
    if len(raw) > limits.MAIL_BYTES:
        notes.left_out.append(f"Larger than {limits.MAIL_BYTES // 1_000_000} MB: the end was cut.")
        raw = raw[: limits.MAIL_BYTES]
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
        notes.defects.append("mail: lines end in a carriage return alone")
    structure = take_apart(raw)
    notes.defects += structure.defects
    notes.left_out += structure.left_out
    body = read_body(structure.root)
    notes.defects += body.defects
    notes.left_out += body.left_out
    return _mail(structure.root, body, notes)


def _mail(root: Part, body: Body, notes: _Notes) -> Mail:
    """Put the message together from its outermost header and its body."""
    headers = root.headers
    charset = root.charset or next((p.charset for p in root.walk() if p.charset), None)
    sender, reply_to, to, cc = _people(headers, charset, notes)
    subject = _subject(headers, charset, notes)
    sent = date(headers.first("date"))
    notes.defects += sent.defects
    attachments = _attachments(body, notes)
    found = signs(
        root,
        subject=subject,
        sender=sender.email if sender else "",
        sender_name=sender.name if sender else header(headers.first("from"), charset).value,
    )
    return Mail(
        sender=sender,
        reply_to=reply_to,
        to=to,
        cc=cc,
        subject=subject or NO_SUBJECT,
        message_id=next(iter(message_ids(headers.first("message-id"))), ""),
        in_reply_to=message_ids(headers.first("in-reply-to")),
        references=message_ids(b" ".join(headers.all("references"))),
        sent_at=sent.value,
        text=body.text,
        html=body.html,
        attachments=attachments,
        is_automatic=found.is_automatic,
        automatic_because=found.reasons,
        is_bounce=found.is_bounce,
        is_encrypted=_is_encrypted(root, body),
        is_signed=_is_signed(root, body),
        language=None,
        defects=tuple(dict.fromkeys(notes.defects)),
        left_out=tuple(dict.fromkeys(notes.left_out)),
    )


def message_ids(raw: bytes) -> tuple[str, ...]:
    """The message ids in a header, each once, the first and the latest when there are many.

    Without any in brackets a single word with an ``@`` counts: some mailers forget them.
    """
    value = raw[: limits.HEADER_BYTES].decode("utf-8", "replace")
    value = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f]", "", value)
    found = tuple(dict.fromkeys(_ID.findall(value)))
    if not found:
        bare = [word for word in value.split() if "@" in word and len(word) < 996]  # noqa: PLR2004
        found = (f"<{bare[0].strip('<>')}>",) if len(bare) == 1 else ()
    if len(found) > limits.REFERENCES:
        return (found[0], *found[1 - limits.REFERENCES :])
    return found


def _people(
    headers: Headers, charset: str | None, notes: _Notes
) -> tuple[Address | None, tuple[Address, ...], tuple[Address, ...], tuple[Address, ...]]:
    """Sender, Reply-To, To and Cc, all recipients together within the limit."""
    left = limits.RECIPIENTS
    found: list[tuple[Address, ...]] = []
    for name in ("reply-to", "to", "cc"):
        people: list[Address] = []
        for raw in headers.all(name)[:20]:
            read = addresses(raw, charset, limit=left - len(people))
            people += read.value
            notes.defects += [f"{name}: {each}" for each in read.defects]
            if "address: too many, cut" in read.defects or "address: list too long, cut" in (read.defects):
                notes.left_out.append(f"More than {limits.RECIPIENTS} recipients: cut.")
        left -= len(people)
        found.append(tuple(people))
    sender = None
    for name in ("from", "sender"):
        read = addresses(headers.first(name), charset, limit=5)
        if name == "from":
            notes.defects += [f"from: {each}" for each in read.defects]
        if read.value:
            sender = read.value[0]
            break
    if sender is None:
        notes.defects.append("from: nobody is named")
    return sender, found[0], found[1], found[2]


def _subject(headers: Headers, charset: str | None, notes: _Notes) -> str:
    read = header(headers.first("subject"), charset)
    notes.defects += read.defects
    return read.value[:LONGEST_SUBJECT].strip()


def _attachments(body: Body, notes: _Notes) -> tuple[Attachment, ...]:
    """The files of a mail, named safely and distinctly, in the order of the mail."""
    shown = referenced_ids(body.html)
    parts = sorted([*body.attached, *body.pictured], key=lambda part: part.start)
    contents = []
    for part in parts:
        content, defects = part.content()
        notes.defects += defects
        contents.append(content)
    names = distinct([safe_name(_file_name(part), part.content_type) for part in parts])
    return tuple(
        Attachment(
            name=name,
            content_type=part.content_type,
            size=len(content),
            content=content,
            content_id=content_id(part),
            is_inline=content_id(part).casefold() in shown if content_id(part) else False,
        )
        for part, name, content in zip(parts, names, contents, strict=True)
    )


def _file_name(part: Part) -> str:
    """The name a part was given; an attached mail is called by its subject."""
    if part.name or part.content_type != "message/rfc822":
        return part.name
    inside = take_apart(part.content(limits.PART_HEADER_BYTES)[0])
    subject = header(inside.root.headers.first("subject")).value[:80]
    return subject.replace("/", "_").replace("\\", "_") + ".eml" if subject else ""


def _is_encrypted(root: Part, body: Body) -> bool:
    for part in root.walk():
        kind = part.parameters.get("smime-type", "").lower()
        if part.content_type == "multipart/encrypted" or (part.content_type in _SMIME and kind != "signed-data"):
            return True
    return _PGP in body.text


def _is_signed(root: Part, body: Body) -> bool:
    return (
        any(
            part.content_type == "multipart/signed"
            or part.content_type in _SIGNATURES
            or (part.content_type in _SMIME and part.parameters.get("smime-type", "").lower() == "signed-data")
            for part in root.walk()
        )
        or _PGP_SIGNED in body.text
    )
