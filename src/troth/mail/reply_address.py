"""The address to which one participant of one case replies.

``netop+1042.7.5kc.k4…`` names desk, case, participant and the last day it holds, and ends in a
signature over these. It gives the right to add to that case as that participant, and nothing
else. A desk revokes it by giving the participant a new nonce. Only the exact characters that
were issued match: no other case, no spare zero, nothing shortened.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass

LONGEST_LOCAL_PART = 64  # octets, RFC 5321
SIGNATURE_BYTES = 16  # 128 bits
SHORTEST_KEY = 32
_PURPOSE = b"troth reply address 1"
_EPOCH = dt.date(1970, 1, 1)
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_FORM = re.compile(
    r"([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\+([1-9][0-9]{0,11})"
    r"\.([b-z2-7][a-z2-7]{0,11})\.([b-z2-7][a-z2-7]{2,4})\.([a-z2-7]{26})@([^@\s]{1,255})"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a reply address says; nothing of it is true before ``verify`` says so."""

    desk: str
    case_number: int
    participant: int
    expires_on: dt.date
    signature: str
    domain: str


def make(
    key: bytes,
    *,
    desk: str,
    case_number: int,
    participant: int,
    nonce: bytes,
    expires_on: dt.date,
    domain: str,
) -> str:
    """The reply address of a participant, which holds through ``expires_on``.

    ``key`` is the installation's secret of at least 32 bytes, ``nonce`` the participant's own.
    """
    if len(key) < SHORTEST_KEY:
        msg = f"The key for reply addresses has {len(key)} bytes; give it {SHORTEST_KEY} or more."
        raise ValueError(msg)
    signature = _signature(key, (desk, case_number, participant, expires_on), nonce)
    day = _in_letters((expires_on - _EPOCH).days)
    local = f"{desk}+{case_number}.{_in_letters(participant)}.{day}.{signature}"
    address = f"{local}@{domain}"
    if len(local) > LONGEST_LOCAL_PART or parse(address) is None:
        msg = (
            f"No reply address can be made for desk {desk!r}, case {case_number}: its "
            f"part before the @ has {len(local)} of {LONGEST_LOCAL_PART} characters. "
            "Give the desk a shorter mail name of lower-case letters, digits and hyphens."
        )
        raise ValueError(msg)
    return address


def parse(address: str) -> Claim | None:
    """What this address claims; None when it is not of the form ``make`` gives."""
    found = _FORM.fullmatch(address) if len(address) <= 330 else None  # noqa: PLR2004
    if found is None or len(address.rpartition("@")[0]) > LONGEST_LOCAL_PART:
        return None
    try:
        expires_on = _EPOCH + dt.timedelta(days=_from_letters(found[4]))
    except OverflowError:
        return None
    return Claim(
        desk=found[1],
        case_number=int(found[2]),
        participant=_from_letters(found[3]),
        expires_on=expires_on,
        signature=found[5],
        domain=found[6].lower(),
    )


def verify(key: bytes, claim: Claim, nonce: bytes, *, today: dt.date) -> bool:
    """Whether this desk issued the claim to that participant, and it still holds today.

    Compares in constant time and looks at the date only after.
    """
    facts = (claim.desk, claim.case_number, claim.participant, claim.expires_on)
    is_ours = hmac.compare_digest(_signature(key, facts, nonce), claim.signature)
    return is_ours and today <= claim.expires_on


def _signature(key: bytes, facts: tuple[str, int, int, dt.date], nonce: bytes) -> str:
    """The signature over desk, case, participant, last day and nonce."""
    desk, case_number, participant, expires_on = facts
    fields = [
        _PURPOSE,
        desk.encode(),
        str(case_number).encode(),
        str(participant).encode(),
        expires_on.isoformat().encode(),
        nonce,
    ]
    message = b"".join(len(each).to_bytes(4, "big") + each for each in fields)
    digest = hmac.digest(key, message, hashlib.sha256)[:SIGNATURE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _in_letters(number: int) -> str:
    """A whole number above zero in base 32, without a leading zero."""
    letters = ""
    while number > 0:
        number, digit = divmod(number, 32)
        letters = _DIGITS[digit] + letters
    return letters


def _from_letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 32 + _DIGITS.index(letter)
    return number
