"""Who gets in where: every address of the site, for every kind of person, on their own objects and on others'.

The addresses are read from Django's own table. One that is not told of below turns the first test red, so nobody
adds a page without saying who may see it.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, reverse
from django.urls import path as at_path
from django.utils import timezone

from tests.desk.making import agent, customer, opened, person
from tests.mail.writing import handed_in, mail
from tests.portal.people import asked, syncro, with_pack
from tests.site.passkeys import passkey
from tests.workspace.conftest import lay_floor
from troth.customers.models import Partner, PartnerUser
from troth.desk.door import note, record
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment, Case, Notice
from troth.desk.reads import case_on
from troth.journal.heartbeat import Heart
from troth.journal.rates import Limit
from troth.journal.sealing import seal
from troth.mail.models import Received
from troth.people.limits import HOUR
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role
from troth.people.second_factor import SEAL
from troth.policy.vocabulary import Role, Verb
from troth.portal.acts import ACTS
from troth.workspace.act_page import BESIDE
from troth.workspace.wanted import READERS

pytestmark = pytest.mark.django_db

# --- who -------------------------------------------------------------------------------------------

NOT_SIGNED_IN = frozenset({"nobody", "barred agent"})
HOLDERS = frozenset({"holder", "colleague"})
OWN_PEOPLE = frozenset({"agent", "manager"})
STRANGERS = frozenset({"other account", "other desk", "other partner", "other agent", "operator", "desk operator"})
EVERYONE = NOT_SIGNED_IN | HOLDERS | OWN_PEOPLE | STRANGERS | {"partner"}
SIGNED_IN = EVERYONE - NOT_SIGNED_IN
SEE_THE_CASE = HOLDERS | OWN_PEOPLE | {"partner"}
WORK_ON_THE_CASE = OWN_PEOPLE | {"partner"}
WORK_HERE = WORK_ON_THE_CASE | {"other partner"}
RUN_THE_DESK = frozenset({"manager", "operator", "desk operator"})
NOBODY: frozenset[str] = frozenset()
HOLDER = frozenset({"holder"})  # the only one here who has set up a second factor


@dataclass(frozen=True)
class Doors:
    """Who gets in by GET and who by POST; None where the method is refused to all."""

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    asks_to_sign_in: bool = True


def free(get: frozenset[str] | None = EVERYONE, post: frozenset[str] | None = None) -> Doors:
    """An address at which nobody is sent to sign in."""
    return Doors(get, post, asks_to_sign_in=False)


TABLE = {
    "faces:stylesheet": free(),
    "faces:theme": free(None, EVERYONE),
    "faces:keys": free(None, EVERYONE),
    "faces:styleguide": free(NOBODY),  # but for a demo
    "faces:sample-portal": free(NOBODY),
    "faces:sample-workspace": free(NOBODY),
    "health:alive": free(),
    "health:ready": free(),
    "workspace:outbox": free(NOBODY),
    "workspace:front": Doors(WORK_HERE, WORK_HERE),
    "workspace:queue": Doors(WORK_HERE),
    "workspace:take-next": Doors(None, WORK_HERE),
    "workspace:take-one": Doors(None, WORK_ON_THE_CASE),
    "workspace:mail": Doors(OWN_PEOPLE),
    "workspace:mail-one": Doors(OWN_PEOPLE),
    "workspace:mail-original": Doors(OWN_PEOPLE),
    "workspace:mail-settle": Doors(None, OWN_PEOPLE),
    "workspace:operator": Doors(RUN_THE_DESK),
    "workspace:mend": Doors(None, RUN_THE_DESK),
    "workspace:case": Doors(WORK_ON_THE_CASE),
    "workspace:why": Doors(WORK_ON_THE_CASE),
    "workspace:act": Doors(None, WORK_ON_THE_CASE),
    # A person's own page about signing in: whoever is signed in, on their own things.
    "mfa_index": Doors(SIGNED_IN),
    "account_login": free(),
    "mfa_authenticate": free(EVERYONE, EVERYONE),
    "account_reauthenticate": Doors(SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate": Doors(SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate_webauthn": Doors(SIGNED_IN, SIGNED_IN),
    "account_change_password": Doors(SIGNED_IN, SIGNED_IN),
    "account_set_password": Doors(SIGNED_IN, SIGNED_IN),
    "mfa_activate_totp": Doors(SIGNED_IN, SIGNED_IN),
    "mfa_deactivate_totp": Doors(HOLDER, HOLDER),
    "mfa_add_webauthn": Doors(SIGNED_IN, SIGNED_IN),
    "mfa_edit_webauthn": Doors(HOLDER, HOLDER),
    "mfa_remove_webauthn": Doors(HOLDER, HOLDER),
    "mfa_view_recovery_codes": Doors(HOLDER),
    "mfa_generate_recovery_codes": Doors(SIGNED_IN, SIGNED_IN),
    "portal:desks": free(),
    "portal:sign-in-somewhere": free(),
    "portal:front": free(),
    "portal:sign-in": free(EVERYONE, EVERYONE),
    "portal:link-sent": free(),
    "portal:password": free(EVERYONE, EVERYONE),
    "portal:link": free(EVERYONE, EVERYONE),
    "portal:sign-out": free(None, EVERYONE),
    "portal:policy": free(),
    "portal:cases": Doors(SIGNED_IN),
    "portal:new-case": Doors(SIGNED_IN, SIGNED_IN),
    "portal:promise": Doors(None, SIGNED_IN),
    "portal:case": Doors(SEE_THE_CASE),
    "portal:why": Doors(SEE_THE_CASE),
    "portal:file": Doors(SEE_THE_CASE),
    "portal:act": Doors(None, HOLDERS),
}


def every_route() -> dict[str, frozenset[str]]:
    """The names of all addresses with the names of what varies in them."""

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                yield from walk(each, (*spaces, each.namespace) if each.namespace else spaces)
            elif isinstance(each, URLPattern):
                yield ":".join((*spaces, each.name or str(each.pattern))), frozenset(each.pattern.converters)

    return dict(walk(get_resolver(), ()))


# --- what they reach for ---------------------------------------------------------------------------


@dataclass
class World:
    """Two desks; a case with a file, a file on a note, and a held mail on each."""

    people: dict[str, Person | None]
    mine: Case
    elsewhere: Case
    file: Attachment
    hidden_file: Attachment
    file_elsewhere: Attachment
    notice: Notice
    notice_elsewhere: Notice
    mail: Received
    mail_elsewhere: Received
    passkey: Authenticator
    passkey_elsewhere: Authenticator


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Ines' case at Netop, worked on by her partner, and somebody else's at Syncro Soft."""
    monkeypatch.setattr("troth.portal.look_ups.LOOK_UPS", Limit("look-up", each=10**6, source=10**6, per=HOUR))
    floor = lay_floor()
    Heart("one", timezone.now).beat()
    other = syncro()
    stranger = with_pack(other)
    firm = Partner.objects.create(desk=floor.desk, name="Other IT", zone="Europe/Oslo", hours={"always": True})
    helper, barred = person("Helper"), agent(floor.desk).person
    PartnerUser.objects.create(desk=floor.desk, person=helper, partner=firm)
    give_role(helper, floor.desk, MemberRole.PARTNER)
    Person.objects.filter(pk=barred.pk).update(is_active=False)
    other_agent = agent(other)
    case, elsewhere = floor.through_partner, asked(other, stranger)
    sent = Written("With a file.", enclosed=(Enclosed("log.txt", b"lines"),))
    note(case, by=floor.agent, written=sent)
    record(case, Verb.REPLY, by=floor.agent, written=sent)
    record(elsewhere, Verb.REPLY, by=other_agent, written=sent)
    files = Attachment.objects.order_by("pk")
    Authenticator.objects.create(user=floor.ines.person, type="totp", data={"secret": seal("A" * 32, purpose=SEAL)})
    RecoveryCodes.activate(floor.ines.person)
    house = person("Otto")
    give_role(house, floor.desk, MemberRole.OPERATOR)
    Notice.objects.filter(kind="reply").update(state="failed", failed_at=timezone.now())
    own_key = Authenticator.objects.create(user=floor.ines.person, type="webauthn", data=passkey())
    return World(
        people={
            "nobody": None,
            "barred agent": barred,
            "holder": floor.ines.person,
            "colleague": customer(floor.desk, floor.ines.account).person,
            "other account": floor.maria.person,
            "other desk": stranger.person,
            "partner": floor.partner.person,
            "other partner": helper,
            "agent": floor.agent.person,
            "manager": floor.manager.person,
            "other agent": other_agent.person,
            "operator": Person.objects.create_superuser("operator@people.example"),
            "desk operator": house,
        },
        mine=case,
        elsewhere=elsewhere,
        file=files.get(message__case=case, message__direction="us"),
        hidden_file=files.get(message__case=case, message__direction="note"),
        file_elsewhere=files.get(message__case=elsewhere),
        notice=case.notices.get(kind="reply"),
        notice_elsewhere=elsewhere.notices.get(kind="reply"),
        mail=handed_in(floor.desk, mail(sender=None), at=timezone.now()),
        mail_elsewhere=handed_in(other, mail(sender=None), at=timezone.now()),
        passkey=own_key,
        passkey_elsewhere=Authenticator.objects.create(user=person("Owner"), type="webauthn", data=passkey()),
    )


Values = dict[str, str | int]


def own(world: World) -> Values:
    """What stands in addresses of things that are there, at Netop."""
    return {
        "desk": "netop",
        "number": world.mine.label,
        "mail": world.mail.pk,
        "notice": world.notice.pk,
        "kind": "notice",
        "pk": world.file.pk,
        "passkey": world.passkey.pk,
        "clock": "respond",
        "token": "no-such-token",
        "digest": "0",
    }


ABSENT: Values = {
    "number": "NETOP-99999",
    "mail": 999_999,
    "notice": 999_999,
    "pk": 999_999,
    "passkey": 999_999,
    "clock": "no such clock",
}


def addresses(name: str, values: Values) -> list[str]:
    """The address with these values; one for each act where it names one."""
    parts = every_route()[name]
    given = {part: values[part] for part in parts if part in values}
    if name.startswith("mfa_") and "pk" in parts:
        given["pk"] = values["passkey"]
    if name.startswith("workspace:mail") and "number" in parts:
        given["number"] = str(values["mail"])
        acts = [{"name": act} for act in ("retry", "put-on", "open")]
    elif name == "workspace:mend":
        given["number"] = str(values["notice"])
        acts = []
    elif name == "workspace:act":
        acts = [{"name": act} for act in (*READERS, *BESIDE)]
    else:
        acts = [{"act": act} for act in ACTS]
    chosen = acts if parts & {"name", "act"} else [{}]
    return [reverse(name, kwargs={**given, **act}) for act in chosen]


def browser(who: Person | None) -> Client:
    """A browser in which they have signed in, if they can; a barred one had, before they were barred."""
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked_for(client: Client, method: str, path: str, values: Values) -> HttpResponse:
    """What comes of it; what it changed is taken back."""
    posted = {"case": values["number"], "text": "Words.", "title": "It stops", "email": "a@people.example"}
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.get(path) if method == "get" else client.post(path, posted)
        if method == "post":
            transaction.set_rollback(True)
            client.cookies = cookies  # who signed out is in again
    if answer.streaming:
        answer.close()  # a file's, which nobody reads here
    return answer


def body_of(answer: HttpResponse) -> str:
    """The page without what differs each time it is asked for, and without its own address."""
    page = answer.content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r'name="next" value="[^"]*"', "", page)


def is_let_in(answer: HttpResponse) -> bool:
    """Neither absent nor sent to sign in; nor an error of ours."""
    return answer.status_code in {200, 302, 403, 409, 410, 422} and not asks_to_sign_in(answer)


def asks_to_sign_in(answer: HttpResponse) -> bool:
    """Whether the answer sends its reader to one of the ways in, to come back."""
    ways = r"(/netop/sign-in(/password)?|/sign-in|/account/sign-in)\?next="
    return answer.status_code == 302 and bool(re.match(ways, answer["Location"]))


def verdict(doors: Doors, role: str, method: str) -> str:
    """What the table says of this role and method."""
    allowed = getattr(doors, method)
    if allowed is None:
        return "405"
    if role in allowed:
        return "in"
    return "sign in" if role in NOT_SIGNED_IN and doors.asks_to_sign_in else "404"


def seen(answer: HttpResponse) -> str:
    """The answer in the table's words."""
    if asks_to_sign_in(answer):
        return "sign in"
    return "in" if is_let_in(answer) else str(answer.status_code)


APART = {"Session", "Rate", "AuditEntry"}
"""What a look may leave: a session, a count of tries, and that a file was taken."""


def state_of_the_world() -> dict[str, str]:
    """A digest of each table's rows, but for those apart: whatever a page could have changed."""
    tables = (model for model in apps.get_models() if model.__name__ not in APART)
    rows = {model.__name__: sorted(map(repr, model._base_manager.values_list())) for model in tables}  # noqa: SLF001
    return {name: hashlib.sha256("\n".join(each).encode()).hexdigest() for name, each in rows.items()}


def entered_wrongly(client: Client, world: World, role: str, table: dict[str, Doors]) -> list[str]:
    """Each address at which this person got something else than the table says."""
    values, wrong = own(world), []
    for name, doors in table.items():
        for method in ("get", "post"):
            for path in addresses(name, values):
                answer = asked_for(client, method, path, values)
                wanted = verdict(doors, role, method)
                if seen(answer) != wanted:
                    wrong.append(f"{method} {path} ({name}): {wanted} was wanted, it is {seen(answer)}")
    return wrong


def told_apart(world: World, role: str, table: dict[str, Doors]) -> tuple[list[str], int]:  # noqa: C901 - a walk
    """Each address at which the foreign looks other than the absent; and how many pages were compared."""
    client, there = browser(world.people[role]), own(world)
    foreign: list[Values] = [
        {
            "number": world.elsewhere.label,
            "mail": world.mail_elsewhere.pk,
            "notice": world.notice_elsewhere.pk,
            "pk": world.file_elsewhere.pk,
        },
        {"number": str(world.elsewhere.number + 5000)},
        {"pk": world.hidden_file.pk},
        {"passkey": world.passkey_elsewhere.pk},
    ]
    if role not in SEE_THE_CASE:
        foreign.append({})  # what is there, but not for them
    wrong, compared = [], 0
    for name, doors in table.items():
        parts = every_route()[name]
        if not (parts & {"number", "pk", "clock"} or name == "workspace:take-one"):
            continue
        for method in ("get", "post"):
            if getattr(doors, method) is None:
                continue
            nothing = [asked_for(client, method, path, ABSENT) for path in addresses(name, {**there, **ABSENT})]
            for other in foreign:
                named = {*parts, "number", "mail", "passkey"}
                if not (set(other) & named or not other) or set(other) == {"pk"} - parts:
                    continue
                values = {**there, **other}
                for path, absent in zip(addresses(name, values), nothing, strict=True):
                    answer = asked_for(client, method, path, values)
                    if role in (getattr(doors, method) or ()) and not is_about_another(name, other):
                        continue
                    if seen(answer) != seen(absent) or answer.status_code not in {302, 404}:
                        wrong.append(f"{method} {path} ({name}): {seen(answer)}, the absent is {seen(absent)}")
                    elif answer.status_code == 404:
                        compared += 1
                        if body_of(answer) != body_of(absent):
                            wrong.append(f"{method} {path} ({name}): another page than the absent")
    return wrong, compared


# --- the rules -------------------------------------------------------------------------------------


def test_every_address_is_told_of() -> None:
    """A new page is red here until somebody has written down who may see it."""
    assert set(every_route()) == set(TABLE)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_gets_in_where_the_table_says(world: World, role: str) -> None:
    """On what is theirs, what is another's, and by both methods; no GET changes a row of any table."""
    client = browser(world.people[role])
    before = state_of_the_world()
    assert entered_wrongly(client, world, role, TABLE) == []
    assert state_of_the_world() == before


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_the_foreign_looks_as_the_absent_does(world: World, role: str) -> None:
    """Same status, same page: a case of nobody, of another desk under this desk's name, a file of another case."""
    wrong, compared = told_apart(world, role, TABLE)
    assert wrong == []
    assert compared or role in NOT_SIGNED_IN


def is_about_another(name: str, other: Values) -> bool:
    """Whether these values lead this address away from what is theirs."""
    if name.startswith("workspace:mail"):
        return "mail" in other
    if name == "workspace:mend":
        return "notice" in other
    if name.startswith("mfa_"):
        return "passkey" in other
    return "number" in other or (name == "portal:file" and "pk" in other)


def test_who_is_turned_away_here_gets_in_at_home(world: World) -> None:
    """Else the tests above would prove nothing of the two from the other desk, and of the other account."""
    there = {**own(world), "desk": "syncro-soft", "number": world.elsewhere.label, "pk": world.file_elsewhere.pk}
    for name in ("portal:case", "portal:file"):
        for role in ("other desk", "other agent"):
            got = asked_for(browser(world.people[role]), "get", addresses(name, there)[0], there)
            assert got.status_code == 200
    assert browser(world.people["other agent"]).get(addresses("workspace:case", there)[0]).status_code == 200
    here = opened(world.mine.desk, world.people["other account"].contacts.get(), title="Another").case
    own_case = addresses("portal:case", {**own(world), "number": here.label})[0]
    assert browser(world.people["other account"]).get(own_case).status_code == 200
    assert browser(world.people["holder"]).get(own_case).status_code == 404


# --- that the rules can fail -----------------------------------------------------------------------


def any_case(person: object, desk: Desk, number: str) -> Case | None:
    """A look-up that forgot to ask who reads."""
    return Case.objects.numbered(desk, number).first()


def any_file(case: Case, pk: int) -> Attachment | None:
    """A look-up that forgot to ask whose file it is."""
    return Attachment.objects.filter(pk=pk).first()


@pytest.mark.parametrize(
    ("planted", "by", "role", "name"),
    [
        ("troth.portal.case_page.case_on", any_case, "other account", "portal:case"),
        ("troth.portal.why_page.case_on", any_case, "operator", "portal:why"),
        ("troth.portal.files.case_on", any_case, "other partner", "portal:file"),
        ("troth.workspace.pages.Shift.cases", lambda shift: Case.objects.all(), "other partner", "workspace:case"),
        ("troth.workspace.pages.WORKS_HERE", frozenset(Role), "holder", "workspace:queue"),
    ],
)
def test_a_planted_hole_is_reported(world: World, monkeypatch, planted: str, by: object, role: str, name: str) -> None:
    """A view that begins at all rows instead of at `visible_to(person)` turns the table red, by name."""
    client = browser(world.people[role])
    assert entered_wrongly(client, world, role, {name: TABLE[name]}) == []
    monkeypatch.setattr(planted, by)
    found = entered_wrongly(client, world, role, {name: TABLE[name]})
    assert found
    assert all(f"({name})" in said for said in found)


def test_a_hole_between_desks_and_between_cases_is_reported(world: World, monkeypatch) -> None:
    """A file of another case under one's own case's number."""
    doors = {"portal:file": TABLE["portal:file"]}
    assert told_apart(world, "holder", doors)[0] == []
    monkeypatch.setattr("troth.portal.files.attachment_on", any_file)
    assert any("(portal:file)" in said for said in told_apart(world, "holder", doors)[0])


def test_a_page_that_tells_the_foreign_from_the_absent_is_reported(world: World, monkeypatch) -> None:
    """A 403 for what is there and not theirs says that it is there; so does another sentence on the 404."""

    def forbidden(person: Person, desk: Desk, number: str) -> Case | None:
        found = case_on(person, desk, number)
        if found is None and any_case(person, desk, number) is not None:
            raise PermissionDenied
        return found

    doors = {"portal:case": TABLE["portal:case"]}
    monkeypatch.setattr("troth.portal.case_page.case_on", forbidden)
    assert any("(portal:case)" in said for said in told_apart(world, "other account", doors)[0])


def test_a_get_that_changes_something_is_reported(world: World, monkeypatch) -> None:
    """Down to one column of one row."""

    def touched(person: Person, desk: Desk, number: str) -> Case | None:
        Person.objects.filter(pk=person.pk).update(language="tlh")
        return case_on(person, desk, number)

    client = browser(world.people["holder"])
    before = state_of_the_world()
    monkeypatch.setattr("troth.portal.case_page.case_on", touched)
    entered_wrongly(client, world, "holder", {"portal:case": TABLE["portal:case"]})
    assert {name for name, digest in state_of_the_world().items() if digest != before[name]} == {"Person"}


def test_a_new_address_is_reported_until_it_is_told_of(settings) -> None:
    """One that stands in no room's list, and one in a room's own."""
    module = ModuleType("tests.site.planted_addresses")
    module.urlpatterns = [
        at_path("", include("troth.site.urls")),
        at_path("<slug:desk>/everything", any_case, name="new"),
    ]
    sys.modules[module.__name__] = module
    settings.ROOT_URLCONF = module.__name__
    try:
        assert set(every_route()) - set(TABLE) == {"new"}
    finally:
        del sys.modules[module.__name__]
