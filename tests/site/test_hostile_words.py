"""Whatever stands in a field or an address, the desk answers, and neither fails nor hands it on to the database.

PostgreSQL takes no NUL in a text; SQLite does, so on it the question itself is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.workspace.conftest import Floor, lay_floor
from troth.portal.acts import ACTS
from troth.workspace.act_page import BESIDE
from troth.workspace.wanted import READERS

pytestmark = pytest.mark.django_db

WORDS = {
    "NUL": "a\0b",
    "right to left": "\u202egnp.exe",
    "no character": "\udcff\ufffe",
    "a long number": "9" * 5000,
    "other digits": "²٣",
    "the first year": "0001-01-01T00:00",
    "the last year": "9999-12-31T23:59:59-14:00",
    "a header": "x\r\nBcc: all@people.example",
    "a megabyte": "x" * 1_000_000,
}
FIELDS = {
    "portal": ("text", "until", "occurred", "to", "idempotency_key"),
    "new case": ("title", "text", "version", "product", "request", "severity", "shown", "key", "q_environment"),
    "workspace": (
        *("text", "severity", "version", "to", "cause", "as", "on", "ref", "until", "minutes", "activity"),
        *("available", "how", "by", "because", "gives", "based_on", "seen", "idempotency_key"),
    ),
    "sign-in": ("email", "password", "next", "back", "theme", "keys", "case", "list", "q"),
}
RIGHT = {"text": "Words.", "title": "It stops", "on": "third party", "activity": "work", "minutes": "5", "to": "2"}
RIGHT |= {"severity": "high", "version": "1", "email": "a@people.example", "password": "word"}


@contextmanager
def watched() -> Iterator[list[str]]:
    """The questions whose values hold a NUL, as they reach the database."""
    found: list[str] = []

    def look(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        rows = params if many else [params]
        found.extend(sql[:300] for row in rows or () for one in row or () if isinstance(one, str) and "\0" in one)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


@pytest.fixture
def floor() -> Floor:
    """Netop's desk with its people and two cases."""
    return lay_floor()


def browser(floor: Floor, role: str) -> Client:
    """A browser of somebody who has signed in, or of nobody."""
    client = Client(raise_request_exception=False)
    if role != "nobody":
        client.force_login({"customer": floor.maria, "agent": floor.manager}[role].person)
    return client


def forms(floor: Floor) -> list[tuple[str, str, tuple[str, ...]]]:
    """Who sends what where."""
    acts = [f"/netop/cases/{floor.direct.label}/{act}" for act in ACTS]
    work = [floor.case(f"/{act}") for act in (*READERS, *BESIDE)]
    doors = ("/netop/sign-in", "/netop/sign-in/password", "/netop/sign-in/link/x", "/theme", "/keys", acts[0], work[0])
    return [
        *(("customer", path, FIELDS["portal"]) for path in acts),
        *(("customer", path, FIELDS["new case"]) for path in ("/netop/cases/new", "/netop/cases/new/promise")),
        *(("agent", path, FIELDS["workspace"]) for path in work),
        *(("agent", path, FIELDS["sign-in"]) for path in ("/netop/desk/queue/assign", "/netop/desk/queue/take")),
        *(("nobody", path, FIELDS["sign-in"]) for path in doors),
    ]


def sent(client: Client, path: str, posted: dict[str, object]) -> HttpResponse:
    """What comes of a form; what it changed is taken back."""
    with transaction.atomic():
        answer = client.post(path, posted)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("name", WORDS)
def test_no_form_fails_on_any_words(floor: Floor, name: str) -> None:
    """In all fields at once, and in those that a right form has beside it."""
    word = WORDS[name].encode("utf-8", "surrogateescape") if name == "no character" else WORDS[name]
    browsers = {role: browser(floor, role) for role in ("nobody", "customer", "agent")}
    failed = []
    with watched() as taken:
        for role, path, fields in forms(floor):
            everywhere = dict.fromkeys(fields, word)
            beside = {**RIGHT, **{field: word for field in fields if field not in RIGHT}}
            for posted in (everywhere, beside):
                status = sent(browsers[role], path, posted).status_code
                if status >= 500:
                    failed.append(f"{path}: {status}")
    assert failed == []
    assert taken == []


@pytest.mark.parametrize("name", [name for name in WORDS if name != "a megabyte"])
def test_no_address_fails_on_any_words(floor: Floor, name: str) -> None:
    """In a path, in a query, for everybody."""
    word = quote(WORDS[name].encode("utf-8", "surrogateescape") if name == "no character" else WORDS[name], safe="")
    here = f"/netop/cases/{floor.direct.label}"
    paths = [f"/sign-in?next=/{word}/", f"/netop/sign-in?next=/{word}", f"/netop/cases?show={word}", f"/{word}/"]
    paths += [f"/netop/desk/queue?q={word}&list={word}&page={word}", f"/netop/desk/queue?q=owner:{word}"]
    paths += [f"/netop/desk/queue?q=account:{word}", f"/netop/desk/queue?q=product:{word}", f"/netop/desk/mail/{word}"]
    paths += [
        f"/netop/desk/mail?page={word}",
        f"/netop/cases/{word}",
        f"/netop/cases/NETOP-{word}",
        f"{here}/why/{word}",
    ]
    paths += [f"{here}/files/{word}", floor.case(f"/why/{word}"), f"/netop/desk/cases/{word}"]
    paths += [f"/faces.{word}.css"]
    failed = []
    with watched() as taken:
        for role in ("nobody", "customer", "agent"):
            client = browser(floor, role)
            failed += [path[:80] for path in paths if client.get(path).status_code >= 500]
    assert failed == []
    assert taken == []


def test_no_file_fails_whatever_it_is_called(floor: Floor) -> None:
    """Its name and its kind are the sender's to say, and so are nothing to trust."""
    client = browser(floor, "customer")
    with watched() as taken:
        for name in ("a\0b.txt", "../../etc/passwd", "x" * 3000 + ".png", "\u202egnp.exe", "a\r\nX: y", "con", "."):
            for kind in ("text/html", "x\0y", "a" * 500, "image/svg+xml; charset=\x01"):
                file = SimpleUploadedFile("named.txt", b"content", content_type=kind)
                file._name = name  # noqa: SLF001 - Django would take the worst out before it is sent
                answer = sent(client, f"/netop/cases/{floor.direct.label}/reply", {"text": "With it.", "files": file})
                assert answer.status_code in {302, 400, 409}, (name, kind, answer.status_code)
    assert taken == []


@pytest.mark.parametrize("role", ["customer", "agent"])
def test_words_that_are_too_many_are_kept_whole_and_said_to_be(floor: Floor, role: str) -> None:
    """Cut in silence, their end would be lost, and their writer would believe that it had been read."""
    path, most = {
        "customer": (f"/netop/cases/{floor.direct.label}/reply", 50_000),
        "agent": (floor.case("/reply"), 100_000),
    }[role]
    client, before = browser(floor, role), floor.direct.messages.count()
    answer = client.post(path, {"text": "x" * most + " end"})
    assert answer.status_code == 409
    assert f"at most {most:,}" in answer.content.decode()
    assert "x end</textarea>" in answer.content.decode()
    assert floor.direct.messages.count() == before
    assert client.post(path, {"text": "x" * most}).status_code == 302
