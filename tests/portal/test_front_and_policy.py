"""The open pages: the desks, a desk's front, the policy, and the pages for what went wrong."""

import errno
import re

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from tests.desk.making import customer, netop, signed_in
from tests.portal.people import syncro
from troth.desk.policies import load_policy
from troth.people.models import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_the_root_lists_the_desks_and_skips_the_list_of_one():
    """With one desk its front comes at once; with two one chooses."""
    netop()
    assert Client().get("/").url == "/netop/"
    syncro()
    page = Client().get("/").content.decode()
    assert 'href="/netop/"' in page
    assert 'href="/syncro-soft/"' in page


def test_the_front_says_whether_somebody_is_there(clock):
    """Tuesday at ten it is open until five; at night it opens on the morning after."""
    netop()
    assert "Open now, until" in " ".join(Client().get("/netop/").content.decode().split())
    clock.shift(10 * 3600)
    assert "Closed now; open again" in " ".join(Client().get("/netop/").content.decode().split())


def test_a_desk_without_a_policy_says_so():
    """It promises nothing, and no page of it breaks."""
    Desk.objects.create(slug="new", vendor="New", title="New", prefix="NEW", zone="Europe/Berlin")
    assert "no policy in force" in Client().get("/new/").content.decode()
    assert Client().get("/new/policy").status_code == 404


def test_the_policy_is_readable_by_anyone_clause_by_clause():
    """Every clause is on the page under its own anchor, its rules as tables, what is assumed marked."""
    for desk in (netop(), syncro()):
        page = Client().get(f"/{desk.slug}/policy").content.decode()
        policy = load_policy(desk.policy_versions.get())
        for clause in policy.clauses:
            assert page.count(f'id="{clause}"') == 1, clause
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert '<span class="assumed">' in page
        assert "<table" in page
        assert "```" not in page


def test_every_mark_leads_to_a_clause_that_is_there():
    """A link `policy#x` on a page has its target on the policy page."""
    desk = netop()
    policy = Client().get("/netop/policy").content.decode()
    client = signed_in(customer(desk).person)
    panel = client.post("/netop/cases/new/promise", {"title": "x", "q_environment": "production"}).content.decode()
    anchors = set(re.findall(r"/netop/policy#([\w-]+)", panel))
    assert anchors
    assert all(f'id="{anchor}"' in policy for anchor in anchors)


def test_what_is_not_there_is_told_plainly():
    """An unknown desk and an unknown page: the same page, status 404."""
    netop()
    pages = [Client().get(path) for path in ("/nowhere/", "/nowhere/cases", "/netop/no-such", "/netop/cases/1/x/y/z")]
    assert {page.status_code for page in pages} == {404}
    assert all("There is nothing here for you" in page.content.decode() for page in pages)


def test_an_error_of_ours_asks_nothing_of_the_database(django_assert_num_queries):
    """The page for a failure must not fail."""
    from django.test import RequestFactory  # noqa: PLC0415 (this test alone)

    from troth.portal.errors import broken  # noqa: PLC0415

    with django_assert_num_queries(0):
        page = broken(RequestFactory().get("/netop/"))
    assert page.status_code == 500
    assert "Something failed on our side" in page.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (InterfaceError("the connection is closed"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 503),
        (OSError(errno.ENOENT, "No such file"), 500),
        (ValueError("a mistake of ours"), 500),
    ],
)
def test_a_database_that_is_away_is_told_as_such(error, status, monkeypatch, client, django_assert_num_queries):
    """503 tells people and programs to come again, and people what is safe; a mistake of ours stays 500."""

    def fails(*_):
        raise error

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", fails)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        page = client.get("/netop/")
    assert page.status_code == status
    assert ("Retry-After" in page.headers) is (status == 503)
    assert ("it is taken once" in page.content.decode()) is (status == 503)


def test_reading_changes_nothing():
    """GET changes nothing: no row is written by any open page."""
    from django.db import connection  # noqa: PLC0415 (this test alone)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    desk = netop()
    client = signed_in(customer(desk).person)
    paths = ["/", "/netop/", "/netop/policy", "/netop/sign-in", "/netop/sign-in/password", "/netop/cases"]
    with CaptureQueriesContext(connection) as asked:
        for path in [*paths, "/netop/cases/new", "/netop/cases?show=closed"]:
            client.get(path)
    assert [one["sql"] for one in asked if re.match(r"(INSERT|UPDATE|DELETE)", one["sql"])] == []


def test_every_form_carries_its_token():
    """Each POST form has the hidden field, so it works without script."""
    desk = netop()
    client = signed_in(customer(desk).person)
    for path in ("/netop/", "/netop/sign-in", "/netop/sign-in/password", "/netop/cases/new", "/netop/cases"):
        forms = re.findall(r'<form[^>]*method="post".*?</form>', client.get(path).content.decode(), re.DOTALL)
        assert forms
        assert all("csrfmiddlewaretoken" in form for form in forms), path


def test_no_page_carries_style_or_script_of_its_own():
    """The content security policy forbids both; so does this test, before a browser does."""
    desk = netop()
    client = signed_in(customer(desk).person)
    for path in ("/", "/netop/", "/netop/policy", "/netop/sign-in", "/netop/cases/new", "/netop/cases"):
        page = client.get(path, follow=True).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=\"|<style|<script(?![^>]*\bsrc=)", page), path


@pytest.mark.urls("troth.site.urls")
def test_the_whole_site_shows_these_pages_too(settings):
    """The handlers hang in the site's own tree, and the queue is where signing in sends the desk's people."""
    settings.ROOT_URLCONF = "troth.site.urls"
    netop()
    assert "There is nothing here for you" in Client().get("/netop/no-such").content.decode()
    assert Client().get("/netop/").status_code == 200
    assert Client().get("/netop/desk/queue").status_code in {302, 404}
