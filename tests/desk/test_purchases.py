"""What is bought on one case is known on the next; the last one goes to one of two (NTP-07, NTP-19)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from tests.conftest import ROOT, own_url
from tests.desk.making import LONG_AGO, agent, customer, opened, person
from troth.customers.facts import Draft
from troth.customers.models import Account, Contact, Contract, Licence, Purchase, Use
from troth.customers.purchases import give_back, keep_purchase
from troth.desk.actors import Actor
from troth.desk.auditing import audit
from troth.desk.buying import buy_for
from troth.desk.crossings import crossings
from troth.desk.door import Recorded, open_case, record
from troth.desk.models import Case
from troth.desk.policies import publish_file, publish_policy
from troth.desk.preview import preview
from troth.desk.store import stored_state
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.engine import Refusal
from troth.engine.purchases import Purchase as Wanted
from troth.people.models import Desk, MemberRole
from troth.policy.vocabulary import Role, Verb

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 9, 12, tzinfo=NEW_YORK)
FILE = ROOT / "policies" / "ntp-software.md"


@pytest.fixture
def ntp() -> Desk:
    """NTP Software's desk."""
    return publish_file(FILE, effective_at=LONG_AGO).desk


@pytest.fixture
def holder(ntp: Desk) -> Contact:
    """A customer without a contract."""
    return customer(ntp, Account.objects.create(desk=ntp, name="Hale & Daughters"))


def incidents(account: Account, number: int) -> Purchase:
    """So many incidents bought this year."""
    given = {"what": "incident", "gives": "incidents", "bought_on": date(2026, 1, 5)}
    return keep_purchase(account, **given, quantity=number, by=None, at=NOON)


def contract(account: Account, starts: date = date(2026, 1, 5), ends: date | None = date(2026, 12, 31)) -> Contract:
    """A contract over this year."""
    return Contract.objects.create(
        desk=account.desk, account=account, plan="maintenance", starts_on=starts, ends_on=ends
    )


def case(desk: Desk, holder: Contact, when: str = "2026-03-09 17:00", **draft) -> Case:
    """A case at noon in New York."""
    return opened(desk, holder, when, **{"answers": {}, "product": "QFS", **draft}).case


def do(row: Case, verb: Verb, *, manager: bool = False, at: datetime = NOON, **data) -> Recorded | Refusal:
    """Somebody of the desk does this."""
    by = agent(row.desk, MemberRole.MANAGER if manager else MemberRole.STAFF)
    return record(row, verb, by=by, data=data, at=at)


def now(row: Case) -> Case:
    """The case as it is stored."""
    return Case.objects.get(pk=row.pk)


@pytest.mark.clause("NTP-07")
def test_each_case_opened_uses_one_incident_until_none_is_left(ntp: Desk, holder: Contact) -> None:
    """The third of two is not covered, and the promise before sending says so."""
    bought = incidents(holder.account, 2)
    came = [(row.is_covered, row.basis) for row in (case(ntp, holder) for _ in range(3))]
    assert came == [(True, "incident"), (True, "incident"), (False, "")]
    bought.refresh_from_db()
    assert (bought.used, [use.case_number for use in Use.objects.order_by("pk")]) == (2, [1001, 1002])
    shown = preview(ntp, Draft(product="QFS"), contact=holder, at=NOON)
    assert shown.case is not None
    assert (shown.case.is_covered, Use.objects.count()) == (False, 2)
    assert [*verify(Case.objects.all()), *audit(Case.objects.all())] == []


@pytest.mark.clause("NTP-07")
def test_reopening_takes_no_second_incident(ntp: Desk, holder: Contact) -> None:
    """One case, one incident, however often it is taken up again."""
    incidents(holder.account, 2)
    row = case(ntp, holder)
    do(row, Verb.RESOLVE, by="explanation")
    do(row, Verb.CLOSE)
    assert isinstance(do(row, Verb.REOPEN), Recorded)
    assert (now(row).basis, Purchase.objects.get().used, now(row).state["facts"]["incidents"]) == ("incident", 1, 1)


def test_with_a_contract_no_incident_is_used(ntp: Desk, holder: Contact) -> None:
    """It is kept for later."""
    incidents(holder.account, 1)
    contract(holder.account)
    assert case(ntp, holder).basis == "contract"
    assert Purchase.objects.get().used == 0


def test_an_incident_bought_on_a_case_covers_it_and_leaves_the_rest_to_others(ntp: Desk, holder: Contact) -> None:
    """Two bought, one used: the next case finds one."""
    row = case(ntp, holder)
    assert row.is_covered is False
    assert isinstance(do(row, Verb.BUY, what="incident", quantity=2), Recorded)
    assert now(row).basis == "incident"
    bought = Purchase.objects.get()
    assert (bought.quantity, bought.used, Use.objects.get().case_number) == (2, 1, row.number)
    assert case(ntp, holder).basis == "incident"
    assert case(ntp, holder).is_covered is False


def test_an_incident_bought_later_covers_the_oldest_open_case_and_no_other(ntp: Desk, holder: Contact) -> None:
    """The worker brings the purchase to both; there is one."""
    first, second = case(ntp, holder), case(ntp, holder)
    incidents(holder.account, 1)
    when = NOON.replace(hour=13)
    assert Worker("one", clock=lambda: when).run_once(when).changes == 1
    assert (now(first).basis, now(second).is_covered) == ("incident", False)
    assert (Purchase.objects.get().used, Use.objects.get().case_number) == (1, first.number)
    assert [*verify(Case.objects.all()), *audit(Case.objects.all())] == []


def test_a_case_does_not_count_on_an_incident_that_another_has_used(ntp: Desk, holder: Contact) -> None:
    """What it knew at its opening is asked for anew before it is ruled anew."""
    incidents(holder.account, 1)
    held = contract(holder.account)
    row = case(ntp, holder)
    held.ends_on = date(2026, 3, 8)
    held.save()
    assert case(ntp, holder).basis == "incident"
    done = do(
        row,
        Verb.SET,
        product="Defendex",
        contract={"plan": "maintenance", "starts": "2026-01-05", "ends": "2026-03-08"},
    )
    assert isinstance(done, Recorded)
    assert (now(row).is_covered, Use.objects.count()) == (False, 1)


@pytest.mark.clause("NTP-19")
def test_hours_of_services_are_one_purse_for_all_cases(ntp: Desk, holder: Contact) -> None:
    """What one case has worked the next has no more; buying on one is known on the other."""
    contract(holder.account)
    first, second = case(ntp, holder), case(ntp, holder)
    assert isinstance(do(first, Verb.BUY, what="professional services", quantity=3), Recorded)
    assert isinstance(do(first, Verb.LOG, minutes=120, activity="services"), Recorded)
    assert isinstance(do(second, Verb.LOG, minutes=90, activity="services"), Refusal)
    assert isinstance(do(second, Verb.LOG, minutes=45, activity="services"), Recorded)
    assert isinstance(do(first, Verb.LOG, minutes=30, activity="services"), Refusal)
    assert isinstance(do(first, Verb.LOG, minutes=15, activity="services"), Recorded)
    bought = Purchase.objects.get()
    assert (bought.quantity, bought.used) == (180, 180)
    assert [*verify(Case.objects.all()), *audit(Case.objects.all())] == []


@pytest.mark.clause("NTP-19")
def test_hours_end_with_their_contract_and_a_later_one_does_not_revive_them(ntp: Desk, holder: Contact) -> None:
    """They run on only where the next contract began before the old one was over."""
    contract(holder.account, date(2025, 1, 1), date(2025, 12, 31))
    given = {"what": "professional services", "gives": "hours", "bought_on": date(2025, 6, 2)}
    keep_purchase(holder.account, **given, quantity=120, by=None, at=NOON)
    later = contract(holder.account, date(2026, 2, 1))
    assert isinstance(do(case(ntp, holder), Verb.LOG, minutes=60, activity="services"), Refusal)
    later.starts_on = date(2026, 1, 1)
    later.save()
    assert isinstance(do(case(ntp, holder), Verb.LOG, minutes=60, activity="services"), Recorded)


@pytest.mark.clause("NTP-05")
def test_an_exception_bought_on_one_case_covers_the_next(ntp: Desk, holder: Contact) -> None:
    """For its product until its last day, and for no other product."""
    row = case(ntp, holder)
    assert isinstance(do(row, Verb.APPROVE, manager=True, what="exception"), Recorded)
    assert isinstance(do(row, Verb.BUY, what="exception"), Recorded)
    assert case(ntp, holder).basis == "exception"
    assert case(ntp, holder, product="Defendex").is_covered is False
    assert case(ntp, holder, "2027-03-08 17:00").basis == "exception"
    assert case(ntp, holder, "2027-03-09 17:00").is_covered is False


@pytest.mark.clause("NTP-04")
def test_a_contract_and_seats_bought_on_a_case_are_the_accounts(ntp: Desk, holder: Contact) -> None:
    """Seats come from buying seats; a renewal changes none."""
    row = case(ntp, holder)
    assert isinstance(do(row, Verb.BUY, what="licences", quantity=5), Recorded)
    assert isinstance(do(row, Verb.BUY, what="renewal", term="12 months"), Recorded)
    assert (Licence.objects.get().seats, now(row).basis) == (5, "contract")
    assert isinstance(do(row, Verb.BUY, what="renewal", term="12 months"), Recorded)
    kept = Contract.objects.get()
    assert (kept.starts_on, kept.ends_on, Licence.objects.get().seats) == (date(2026, 3, 9), date(2028, 3, 8), 5)
    assert case(ntp, holder).basis == "contract"


def test_what_two_cases_renew_is_renewed_twice(ntp: Desk, holder: Contact) -> None:
    """The second purchase lengthens what the first one left."""
    first, second = case(ntp, holder), case(ntp, holder)
    do(first, Verb.BUY, what="renewal", term="12 months")
    do(second, Verb.BUY, what="renewal", term="12 months")
    assert Contract.objects.get().ends_on == date(2028, 3, 8)


def test_an_incident_is_given_back_where_the_policy_refunds_it(holder: Contact, ntp: Desk) -> None:
    """The published policy refunds none; one that does gives it back to the account, once."""
    incidents(holder.account, 1)
    kept = case(ntp, holder)
    assert isinstance(do(kept, Verb.REFUND, what="incident"), Refusal)
    text = FILE.read_text().replace("gives: incidents}", "gives: incidents, refundable: true}")
    text = text.replace("version: 2026-11-01", "version: 2026-11-02")
    publish_policy(text, effective_at=LONG_AGO.replace(year=2001), at=LONG_AGO.replace(year=2001))
    incidents(holder.account, 1)
    row = case(ntp, holder)
    assert row.basis == "incident"
    assert isinstance(do(row, Verb.REFUND, what="incident"), Recorded)
    assert isinstance(do(row, Verb.REFUND, what="incident"), Recorded)
    assert sorted(Purchase.objects.values_list("quantity", "used")) == [(1, 0), (1, 1)]
    assert case(ntp, holder).basis == "incident"


def test_purchases_are_given_back_in_the_order_in_which_they_are_locked(holder: Contact) -> None:
    """Whatever the order in which they were used: two who change the same rows never wait for each other."""
    late, early = incidents(holder.account, 1), incidents(holder.account, 1)
    Purchase.objects.filter(pk=late.pk).update(bought_on=date(2026, 2, 5))
    for bought in (late, early):
        Use.objects.create(desk_id=holder.desk_id, purchase=bought, case_number=7, quantity=1, at=NOON)
        Purchase.objects.filter(pk=bought.pk).update(used=1)
    changed = []

    def watched(execute, sql, params, many, context):
        if sql.startswith('UPDATE "customers_purchase"'):
            changed.append(params[-1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watched):
        assert give_back(holder.account, "incidents", case_number=7, by=None, at=NOON) == 2
    assert changed == [early.pk, late.pk]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_buys_lets_others_refer_to_the_account(ntp: Desk, holder: Contact, monkeypatch) -> None:
    """Who writes of an account asks for its row's key at commit: with FOR UPDATE the two would wait for each other."""
    row = case(ntp, holder)
    asked = "SELECT id FROM customers_account WHERE id = %s FOR KEY SHARE NOWAIT"

    class LookedError(Exception):
        pass

    def looked(*_: object, **__: object) -> None:
        with psycopg.connect(own_url()) as other:
            assert other.execute(asked, [holder.account.pk]).fetchone()
        raise LookedError

    monkeypatch.setattr("troth.desk.purchases.renewable", looked)
    with pytest.raises(LookedError):
        do(row, Verb.BUY, what="licences", quantity=5)
    monkeypatch.setattr("troth.desk.buying.terms_for", looked)
    with pytest.raises(LookedError):
        buy_for(holder.account, Wanted("licences", quantity=5), by=None, at=NOON)


def test_another_accounts_purchases_are_its_own(ntp: Desk, holder: Contact) -> None:
    """Neither gathered nor used; and no row of theirs leads to another desk."""
    other = customer(ntp, Account.objects.create(desk=ntp, name="Others"))
    incidents(other.account, 5)
    assert case(ntp, holder).is_covered is False
    assert case(ntp, other).is_covered is True
    assert list(crossings()) == []
    elsewhere = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    Use.objects.update(desk=elsewhere)
    assert any("Use" in found and "purchase on another desk" in found for found in crossings())
    Purchase.objects.update(desk=elsewhere)
    assert any("Purchase" in found and "account on another desk" in found for found in crossings())


def test_an_anonymous_case_asks_for_no_purchases(ntp: Desk) -> None:
    """Somebody without account has bought nothing."""
    done = open_case(ntp, by=Actor(person(), Role.STAFF), draft=Draft(title="?", product="QFS"), at=NOON)
    assert isinstance(done, Recorded)
    assert stored_state(done.case).facts.incidents == 0
