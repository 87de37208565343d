"""`troth people add`: somebody who works at a desk, let in once by a link or by a password of theirs."""

import io
import re

import pytest
from django.test import Client

from tests.desk.making import netop
from troth.customers.models import PartnerUser
from troth.desk.customer_commands import add as add_customer
from troth.journal.models import AuditEntry
from troth.people.models import MemberRole, Person
from troth.people.roles import acting_role, roles_of
from troth.site.people_commands import add, change

pytestmark = pytest.mark.django_db


def test_an_agent_is_added_and_comes_in_by_the_link_once(capsys) -> None:
    """The link that is printed signs in; the second time it does not."""
    desk = netop()
    assert add(["netop", "anna@netop.example", "--role", "manager", "--name", "Anna"]) == 0
    said = capsys.readouterr().out
    assert "anna@netop.example is manager on /netop/." in said
    anna = Person.objects.get()
    assert (anna.name, anna.zone, acting_role(anna, desk)) == ("Anna", "Europe/Copenhagen", MemberRole.MANAGER)
    path = re.search(r"http://[^/]+(/\S+)", said)
    assert path is not None
    client = Client()
    client.post(path[1])
    assert client.session.get("_auth_user_id") == str(anna.pk)
    other = Client()
    other.post(path[1])
    assert "_auth_user_id" not in other.session
    assert AuditEntry.objects.filter(action="added a person", data={"role": "manager", "password": False}).exists()


def test_a_password_is_read_from_the_input_and_looked_at(capsys, monkeypatch) -> None:
    """Too plain a one is refused and nobody is added; a good one is theirs."""
    netop()
    monkeypatch.setattr("sys.stdin", io.StringIO("password\n"))
    assert add(["netop", "anna@netop.example", "--password"]) == 1
    assert "too common" in capsys.readouterr().err
    assert not Person.objects.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("four herons wade east\n"))
    assert add(["netop", "anna@netop.example", "--password"]) == 0
    assert Person.objects.get().check_password("four herons wade east")
    assert "/sign-in/" not in capsys.readouterr().out


def test_a_known_person_gets_a_second_role_and_keeps_the_rest(capsys) -> None:
    """One person for all desks: name and password stay."""
    desk = netop()
    known = Person.objects.create_user("anna@netop.example", "four herons wade east", name="Anna")
    assert add(["netop", "Anna@Netop.example", "--role", "operator"]) == 0
    assert add(["netop", "anna@netop.example", "--role", "staff"]) == 0
    known.refresh_from_db()
    assert roles_of(known, desk) == {MemberRole.OPERATOR, MemberRole.STAFF}
    assert (known.name, known.check_password("four herons wade east")) == ("Anna", True)


def test_a_partners_person_belongs_to_the_partner(capsys) -> None:
    """The role and the company come together."""
    netop()
    add_customer(["netop", "partner", "--name", "Nordic IT"])
    assert add(["netop", "ole@nordic.example", "--role", "partner"]) == 2
    assert add(["netop", "ole@nordic.example", "--role", "partner", "--partner", "Nordic"]) == 1
    assert not Person.objects.exists()
    assert add(["netop", "ole@nordic.example", "--role", "partner", "--partner", "Nordic IT"]) == 0
    assert PartnerUser.objects.get().person == Person.objects.get()


def test_what_is_no_address_is_told(capsys) -> None:
    """Exit 1 and nobody is there."""
    netop()
    assert add(["netop", "anna"]) == 1
    assert "'anna' is no mail address" in capsys.readouterr().err
    assert add(["netpo", "anna@netop.example"]) == 2
    assert not Person.objects.exists()


def test_a_desk_gets_its_address_and_number(capsys) -> None:
    """What is no address changes nothing; what is not named stays."""
    desk = netop()
    assert change(["netop", "--address", "netop@support.example", "--phone", "+45 70 00 00 00"]) == 0
    assert change(["netop", "--address", "support"]) == 1
    assert change(["netop", "--phone", "9" * 41]) == 1
    assert change(["netpo"]) == 2
    desk.refresh_from_db()
    assert (desk.address, desk.phone) == ("netop@support.example", "+45 70 00 00 00")
    assert AuditEntry.objects.filter(action="changed a desk").count() == 1
