"""What is hashed of an audit entry and of a seal, and how: the same for who writes, seals and checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

BEGINNING: Final = "0" * 64
"""What stands before the first link of every chain."""


def content_digest(salt: str, subject: str, data: Mapping[str, Any]) -> str:
    """The salted digest of what may have to be erased: nobody can guess it back once the salt is gone."""
    return hashed(salt, subject, json.loads(json.dumps(data)))


def link_of(before: str, place: int, entry: Any) -> str:
    """The link of an entry at this place of its chain: over the link before it and all that is never erased."""
    return hashed(
        before,
        place,
        entry.pk,
        entry.desk_id,
        in_utc(entry.at),
        entry.actor_id,
        entry.role,
        entry.action,
        entry.digest,
    )


def seal_digest(before: str, seal: Any) -> str:
    """The digest of a seal, over that of the seal before it."""
    return hashed(before, seal.chain, seal.number, seal.place, seal.link, in_utc(seal.sealed_at))


def in_utc(at: datetime) -> str:
    """An instant written the same way whatever zone it came in."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hashed(*parts: Any) -> str:
    """SHA-256 of these values in one fixed spelling."""
    spelt = json.dumps(plain(list(parts)), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(spelt.encode("ascii")).hexdigest()


def plain(value: Any) -> Any:
    """The value as both databases give it back: a whole number written 2.0 is 2."""
    match value:
        case dict():
            return {name: plain(entry) for name, entry in value.items()}
        case list():
            return [plain(entry) for entry in value]
        case float() if value.is_integer():
            return int(value)
    return value
