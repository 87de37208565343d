"""Who sees which cases: a table of persons against cases."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.desk.making import agent, customer, netop, opened, person
from troth.customers.models import Account, Partner, PartnerUser
from troth.desk.models import Case
from troth.people.models import Desk, MemberRole
from troth.people.roles import give_role

pytestmark = pytest.mark.django_db


def seen_by(who) -> set[str]:
    """The titles of the cases somebody sees."""
    return set(Case.objects.visible_to(who).values_list("title", flat=True))


def test_everybody_sees_their_own_and_nobody_elses() -> None:
    """TRUST promise 8: foreign and absent look the same."""
    desk = netop()
    partner = Partner.objects.create(desk=desk, name="Nordic IT", zone="Europe/Oslo")
    served = Account.objects.create(desk=desk, name="Served", partner=partner)
    holder, colleague, foreigner = customer(desk, served), customer(desk, served), customer(desk)
    opened(desk, holder, title="theirs")
    opened(desk, foreigner, title="foreign")
    helper = person("Helper")
    PartnerUser.objects.create(desk=desk, person=helper, partner=partner)
    elsewhere = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    barred = agent(desk).person
    assert barred is not None
    barred.is_active = False
    operator = person("Operator")
    give_role(operator, desk, MemberRole.OPERATOR)
    assert seen_by(holder.person) == seen_by(colleague.person) == seen_by(helper) == {"theirs"}
    assert seen_by(foreigner.person) == {"foreign"}
    assert seen_by(agent(desk).person) == seen_by(agent(desk, MemberRole.MANAGER).person) == {"theirs", "foreign"}
    for nobody in (agent(elsewhere).person, person(), barred, operator, AnonymousUser(), None):
        assert seen_by(nobody) == set()


def test_contacts_nobody_has_placed_do_not_see_each_other() -> None:
    """Two people without an account are not of one account."""
    desk = netop()
    first, second = customer(desk), customer(desk)
    for contact in (first, second):
        contact.account = None
        contact.save()
    opened(desk, first, title="first")
    assert (seen_by(first.person), seen_by(second.person)) == ({"first"}, set())


@pytest.mark.parametrize("number", ["NETOP-1001", "netop-1001", " 1001 ", 1001])
def test_a_case_is_found_by_its_number_in_any_spelling(number) -> None:
    """The number is the same in subject, address and command line."""
    desk = netop()
    assert opened(desk).case in Case.objects.numbered(desk, number)


@pytest.mark.parametrize("number", ["SYNCRO-1001", "NETOP-1002", "NETOP-", "", "1001; drop", "9" * 30, "NETOP--1001"])
def test_what_is_no_number_of_this_desk_finds_nothing(number) -> None:
    """No error, no hint: nothing."""
    desk = netop()
    opened(desk)
    assert not Case.objects.numbered(desk, number).exists()
