"""Passkeys in a real browser, with its virtual authenticator: added, asked for, taken off; no key, no way in."""

import contextlib

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.desk.making import agent, netop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.portal.addresses"),
]
WORD = "correct horse battery"
PATIENCE = 60_000


@contextlib.contextmanager
def device(browser, **options):
    """A page in a browser of its own whose device makes passkeys and confirms its owner; what it complains of is a
    failure.
    """
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.keys = context.new_cdp_session(page)
    page.keys.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    kind |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    page.authenticator = page.keys.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]
    yield page
    assert page.complaints == []
    context.close()


@pytest.fixture
def worker(settings):
    """Somebody who works at the desk, with a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person = agent(netop()).person
    person.set_password(WORD)
    person.save()
    return person


@pytest.fixture
def root(live_server):
    """The desk's address by a name: a passkey belongs to a name, never to a number."""
    return live_server.url.replace("127.0.0.1", "localhost")


def give_password(page, root, worker):
    """The first factor."""
    page.goto(f"{root}/netop/sign-in/password?next=/netop/cases")
    page.get_by_label("Your mail address").fill(worker.email)
    page.get_by_label("Your password").fill(WORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page, root, name):
    """From the page about signing in, by its button; the password is asked for once more."""
    page.goto(f"{root}/account/")
    page.get_by_role("link", name="Add a passkey").click()
    if page.url.startswith(f"{root}/account/again"):
        page.get_by_label("Your password").fill(WORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Its name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()


def test_a_passkey_is_added_asked_for_and_taken_off(browser, root, worker):
    """Its whole life, as a person sees it; afterwards the password is enough again."""
    with device(browser) as page:
        give_password(page, root, worker)
        expect(page).to_have_url(f"{root}/netop/cases", timeout=PATIENCE)
        add_passkey(page, root, "Blue laptop")
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("link", name="I have them").click()
        expect(page.get_by_text("Blue laptop", exact=True).first).to_be_visible(timeout=PATIENCE)
        page.context.clear_cookies()
        give_password(page, root, worker)
        expect(page.get_by_role("heading", name="One step more")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(f"{root}/netop/cases", timeout=PATIENCE)
        page.goto(f"{root}/account/")
        page.get_by_role("link", name="Take off Blue laptop").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("button", name="Take it off").click()
        expect(page.get_by_role("link", name="Add a passkey")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("Blue laptop", exact=True)).to_have_count(0)
        page.context.clear_cookies()
        give_password(page, root, worker)
        expect(page).to_have_url(f"{root}/netop/cases", timeout=PATIENCE)
    assert not Authenticator.objects.exists()


def test_another_device_does_not_come_in(browser, root, worker):
    """The password and a device without the key: the page says so, and a recovery code is still a way."""
    with device(browser) as page:
        give_password(page, root, worker)
        add_passkey(page, root, "Blue laptop")
        codes = page.locator(".codes code")
        expect(codes).to_have_count(10, timeout=PATIENCE)
        code = codes.first.inner_text()
    with device(browser) as stranger:
        give_password(stranger, root, worker)
        stranger.get_by_role("button", name="Use a passkey").click()
        expect(stranger.get_by_text("Your device did not give a passkey")).to_be_visible(timeout=PATIENCE)
        stranger.goto(f"{root}/netop/cases")
        expect(stranger).to_have_url(f"{root}/netop/sign-in?next=%2Fnetop%2Fcases", timeout=PATIENCE)
        give_password(stranger, root, worker)
        stranger.get_by_label("Recovery code").fill(code)
        stranger.get_by_role("button", name="Use the code").click()
        expect(stranger).to_have_url(f"{root}/netop/cases", timeout=PATIENCE)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_about_signing_in_are_accessible_and_fit(browser, root, worker, theme):
    """Axe finds nothing, and nothing scrolls sideways, wide and narrow."""
    paths = ["", "app", "passkeys/new", "password", "recovery-codes", "recovery-codes/new", "again", "again/passkey"]

    def looked_at(page, address):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address} at {width}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{address} at {width}"

    with device(browser, color_scheme=theme) as page:
        give_password(page, root, worker)
        add_passkey(page, root, "Passkey")
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible(timeout=PATIENCE)
        for path in paths:
            looked_at(page, f"{root}/account/{path}")
        page.context.clear_cookies()
        give_password(page, root, worker)
        expect(page.get_by_role("heading", name="One step more")).to_be_visible(timeout=PATIENCE)
        looked_at(page, f"{root}/account/code")
