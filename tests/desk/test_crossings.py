"""No foreign key crosses desks."""

# ruff: noqa: SLF001 - _meta and _default_manager are Django's documented way to ask a model about itself

import pytest
from django.apps import apps

from tests.desk.making import agent, at, customer, netop, opened
from troth.desk.crossings import crossings, desk_bound_keys, has_desk
from troth.desk.door import Written, record
from troth.desk.models import Case
from troth.people.models import Desk
from troth.policy.vocabulary import Verb

ROOMS = ("people", "products", "customers", "desk", "mail", "knowledge")
NO_DESKS_OWN = {"Person", "Desk"}
"""Persons work and write on several desks; the desk is itself."""


@pytest.mark.django_db
def test_what_the_door_writes_stays_on_one_desk() -> None:
    """A case with all that hangs on it belongs to one desk."""
    desk = netop()
    done = opened(desk)
    record(done.case, Verb.REPLY, by=agent(desk), written=Written("Try this."), at=at("2026-03-09 09:30"))
    assert list(crossings()) == []


@pytest.mark.django_db
def test_a_row_that_points_at_another_desk_is_found() -> None:
    """The check sees a case whose holder belongs elsewhere."""
    done = opened(netop())
    elsewhere = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    Case.objects.filter(pk=done.case.pk).update(contact=customer(elsewhere))
    assert any("contact on another desk" in found for found in crossings())


def test_every_row_a_person_can_read_names_its_desk() -> None:
    """DESIGN §6: `desk_id` on every row a person can read."""
    without = {model.__name__ for model in apps.get_models() if model._meta.app_label in ROOMS and not has_desk(model)}
    assert without == NO_DESKS_OWN
    assert {model.__name__ for model, _ in desk_bound_keys()} > {"Case", "Event", "Message", "Notice", "Contract"}
