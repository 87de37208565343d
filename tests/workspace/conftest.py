"""A Friday afternoon at Netop's desk, with an agent, a partner, two customers and a case for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import time_machine

from tests.conftest import ROOT

if TYPE_CHECKING:
    from troth.customers.models import Contact
    from troth.desk.actors import Actor
    from troth.desk.models import Case
    from troth.people.models import Desk

FRIDAY = "2026-03-06T15:00:00+00:00"  # 16:00 in Copenhagen, an hour before the weekend


@dataclass
class Floor:
    """Who and what is there."""

    desk: "Desk"
    agent: "Actor"
    colleague: "Actor"
    manager: "Actor"
    partner: "Actor"
    maria: "Contact"
    ines: "Contact"
    direct: "Case"
    through_partner: "Case"

    def speaking(self, contact: "Contact") -> "Actor":
        """The customer as one who acts."""
        from troth.desk.actors import Actor  # noqa: PLC0415
        from troth.policy.vocabulary import Role  # noqa: PLC0415

        return Actor(contact.person, Role.CUSTOMER)

    def case(self, tail: str = "", row: "Case | None" = None) -> str:
        """The address of a case, by default the one without a partner."""
        return f"/netop/desk/cases/{(row or self.direct).label}{tail}"


@pytest.fixture
def now() -> Iterator[None]:
    """The time stands still on a Friday afternoon."""
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def floor(db: None, now: None) -> Floor:
    """Two cases: one of a customer of Netop's own, one of a partner's."""
    return lay_floor()


def lay_floor() -> Floor:
    """The same, for tests that bring their own time."""
    from tests.desk.making import agent, customer, netop, opened, person  # noqa: PLC0415
    from troth.customers.models import Account, Partner, PartnerUser  # noqa: PLC0415
    from troth.desk.actors import Actor  # noqa: PLC0415
    from troth.people.models import MemberRole  # noqa: PLC0415
    from troth.people.roles import give_role  # noqa: PLC0415
    from troth.policy.vocabulary import Role  # noqa: PLC0415

    assert (ROOT / "policies").is_dir()
    desk = netop()
    firm = Partner.objects.create(desk=desk, name="Allday IT", zone="Europe/Oslo", hours={"always": True})
    helper = person("Omar")
    PartnerUser.objects.create(desk=desk, person=helper, partner=firm)
    give_role(helper, desk, MemberRole.PARTNER)
    maria = customer(desk, Account.objects.create(desk=desk, name="Lund & Berg"))
    ines = customer(desk, Account.objects.create(desk=desk, name="Aurora", partner=firm))
    return Floor(
        desk=desk,
        agent=agent(desk),
        colleague=agent(desk),
        manager=agent(desk, MemberRole.MANAGER),
        partner=Actor(helper, Role.PARTNER),
        maria=maria,
        ines=ines,
        direct=opened(desk, maria, "2026-03-06 15:00", title="The host stops", product="Netop Remote Control").case,
        through_partner=opened(desk, ines, "2026-03-06 14:00", title="Sessions drop").case,
    )
