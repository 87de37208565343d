"""What can be looked at without the database: folders, key, clock, zones, policies, the mail server."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection

from troth.policy import PolicyError, read_policy
from troth.site.checks import debug_is_for_the_demo, key_is_our_own
from troth.site.doctor.findings import Finding, one_line

LEAST_SPACE, LITTLE_SPACE = 200_000_000, 2_000_000_000
OLDEST_ZONES: Final = timedelta(days=2 * 365)
EARLIEST: Final = 2026
PATIENCE: Final = 5.0
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def the_start_up_checks(now: datetime) -> Iterator[Finding]:
    """What a start is refused for."""
    for message in (*key_is_our_own(), *debug_is_for_the_demo()):
        yield Finding(str(message.id), str(message.msg), str(message.hint))


def the_data_folder(now: datetime) -> Iterator[Finding]:
    """It can be written to, nobody else reads it, and there is room."""
    folder = Path(settings.VAR)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "folder-closed",
            f"This account may not write into the data folder {folder}.",
            "Give it to the account of the desk (chown), or run this command as that account.",
        )
        return
    for place in (folder, *(folder / name for name in ("media", "outbox", "troth.sqlite3"))):
        if place.exists() and not os.access(place, os.W_OK):
            yield Finding(
                "folder-closed", f"This account may not write to {place}.", "Give it to the desk's account (chown)."
            )
    if stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXO:
        yield Finding(
            "folder-open", f"Everybody on this machine may look into {folder}.", f"chmod o-rwx {folder}", is_grave=False
        )
    key = folder / "secret-key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXO | stat.S_IRWXG):
        yield Finding("key-open", "Others on this machine can read the secret key.", f"chmod 600 {key}")
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        yield Finding(
            "little-space",
            f"There are {free // 1_000_000} MB left where {folder} lies.",
            "Make room: with none left, mail is refused and nothing can be written.",
            is_grave=free < LEAST_SPACE,
        )


def the_address(now: datetime) -> Iterator[Finding]:
    """Links in mails lead somewhere, by HTTPS, and the server that ends it is known to be one."""
    if settings.TROTH_DEMO:
        return
    told = urlsplit(settings.TROTH_URL)
    if told.hostname in HERE:
        yield Finding(
            "no-address",
            f"Links in mails begin with {settings.TROTH_URL}, which leads nobody here.",
            "Set TROTH_URL to where people reach the desk.",
            is_grave=False,
        )
    elif not settings.IS_HTTPS:
        yield Finding(
            "no-https",
            "The desk counts as reached without HTTPS: cookies may travel in the clear.",
            "Put a server in front that ends HTTPS, and set TROTH_HTTPS=1.",
            is_grave=False,
        )
    elif not settings.TROTH_PROXIES:
        yield Finding(
            "no-proxies",
            "All visitors count as one, the server in front: one who guesses passwords shuts the door on everybody.",
            "Name that server in TROTH_PROXIES (127.0.0.1,::1 on this machine), and have it set X-Forwarded-For.",
            is_grave=False,
        )


def the_clock(now: datetime) -> Iterator[Finding]:
    """The year is possible, and what is known of the world's zones is not old."""
    if now.year < EARLIEST:
        yield Finding("clock", f"This machine believes it is {now:%Y-%m-%d}.", "Set its clock, and keep it by NTP.")
    for zone in ("Europe/Copenhagen", "America/New_York"):
        try:
            ZoneInfo(zone)
        except (ValueError, OSError):
            yield Finding("no-zones", f"The zone {zone} is not known here.", "Install tzdata.")
            return
    try:
        year = int(version("tzdata").partition(".")[0])
    except (PackageNotFoundError, ValueError):
        return
    if now - datetime(year, 12, 31, tzinfo=now.tzinfo) > OLDEST_ZONES:
        yield Finding(
            "old-zones",
            f"What is known here of zones and summer time is of {year}.",
            "Upgrade Troth, or the package tzdata in its environment.",
            is_grave=False,
        )


def the_policy_files(now: datetime) -> Iterator[Finding]:
    """Each file of the folder can be read and holds no mistake."""
    folder = Path(settings.TROTH_POLICIES)
    files = sorted(folder.glob("*.md")) if folder.is_dir() else []
    if not files:
        yield Finding(
            "no-policies",
            f"There is no policy in {folder}.",
            "Set TROTH_POLICIES to the folder of policy files; what was published stays in force all the same.",
            is_grave=False,
        )
    for file in files:
        try:
            read_policy(file)
        except PolicyError as error:
            yield Finding("policy-file", f"{error.findings[0]}", f"troth policy check {file}", is_grave=False)
        except OSError as error:
            yield Finding("policy-file", f"{file} cannot be read: {error.strerror}.", "Look at its rights.")


def the_mail_server(now: datetime) -> Iterator[Finding]:
    """It answers and lets us in; nothing is sent."""
    if not settings.TROTH_SMTP_URL:
        if not settings.TROTH_DEMO:
            yield Finding(
                "no-mail-server",
                "No mail leaves: what the desk owes people is laid into the folder `outbox`.",
                "Name your mail server with TROTH_SMTP_URL.",
                is_grave=False,
            )
        return
    server = get_connection(timeout=PATIENCE)
    try:
        server.open()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does
        yield Finding(
            "mail-server",
            f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take us: {one_line(error)}",
            "Look at TROTH_SMTP_URL (name, port, password) and at the server; what is queued is tried again for days.",
        )
    finally:
        server.close()


EXAMINATIONS: Final = (
    the_start_up_checks,
    the_data_folder,
    the_address,
    the_clock,
    the_policy_files,
    the_mail_server,
)
