"""The log: one line a request, told by its route; never a token, an address, a body or a name."""

import json
import logging
from io import StringIO

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.desk.making import agent, netop, signed_in
from troth.site.logs import Json, Lines, RequestLog

LINK = "/netop/sign-in/link/Wm9uZS1vZi1hLXNlY3JldA"


@pytest.fixture
def lines() -> StringIO:
    """What the log writes, as machines read it, for the length of a test."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Json())
    loggers = [logging.getLogger(), logging.getLogger("troth")]
    loggers[0].addHandler(handler)
    before = loggers[1].level
    loggers[1].setLevel(logging.INFO)
    yield written
    loggers[0].removeHandler(handler)
    loggers[1].setLevel(before)


def told(lines: StringIO) -> list[dict[str, object]]:
    """The lines as objects; each must be one."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_has_one_line_with_its_route_and_not_its_address(lines) -> None:
    """Nor what was asked with it, nor what was sent."""
    netop()
    answer = Client().post(f"{LINK}?next=/private", {"text": "My password is hunter2"})
    (line,) = told(lines)
    assert line["route"] == "<slug:desk>/sign-in/link/<str:token>"
    assert (line["method"], line["status"], line["level"]) == ("POST", answer.status_code, "info")
    assert line["request"] == answer["X-Request-ID"]
    assert line["ms"] >= 0
    assert not any(word in lines.getvalue() for word in ("Wm9uZS", "private", "hunter2", "password"))


@pytest.mark.django_db
def test_a_person_is_a_number(lines) -> None:
    """Where the page asked who it is; the log itself asks nothing."""
    who = agent(netop()).person
    signed_in(who).get("/netop/desk/queue")
    (line,) = told(lines)
    assert line["person"] == who.pk
    assert who.email not in lines.getvalue()


@pytest.mark.django_db
def test_what_fails_is_told_with_its_traceback_under_the_same_request(lines, monkeypatch) -> None:
    """An operator finds all that belongs to one request by its id."""

    def fail(*_: object) -> None:
        raise RuntimeError(f"no way to {LINK}")

    monkeypatch.setattr("troth.portal.front.all_desks", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    failed, line = told(lines)
    assert "RuntimeError: no way to /netop/sign-in/link/…" in failed["error"]
    assert (line["level"], line["status"]) == ("error", 500)
    assert failed["request"] == line["request"] == answer["X-Request-ID"]


def test_probes_are_told_only_to_who_asks_for_everything(lines) -> None:
    """One every few seconds, for ever, is no news."""
    Client().get("/healthz")
    assert told(lines) == []


def test_each_request_has_an_id_of_its_own_and_leaves_none_behind(lines) -> None:
    """What is told after a request is not told of it."""
    answer = RequestLog(lambda _: HttpResponse("ok"))
    names = {answer(RequestFactory().get("/"))["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3
    logging.getLogger("troth.worker").warning("something else")
    assert "request" not in told(lines)[-1]


@pytest.mark.parametrize("formatter", [Json(), Lines("{levelname} {message}", style="{")])
@pytest.mark.parametrize(
    ("says", "is_cut"),
    [
        (f"Not Found: {LINK}", True),
        ("GET /netop/sign-in/link/short HTTP/1.1", True),
        ("see /files/1a2B3c4D5e6F7g8H9i0J1k2L3m4N", True),
        ("/netop/desk/cases/NETOP-1042", False),
        ('File "/opt/troth/lib/python3.11/site-packages/django/core/handlers/exception.py", line 55', False),
        ("/netop/policy#targets", False),
    ],
)
def test_keys_are_cut_off_addresses_and_nothing_else_is(formatter: logging.Formatter, says: str, is_cut: bool) -> None:
    """In both forms of the log, whoever wrote the line."""
    line = formatter.format(logging.LogRecord("troth", logging.WARNING, "", 0, "%s", (says,), None))
    assert ("…" in line) == is_cut
    assert (json.dumps(says, ensure_ascii=False)[1:-1] in line or says in line) != is_cut


def test_words_that_look_like_a_second_line_stay_in_theirs() -> None:
    """Nobody can write a line of their own into the log by what they send."""
    line = Json().format(logging.LogRecord("troth", logging.INFO, "", 0, 'a\n{"level": "error"}', (), None))
    assert "\n" not in line
