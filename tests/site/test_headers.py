"""What every answer carries, on every address of the site: policy for content, headers, cookies, no inline code."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.site.test_access_matrix import ABSENT, TABLE, World, addresses, browser, own
from tests.site.test_access_matrix import world as world  # noqa: PLC0414 - a fixture, for the tests below

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Code(HTMLParser):
    """Finds what a strict policy forbids: scripts and styles in the page, handlers, what comes from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag, attrs) -> None:
        """An element begins."""
        given = dict(attrs)
        is_data = tag == "script" and given.get("type") == "application/json"
        if (tag == "script" and "src" not in given and not is_data) or tag in {"style", "iframe", "object", "embed"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction", "srcset"} and not is_ours(tag, value or ""):
                self.found.append(f"{tag} {name}={value}")


def is_ours(tag: str, address: str) -> bool:
    """An address of this site; a link (and nothing that loads) may lead elsewhere, by mail or telephone too."""
    if tag == "a" and re.match(r"(https?://|mailto:|tel:)", address):
        return True
    return not re.match(r"\s*([a-z][a-z0-9+.-]*:|//|\\)", address, re.IGNORECASE)


def complaints(answer: HttpResponse) -> list[str]:
    """What this answer lacks or has too much."""
    found = [f"{name}: {answer.get(name)}" for name, value in CARRIED.items() if answer.get(name) != value]
    policy = answer.get("Content-Security-Policy", "")
    said = {part.split()[0]: set(part.split()[1:]) for part in policy.split(";") if part.strip()}
    is_download = "attachment" in answer.get("Content-Disposition", "")
    if said != POLICY and not (is_download and "sandbox" in said and said.get("default-src") == {"'none'"}):
        found.append(f"policy: {policy}")
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    if not answer.streaming and "html" in answer.get("Content-Type", ""):
        code = Code()
        code.feed(answer.content.decode())
        found += code.found
    for name, cookie in answer.cookies.items():
        if not cookie["httponly"] or cookie["samesite"] not in {"Lax", "Strict"}:
            found.append(f"cookie {name}")
    return found


@pytest.mark.parametrize("role", ["nobody", "holder", "partner", "manager", "operator"])
def test_every_address_answers_strictly(world: World, role: str) -> None:
    """Pages, fragments, files, refusals and errors, of what is there and what is not."""
    client, values, wrong, pages = browser(world.people[role]), own(world), {}, 0
    for name in TABLE:
        for given in (values, {**values, **ABSENT}):
            for path in addresses(name, given):
                answer = client.get(path)
                found = complaints(answer)
                answer.close()
                pages += answer.status_code == 200
                if found:
                    wrong[path] = found
    assert wrong == {}
    assert pages > 10


def test_the_ways_in_answer_a_form_as_strictly(world: World) -> None:
    """A cookie is set there; forged and malformed requests are answered so, too."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for path in ("/netop/sign-in", "/netop/sign-in/password", "/account/code", "/theme"):
        assert complaints(client.get(path)) == []
        assert complaints(client.post(path, {"email": "x"})) == []
    for answer in (client.get("/static/favicon.svg"), client.get("/", headers={"host": "evil.example"})):
        assert complaints(answer) == []
        answer.close()


@pytest.mark.parametrize(
    "page",
    [
        "<p style='color:red'>x</p>",
        "<style>p{}</style>",
        "<script>1</script>",
        "<img onerror=x>",
        "<img src=//evil.example/x>",
        "<script src=https://evil.example/x.js></script>",
        "<a href='javascript:1'>x</a>",
        "<form action=https://evil.example>",
        "<button hx-on:click=x>",
        "<iframe srcdoc=x>",
        "<a href=' data:text/html,x'>x</a>",
    ],
)
def test_what_must_not_be_in_a_page_is_found(page: str) -> None:
    """Else the test above would be green for ever."""
    code = Code()
    code.feed(page)
    assert code.found


def test_over_https_cookies_are_bound_to_the_host_and_hsts_is_said() -> None:
    """By one setting; names that begin with __Host- are refused by browsers unless secure, for all paths, no domain."""
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)"
    )
    https = {**os.environ, "TROTH_HTTPS": "1"}
    told = subprocess.run([sys.executable, "-c", script], env=https, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "31536000", "None", "None", "/"]
