"""The file a backup is: a tar whose last member says what must be in it, so that one cut short is known as such."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

FORMAT: Final = 1
MANIFEST: Final = "troth-backup.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"
SECRET_KEY, DEMO = "secret-key", "demo.json"
MEDIA: Final = "media/"
KNOWN: Final = re.compile(
    r"database\.(sqlite3|dump)|secret-key|demo\.json|media/[A-Za-z0-9_.-]{1,60}(/[A-Za-z0-9_.-]{1,120})?"
)
"""What may be in it; nothing else is ever written anywhere."""
SLICE: Final = 1 << 20
LONGEST_MANIFEST: Final = 1 << 30


class Source(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes."""


class BackupError(Exception):
    """A backup cannot be made or put back; the text says why and what to do."""


@dataclass(slots=True)
class Writing:
    """A backup on its way into its file."""

    tar: tarfile.TarFile
    made_at: datetime
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, source: Source, size: int) -> str:
        """This many bytes are a member of that name; their digest comes back."""
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(self.made_at.timestamp())
        reader = Reader(source)
        self.tar.addfile(member, reader)
        self.digests[name] = reader.digest.hexdigest()
        return self.digests[name]

    def add_file(self, name: str, path: Path) -> str:
        """A file as a member of that name."""
        with path.open("rb") as source:
            return self.add(name, source, os.fstat(source.fileno()).st_size)

    def end(self, told: Mapping[str, Any]) -> None:
        """The last member: what is in the others, and what is to be known of them."""
        text = json.dumps({**told, "format": FORMAT, "made": self.made_at.isoformat(), "digests": self.digests})
        self.add(MANIFEST, io.BytesIO(text.encode()), len(text.encode()))


class Reader:
    """Reads from another, and keeps the digest of all that went through."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes."""
        content = self.source.read(size)
        self.digest.update(content)
        return content


@contextmanager
def written(file: Path, made_at: datetime) -> Iterator[Writing]:
    """A backup appears as `file`, whole and on the disk, or not at all; an existing file is never touched."""
    if file.exists():
        raise BackupError(f"{file} is there already: name a file that is not.")
    draft = file.with_name(f".{file.name}.writing-{os.getpid()}")
    try:
        with new_file(draft) as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writing(tar, made_at)
            out.flush()
            os.fsync(out.fileno())
        file.hardlink_to(draft)  # unlike a rename, it fails where somebody was quicker
        sync(file.parent)
    except FileExistsError as error:
        raise BackupError(f"{file} is there already: name a file that is not.") from error
    except OSError as error:
        raise BackupError(f"The backup was not made: {error.filename or file}: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)


def new_file(path: Path) -> BinaryIO:
    """A new file that only its owner reads: a backup holds all there is."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync(folder: Path) -> None:
    """The folder's own list of names is on the disk."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def unpacked(file: Path, into: Path) -> dict[str, Any]:
    """Every member lies in the folder `into`, each as it was when the backup was made; the manifest comes back.

    BackupError where the file is no backup, was cut short or altered, or is of a later format.
    """
    digests: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isreg() else None
                if manifest is not None or source is None:
                    raise BackupError(f"{file} is no backup of Troth's: {member.name!r} has no place in it.")
                if member.name == MANIFEST:
                    manifest = json.loads(source.read(LONGEST_MANIFEST))
                elif KNOWN.fullmatch(member.name) and ".." not in member.name:
                    digests[member.name] = laid_down(source, into / member.name)
                else:
                    raise BackupError(f"{file} is no backup of Troth's: {member.name!r} has no place in it.")
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise BackupError(f"{file} is no backup, or was cut short: {error}.") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror or error}.") from error
    if manifest is None:
        raise BackupError(f"{file} was cut short: its last member is missing. Take another backup.")
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{file} was made by a later version of Troth: upgrade first.")
    wrong = sorted(name for name in digests | manifest["digests"] if digests.get(name) != manifest["digests"].get(name))
    if wrong:
        raise BackupError(f"{file} was altered: {wrong[0]} is not as it was written. Take another backup.")
    return manifest


def laid_down(source: Source, target: Path) -> str:
    """The bytes are a file on the disk; their digest comes back."""
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    reader = Reader(source)
    with new_file(target) as out:
        shutil.copyfileobj(reader, out, SLICE)
        out.flush()
        os.fsync(out.fileno())
    return reader.digest.hexdigest()
