"""Where this installation keeps its data, and the secret key that is made there on first use."""

from __future__ import annotations

import os
import secrets
import tempfile
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES: Final = 48


def data_folder() -> Path:
    """The folder for database, outbox and files: TROTH_VAR, else `var` where the command was started."""
    place = Path(os.environ.get("TROTH_VAR") or Path.cwd() / "var").absolute()
    try:
        place.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder {place} cannot be made ({error.strerror}): "
            "set TROTH_VAR to a folder this account may write to."
        ) from error
    return place


def secret_key(folder: Path) -> str:
    """TROTH_SECRET_KEY, else the key in `folder`, made at random by whichever process comes first."""
    named = os.environ.get("TROTH_SECRET_KEY")
    if named:
        return named
    file = folder / "secret-key"
    if not file.exists():
        make_secret_key(file)
    return file.read_text(encoding="ascii").strip()


def make_secret_key(file: Path) -> None:
    """A new key appears in `file` whole or not at all, readable by its owner only.

    It is written beside and linked into place: of two processes that start together one wins, and both
    read the winner's key.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-key-")  # made with mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            writing.flush()
            os.fsync(writing.fileno())
        file.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was quicker; its key counts
    finally:
        draft.unlink()


def networks(text: str) -> tuple[str, ...]:
    """The servers named here, with commas between: addresses, networks, or `unix` for a local socket.

    A word that is none of these stops the start: a server believed by mistake would let visitors choose the
    address they are counted by.
    """
    named = tuple(filter(None, (one.strip() for one in text.split(","))))
    for one in named:
        if one != "unix":
            try:
                ip_network(one, strict=False)
            except ValueError as error:
                raise ImproperlyConfigured(f"TROTH_PROXIES names no address or network: {one!r}") from error
    return named
