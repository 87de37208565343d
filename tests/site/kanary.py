"""A person who leaves a canary wherever a person can leave something, and the look for it through everything stored."""

# ruff: noqa: SLF001 - _meta and _default_manager are Django's documented way to ask a model about itself

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.transaction import atomic
from django.utils import timezone

from tests.desk.making import again, agent, at, customer, netop, opened
from tests.mail.writing import handed_in, mail, reply_address_of
from troth.customers.models import Account, Contact
from troth.desk.actors import Actor
from troth.desk.delivering import send_again
from troth.desk.door import note, open_case, record
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Case, Notice
from troth.journal.audit import write_audit
from troth.journal.chain import seal
from troth.mail.reading import read_mail
from troth.mail.sending import deliver
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role
from troth.people.sign_in import check_password, request_sign_in_link
from troth.policy.vocabulary import Role, Verb

ADDRESS = "kanary@kanary-house.example"
NAME = "Kanary Vögelsang"
PHONE = "+45 7731 kanary"


def laid() -> tuple[Desk, Person, Case]:
    """The desk, the person, and the case they hold; a colleague and an agent have been on it too."""
    desk = netop()
    account = Account.objects.create(desk=desk, name=f"{NAME} Trading")
    colleague = customer(desk, account)
    person = Person.objects.create_user(ADDRESS, "a long password of hers", name=NAME, zone="Europe/Berlin")
    give_role(person, desk, MemberRole.CUSTOMER)
    contact = Contact.objects.create(desk=desk, person=person, account=account, phone=PHONE)
    case = opened(desk, contact, title="The kanary title", text="kanary words").case
    by = Actor(person, Role.CUSTOMER)
    file = Enclosed("kanary.txt", b"kanary bytes", "text/kanary", "kanary-content-id")
    record(case, Verb.CUSTOMER_REPLY, by=by, written=Written("more kanary", html="<p>kanary", enclosed=(file,)))
    worker = agent(desk, MemberRole.MANAGER)
    record(case, Verb.REPLY, by=worker, written=Written(f"Dear {NAME}, we called {PHONE} about the kanary title."))
    note(
        case,
        by=worker,
        written=Written(f"{NAME.upper()} <{ADDRESS}> is right.", enclosed=(Enclosed(f"{NAME}.txt", b"x"),)),
    )
    for notice in Notice.objects.filter(case=case, person__isnull=False):
        deliver(notice)
    lay_mails(desk, case, colleague)
    lay_ways_in(desk, person)
    record(case, Verb.ASK, by=worker, written=Written(f"Which version, {NAME}?"), at=timezone.now())
    failed = Notice.objects.filter(case=case, state="queued").first()
    assert failed is not None
    Notice.objects.filter(pk=failed.pk).update(state="failed", failure=f"550 no such user {ADDRESS}")
    assert send_again(Notice.objects.get(pk=failed.pk), by=worker.person, role=str(worker.role), at=timezone.now())
    open_case(desk, by=Actor(None, Role.SYSTEM), contact=contact, draft=_draft(), at=timezone.now())
    seal(timezone.now())
    return desk, person, again(case)


def _draft() -> object:
    from troth.customers.facts import Draft  # noqa: PLC0415 - used here only

    return Draft(title="Another kanary title", text="written down for kanary", channel="phone")


def lay_mails(desk: Desk, case: Case, colleague: Contact) -> None:
    """Mails from the person, proven and not, to a colleague's case with them in Cc, and with them in encoded words."""
    signed = reply_address_of(case, at=timezone.now())
    body = base64.encodebytes(b"the kanary sings").decode()
    sender = f"=?utf-8?b?{base64.b64encode(NAME.encode()).decode()}?= <{ADDRESS}>"
    raw = mail("", sender=sender, to=signed, subject="Re: The kanary title", Content_Transfer_Encoding="base64")
    head = raw.partition(b"\r\n\r\n")[0]
    handed_in(desk, head.replace(b"<m", b"<kanary-m") + b"\r\n\r\n" + body.encode(), at=timezone.now())
    handed_in(
        desk, mail("kanary again", sender=f"Kanary <{ADDRESS}>", subject="kanary case by mail"), at=timezone.now()
    )
    other = opened(desk, colleague, title="A colleague's").case
    address = reply_address_of(other, at=timezone.now())
    handed_in(
        desk,
        mail(f"Ask {ADDRESS} too.", sender=colleague.person.email, to=address, subject="Re: A colleague's", Cc=sender),
        at=timezone.now(),
    )
    handed_in(desk, mail("kanary is away", sender=ADDRESS, to=signed, Auto_Submitted="auto-replied"), at=timezone.now())
    stranger = mail(f"{ADDRESS} told me.", sender=ADDRESS, subject=f"Re: [{other.label}] mine")
    handed_in(desk, stranger, at=timezone.now())


def lay_ways_in(desk: Desk, person: Person) -> None:
    """Links, sessions (one with words that wait), and what the audit record says of tries."""
    request_sign_in_link(ADDRESS, desk=desk, at=timezone.now())
    check_password(None, ADDRESS, "wrong", at=timezone.now())
    store = import_module(settings.SESSION_ENGINE).SessionStore
    mine, waiting = store(), store()
    mine["_auth_user_id"] = str(person.pk)
    waiting["kept"] = {"body": f"from={ADDRESS}&text=kanary"}
    mine.save()
    waiting.save()
    with atomic():
        write_audit(
            "named a key",
            f"person {person.pk}",
            at=at("2026-03-06 12:00"),
            by=person.pk,
            role="person",
            data={"name": "kanary's phone"},
        )
        write_audit("was told", ADDRESS, at=at("2026-03-06 12:00"), by=None, role="system")


def found_in() -> Iterator[str]:
    """Every column, file and mail in which the canary stands, however it is encoded there."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            for value in model._default_manager.values_list(column.name, flat=True):
                if any("kanary" in text.casefold() for text in read(value, model.__name__)):
                    yield f"{model._meta.db_table}.{column.column}"
                    break
    for folder in (Path(default_storage.location), Path(settings.TROTH_OUTBOX)):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if file.is_file() and any("kanary" in text.casefold() for text in read(file.read_bytes(), "RawMail")):
                yield f"{folder.name}/"
                break


def read(value: object, model: str) -> Iterator[str]:
    """What is stored, as it is and as it reads."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        yield raw.decode("utf-8", "replace")
        told = read_mail(raw)
        people = [told.sender, *told.to, *told.cc]
        yield f"{told.subject} {told.text} {people} {[each.name for each in told.attachments]}"
    else:
        yield str(value)
        if model == "Session" and ":" in str(value):
            from django.contrib.sessions.models import Session  # noqa: PLC0415 - used here only

            yield repr(Session(session_data=str(value)).get_decoded())
