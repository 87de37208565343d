"""A person who is erased is nowhere any more, and nothing that was decided has changed."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from tests.conftest import ROOT, own_url
from tests.desk.making import again, customer, netop, opened
from tests.mail.writing import handed_in, mail, reply_address_of
from tests.site.kanary import ADDRESS, found_in, laid
from troth.customers.models import Account, Contact
from troth.desk import erasing as on_cases
from troth.desk.actors import SYSTEM
from troth.desk.auditing import audit
from troth.desk.door import note, record
from troth.desk.messages import Written
from troth.desk.models import Attachment, Case, ClockRow, Event, Message, Notice
from troth.desk.verify import verify
from troth.journal.audit import ERASING, write_audit
from troth.journal.chain import check, seal
from troth.journal.models import AuditEntry
from troth.mail.models import RawMail
from troth.people.models import Desk, Person
from troth.people.traces import MARKER, traces_of
from troth.policy.vocabulary import Verb
from troth.site.erasing import AlreadyErasedError, erase, people_erase, remove_files, still_naming

MUST_HOLD = {
    "people_person.email",
    "people_person.name",
    "customers_contact.phone",
    "customers_account.name",
    "desk_case.title",
    "desk_message.text",
    "desk_message.html",
    "desk_message.author_name",
    "desk_attachment.name",
    "desk_attachment.content_id",
    "desk_notice.subject",
    "desk_notice.body",
    "desk_notice.address",
    "mail_rawmail.content",
    "mail_received.sender",
    "mail_received.subject",
    "mail_received.mail_id",
    "mail_sent.content",
    "mail_sent.address",
    "django_session.session_data",
    "journal_auditentry.subject",
    "journal_auditentry.data",
    "media/",
    "outbox/",
}
"""Where the canary must be found before, or finding nothing afterwards would prove nothing."""


@pytest.fixture(autouse=True)
def folders(settings, tmp_path: Path) -> None:
    """Files of this test alone."""
    settings.MEDIA_ROOT, settings.TROTH_OUTBOX = tmp_path / "media", tmp_path / "outbox"


def decided() -> tuple[object, ...]:
    """All that the policy made of the cases."""
    columns = [name for name in Case.objects.values()[0] if name != "title"]
    return (
        list(Event.objects.order_by("pk").values()),
        list(ClockRow.objects.order_by("pk").values()),
        list(Case.objects.order_by("pk").values(*columns)),
    )


@pytest.mark.django_db
def test_an_erased_person_is_nowhere_and_nothing_decided_has_changed() -> None:
    """Every text and every blob of every table, every file, every mail however it is encoded."""
    _, person, case = laid()
    before = set(found_in())
    assert before >= MUST_HOLD, MUST_HOLD - before
    stood, others = decided(), Message.objects.filter(text="x").count()
    by = Person.objects.get(memberships__role="manager")
    erased = erase(person, by=by, at=timezone.now())
    assert list(found_in()) == []
    assert erased.still == []
    assert decided() == stood
    assert list(verify(Case.objects.all())) == []
    assert list(audit(Case.objects.all())) == []
    assert check().faults == []
    seal(timezone.now())
    assert check().faults == []
    entry = AuditEntry.objects.get(action="erased a person")
    assert (entry.subject, entry.actor_id) == (f"person {person.pk}", by.pk)
    assert Message.objects.filter(text="x").count() == others
    assert again(case).title == MARKER
    assert f"Dear {MARKER}, we called {MARKER} about {MARKER}." in set(case.messages.values_list("text", flat=True))
    with pytest.raises(AlreadyErasedError):
        erase(person, by=None, at=timezone.now())


@pytest.mark.django_db
def test_a_case_of_the_erased_goes_on_and_sends_nobody_anything() -> None:
    """Its clocks run, its notices are there and are dropped."""
    _, person, case = laid()
    erase(person, by=None, at=timezone.now())
    assert not Notice.objects.filter(person=person, state__in=("queued", "failed")).exists()
    record(case, Verb.REPLY, by=SYSTEM, written=Written("Hello", direction="us"), at=timezone.now())
    last = Notice.objects.filter(case=case).latest("pk")
    assert (last.person, last.state, last.address) == (person, "dropped", "")
    assert list(verify(Case.objects.all())) == []


@pytest.mark.django_db
def test_a_file_left_by_an_erasure_cut_short_is_removed_later(monkeypatch) -> None:
    """The message is marked first; whoever comes next finds what is left."""
    _, person, _ = laid()
    monkeypatch.setattr("troth.site.erasing.remove_erased_files", lambda: 0)
    erase(person, by=None, at=timezone.now())
    assert "media/" in set(found_in())
    monkeypatch.undo()
    assert remove_files(timezone.now()) == "1 files removed"
    assert list(found_in()) == []
    assert Attachment.objects.filter(file="").count() == 1
    assert list(on_cases.erased_files()) == []


@pytest.mark.django_db
def test_what_nobody_thought_of_is_found_and_scrubbed() -> None:
    """Any text column of any table: here the title of a desk, which no eraser of ours looks at."""
    desk, person, _ = laid()
    type(desk).objects.update(title=f"Ask {ADDRESS.upper()}, she knows")
    traces = traces_of(person)
    assert "people_desk.title" in set(still_naming(traces))
    erase(person, by=None, at=timezone.now())
    desk.refresh_from_db()
    assert desk.title == f"Ask {MARKER}, she knows"


NEIGHBOURS = ("jo.ann@x.example", "mary-ann@x.example", "jo+ann@x.example", "ann@x.example.org", "ann@x.example-y.org")


def ann(desk: Desk) -> Person:
    """Somebody whose address, name and telephone are short enough to stand in those of others."""
    person = Person.objects.create_user("ann@x.example", name="Anna Berg")
    account = Account.objects.create(desk=desk, name="Anna Berg Trading")
    contact = Contact.objects.create(desk=desk, person=person, account=account, phone="1042")
    opened(desk, contact, title="Hers", text="Hers")
    return person


def others(desk: Desk) -> Case:
    """Neighbours in address, and a namesake who writes by mail and whose case tells of keys and numbers."""
    for email in NEIGHBOURS:
        Person.objects.create_user(email, name="Anna Berg")
    account = Account.objects.create(desk=desk, name="Anna Berg & Sons")
    namesake = customer(desk, account)
    Person.objects.filter(pk=namesake.person.pk).update(name="Anna Berg")
    case = opened(desk, namesake, title="Key ABCD-1042-XYZ").case
    note(case, by=SYSTEM, written=Written(f"Anna Berg, 1042, {', '.join(NEIGHBOURS)}"))
    note(case, by=SYSTEM, written=Written("Ask her.", author_name=f"Jo <{NEIGHBOURS[0]}>"))
    address = reply_address_of(case, at=timezone.now())
    raw = mail("Call Anna Berg, 1042.", sender=namesake.person.email, to=address, Cc=", ".join(NEIGHBOURS))
    handed_in(desk, raw, at=timezone.now())
    type(desk).objects.filter(pk=desk.pk).update(title=f"Ask {NEIGHBOURS[0]}")
    with atomic():
        write_audit("was told", "case NETOP-1042", at=timezone.now(), by=None, role="system", data={"seat": 1042})
        write_audit("was told", NEIGHBOURS[0], at=timezone.now(), by=None, role="system", data={"x": NEIGHBOURS[3]})
    return case


def kept_of(case: Case) -> list[object]:
    """All that is stored of the neighbours and the namesake."""
    own = {"case": case}
    return [
        list(Person.objects.filter(email__in=NEIGHBOURS).order_by("pk").values()),
        Person.objects.filter(name="Anna Berg").exclude(email="ann@x.example").count(),
        Account.objects.get(pk=again(case).account_id).name,
        again(case).title,
        list(Message.objects.filter(**own).order_by("pk").values_list("text", "html", "author_name", "erased_at")),
        list(Notice.objects.filter(**own).order_by("pk").values_list("subject", "body", "address")),
        [bytes(raw.content) for raw in RawMail.objects.order_by("pk")],
        case.desk.__class__.objects.get(pk=case.desk.pk).title,
        list(AuditEntry.objects.filter(action="was told").order_by("pk").values()),
    ]


@pytest.mark.django_db
def test_who_is_only_like_the_erased_keeps_everything() -> None:
    """A neighbour's address, a namesake, and a number that stands in a key or on a case."""
    desk = netop()
    person, case = ann(desk), others(desk)
    before = kept_of(case)
    assert len(before[6]) == 1
    assert erase(person, by=None, at=timezone.now()).still == []
    assert kept_of(case) == before
    assert set(Account.objects.values_list("name", flat=True)) == {f"{MARKER} Trading", "Anna Berg & Sons"}
    person.refresh_from_db()
    assert person.name == MARKER


@pytest.mark.django_db
def test_an_erasure_never_empties_what_tells_of_an_earlier_one() -> None:
    """Or the earlier one's entries would be faults for ever."""
    desk = netop()
    first, second = ann(desk), Person.objects.create_user("1042@x.example", name="Somebody Else")
    with atomic():
        write_audit("was told", first.email, at=timezone.now(), by=None, role="system")
        told = write_audit("was told", second.email, at=timezone.now(), by=None, role="system")
    erase(first, by=None, at=timezone.now())
    assert AuditEntry.objects.filter(action=ERASING).exclude(data={}).count() == 1
    with atomic():
        entries = {"entries": [told.pk], "asked by": second.email}
        write_audit(ERASING, "1 entries", at=timezone.now(), by=None, role="operator", data=entries)
    erase(second, by=None, at=timezone.now())
    assert not AuditEntry.objects.filter(action=ERASING, data={}).exists()
    seal(timezone.now())
    assert check().faults == []


@pytest.mark.parametrize(
    ("told", "stays"),
    [
        ("-ann@x.example, <ann@x.example>; ...ANN@X.EXAMPLE.", "-(), <()>; ...()."),
        ("mailto:ann@x.example--", "mailto:()--"),
        ("Anna Berg's file, the Berg-file", "()'s file, the ()-file"),
        ("tel 1042, (1042) and ABCD-1042-XYZ of NETOP-1042", "tel (), (()) and ABCD-1042-XYZ of NETOP-1042"),
        (" ".join(NEIGHBOURS), " ".join(NEIGHBOURS)),
    ],
)
def test_a_word_is_found_by_itself_and_not_in_a_longer_one(told: str, stays: str) -> None:
    """On cases the person took part in."""
    traces = traces_of(Person(pk=1, email="ann@x.example", name="Anna Berg"), "1042")
    assert traces.scrubbed(told) == stays.replace("()", MARKER)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_an_erasure_lets_others_refer_to_the_person_while_it_looks(monkeypatch) -> None:
    """Who writes of them asks for their row's key at commit: with FOR UPDATE the two would wait for each other."""
    person = ann(netop())

    class LookedError(Exception):
        pass

    def looked(*_: object) -> None:
        with psycopg.connect(own_url()) as other:
            assert other.execute(
                "SELECT id FROM people_person WHERE id = %s FOR KEY SHARE NOWAIT", [person.pk]
            ).fetchone()
        raise LookedError

    monkeypatch.setattr("troth.site.erasing.erase_as_customer", looked)
    with pytest.raises(LookedError):
        erase(person, by=None, at=timezone.now())


@pytest.mark.django_db
def test_the_command_does_nothing_without_being_told_twice(capsys) -> None:
    """It cannot be taken back."""
    _, person, _ = laid()
    assert people_erase(["nobody@nowhere.example"]) == 2
    assert people_erase([ADDRESS]) == 1
    assert "Nothing was done" in capsys.readouterr().out
    assert Person.objects.get(pk=person.pk).email == ADDRESS
    assert people_erase([ADDRESS, "--by", "nobody@nowhere.example", "--yes"]) == 2
    assert people_erase([str(person.pk), "--yes"]) == 0
    assert f"Person {person.pk} is erased" in capsys.readouterr().out
    assert people_erase([str(person.pk), "--yes"]) == 1


@pytest.mark.long
def test_no_byte_of_the_data_folder_holds_the_erased_on_sqlite(tmp_path: Path) -> None:
    """Deleted words stay readable in a database's free pages and its log, until these are written anew."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TROTH_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    lay = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('migrate', verbosity=0); from tests.site.kanary import laid; laid()"
    )
    for words in (["-c", lay], ["-m", "troth.site.command_line", "people", "erase", ADDRESS, "--yes"]):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        holding = [
            file.name for file in tmp_path.rglob("*") if file.is_file() and b"kanary" in file.read_bytes().lower()
        ]
        assert bool(holding) is (words[0] == "-c"), holding
