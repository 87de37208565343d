"""One stylesheet out of many small files, in the order of this list, addressed by its own digest.

No bundler: the files are joined as they are, so what is served is what was written. The digest in
the address lets a browser keep it for ever.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

CSS = Path(__file__).parent / "static" / "css"
FOUNDATION = ("tokens", "reset", "base", "layout")
COMPONENTS = (
    "word-line",
    "ledger-strip",
    "clause-mark",
    "clock",
    "why-card",
    "ruling-line",
    "ruling-panel",
    "time",
    "severity",
    "chip",
    "row",
    "tabs",
    "timeline-entry",
    "composer",
    "notice-bar",
    "field",
    "error-summary",
    "button",
    "menu",
    "blank-slate",
)
PAGES = (
    "portal",
    "customer",
    "workspace",
    "agent",
    "operator",
    "policy",
    "policy-page",
    "letter",
    "keys",
    "theme",
    "account",
    "styleguide",
)
LAST = ("utilities", "print")
SHEETS = FOUNDATION + COMPONENTS + PAGES + LAST


def joined() -> bytes:
    """Join all sheets in order; a file that is missing stops the desk instead of spoiling a page."""
    return b"\n".join((CSS / f"{name}.css").read_bytes() for name in SHEETS)


def digest_of(body: bytes) -> str:
    """Give the name a body is addressed by."""
    return hashlib.sha256(body).hexdigest()[:12]


@lru_cache(maxsize=1)
def kept() -> tuple[str, bytes]:
    """Give digest and body, read once per process."""
    body = joined()
    return digest_of(body), body
