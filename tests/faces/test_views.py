"""The theme is a cookie, the stylesheet is kept for ever, the style guide is for demonstration only."""

import gzip

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from troth.faces import stylesheet

pytestmark = pytest.mark.urls("tests.faces.addresses")


def test_the_stylesheet_is_kept_for_ever_under_its_digest(client: Client) -> None:
    """A change gets a new address, so the old one never has to be asked for again."""
    digest, body = stylesheet.kept()
    response = client.get(reverse("faces:stylesheet", args=[digest]))
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content == body


def test_an_old_address_gives_today_s_sheet_unkept(client: Client) -> None:
    """A page from before an update stays readable and is not stuck with the wrong sheet."""
    response = client.get(reverse("faces:stylesheet", args=["0" * 12]))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_stylesheet_travels_packed_where_that_is_understood(client: Client) -> None:
    """The page budget is 60 kB packed; the sheet takes less than a quarter of it."""
    response = client.get(reverse("faces:stylesheet", args=["x"]), headers={"accept-encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == stylesheet.joined()
    assert len(response.content) <= 15_000


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_a_chosen_theme_is_kept_and_rendered_by_the_server(client: Client, theme: str) -> None:
    """No script and no flash: the page comes in the theme it was asked for."""
    response = client.post("/theme", {"theme": theme, "next": "/styleguide"})
    assert response.headers["Location"] == "/styleguide"
    assert response.cookies["theme"]["samesite"] == "Lax"
    with override_settings(TROTH_DEMO=True):
        page = client.get("/styleguide").content.decode()
    html = page[page.index("<html") : page.index("<head")]
    assert ("data-theme" in html) is (theme != "system")
    assert f'data-theme="{theme}"' in html or theme == "system"


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    """What a form says is checked against the closed list."""
    assert "theme" not in client.post("/theme", {"theme": "x;y"}).cookies
    client.cookies["theme"] = '"><script>'
    with override_settings(TROTH_DEMO=True):
        assert b'"><script>' not in client.get("/styleguide").content


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_switch_never_leads_to_another_site(client: Client, wanted: str) -> None:
    """A link that ends elsewhere after a click here is how people are deceived."""
    assert client.post("/theme", {"theme": "dark", "next": wanted}).headers["Location"] == "/"


def test_single_keys_can_be_switched_off(client: Client) -> None:
    """WCAG 2.1.4: single character keys can be turned off; the page then says so to its script."""
    client.post("/keys", {"keys": "off"})
    with override_settings(TROTH_DEMO=True):
        assert b'data-keys="off"' in client.get("/styleguide/workspace").content
        client.post("/keys", {"keys": "on"})
        assert b'data-keys="on"' in client.get("/styleguide/workspace").content


def test_keys_are_on_for_the_desk_and_off_for_customers(client: Client) -> None:
    """Whoever did not choose gets what suits most of their kind."""
    with override_settings(TROTH_DEMO=True):
        assert b'data-audience="staff" data-keys="on"' in client.get("/styleguide/workspace").content
        assert b'data-audience="customer" data-keys="off"' in client.get("/styleguide/portal").content


@pytest.mark.parametrize("path", ["/styleguide", "/styleguide/portal", "/styleguide/workspace"])
def test_the_style_guide_is_shown_in_demonstration_only(client: Client, path: str) -> None:
    """A desk at work answers 404, as for any page that is not there."""
    with override_settings(DEBUG=False, TROTH_DEMO=False):
        assert client.get(path).status_code == 404
    with override_settings(TROTH_DEMO=True):
        assert client.get(path).status_code == 200
