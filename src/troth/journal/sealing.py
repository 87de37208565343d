"""Secrets that must be read again (the seeds of second factors) are sealed before they reach the database.

A seal is bound to its purpose and names its key, so a key can be changed: the new one seals, the old ones
(TROTH_SECRET_KEY_OLD) still open. Who reads the table alone reads nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableSealError(ValueError):
    """A sealed secret belongs to another purpose, to a key that is gone, or was changed."""


def seal(text: str, *, purpose: str) -> str:
    """The text sealed for this purpose under the key in force."""
    secret = settings.SECRET_KEY
    return f"{key_id(secret)}:{_box(secret, purpose).encrypt(text.encode()).decode('ascii')}"


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for this purpose; UnreadableSealError where no key of ours opens it."""
    name, _, token = sealed.partition(":")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if key_id(secret) == name:
            try:
                return _box(secret, purpose).decrypt(token.encode("ascii", "replace")).decode()
            except InvalidToken:
                break
    raise UnreadableSealError(f"a secret sealed for {purpose!r} under key {name[:8]!r} cannot be opened")


def key_id(secret: str) -> str:
    """The name of a key: a short digest, from which nothing of the key can be told."""
    return hashlib.sha256(b"troth key id\0" + secret.encode()).hexdigest()[:8]


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"troth seal\0{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
