"""What is known of a customer when a case is opened."""

from datetime import date

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, at, customer, netop
from troth.customers.facts import Draft, contract_fact, gather_facts, licence_fact, partner_fact
from troth.customers.models import Account, Contract, Licence, Partner
from troth.desk.policies import in_force, load_policy, publish_file
from troth.hours import instant
from troth.people.models import Desk
from troth.products.catalogue import catalogue_of, record_release
from troth.products.models import Product

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 6)


@pytest.fixture
def account() -> Account:
    """An account on a desk."""
    desk = Desk.objects.create(slug="one", vendor="One", title="One", prefix="ONE", zone="UTC")
    return Account.objects.create(desk=desk, name="Acme")


def licence(account: Account, **fields) -> Licence:
    """A licence bought in January."""
    return Licence.objects.create(**{"desk": account.desk, "account": account, "bought_on": "2026-01-10", **fields})


def contract(account: Account, plan: str, starts: str, ends: str | None = None, **fields) -> Contract:
    """A contract."""
    return Contract.objects.create(
        desk=account.desk, account=account, plan=plan, starts_on=starts, ends_on=ends, **fields
    )


def test_who_has_no_licence_on_record_has_one_of_kind_none(account) -> None:
    """Not knowing is not the same as holding one."""
    assert licence_fact(None, None, TODAY).kind == "none"
    assert licence_fact(account, "Host", TODAY).kind == "none"


def test_a_licence_for_the_product_goes_before_others(account) -> None:
    """And one for another product does not count."""
    host = Product.objects.create(desk=account.desk, name="Host")
    guest = Product.objects.create(desk=account.desk, name="Guest")
    licence(account, product=guest, seats=1)
    licence(account, product=host, seats=2)
    assert licence_fact(account, "Host", TODAY).seats == 2
    assert licence_fact(account, "Guest", TODAY).seats == 1
    assert licence_fact(account, "Other", TODAY).kind == "none"


@pytest.mark.parametrize(("ends", "seats"), [("2026-03-06", 1), ("2026-03-05", 2)])
def test_a_licence_that_runs_goes_before_one_that_has_ended(account, ends, seats) -> None:
    """The last day counts."""
    licence(account, ends_on=ends, seats=1)
    licence(account, kind="trial", bought_on="2020-01-01", seats=2)
    assert licence_fact(account, None, TODAY).seats == seats


@pytest.mark.parametrize(
    ("today", "plan"),
    [
        (date(2025, 6, 1), "old"),
        (date(2025, 12, 31), "old"),
        (date(2026, 1, 1), "new"),
        (date(2026, 12, 31), "new"),
        (date(2027, 6, 1), "new"),
        (date(2024, 6, 1), "old"),
    ],
)
def test_of_several_contracts_the_one_that_runs_counts(account, today, plan) -> None:
    """Before the first and after the last there is still one to be told of, not active."""
    contract(account, "new", "2026-01-01", "2026-12-31")
    contract(account, "old", "2025-01-01", "2025-12-31")
    fact = contract_fact(account, today)
    assert fact is not None
    if today.year == 2024:
        assert fact.starts > today
    else:
        assert fact.plan == plan


def test_a_contract_without_an_end_runs_its_plans_first_term() -> None:
    """So one that is over by its term does not stand before one that runs."""
    version = publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO)
    policy = load_policy(version)
    acme = Account.objects.create(desk=version.desk, name="Acme")
    plan = next(iter(policy.plans))
    contract(acme, plan, "2025-04-01", "2026-12-31")
    contract(acme, plan, "2025-05-01")
    by_term, without = contract_fact(acme, date(2026, 5, 1), policy), contract_fact(acme, date(2026, 4, 30), policy)
    assert by_term is not None
    assert without is not None
    assert (by_term.starts, without.starts) == (date(2025, 4, 1), date(2025, 5, 1))


def test_a_contract_not_paid_does_not_hide_one_that_is(account) -> None:
    """Of two that run, the good one counts."""
    contract(account, "paid", "2026-01-01", "2026-12-31")
    contract(account, "owing", "2026-02-01", "2026-12-31", fees="overdue")
    fact = contract_fact(account, TODAY)
    assert fact is not None
    assert fact.plan == "paid"


def test_a_partners_hours_are_pinned_in_the_facts(account) -> None:
    """A case is judged by the hours its partner had when it opened."""
    partner = Partner.objects.create(
        desk=account.desk,
        name="Nordic IT",
        zone="Europe/Oslo",
        hours={"days": "mon-fri", "from": "08:00", "to": "16:00", "holidays": "NO"},
    )
    fact = partner_fact(partner)
    assert fact is not None
    assert fact.hours is not None
    assert (fact.hours["zone"], fact.hours["country"]) == ("Europe/Oslo", "NO")
    assert partner_fact(None) is None


def test_facts_hold_what_the_desk_knows_and_what_the_draft_says() -> None:
    """One function for the preview and for the opening."""
    desk = netop()
    policy = load_policy(in_force(desk, at("2026-03-06 16:30")))
    name = next(iter(policy.products))
    record_release(desk, name, "99.0", released_on=date(2026, 3, 7), by=None, at=at("2026-03-06 12:00"))
    draft = Draft(product=name, version="99.0", answers={"environment": "lab"}, language="da")
    contact, catalogue = customer(desk), catalogue_of(desk, policy)
    before = gather_facts(policy, catalogue, contact, draft, instant(at("2026-03-06 23:59")))
    after = gather_facts(policy, catalogue, contact, draft, instant(at("2026-03-07 00:00")))
    assert (before.licence.kind, before.answers, before.language) == ("commercial", {"environment": "lab"}, "da")
    assert (before.release.lifecycle, after.release.lifecycle) == ("unknown", "current")
