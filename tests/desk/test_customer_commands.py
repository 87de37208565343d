"""What customers hold, by the command line: added, imported, changed, bought, shown."""

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, netop
from troth.customers.models import Account, Contact, Contract, Licence, Partner, Purchase
from troth.desk.customer_commands import add, buy, change, import_, show
from troth.desk.policies import publish_file
from troth.desk.product_commands import release, retire
from troth.journal.models import AuditEntry, FactChange
from troth.people.models import Desk
from troth.products.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Netop's desk."""
    return netop()


@pytest.fixture
def ntp() -> Desk:
    """NTP Software's desk: incidents, services, contracts."""
    return publish_file(ROOT / "policies" / "ntp-software.md", effective_at=LONG_AGO).desk


def test_a_customer_is_added_thing_by_thing_and_shown(desk: Desk, capsys) -> None:
    """Account, contact, licence and partner; each found again by name or client number."""
    assert add(["netop", "partner", "--name", "Nordic IT", "--zone", "Europe/Oslo"]) == 0
    account = ["--name", "Lund & Berg", "--client-number", "4711", "--partner", "Nordic IT"]
    assert add(["netop", "account", *account]) == 0
    assert add(["netop", "contact", "--account", "4711", "--email", "maria@lund.example", "--name", "Maria"]) == 0
    licence = [
        "--account",
        "lund & berg",
        "--bought",
        "2026-01-10",
        "--product",
        "Netop Remote Control",
        "--seats",
        "25",
    ]
    assert add(["netop", "licence", *licence, "--key", "AB-1234"]) == 0
    capsys.readouterr()
    assert show(["netop"]) == 0
    assert capsys.readouterr().out == "Lund & Berg  (4711)\n"
    assert show(["netop", "4711"]) == 0
    said = capsys.readouterr().out
    pk = Licence.objects.get().pk
    for line in (
        "  client number: 4711",
        "  partner: Nordic IT",
        "  contact maria@lund.example, Maria",
        f"  licence {pk}: commercial, Netop Remote Control, 25 seats, key valid, bought 2026-01-10",
    ):
        assert line in said
    assert "AB-1234" not in said
    assert Contact.objects.get().account == Licence.objects.get().account == Account.objects.get()
    assert Account.objects.get().partner == Partner.objects.get()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["netop", "licence", "--account", "Lund", "--bought", "2026-13-10"], "--account: there is no account 'Lund'"),
        (["netop", "licence", "--account", "Acme", "--bought", "2026-13-10"], "--bought: '2026-13-10' is no date"),
        (
            ["netop", "licence", "--account", "Acme", "--bought", "2026-01-10", "--product", "Netop Remote"],
            "is no product",
        ),
        (["netop", "licence", "--account", "Acme", "--bought", "2026-01-10", "--kind", "comercial"], "commercial"),
        (["netop", "licence", "--account", "Acme", "--bought", "2026-01-10", "--seats", "-4"], "no whole number"),
        (
            ["netop", "contract", "--account", "Acme", "--plan", "gold", "--starts", "2026-01-10"],
            "known are: registered",
        ),
        (["netop", "incidents", "--account", "Acme", "--quantity", "2"], "sells no incidents"),
        (["netop", "account", "--name", "ACME"], "already"),
        (["netop", "account", "--name", "Other", "--agreement", "tide"], "--agreement: no agreement 'tide'"),
        (["netop", "partner", "--name", "P", "--zone", "Europe/Olso"], "--zone: "),
    ],
)
def test_what_cannot_be_is_told_by_its_option_and_nothing_is_added(desk: Desk, arguments, says, capsys) -> None:
    """Exit 1, a sentence, no row."""
    assert add(["netop", "account", "--name", "Acme"]) == 0
    before = AuditEntry.objects.count()
    assert add(arguments) == 1
    assert says in capsys.readouterr().err
    assert AuditEntry.objects.count() == before


def test_an_unknown_desk_names_the_known(desk: Desk, capsys) -> None:
    """Asked wrongly: exit 2."""
    assert add(["netpo", "account", "--name", "Acme"]) == 2
    assert "known are: netop" in capsys.readouterr().err


def file(folder: Path, text: str, name: str = "licences.csv") -> str:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_is_imported_whole(desk: Desk, tmp_path, capsys) -> None:
    """Commas or semicolons, quotes, a mark at the beginning, empty lines: what spreadsheets write."""
    accounts = file(tmp_path, "\ufeffname;client number\r\nLund & Berg;1\r\n\r\nHale;2\r\n", "accounts.csv")
    assert import_(["netop", "account", accounts]) == 0
    text = 'account,bought,product,seats\n"Lund & Berg",2026-01-10,Netop Vision,5\nHale,2026-02-10,,\n'
    assert import_(["netop", "licence", file(tmp_path, text)]) == 0
    assert "2 of kind licence." in capsys.readouterr().out
    assert sorted(Licence.objects.values_list("account__name", "seats")) == [("Hale", None), ("Lund & Berg", 5)]
    assert FactChange.objects.filter(what="licence").count() == 2


def test_one_wrong_line_and_nothing_of_the_file_is_taken(desk: Desk, tmp_path, capsys) -> None:
    """Every mistake is told, each with line, column and code."""
    add(["netop", "account", "--name", "Hale"])
    text = (
        'account,bought,seats,key\nHale,2026-01-10,5,"two\nlines"\nHole,2026-01-10,5,\n'
        "Hale,10.1.2026,many,\nHale,2026-01-10,5,,extra\n"
    )
    path = file(tmp_path, text)
    assert import_(["netop", "licence", path]) == 1
    said = capsys.readouterr().out
    assert f"{path}:4:1: C007 account: there is no account 'Hole'" in said
    assert f"{path}:5:2: C007 bought: '10.1.2026' is no date" in said
    assert f"{path}:6:5: C006 the line has 5 values, and there are 4 columns." in said
    assert "Nothing was taken" in said
    assert (Licence.objects.count(), FactChange.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ":1:1: C003 the first line names the columns: account, bought"),
        ("account,bougth\n", ":1:2: C004 there is no column 'bougth'"),
        ("account,account,bought\n", ":1:2: C004 the column 'account' stands twice."),
        ("account\n", ":1:1: C005 the column 'bought' is missing"),
        ('account,bought\n"Hale,2026-01-10\n', ":2:"),
        ("account,bought\nHale,\n", ":2:2: C007 bought: "),
    ],
)
def test_a_file_of_another_shape_is_told_where(desk: Desk, tmp_path, text, says, capsys) -> None:
    """Nothing is guessed."""
    path = file(tmp_path, text)
    add(["netop", "account", "--name", "Hale"])
    assert import_(["netop", "licence", path]) == 1
    assert f"{path}{says}" in capsys.readouterr().out
    assert not Licence.objects.exists()


def test_a_file_that_is_no_text_is_told(desk: Desk, tmp_path, capsys) -> None:
    """Latin-1 is not read as if it were UTF-8, and a file that is not there is told too."""
    path = tmp_path / "accounts.csv"
    path.write_bytes("name\nBlåbær\n".encode("latin-1"))
    assert import_(["netop", "account", str(path)]) == 1
    assert f"{path}:2:1: C001 this is not UTF-8" in capsys.readouterr().out
    assert import_(["netop", "account", str(tmp_path / "absent.csv")]) == 2


def test_contracts_and_licences_are_changed_by_their_number(ntp: Desk, capsys) -> None:
    """Renewed, proved, paid; seats, key, revoked."""
    slug = "ntp-software"
    add([slug, "account", "--name", "Hale"])
    add([slug, "contract", "--account", "Hale", "--plan", "maintenance", "--starts", "2026-01-01", "--verified", "no"])
    contract = Contract.objects.get()
    assert contract.is_verified is False
    assert (
        change([slug, "contract", str(contract.pk), "--ends", "2027-12-31", "--verified", "yes", "--fees", "overdue"])
        == 0
    )
    contract.refresh_from_db()
    assert (contract.ends_on, contract.is_verified, contract.fees) == (date(2027, 12, 31), True, "overdue")
    add([slug, "licence", "--account", "Hale", "--bought", "2026-01-01"])
    licence = Licence.objects.get()
    assert change([slug, "licence", str(licence.pk), "--seats", "7", "--key-state", "unknown"]) == 0
    assert change([slug, "licence", str(licence.pk), "--revoke"]) == 0
    licence.refresh_from_db()
    assert (licence.seats, licence.key_state, licence.revoked_at is not None) == (7, "unknown", True)
    capsys.readouterr()
    assert change([slug, "contract", "99"]) == 1
    assert "there is no contract 99 here" in capsys.readouterr().err
    assert change([slug, "contract", str(contract.pk), "--ends", "2025-12-31"]) == 1
    assert "before it begins" in capsys.readouterr().err


def test_a_contract_of_another_desk_cannot_be_changed(desk: Desk, ntp: Desk) -> None:
    """Numbers are looked for on the desk that was named only."""
    add(["ntp-software", "account", "--name", "Hale"])
    add(["ntp-software", "licence", "--account", "Hale", "--bought", "2026-01-01"])
    assert change(["netop", "licence", str(Licence.objects.get().pk), "--revoke"]) == 1
    assert Licence.objects.get().revoked_at is None


def test_a_partner_is_given_and_taken_away(desk: Desk) -> None:
    """`none` is nobody."""
    add(["netop", "account", "--name", "Hale"])
    add(["netop", "partner", "--name", "Nordic IT"])
    assert change(["netop", "account", "Hale", "--partner", "nordic it"]) == 0
    assert Account.objects.get().partner == Partner.objects.get()
    assert change(["netop", "account", "Hale", "--partner", "none"]) == 0
    assert Account.objects.get().partner is None
    assert change(["netop", "account", "Hale", "--partner", "Nordic"]) == 1


@pytest.mark.clause("NTP-19")
def test_what_is_bought_goes_by_the_policys_rules(ntp: Desk, capsys) -> None:
    """No services without a contract; an exception once a manager has approved it."""
    slug = "ntp-software"
    add([slug, "account", "--name", "Hale"])
    assert buy([slug, "Hale", "professional services", "--quantity", "2.5"]) == 1
    assert "[purchases" in capsys.readouterr().err
    assert buy([slug, "Hale", "incident", "--quantity", "3"]) == 0
    assert buy([slug, "Hale", "renewal", "--term", "12 months"]) == 0
    assert Contract.objects.get().plan == "maintenance"
    assert buy([slug, "Hale", "professional services", "--quantity", "2.5"]) == 0
    assert buy([slug, "Hale", "exception", "--product", "QFS"]) == 1
    assert buy([slug, "Hale", "exception", "--product", "QFS", "--approved"]) == 0
    kept = sorted(Purchase.objects.values_list("gives", "quantity", "product"))
    assert kept == [("exception", 1, "QFS"), ("hours", 150, ""), ("incidents", 3, "")]
    assert add([slug, "incidents", "--account", "Hale", "--quantity", "2", "--bought", "2026-01-05"]) == 0
    assert add([slug, "services", "--account", "Hale", "--quantity", "2"]) == 0
    capsys.readouterr()
    show([slug, "Hale"])
    said = capsys.readouterr().out
    assert "  incident: 2 of 2 left, bought 2026-01-05" in said
    assert "  professional services: 150 minutes of 150 left" in said
    assert "  exception for QFS: 1 of 1 left" in said


@pytest.mark.clause("NUM-20")
def test_a_version_is_released_and_retired(capsys) -> None:
    """The end is announced thirty days ahead, or refused with its clause."""
    publish_file(ROOT / "policies" / "numara.md", effective_at=LONG_AGO)
    assert release(["numara", "Track-It!", "12.0", "--on", "2026-12-01"]) == 0
    row = Release.objects.get()
    assert (row.product.name, row.version, row.released_on) == ("Track-It!", "12.0", date(2026, 12, 1))
    assert AuditEntry.objects.filter(action="recorded a release").count() == 1
    assert release(["numara", "Trackit", "12.0"]) == 2
    assert retire(["numara", "Track-It!", "12.0", "--on", "2020-01-01"]) == 1
    assert "[lifecycle" in capsys.readouterr().err
    assert retire(["numara", "Track-It!", "12.0", "--on", "2099-01-31"]) == 0
    assert Release.objects.get().ends_on == date(2099, 1, 31)
