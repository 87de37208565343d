"""An allowance that is the customer's is used up by all of the customer's cases together (NUM-06)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, agent, customer, opened
from troth.customers.facts import Draft
from troth.customers.models import Contact, Contract
from troth.desk.door import Recorded, record
from troth.desk.models import Case
from troth.desk.policies import publish_file
from troth.desk.preview import preview
from troth.engine import Refusal
from troth.people.models import Desk
from troth.policy.vocabulary import Verb

pytestmark = [pytest.mark.django_db, pytest.mark.clause("NUM-06")]
NOON = datetime(2026, 3, 9, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def numara() -> Desk:
    """Numara's desk."""
    return publish_file(ROOT / "policies" / "numara.md", effective_at=LONG_AGO).desk


@pytest.fixture
def holder(numara: Desk) -> Contact:
    """A client with Premium Care."""
    contact = customer(numara)
    Contract.objects.create(desk=numara, account=contact.account, plan="premium care", starts_on=date(2026, 1, 5))
    return contact


def moving(desk: Desk, holder: Contact, product: str = "FootPrints") -> Case:
    """A case about moving a product."""
    return opened(desk, holder, product=product, request="migration").case


def log(case: Case, minutes: int) -> Recorded | Refusal:
    """Time spent on moving."""
    data = {"minutes": minutes, "activity": "migration"}
    return record(case, Verb.LOG, by=agent(case.desk), data=data, at=NOON)


def test_two_open_cases_draw_on_one_purse(numara: Desk, holder: Contact) -> None:
    """What one has used since the other was opened counts there too."""
    first, second = moving(numara, holder), moving(numara, holder)
    assert isinstance(log(first, 40), Recorded)
    assert isinstance(log(second, 30), Refusal)
    done = log(second, 20)
    assert isinstance(done, Recorded)
    assert done.state.allowance == 0


def test_a_case_opened_later_begins_with_what_is_left(numara: Desk, holder: Contact) -> None:
    """With nothing left it is referred at once, and the preview says so before."""
    first = moving(numara, holder)
    log(first, 45)
    assert moving(numara, holder).state["allowance"] == 15
    log(first, 15)
    shown = preview(numara, Draft(product="FootPrints", request="migration"), contact=holder, at=NOON)
    assert shown.case is not None
    assert (shown.case.outcome, moving(numara, holder).waiting_on) == ("referred", "purchase")


def test_another_product_and_another_client_have_purses_of_their_own(numara: Desk, holder: Contact) -> None:
    """Per client and product."""
    log(moving(numara, holder), 60)
    assert moving(numara, holder, "Track-It!").state["allowance"] == 60
    assert moving(numara, customer(numara)).state["allowance"] == 60
