"""Second factors: an app with codes, recovery codes, who must have one, and what ends when a password changes."""

import base64
import hmac
import html
import re
import struct
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.desk.making import agent, customer, netop, person, signed_in
from troth.journal.models import AuditEntry
from troth.people.limits import CODES
from troth.people.models import MemberRole
from troth.people.roles import give_role
from troth.people.sign_in import request_sign_in_link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "quick_passwords")]
WORD = "correct horse battery"
DOOR, STEP = "/netop/sign-in/password", "/account/code"


@pytest.fixture
def quick_passwords(settings):
    """A slow hash is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def code(secret: str, periods: int = 0) -> str:
    """The six digits an app shows for this key now, or so many half minutes from now (RFC 6238)."""
    counter = int(timezone.now().timestamp()) // 30 + periods
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def worker_with_password():
    """Somebody who works at Netop's desk and has a password."""
    worker = agent(netop()).person
    worker.set_password(WORD)
    worker.save()
    return worker


def with_password(worker, word=WORD):
    """A browser in which the first factor was given."""
    client = Client()
    client.answer = client.post(DOOR, {"email": worker.email, "password": word, "next": "/netop/desk/queue"})
    return client


def with_app(worker):
    """The key of an app that this person has set up, the recovery codes they were shown, and their browser."""
    client = with_password(worker)
    client.post("/account/again", {"password": WORD})
    secret = re.search(r'class="seed">(\w+)<', client.get("/account/app").content.decode())[1]
    answer = client.post("/account/app", {"code": code(secret)})
    assert answer.url == "/account/recovery-codes"
    codes = re.findall(r"<code>(\d{8})</code>", client.get(answer.url).content.decode())
    assert len(codes) == 10
    return secret, codes, client


def works(client):
    """Whether this browser sees the desk's queue."""
    return client.get("/netop/cases").status_code == 200


def test_without_a_second_factor_the_password_is_enough():
    """As before: nobody is asked for what they do not have."""
    client = with_password(worker_with_password())
    assert client.answer.url == "/netop/desk/queue"
    assert works(client)


def test_with_an_app_the_password_alone_lets_nobody_in(clock):
    """After it the code of this half minute is asked for, and leads where the person wanted to go."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(60)
    client = with_password(worker)
    assert client.answer.url == STEP
    assert not works(client)
    before = client.session.session_key
    assert client.post(STEP, {"code": "000000"}).status_code == 200
    assert not works(client)
    answer = client.post(STEP, {"code": code(secret)})
    assert answer.url == "/netop/desk/queue"
    assert works(client)
    assert client.session.session_key != before


def test_a_mailed_link_asks_for_the_second_factor_too(clock):
    """Else the way by mail would be the way round it."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(60)
    link = request_sign_in_link(worker.email, desk=worker.memberships.get().desk, at=timezone.now())
    client = Client()
    assert client.post(f"/netop/sign-in/link/{link.token}").url == STEP
    assert not works(client)
    client.post(STEP, {"code": code(secret)})
    assert works(client)


def test_a_code_lets_in_once(clock):
    """Who looks over a shoulder has half a minute, and finds the code spent; in another process, too."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(60)
    seen = code(secret)
    first = with_password(worker)
    first.post(STEP, {"code": seen})
    assert works(first)
    from django.core.cache import cache  # noqa: PLC0415 - what allauth remembers lies in one process alone

    cache.clear()
    clock.shift(29)
    second = with_password(worker)
    assert "used already" in second.post(STEP, {"code": seen}).content.decode()
    assert not works(second)


def test_a_code_of_long_ago_or_later_lets_nobody_in(clock):
    """One half minute to either side for clocks that go wrong, no more."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(600)
    for periods, comes_in in ((-2, False), (2, False), (-1, True)):
        client = with_password(worker)
        client.post(STEP, {"code": code(secret, periods)})
        assert works(client) is comes_in, periods


def test_a_recovery_code_lets_in_once_and_is_shown_once(clock):
    """Ten, each for one time; the page that showed them shows them no more."""
    worker = worker_with_password()
    _, codes, settled = with_app(worker)
    assert codes[0] not in settled.get("/account/recovery-codes").content.decode()
    for attempt, comes_in in enumerate((True, False)):
        client = with_password(worker)
        client.post(STEP, {"code": codes[0]})
        assert works(client) is comes_in, attempt


def test_codes_cannot_be_guessed_without_end(clock):
    """Ten tries a quarter of an hour; then the right one is refused too, from wherever it comes."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(900)
    for number in range(CODES.each):
        guessing = with_password(worker) if number % 5 == 0 else guessing  # noqa: F821 - bound on the first round
        guessing.post(STEP, {"code": "000000"})
    clock.shift(1)
    assert "tried too often" in guessing.post(STEP, {"code": code(secret)}, REMOTE_ADDR="9.9.9.9").content.decode()
    assert not works(guessing)


def test_the_seed_is_sealed_at_rest():
    """Who reads the table cannot compute a code from it."""
    worker = worker_with_password()
    secret, codes, _ = with_app(worker)
    stored = str(list(Authenticator.objects.values("data")))
    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_nothing_is_set_up_without_showing_the_password_again():
    """A browser left open for a minute must not become somebody else's key."""
    client = with_password(worker_with_password())
    answer = client.get("/account/app")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/again?next=")
    assert client.get("/account/passkeys/new").url.startswith("/account/again?next=")


def test_guessing_the_password_from_inside_ends_as_soon_as_at_the_door():
    """A session is no way round the limit, neither before something sensitive nor where the password is changed."""
    worker = worker_with_password()
    client = with_password(worker)
    for _ in range(9):
        client.post("/account/again", {"password": "wrong"})
    assert client.post("/account/again", {"password": WORD}).status_code == 200
    new = {"oldpassword": WORD, "password1": "another long password", "password2": "another long password"}
    assert client.post("/account/password", new).status_code == 200
    worker.refresh_from_db()
    assert worker.check_password(WORD)


def test_changing_the_password_ends_all_other_sessions():
    """The browser in which it was changed goes on under a new id; a thief's ends."""
    worker = worker_with_password()
    mine, theirs = with_password(worker), with_password(worker)
    assert works(mine)
    assert works(theirs)
    before = mine.session.session_key
    new = {"oldpassword": WORD, "password1": "another long password", "password2": "another long password"}
    assert mine.post("/account/password", new).url == "/account/"
    assert works(mine)
    assert mine.session.session_key != before
    assert not works(theirs)
    assert [sent.to for sent in mail.outbox] == [[worker.email]]
    assert AuditEntry.objects.filter(action="changed the password", actor_id=worker.pk).count() == 1


def test_a_weak_password_is_not_kept():
    """Django's validators are asked."""
    client = with_password(worker_with_password())
    page = client.post("/account/password", {"oldpassword": WORD, "password1": "12345678", "password2": "12345678"})
    assert page.status_code == 200
    assert "too common" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_changed_is_mailed_and_written_down():
    """Its owner hears of a new factor, and so does the audit record."""
    worker = worker_with_password()
    with_app(worker)
    assert [sent.subject for sent in mail.outbox] == ["Authenticator App Activated"]
    assert AuditEntry.objects.filter(action="added an app with codes", actor_id=worker.pk).count() == 1


def test_taking_the_app_off_takes_its_recovery_codes_too(clock):
    """Nothing that opens a door is left behind."""
    worker = worker_with_password()
    _, _, client = with_app(worker)
    assert client.post("/account/app/off").url == "/account/"
    assert not Authenticator.objects.exists()
    assert with_password(worker).answer.url == "/netop/desk/queue"


def test_another_persons_passkey_is_as_if_it_were_not_there():
    """Renaming and removing begin at who is signed in."""
    worker = worker_with_password()
    client = with_password(worker)
    client.post("/account/again", {"password": WORD})
    theirs = Authenticator.objects.create(user=person(), type="webauthn", data={"name": "Theirs"})
    for tail in ("", "/off"):
        foreign, absent = (client.get(f"/account/passkeys/{pk}{tail}") for pk in (theirs.pk, theirs.pk + 1000))
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert client.post(f"/account/passkeys/{theirs.pk}{tail}", {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data == {"name": "Theirs"}


def test_strangers_cannot_sign_up():
    """There is no address for it, under any of allauth's names."""
    for tail in ("account/signup", "account/signup/", "accounts/signup/", "account/login/", "account/password/reset/"):
        path = f"/{tail}"
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"email": "x@x.example", "password1": WORD}).status_code == 404


@pytest.mark.parametrize("role", [MemberRole.STAFF, MemberRole.MANAGER, MemberRole.PARTNER, MemberRole.OPERATOR])
def test_where_it_is_required_nobody_works_without_a_second_factor(settings, role):
    """Every page of every room answers with the way to one; setting one up opens them."""
    settings.TROTH_SECOND_FACTOR = True
    desk = netop()
    worker = person("Worker")
    give_role(worker, desk, role)
    worker.set_password(WORD)
    worker.save()
    client = with_password(worker)
    for path in ("/netop/cases", "/netop/", "/netop/policy"):
        page = client.get(path)
        assert page.status_code == 403
        assert "second factor is needed" in page.content.decode()
        assert 'href="/account/"' in page.content.decode()
    assert client.post("/netop/cases/new", {"title": "x"}).status_code == 403
    assert client.get("/account/").status_code == 200
    _, _, settled = with_app(worker)
    assert works(settled)
    assert not works(client), "the older session has not shown the factor"
    assert client.post("/netop/sign-out").status_code == 302


def test_where_it_is_required_customers_come_in_as_before(settings):
    """A customer is not staff."""
    settings.TROTH_SECOND_FACTOR = True
    assert works(signed_in(customer(netop()).person))


def test_an_old_session_of_somebody_with_a_factor_may_show_it(settings, clock):
    """The page that refuses leads to confirming it, and then the session counts."""
    worker = worker_with_password()
    old = with_password(worker)
    secret, _, _ = with_app(worker)
    settings.TROTH_SECOND_FACTOR = True
    assert not works(old)
    clock.shift(60)
    assert old.post("/account/again/code", {"code": code(secret)}).status_code == 302
    assert works(old)


def test_a_half_finished_sign_in_ends_after_a_while(clock):
    """A browser left at the second step is not an open door tomorrow."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(60)
    client = with_password(worker)
    clock.shift(timedelta(hours=1))
    assert client.post(STEP, {"code": code(secret)}).status_code == 302
    assert not works(client)


@pytest.mark.parametrize(
    "path",
    [
        *("app", "app/off", "passkeys/new", "passkeys/{}", "passkeys/{}/off"),
        *("recovery-codes/new", "password", "password/first"),
    ],
)
def test_an_old_session_with_the_password_alone_changes_no_factor(settings, clock, path):
    """A thief's session from before the factor, and the password: neither is a way to another key or password."""
    settings.TROTH_SECOND_FACTOR = True
    worker = worker_with_password()
    old = with_password(worker)
    old.post("/account/again", {"password": WORD})  # counts for five minutes, and not for this
    secret, _, _ = with_app(worker)
    passkey = Authenticator.objects.create(user=worker, type="webauthn", data={"name": "Mine"})
    address = "/account/" + path.format(passkey.pk)
    before = list(Authenticator.objects.values())
    theirs = {"name": "Theirs", "code": code(secret), "oldpassword": WORD} | dict.fromkeys(
        ("password1", "password2"), "words that the thief made up"
    )
    for _ in range(2):
        for answer in (old.get(address), old.post(address, theirs)):
            assert answer.status_code == 302
            assert answer.url.startswith("/account/again/passkey?next=")
        again = old.post("/account/again", {"password": WORD})
        assert again.url.startswith("/account/again/passkey"), "the password is no way to confirm any more"
    assert list(Authenticator.objects.values()) == before
    worker.refresh_from_db()
    assert worker.check_password(WORD)
    assert not works(old)
    clock.shift(60)
    assert old.post("/account/again/code", {"code": code(secret)}).status_code == 302
    assert old.get("/account/app/off").status_code == 200
    assert works(old)


def test_with_a_second_factor_the_password_confirms_nothing(clock):
    """Not even in a session that has shown the factor: what is asked once more is the factor."""
    worker = worker_with_password()
    secret, _, client = with_app(worker)
    clock.shift(600)
    assert client.post("/account/again", {"password": WORD}).url.startswith("/account/again/code")
    assert client.post("/account/app/off").url.startswith("/account/again/code?next=")
    assert Authenticator.objects.filter(type="totp").exists()
    client.post("/account/again/code", {"code": code(secret)})
    assert client.post("/account/app/off").url == "/account/"
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("way", ["password", "link"])
def test_signing_in_as_another_asks_for_the_others_second_factor(clock, way):
    """In a browser that is somebody else's already: that session ends, and nothing is spent for nothing."""
    worker = worker_with_password()
    secret, _, _ = with_app(worker)
    clock.shift(60)
    desk = worker.memberships.get().desk
    client = signed_in(customer(desk).person)
    if way == "password":
        answer = client.post(DOOR, {"email": worker.email, "password": WORD, "next": "/netop/desk/queue"})
    else:
        link = request_sign_in_link(worker.email, desk=desk, at=timezone.now())
        answer = client.post(f"/netop/sign-in/link/{link.token}")
    assert answer.url == STEP
    assert not works(client)
    assert client.get(STEP).status_code == 200
    assert client.post(STEP, {"code": code(secret)}).status_code == 302
    assert client.session["_auth_user_id"] == str(worker.pk)
    assert works(client)


def test_the_page_that_refuses_leads_to_confirming_and_back(settings, clock):
    """Who has a factor finds the way from the very page; who has none is led to set one up."""
    settings.TROTH_SECOND_FACTOR = True
    worker = worker_with_password()
    old = with_password(worker)
    assert "/account/again" not in old.get("/netop/cases").content.decode()
    secret, _, _ = with_app(worker)
    page = old.get("/netop/cases").content.decode()
    assert "/account/again/passkey" not in page
    way = html.unescape(re.search(r'href="(/account/again/code[^"]*)"', page)[1])
    assert old.get(way).status_code == 200
    clock.shift(60)
    assert old.post(way, {"code": code(secret)}).url == "/netop/cases"
    assert works(old)
