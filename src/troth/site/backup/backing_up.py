"""`troth backup FILE`: the database at one instant and every attachment it names, while the desk is in use."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from troth import __version__
from troth.desk.models import Attachment
from troth.journal.audit import write_audit
from troth.site.backup.archive import DEMO, MEDIA, SECRET_KEY, BackupError, Writing, written
from troth.site.backup.databases import Copy, Named, copied

CLEAN, FINDINGS, USAGE = 0, 1, 2
TRIES: Final = 3
ACTION: Final = "took a backup"


@dataclass(slots=True)
class Taken:
    """What a backup came to; `amiss` are files that the database names and that were not there, or not as they came."""

    told: dict[str, Any]
    files: int = 0
    size: int = 0
    amiss: list[str] = field(default_factory=list)


class ErasedMeanwhileError(Exception):
    """A file was erased after the database was copied: the copy still holds what was to be forgotten."""


def backup(arguments: list[str]) -> int:
    """Puts the database as it is now, and every attachment it names, into one file, while the desk is in use."""
    parser = argparse.ArgumentParser(prog="troth backup", description=backup.__doc__)
    parser.add_argument("file", type=Path, help="the file to be made; it must not be there yet")
    parser.add_argument(
        "--with-secret-key", action="store_true", help="put the secret key in too; without it, keep that elsewhere"
    )
    asked = parser.parse_args(arguments)
    key = Path(settings.VAR) / SECRET_KEY if asked.with_secret_key else None
    if key is not None and not key.exists():
        return complain("the secret key is not in the data folder but in TROTH_SECRET_KEY: keep that yourself.", USAGE)
    try:
        taken = take(asked.file.absolute(), key=key, at=timezone.now())
    except BackupError as error:
        return complain(str(error))
    for fault in taken.amiss:
        print(f"troth: {fault}", file=sys.stderr)
    with_key = "with the secret key: keep it as safe as the desk itself" if key else "without the secret key"
    counts = taken.told["counts"]
    print(f"{asked.file} holds {counts['desk_case']} cases, {counts['mail_received']} mails, {taken.files} files;")
    print(f"{with_key}. {taken.size / 1e6:.1f} MB.")
    return FINDINGS if taken.amiss else CLEAN


def take(file: Path, *, key: Path | None, at: datetime) -> Taken:
    """The backup is in `file`, and an entry of the audit record says that it was taken."""
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent} is no folder: make it first.")
    for attempt in range(1, TRIES + 1):
        try:
            taken = taken_once(file, key, at)
            break
        except ErasedMeanwhileError as erased:
            if attempt == TRIES:
                raise BackupError(f"{erased}, and that {TRIES} times: take the backup when nobody erases.") from erased
    with transaction.atomic():
        write_audit(
            ACTION,
            f"{taken.told['counts']['desk_case']} cases",
            at=at,
            by=None,
            role="operator",
            data={"counts": taken.told["counts"], "with_secret_key": key is not None, "amiss": len(taken.amiss)},
        )
    taken.size = file.stat().st_size
    return taken


def taken_once(file: Path, key: Path | None, at: datetime) -> Taken:
    """One try: the database first, then the files it names, which were all there before their rows were."""
    try:
        folder = Path(tempfile.mkdtemp(dir=file.parent, prefix=".troth-backup-"))
    except OSError as error:
        raise BackupError(f"Nothing can be written into {file.parent}: {error.strerror}.") from error
    try:
        with written(file, at) as writing, copied(folder) as copy:
            taken = Taken(copy.told)
            writing.add_file(copy.name, copy.path)
            copy.path.unlink()
            add_files(writing, copy, taken)
            for name, path in ((DEMO, Path(settings.VAR) / DEMO), (SECRET_KEY, key)):
                if path is not None and path.exists():
                    writing.add_file(name, path)
            writing.end({**copy.told, "troth": __version__, "amiss": taken.amiss})
        return taken
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def add_files(writing: Writing, copy: Copy, taken: Taken) -> None:
    """Every file that the copy of the database names is in the backup, and is what came."""
    for named in copy.files:
        try:
            with default_storage.open(named.file, "rb") as source:
                digest = writing.add(f"{MEDIA}{named.file}", source, source.size)
        except FileNotFoundError:
            if not Attachment.objects.filter(pk=named.pk, file=named.file, message__erased_at=None).exists():
                raise ErasedMeanwhileError(f"attachment {named.pk} was erased while the backup was taken") from None
            taken.amiss.append(f"attachment {named.pk} is not there: {settings.MEDIA_ROOT}/{named.file}")
            continue
        taken.files += 1
        if digest != named.digest:
            taken.amiss.append(told_of(named))


def told_of(named: Named) -> str:
    """A file that is not what came."""
    return f"attachment {named.pk} is not as it came: {settings.MEDIA_ROOT}/{named.file}"


def complain(sentence: str, code: int = FINDINGS) -> int:
    """The sentence goes to standard error; the exit code comes back."""
    print(f"troth: {sentence}", file=sys.stderr)
    return code
