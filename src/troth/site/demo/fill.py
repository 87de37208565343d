"""Fills an empty desk with the demo, all of it or nothing; throws a demo away, and nothing but a demo."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from troth.desk.policies import load_policy, publish_file
from troth.people.models import Desk, MemberRole, Membership
from troth.people.sign_in import request_sign_in_link
from troth.site.demo import netop, syncro
from troth.site.demo.stage import Stage
from troth.site.demo.story import play

MARK: Final = "demo.json"
BACK: Final = timedelta(days=120)
"""From so long ago the policies are in force, that cases may have a past."""
TELLERS: Final = {"netop.md": netop.stories, "syncro-soft.md": syncro.stories}
SHOWN_CUSTOMERS: Final = {"netop": "maria@lund-berg.example", "syncro-soft": "eleanor@meridian.example"}
WORDS: Final = ("anchor", "barley", "copper", "dune", "ember", "fjord", "gravel", "hazel", "ivory", "juniper")


@dataclass(frozen=True, slots=True)
class Filled:
    """How many cases the demo has, on how many desks, and the password of everybody who has one."""

    desks: int
    cases: int
    password: str


def mark_file() -> Path:
    """The file that says: what lies in this folder is a demo and may be thrown away."""
    return Path(settings.VAR) / MARK


def is_empty() -> bool:
    """Whether nothing has been set up here yet."""
    return not Desk.objects.exists()


def is_demo() -> bool:
    """Whether what is here was made by this room."""
    return mark_file().exists()


def password() -> str:
    """The password of the demo's people, as the mark keeps it."""
    return str(json.loads(mark_file().read_text(encoding="utf-8"))["password"])


def fill(now: datetime | None = None) -> Filled:
    """Both desks with their people and cases, in one transaction; the desk must be empty."""
    at = (now or timezone.now()).replace(microsecond=0)
    word = "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
    told = []
    with transaction.atomic():
        for name, tell in TELLERS.items():
            version = publish_file(settings.TROTH_POLICIES / name, effective_at=at - BACK)
            told += tell(Stage(version.desk, word, at), load_policy(version))
        play(told, at)
    mark_file().write_text(json.dumps({"password": word, "made": at.isoformat()}) + "\n", encoding="utf-8")
    mark_file().chmod(0o600)
    return Filled(len(TELLERS), len(told), word)


def begin_anew(now: datetime | None = None) -> Filled:
    """What was here is gone and a new demo is there; one transaction, so a server that runs sees one or the other."""
    for folder in (Path(settings.TROTH_OUTBOX), Path(settings.MEDIA_ROOT)):
        shutil.rmtree(folder, ignore_errors=True)
    with transaction.atomic():
        call_command("flush", interactive=False, verbosity=0)
        return fill(now)


def sign_in_sheet(url: str) -> str:
    """Where to go and as whom: agents with their password, a customer by a link made for the occasion."""
    lines = [f"The password of everybody below is  {password()}", ""]
    for desk in Desk.objects.order_by("pk"):
        lines += [f"{desk.vendor}", f"  sign in at     {url}/{desk.slug}/sign-in/password?next=/{desk.slug}/desk/queue"]
        lines += [f"  {role:<13}  {email}  ({name})" for role, email, name in _staff(desk)]
        lines += [f"  customer       {_customer_link(desk, url)}", ""]
    return "\n".join([*lines, f"All mail stays here and can be read at  {url}/outbox"])


def _staff(desk: Desk) -> list[tuple[str, str, str]]:
    roles = (MemberRole.STAFF, MemberRole.SENIOR, MemberRole.MANAGER, MemberRole.PARTNER)
    words = {MemberRole.STAFF: "agent", MemberRole.SENIOR: "senior agent"}
    rows = Membership.objects.filter(desk=desk, role__in=[str(role) for role in roles]).select_related("person")
    ordered = sorted(rows, key=lambda row: (roles.index(MemberRole(row.role)), row.pk))
    return [(words.get(MemberRole(row.role), row.role), row.person.email, row.person.name) for row in ordered]


def _customer_link(desk: Desk, url: str) -> str:
    email = SHOWN_CUSTOMERS.get(desk.slug, "")
    mailed = request_sign_in_link(email, desk=desk, at=timezone.now())
    if mailed is None:
        return f"{url}/{desk.slug}/sign-in  as {email}; the link is mailed to the outbox"
    return f"{url}/{desk.slug}/sign-in/link/{mailed.token}  ({mailed.person.name}, once, within 30 minutes)"
