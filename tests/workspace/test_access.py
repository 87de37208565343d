"""Who sees which page: agents all of their desk, partners their customers' cases, everybody else nothing."""

import pytest
from django.test import Client
from django.urls import URLPattern

from tests.desk.making import agent, customer, netop, person, signed_in
from tests.workspace.conftest import Floor
from troth.desk.door import note
from troth.desk.messages import Written
from troth.desk.models import Case
from troth.desk.policies import publish_file
from troth.workspace.urls import urlpatterns
from troth.workspace.wanted import READERS

GETS = ("queue", "case", "why")
POSTS = ("queue/take", "queue/assign")


def address(floor: Floor, name: str, row: Case) -> str:
    """The address of a page about this case."""
    tails = {"case": "", "why": "/why/respond"}
    return "/netop/desk/queue" if name == "queue" else floor.case(tails[name], row)


@pytest.mark.parametrize("name", GETS)
def test_an_agent_sees_every_page(floor: Floor, name: str) -> None:
    """Of both cases."""
    for row in (floor.direct, floor.through_partner):
        assert signed_in(floor.agent.person).get(address(floor, name, row)).status_code == 200


@pytest.mark.parametrize("name", GETS)
def test_a_partner_sees_the_pages_of_their_customers(floor: Floor, name: str) -> None:
    """The same pages."""
    assert signed_in(floor.partner.person).get(address(floor, name, floor.through_partner)).status_code == 200


def test_to_a_partner_a_foreign_case_looks_absent(floor: Floor) -> None:
    """By page, by proof, by every act, and in the list."""
    client = signed_in(floor.partner.person)
    for tail in ("", "/why/respond"):
        assert client.get(floor.case(tail)).status_code == 404
    for act in [*READERS, "note", "assign", "release"]:
        assert client.post(floor.case(f"/{act}"), {"text": "x"}).status_code == 404
    assert client.post("/netop/desk/queue/assign", {"case": floor.direct.label}).status_code == 404
    body = client.get("/netop/desk/queue").content.decode()
    assert floor.through_partner.label in body
    assert floor.direct.label not in body
    assert 'All open <span class="count">1</span>' in body


def test_a_partner_does_not_see_notes_of_a_case_where_they_are_the_customer(floor: Floor) -> None:
    """As a contact they may read their own case in the portal, but the workspace shows notes."""
    from troth.customers.models import Contact  # noqa: PLC0415

    Contact.objects.create(desk=floor.desk, person=floor.partner.person, account=floor.direct.account)
    note(floor.direct, by=floor.agent, written=Written("between us"))
    assert signed_in(floor.partner.person).get(floor.case()).status_code == 404


@pytest.mark.parametrize("name", GETS)
def test_a_customer_finds_nothing_here(floor: Floor, name: str) -> None:
    """Not even of their own case: the workspace shows notes."""
    assert signed_in(floor.maria.person).get(address(floor, name, floor.direct)).status_code == 404


def test_a_customer_can_do_nothing_here(floor: Floor) -> None:
    """Every act of every form is absent to them."""
    client = signed_in(floor.maria.person)
    before = Case.objects.get(pk=floor.direct.pk).event_count
    for path in [
        *(floor.case(f"/{act}") for act in [*READERS, "note", "assign"]),
        *(f"/netop/desk/{p}" for p in POSTS),
    ]:
        assert client.post(path, {"text": "x", "case": floor.direct.label}).status_code == 404
    assert Case.objects.get(pk=floor.direct.pk).event_count == before


def test_someone_of_no_desk_and_someone_barred_find_nothing(floor: Floor) -> None:
    """A person without a role here, and an agent who was barred."""
    assert signed_in(person("Nobody")).get("/netop/desk/queue").status_code == 404
    barred = floor.colleague.person
    client = signed_in(barred)
    barred.is_active = False
    barred.save()
    assert client.get("/netop/desk/queue").status_code != 200


def test_an_agent_of_another_desk_finds_nothing(floor: Floor, settings) -> None:
    """A role counts on its own desk only."""
    other = publish_file(settings.TROTH_POLICIES / "syncro-soft.md").desk
    client = signed_in(agent(other).person)
    assert client.get("/netop/desk/queue").status_code == 404
    assert client.get(floor.case()).status_code == 404
    assert client.get(f"/syncro-soft/desk/cases/{floor.direct.label}").status_code == 404


@pytest.mark.parametrize(
    "pattern", [one for one in urlpatterns if isinstance(one, URLPattern) and one.name != "outbox"]
)
def test_a_stranger_is_asked_to_sign_in(floor: Floor, pattern: URLPattern) -> None:
    """Every address of the workspace, read from its own table, so that no new one is forgotten."""
    path = "/" + str(pattern.pattern).replace("<slug:desk>", "netop").replace("<str:number>", floor.direct.label)
    path = path.replace("<str:clock>", "respond").replace("<slug:name>", "reply").replace("<slug:kind>", "mail")
    for answer in (Client().get(path), Client().post(path, {"text": "kept"})):
        assert answer.status_code in {302, 405}
        if answer.status_code == 302:
            assert answer["Location"].startswith("/netop/sign-in/password?next=")


def test_what_was_written_while_the_session_ended_is_there_again(floor: Floor) -> None:
    """The words wait in the session until their writer has signed in."""
    client = Client()
    client.post(floor.case("/reply"), {"text": "A long answer, nearly lost."})
    kept = dict(client.session)
    client.force_login(floor.agent.person)
    session = client.session
    session.update({key: value for key, value in kept.items() if not key.startswith("_")})
    session.save()
    assert "A long answer, nearly lost.</textarea>" in client.get(floor.case()).content.decode()


def test_an_unknown_desk_and_an_unknown_clock_are_absent(floor: Floor) -> None:
    """404, whoever asks."""
    client = signed_in(floor.agent.person)
    assert client.get("/nowhere/desk/queue").status_code == 404
    assert client.get(floor.case("/why/no-such-clock")).status_code == 404
    assert client.post(floor.case("/explode")).status_code == 404


def test_desk_and_customer_are_the_fixtures_i_think(floor: Floor) -> None:
    """The customer of the direct case has no partner; otherwise the tests above would prove nothing."""
    assert floor.direct.partner is None
    assert floor.through_partner.partner is not None
    assert netop() == floor.desk
    assert customer(floor.desk).account is not None
