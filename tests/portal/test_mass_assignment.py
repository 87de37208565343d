"""A form takes the fields it shows and no others, whatever a browser sends with it."""

import pytest
from django.forms.models import model_to_dict

from tests.desk.making import again, agent, customer, netop, opened, signed_in
from troth.desk.models import Case, Message
from troth.people.models import Membership, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def smuggled(other):
    """Names of columns, relations and roles, with values that somebody would like to have."""
    columns = {field.name: "1" for model in (Case, Message, Person) for field in model._meta.concrete_fields}  # noqa: SLF001
    wanted = {"account": other.account_id, "contact": other.pk, "desk": other.desk_id, "owner": other.person_id}
    wanted |= {"is_operator": "1", "is_staff": "1", "role": "manager", "person": other.person_id, "status": "closed"}
    wanted |= {
        "by": "staff",
        "as": "staff",
        "direction": "us",
        "at": "2000-01-01",
        "desk_id": "2",
        "pk": "1",
        "id": "1",
    }
    shown = {"product", "version", "release", "severity", "request", "title", "text"}  # what the form does ask for
    return {name: str(value) for name, value in (columns | wanted).items() if name not in shown}


def test_a_new_case_is_its_writers_whatever_else_is_sent():
    """Account, contact, owner, number and the instant are never the form's to say."""
    desk = netop()
    holder, other = customer(desk), customer(desk)
    sent = smuggled(other) | {"title": "Mine", "text": "It stops.", "key": "k" * 20}
    answer = signed_in(holder.person).post("/netop/cases/new", sent)
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.contact, case.account, case.owner, case.desk) == (holder, holder.account, None, desk)
    assert case.opened_at.year == 2026
    assert Message.objects.get().direction == "customer"


@pytest.mark.parametrize("act", ["reply", "solved", "more-time", "step-up", "reopen"])
def test_an_act_changes_nothing_but_what_it_is(act):
    """Whose the case is stays; nobody gets a role; the words are the customer's."""
    desk = netop()
    holder, other = customer(desk), customer(desk)
    case = opened(desk, holder).case
    client, before = signed_in(holder.person), again(case)
    people = [model_to_dict(one) for one in Person.objects.order_by("pk")]
    roles = list(Membership.objects.order_by("pk").values_list())
    client.post(f"/netop/cases/{case.label}/{act}", smuggled(other) | {"text": "Words."})
    now = again(case)
    for name in ("contact_id", "account_id", "owner_id", "desk_id", "number", "opened_at", "policy_version_id"):
        assert getattr(now, name) == getattr(before, name), name
    assert list(Membership.objects.order_by("pk").values_list()) == roles
    assert [model_to_dict(one) for one in Person.objects.order_by("pk")] == people
    assert set(Message.objects.values_list("direction", flat=True)) == {"customer"}


def test_the_page_about_signing_in_changes_nobody_else():
    """A password is set on who is signed in, whoever the form names."""
    worker, other = agent(netop()).person, agent(netop()).person
    new = {"password1": "a long new password", "password2": "a long new password"}
    named = {"user": other.pk, "email": other.email, "pk": other.pk, "is_operator": "1"}
    assert signed_in(worker).post("/account/password/first", new | named).status_code == 302
    worker.refresh_from_db()
    other.refresh_from_db()
    assert worker.check_password("a long new password")
    assert not worker.is_operator
    assert not other.has_usable_password()
