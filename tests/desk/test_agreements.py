"""An account's own agreement: published once, given to it, and with its cases through their lives."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from django.test import Client

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, agent, customer, opened, person, signed_in
from troth.customers.facts import Draft
from troth.customers.models import Account, Amendment, Contact, Contract
from troth.desk.adopting import policy_of
from troth.desk.agreements import laid_on
from troth.desk.auditing import audit
from troth.desk.commands import publish
from troth.desk.door import record
from troth.desk.models import Case, PolicyVersion
from troth.desk.policies import load_policy, publish_amendment, publish_file, publish_policy
from troth.desk.preview import preview
from troth.desk.verify import verify
from troth.people.models import Desk
from troth.policy import PolicyError
from troth.policy.vocabulary import Verb

pytestmark = [pytest.mark.django_db, pytest.mark.clause("SYN-01")]
GENERAL = ROOT / "policies" / "syncro-soft.md"
FILE = ROOT / "policies" / "syncro-soft" / "amendments" / "harbour-press.md"
AGREEMENT = FILE.read_text()
CITED = "harbour-press:targets/respond"
TEN = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Bucharest"))
CRITICAL = {"product_state": "unusable", "affects": "everyone"}


@pytest.fixture
def syncro() -> Desk:
    """Syncro Soft's desk, with the agreement published long ago."""
    desk = publish_file(GENERAL, effective_at=LONG_AGO).desk
    publish_amendment(AGREEMENT, name=FILE.name, desk=desk, effective_at=LONG_AGO)
    return desk


@pytest.fixture
def press(syncro: Desk) -> Contact:
    """Somebody of Harbour Press."""
    account = Account.objects.create(desk=syncro, name="Harbour Press", amendment="harbour-press")
    return buyer(syncro, account)


def buyer(desk: Desk, account: Account | None = None) -> Contact:
    """A customer with a contract."""
    contact = customer(desk, account)
    plan = "support and maintenance"
    Contract.objects.create(desk=desk, account=contact.account, plan=plan, starts_on=date(2026, 1, 1))
    return contact


def asked(desk: Desk, contact: Contact) -> Case:
    """A critical case at ten."""
    return opened(desk, contact, "2026-03-02 09:00", answers=CRITICAL).case  # nine in Copenhagen is ten in Bucharest


def respond(row: Case) -> tuple[str, datetime | None]:
    """What the first answer rests on, and by when."""
    clock = row.clocks.get(name="respond")
    return clock.clause, clock.due_at


def test_only_the_accounts_own_cases_are_decided_under_its_agreement(syncro: Desk, press: Contact) -> None:
    """Rulings cite the clause that won; a stranger gets what is published."""
    assert respond(asked(syncro, press)) == (CITED, TEN.replace(hour=12))
    assert respond(asked(syncro, buyer(syncro))) == ("targets/respond", TEN.replace(hour=14))
    assert [*verify(Case.objects.all()), *audit(Case.objects.all())] == []


def test_the_promise_before_sending_is_the_agreements(syncro: Desk, press: Contact) -> None:
    """The preview gathers as opening does."""
    shown = preview(syncro, Draft(answers=CRITICAL), contact=press, at=TEN)
    assert shown.promise is not None
    assert (shown.promise.clause, shown.facts.amendment) == (CITED, "harbour-press@2026-11-01")
    assert shown.policy is policy_of(asked(syncro, press))


def test_a_case_keeps_its_agreement_whatever_becomes_of_the_account(syncro: Desk, press: Contact) -> None:
    """Neither taking it away nor a later version of it moves what was promised."""
    case = asked(syncro, press)
    later = AGREEMENT.replace("version: 2026-11-01", "version: 2026-12-01").replace("2 hours", "1 hour")
    publish_amendment(later, name=FILE.name, desk=syncro, effective_at=TEN)
    assert respond(asked(syncro, press)) == (CITED, TEN.replace(hour=11))
    press.account.amendment = ""
    press.account.save()
    assert respond(asked(syncro, Contact.objects.get(pk=press.pk)))[0] == "targets/respond"
    record(case, Verb.RESOLVE, by=agent(syncro), data={"by": "assistance"}, at=TEN.replace(hour=11))
    case.refresh_from_db()
    assert (case.status, policy_of(case).ref) == ("resolved", "syncro-soft@2026-11-01+harbour-press@2026-11-01")


def test_an_agreement_is_laid_on_the_next_version_too(syncro: Desk, press: Contact) -> None:
    """A version that gives open cases its targets gives this one its own, under both references."""
    case = asked(syncro, press)
    text = GENERAL.read_text().replace("version: 2026-11-01", "version: 2026-12-01")
    text = text.replace("open cases: {hours: from now}", "open cases: {hours: from now, targets: from now}")
    publish_policy(text, name=GENERAL.name, effective_at=TEN.replace(minute=30), at=TEN)
    record(case, Verb.REPLY, by=agent(syncro), at=TEN.replace(hour=11))
    case.refresh_from_db()
    assert respond(case)[0] == CITED
    first, later = "2026-11-01+harbour-press@2026-11-01", "2026-12-01+harbour-press@2026-11-01"
    assert policy_of(case).ref == f"syncro-soft@{first}+{later}"
    assert [*verify(Case.objects.all()), *audit(Case.objects.all())] == []
    assert respond(asked(syncro, press))[0] == CITED


def test_a_mistake_is_placed_in_the_agreements_own_file(syncro: Desk) -> None:
    """Checked against the policy it is laid on, before anything is stored."""
    with pytest.raises(PolicyError) as caught:
        publish_amendment(AGREEMENT.replace("critical:", "critcal:"), name="tide.md", desk=syncro)
    (first, *_) = caught.value.findings
    assert (first.file, first.line > 1) == ("tide.md", True)
    assert not Amendment.objects.filter(name="tide").exists()


def test_a_version_that_no_agreement_can_be_laid_on_is_not_published(syncro: Desk, press: Contact) -> None:
    """What was promised to one customer is not lost by a new text for all."""
    text = GENERAL.read_text().replace("version: 2026-11-01", "version: 2026-12-01")
    text = text.replace("critical", "grave")
    with pytest.raises(PolicyError, match=r"harbour-press\.md:.*to be laid on syncro-soft@2026-12-01"):
        publish_policy(text, name=GENERAL.name)
    assert PolicyVersion.objects.count() == 1


def test_the_same_text_again_changes_nothing_and_another_is_refused(syncro: Desk) -> None:
    """Promises were made by the first."""
    publish_amendment(AGREEMENT, name=FILE.name, desk=syncro)
    assert Amendment.objects.count() == 1
    with pytest.raises(ValueError, match=r"give harbour-press\.md a new version"):
        publish_amendment(AGREEMENT + "\nMore.\n", name=FILE.name, desk=syncro)


def test_a_published_agreement_is_never_changed(syncro: Desk) -> None:
    """Not even past Python."""
    with pytest.raises(DatabaseError, match="never changed"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_amendment SET source = ''")


def test_the_holidays_of_its_own_calendar_are_kept_with_it(syncro: Desk) -> None:
    """A later release of a package about holidays moves no promise."""
    own = AGREEMENT + "\n## Our hours {#hours}\n\n```rule hours\nsupport: {holidays: DK}\n```\n"
    amendment = publish_amendment(own, name="tide.md", desk=syncro, effective_at=LONG_AGO)
    assert amendment.dates["support"]["calendar"]["country"] == "DK"
    amendment.dates["support"]["dates"]["dates"] = [*amendment.dates["support"]["dates"]["dates"], "2026-03-03"]
    general = load_policy(PolicyVersion.objects.get())
    at = int(TEN.timestamp()) + 24 * 3600
    assert general.calendar("support").is_open(at)
    assert not laid_on(general, amendment).calendar("support").is_open(at)


def test_the_customer_reads_their_own_agreement_and_nobody_else_does(syncro: Desk, press: Contact) -> None:
    """On the policy page, each rule as it holds for them."""
    theirs = signed_in(press.person).get("/syncro-soft/policy").content.decode()
    assert "Harbour Press prints every night" not in theirs  # the file's head is no clause
    assert 'id="harbour-press:targets"' in theirs
    assert "A critical case is answered sooner" in theirs
    others = [Client(), signed_in(buyer(syncro).person), signed_in(agent(syncro).person), signed_in(person())]
    for other in others:
        page = other.get("/syncro-soft/policy")
        assert page.status_code == 200
        assert "harbour-press" not in page.content.decode()
        assert "answered sooner" not in page.content.decode()


def test_the_command_publishes_an_agreement(tmp_path, capsys) -> None:
    """`--amends` names the desk, as it names the policy where a file is only checked."""
    publish_file(GENERAL, effective_at=LONG_AGO)
    assert publish([str(FILE), "--amends", "syncro-soft"]) == 0
    assert "harbour-press@2026-11-01 can be given to accounts of /syncro-soft/" in capsys.readouterr().out
    assert publish([str(FILE), "--amends", "sincro-soft"]) == 2
    assert "known are: syncro-soft" in capsys.readouterr().err
    wrong = tmp_path / "tide.md"
    wrong.write_text(AGREEMENT.replace("critical:", "critcal:"))
    assert publish([str(wrong), "--amends", "syncro-soft"]) == 1
    assert f"{wrong}:" in capsys.readouterr().out
