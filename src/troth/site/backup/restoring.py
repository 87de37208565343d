"""`troth restore FILE`: a backup put back into an empty place, whole or not at all.

It must look at the data folder before Django's settings do: those make a secret key where there is none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from troth.site.backup.archive import DEMO, MEDIA, POSTGRESQL, SECRET_KEY, SQLITE, BackupError, sync, unpacked
from troth.site.places import data_folder

CLEAN, FINDINGS, USAGE = 0, 1, 2


def restore(arguments: list[str]) -> int:
    """Puts a backup back: only into a data folder, and a database, in which there is nothing yet."""
    parser = argparse.ArgumentParser(prog="troth restore", description=restore.__doc__)
    parser.add_argument("file", type=Path, help="the backup")
    asked = parser.parse_args(arguments)
    folder = data_folder()
    try:
        told = put_back(asked.file.absolute(), folder)
    except BackupError as error:
        print(f"troth: {error}", file=sys.stderr)
        return FINDINGS
    print(f"The desk of {told['made'][:19].replace('T', ' ')} UTC is back: {told['counts']['desk_case']} cases.")
    for fault in told["amiss"]:
        print(f"troth: when the backup was taken, {fault}", file=sys.stderr)
    if not told["has_key"]:
        print("Its secret key was not in it: put that into the data folder, or set TROTH_SECRET_KEY, before you start.")
    print("Now: troth migrate, troth cases verify, troth audit check. Then start the desk.")
    return CLEAN


def put_back(file: Path, folder: Path) -> dict[str, Any]:
    """All that is in the backup is in its place; what was said of it comes back."""
    refuse_filled(folder)
    had_key = (folder / SECRET_KEY).exists()
    staging = Path(tempfile.mkdtemp(dir=folder, prefix=".restoring-"))
    try:
        told = unpacked(file, staging)
        lay_key(staging / SECRET_KEY, folder / SECRET_KEY)
        try:
            lay_down(staging, folder, told)
        except BaseException:
            if not had_key:
                (folder / SECRET_KEY).unlink(missing_ok=True)
            raise
        return {**told, "has_key": had_key or SECRET_KEY in told["digests"] or "TROTH_SECRET_KEY" in os.environ}
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def refuse_filled(folder: Path) -> None:
    """BackupError where the data folder holds anything that a restore would mix with."""
    there = [name for name in (SQLITE_FILE, f"{SQLITE_FILE}-wal", "media", "outbox", DEMO) if is_filled(folder / name)]
    if there:
        raise BackupError(
            f"{folder} is not empty ({', '.join(there)}): a backup is put back into an empty place only. "
            "Move what is there aside, or set TROTH_VAR to another folder."
        )


SQLITE_FILE = "troth.sqlite3"


def is_filled(path: Path) -> bool:
    """Whether there is a file, or a folder with something in it."""
    return path.exists() and (not path.is_dir() or any(path.iterdir()))


def lay_key(found: Path, own: Path) -> None:
    """The backup's key, if it has one, is the desk's; another that is there already is never overwritten."""
    if not found.exists():
        return
    if own.exists() and own.read_bytes() != found.read_bytes():
        raise BackupError(f"{own} is another key than the one in the backup: move one of the two aside.")
    found.replace(own)


def lay_down(staging: Path, folder: Path, told: dict[str, Any]) -> None:
    """The files first, the database last: where a database is, everything it names is there."""
    from troth.site.command_line import prepare_django  # noqa: PLC0415 - the settings look into the data folder

    prepare_django()
    from django.conf import settings  # noqa: PLC0415 - only now
    from django.db import DatabaseError, connection  # noqa: PLC0415 - likewise

    from troth.site.backup import databases  # noqa: PLC0415 - likewise

    if told["database"] != connection.vendor:
        raise BackupError(
            f"The backup is of {told['database']}, and this desk is set to {connection.vendor}: "
            f"{'set' if told['database'] == 'postgresql' else 'take out'} DATABASE_URL."
        )
    try:
        if not databases.is_empty():
            raise BackupError("The database is not empty: a backup is put back into an empty one only.")
    except DatabaseError as error:
        raise BackupError(f"The database does not answer: {str(error).strip()}") from error
    unknown = databases.unknown_migrations(told)
    if unknown:
        raise BackupError(f"The backup was made by a later version of Troth ({unknown[0]}): upgrade first.")
    media = Path(settings.MEDIA_ROOT)
    if (staging / MEDIA).is_dir():
        if media.exists():
            media.rmdir()  # empty, as was asked before
        media.parent.mkdir(parents=True, exist_ok=True)
        (staging / MEDIA).replace(media)
    if (staging / DEMO).exists():
        (staging / DEMO).replace(folder / DEMO)
    try:
        databases.put_back(staging / (SQLITE if connection.vendor == "sqlite" else POSTGRESQL))
    except BaseException:
        shutil.rmtree(media, ignore_errors=True)
        (folder / DEMO).unlink(missing_ok=True)
        raise
    sync(folder)
