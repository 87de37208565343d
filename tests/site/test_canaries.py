"""Unique marks in notes, names of files, other people's cases and hidden copies: no answer to the wrong person has one.

Whoever looks follows every link they are shown, and asks for every address the site has, on both desks.
"""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from django.utils import timezone

from tests.desk.making import opened
from tests.mail.writing import handed_in, mail
from tests.site.test_access_matrix import (
    HOLDERS,
    NOT_SIGNED_IN,
    OWN_PEOPLE,
    TABLE,
    World,
    addresses,
    browser,
    own,
)
from tests.site.test_access_matrix import world as world  # noqa: PLC0414 - a fixture, for the tests below
from troth.desk.door import note, record
from troth.desk.messages import Enclosed, Written
from troth.policy.vocabulary import Verb

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MOST = 150
"""Pages one person looks at; the floor has fewer, and a queue that links to itself must not go on for ever."""

WORKERS = OWN_PEOPLE | {"partner"}
ALLOWED = {
    "canary-own-case": HOLDERS | WORKERS,
    "canary-own-file": HOLDERS | WORKERS,
    "canary-note": WORKERS,
    "canary-hidden-file": WORKERS,
    "canary-other-account": OWN_PEOPLE | {"other account"},
    "canary-other-desk": frozenset({"other desk", "other agent"}),
    "canary-held-mail": OWN_PEOPLE,
    "canary-hidden-copy": OWN_PEOPLE,
}
SEEN_BY = {
    "holder": {"canary-own-case", "canary-own-file"},
    "agent": {"canary-own-case", "canary-note", "canary-other-account", "canary-held-mail"},
    "other desk": {"canary-other-desk"},
    "other account": {"canary-other-account"},
}
"""What each must find, or the crawl did not get anywhere."""


@pytest.fixture
def marked(world: World) -> World:
    """The floor with a mark on each thing."""
    desk, people, now = world.mine.desk, world.people, timezone.now()
    from troth.desk.actors import Actor  # noqa: PLC0415 - models need Django to be ready
    from troth.policy.vocabulary import Role  # noqa: PLC0415 - models need Django to be ready

    worker = Actor(people["agent"], Role.STAFF)
    file, hidden = (Enclosed(f"canary-{name}.txt", b"x") for name in ("own-file", "hidden-file"))
    record(world.mine, Verb.REPLY, by=worker, written=Written("canary-own-case", enclosed=(file,)))
    note(world.mine, by=worker, written=Written("canary-note", enclosed=(hidden,)))
    opened(desk, people["other account"].contacts.get(), title="canary-other-account")
    there = Actor(people["other agent"], Role.STAFF)
    record(world.elsewhere, Verb.REPLY, by=there, written=Written("canary-other-desk"))
    handed_in(desk, mail("canary-held-mail", sender=None, Bcc="canary-hidden-copy@x.example"), at=now)
    sent = mail("Please.", sender=people["other account"].email, Bcc="canary-hidden-copy@x.example")
    handed_in(desk, sent, at=now)
    return world


def all_addresses(world: World) -> list[str]:
    """Every address of the site that can be looked at, about what is at Netop and what is at Syncro Soft."""
    here = own(world)
    there = {**here, "desk": "syncro-soft", "number": world.elsewhere.label, "pk": world.file_elsewhere.pk}
    there |= {"mail": world.mail_elsewhere.pk}
    asked = [path for name, doors in TABLE.items() if doors.get for v in (here, there) for path in addresses(name, v)]
    hidden = [f"/netop/cases/{world.mine.label}/files/{world.hidden_file.pk}", "/netop/desk/queue?q=canary"]
    return ["/", "/netop/", "/netop/cases?list=account", *hidden, *asked]


def answers(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Each page this person comes to, with all that stands on it and in its headers."""
    client, waiting, seen = browser(world.people[role]), all_addresses(world), set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        text = body.decode("utf-8", "replace")
        yield path, f"{answer.headers} {text}"
        if "html" in answer.get("Content-Type", ""):
            links = (urldefrag(link)[0] for link in re.findall(r'(?:href|hx-get|src)="([^"]+)"', text))
            waiting += [link.replace("&amp;", "&") for link in links if link.startswith("/") and is_page(link)]


def is_page(link: str) -> bool:
    """Whether it may lead to words of somebody's."""
    return not urlsplit(link).path.startswith("/static/")


@pytest.mark.parametrize("role", sorted({role for roles in ALLOWED.values() for role in roles} | NOT_SIGNED_IN))
def test_no_answer_to_the_wrong_person_carries_a_mark(marked: World, role: str) -> None:
    """Wherever they go; and who may see a mark does."""
    wrong, found = [], set()
    for path, text in answers(marked, role):
        for mark, allowed in ALLOWED.items():
            if mark in text:
                found.add(mark)
                if role not in allowed:
                    wrong.append(f"{mark} at {path}")
    assert wrong == []
    assert SEEN_BY.get(role, set()) <= found


@pytest.mark.parametrize("role", ["operator", "other partner"])
def test_who_has_no_case_here_meets_no_mark(marked: World, role: str) -> None:
    """An operator runs the machine and reads no letters."""
    assert [path for path, text in answers(marked, role) if "canary-" in text.replace("q=canary", "")] == []


def test_a_leak_is_seen(marked: World, monkeypatch) -> None:
    """A page that shows notes to customers turns this red."""
    monkeypatch.setattr("troth.desk.reads.CUSTOMER_READS", ("customer", "us", "note"))
    assert any("canary-note" in text for _, text in answers(marked, "holder"))
