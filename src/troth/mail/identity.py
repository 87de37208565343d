"""Two copies of one mail have one key, whatever the servers between did to them.

Servers change what they store: of three thousand mails put into one, a fifth came back byte for
byte. So the key is a hash of the mail with the traces of its journey left out, line ends and
NUL folded, and the order and folding of its header ignored. Message-ID alone is no identity:
two different mails may carry the same one.
"""

from __future__ import annotations

import hashlib
import re

from troth.mail import limits
from troth.mail.headers import read_headers

FORMAT = b"troth-mail-1\n"  # changes when this function would give an old mail another key
_TRACES = frozenset(
    {
        "received",
        "x-received",
        "return-path",
        "delivered-to",
        "x-delivered-to",
        "x-original-to",
        "x-originalarrivaltime",
        "envelope-to",
        "x-envelope-to",
        "x-envelope-from",
        "x-apparently-to",
        "apparently-to",
        "received-spf",
        "authentication-results",
        "x-authentication-results",
        "dkim-signature",
        "x-google-dkim-signature",
        "domainkey-signature",
        "status",
        "x-status",
        "x-keywords",
        "x-uid",
        "x-uidl",
        "x-imap",
        "x-imapbase",
        "content-length",
        "lines",
        "bytes",
        "xref",
        "x-evolution-source",
        "x-loop",
        "x-sieve",
        "x-bogosity",
        "x-forefront-antispam-report",
        "x-microsoft-antispam",
    }
)
_TRACE_FORMS = re.compile(
    r"arc-.*|resent-.*|x-.*(?:spam|virus|scan|clamav|malware|phish|greylist).*|x-ms-exchange-.*|"
    r"x-mozilla-.*|x-gmail-.*|x-gm-.*|x-google-.*|x-ironport-.*|x-proofpoint-.*|x-barracuda-.*|"
    r"x-dspam-.*|x-rspamd-.*|x-amavis-.*|x-forwarded-.*|x-yandex-.*|x-ymail-.*|x-mdaemon-.*"
)
_SPACES = re.compile(rb"[ \t\r\n]+")


def content_key(raw: bytes) -> str:
    """The key of a mail's content, 64 hexadecimal digits; never raises.

    NUL is folded into 0x80, which is what one widespread server stores in its place.
    """
    folded = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\x00", b"\x80")
    folded = folded.lstrip(b"\n")
    end = folded.find(b"\n\n")
    zone = folded if end < 0 else folded[: end + 1]
    headers, length = read_headers(zone[: limits.HEADER_ZONE_BYTES])
    lines = sorted(
        each.name.encode() + b":" + _SPACES.sub(b" ", each.raw).strip()
        for each in headers.fields
        if not is_trace(each.name)
    )
    digest = hashlib.sha256(FORMAT)
    for line in lines:
        digest.update(line + b"\n")
    digest.update(b"\n")
    digest.update(folded[length:].strip(b"\n"))
    return digest.hexdigest()


def is_trace(name: str) -> bool:
    """Whether a server on the way or a mail store adds this field."""
    return name in _TRACES or _TRACE_FORMS.fullmatch(name) is not None
