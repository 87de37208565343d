"""Every change of what a customer holds is on record, and reaches the cases that are open."""

from datetime import date

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, agent, at, customer, netop, opened, person
from troth.customers.accounts import add_account, add_contact, add_partner, give_amendment, give_partner
from troth.customers.contracts import add_contract, change_contract, end_contract, renew_contract
from troth.customers.errors import HoldingError
from troth.customers.licences import add_licence, change_licence, revoke_licence
from troth.customers.models import Account, Contact, PartnerUser
from troth.desk.models import Case
from troth.desk.policies import publish_amendment, publish_file
from troth.desk.store import stored_state
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.journal.models import AuditEntry, FactChange
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import acting_role
from troth.products.models import Product

pytestmark = pytest.mark.django_db
WHEN = at("2026-03-09 10:00")
LATER = at("2026-03-09 10:05")


@pytest.fixture
def desk() -> Desk:
    """Netop's desk."""
    return netop()


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account that holds nothing."""
    return add_account(desk, name="Lund & Berg", by=None, at=WHEN)


def brought() -> int:
    """One round of a worker; how many changes it brought."""
    return Worker("one", clock=lambda: LATER).run_once(LATER).changes


def actions() -> list[str]:
    """What the audit record says was done, and by whom."""
    return [f"{entry.action} by {entry.actor_id or entry.role}" for entry in AuditEntry.objects.order_by("pk")]


def test_a_licence_added_covers_the_open_case_and_one_revoked_changes_no_cover(desk: Desk, account: Account) -> None:
    """Uncovered becomes covered, never the reverse; the next case is judged by what there is (decision 17)."""
    holder = customer(desk, account, has_licence=False)
    row = opened(desk, holder).case
    boss = person("Boss")
    licence = add_licence(account, bought_on=date(2026, 1, 10), by=boss, at=WHEN)
    assert brought() == 1
    assert Case.objects.get(pk=row.pk).is_covered is True
    revoke_licence(licence, by=boss, at=WHEN)
    assert brought() == 1
    assert Case.objects.get(pk=row.pk).is_covered is True
    assert stored_state(Case.objects.get(pk=row.pk)).facts.licence.kind == "none"
    assert opened(desk, holder, "2026-03-09 11:00").case.is_covered is False
    assert f"added a licence by {boss.pk}" in actions()
    assert f"revoked a licence by {boss.pk}" in actions()
    assert list(verify(Case.objects.all())) == []


def test_what_a_case_knows_already_is_not_told_to_it_again(desk: Desk, account: Account) -> None:
    """A change that comes to nothing for a case is no event on its timeline."""
    holder = customer(desk, account)
    row = opened(desk, holder).case
    before = Case.objects.get(pk=row.pk).event_count
    other = Product.objects.filter(desk=desk).last()
    change_licence(account.licences.get(), key="AB-1", by=None, at=WHEN)
    add_licence(account, product=other, kind="trial", bought_on=date(2026, 3, 1), by=None, at=WHEN)
    assert brought() == 2
    assert Case.objects.get(pk=row.pk).events.filter(word="set").count() == 0
    assert Case.objects.get(pk=row.pk).event_count >= before


def test_an_accounts_new_partner_has_its_open_cases(desk: Desk, account: Account) -> None:
    """On level 1 at once, and only the new one sees them."""
    old = add_partner(desk, name="Old", zone="Europe/Oslo", by=None, at=WHEN)
    new = add_partner(desk, name="New", zone="Europe/Oslo", by=None, at=WHEN)
    users = {}
    for partner in (old, new):
        users[partner.name] = person(partner.name)
        PartnerUser.objects.create(desk=desk, person=users[partner.name], partner=partner)
    give_partner(account, partner=old, by=None, at=WHEN)
    row = opened(desk, customer(desk, account)).case
    give_partner(account, partner=new, by=None, at=WHEN)
    assert brought() == 2
    row = Case.objects.get(pk=row.pk)
    assert (row.partner, stored_state(row).facts.partner.name, row.worked_by) == (new, "New", "partner")
    assert not Case.objects.visible_to(users["Old"]).exists()
    assert Case.objects.visible_to(users["New"]).exists()
    give_partner(account, partner=None, by=None, at=WHEN)
    brought()
    row = Case.objects.get(pk=row.pk)
    assert (row.partner, row.worked_by) == (None, "support")
    assert list(verify(Case.objects.all())) == []


def test_a_contract_is_added_renewed_ended_and_each_reaches_open_cases() -> None:
    """Fees that were overdue and are paid cover the open case from then on (SYN-01)."""
    desk = publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO).desk
    account = add_account(desk, name="Acme", by=None, at=WHEN)
    row = opened(desk, customer(desk, account), answers={"product_state": "unusable", "affects": "everyone"}).case
    assert row.basis == "courtesy"
    plan = "support and maintenance"
    contract = add_contract(account, plan=plan, starts_on=date(2026, 1, 1), fees="overdue", by=None, at=WHEN)
    assert brought() == 1
    assert Case.objects.get(pk=row.pk).basis == "courtesy"
    change_contract(contract, fees="paid", by=None, at=WHEN)
    assert brought() == 1
    assert Case.objects.get(pk=row.pk).basis == "contract"
    renew_contract(contract, ends_on=date(2027, 12, 31), by=None, at=WHEN)
    with pytest.raises(HoldingError, match="ends on 2027-12-31 already"):
        renew_contract(contract, ends_on=date(2027, 6, 30), by=None, at=WHEN)
    end_contract(contract, ends_on=date(2026, 6, 30), by=None, at=WHEN)
    assert brought() == 2
    assert stored_state(Case.objects.get(pk=row.pk)).facts.contract.ends == date(2026, 6, 30)
    with pytest.raises(HoldingError, match="before it begins"):
        end_contract(contract, ends_on=date(2025, 6, 30), by=None, at=WHEN)
    assert [said for said in actions() if "contract" in said] == ["added a contract by system"] + [
        "changed a contract by system"
    ] * 3


def test_a_change_and_its_word_to_the_cases_come_together_or_not_at_all(account: Account) -> None:
    """TRUST promise 3: one transaction."""
    product = Product.objects.create(
        desk=Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC"), name="X"
    )
    before = AuditEntry.objects.count()
    with pytest.raises(HoldingError, match="of another desk"):
        add_licence(account, product=product, bought_on=date(2026, 1, 10), by=None, at=WHEN)
    assert (account.licences.count(), FactChange.objects.count(), AuditEntry.objects.count()) == (0, 0, before)


def test_who_wrote_in_before_is_placed_with_their_account(desk: Desk, account: Account) -> None:
    """One contact a person and desk; whoever writes for another account is refused."""
    stranger = Person.objects.create_user("maria@lund.example")
    Contact.objects.create(desk=desk, person=stranger)
    contact = add_contact(account, email="Maria@Lund.example", name="Maria", by=None, at=WHEN)
    assert (contact.person, contact.account, contact.person.name) == (stranger, account, "Maria")
    assert acting_role(stranger, desk) is MemberRole.CUSTOMER
    other = add_account(desk, name="Other", by=None, at=WHEN)
    with pytest.raises(HoldingError, match="another account"):
        add_contact(other, email="maria@lund.example", by=None, at=WHEN)
    with pytest.raises(HoldingError, match="no mail address"):
        add_contact(other, email="maria", by=None, at=WHEN)


def test_an_account_gets_only_an_agreement_that_is_published(account: Account) -> None:
    """A name that nothing stands behind would lay nothing on its cases."""
    with pytest.raises(HoldingError, match="known are: none yet"):
        give_amendment(account, amendment="harbour-press", by=None, at=WHEN)
    desk = publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO).desk
    text = (ROOT / "policies/syncro-soft/amendments/harbour-press.md").read_text()
    publish_amendment(text, name="harbour-press.md", desk=desk)
    press = add_account(desk, name="Harbour Press", amendment="harbour-press", by=None, at=WHEN)
    assert give_amendment(press, amendment="", by=None, at=WHEN).amendment == ""
    with pytest.raises(HoldingError, match="already"):
        add_account(desk, name="harbour press", by=None, at=WHEN)


def test_the_desks_own_people_hear_of_no_change_by_name(desk: Desk, account: Account) -> None:
    """What the desk did on a case was no person's act: no actor stands beside it."""
    row = opened(desk, customer(desk, account, has_licence=False)).case
    add_licence(account, bought_on=date(2026, 1, 10), by=agent(desk).person, at=WHEN)
    brought()
    told = row.events.get(word="set")
    assert (told.role, told.actor) == ("system", None)
