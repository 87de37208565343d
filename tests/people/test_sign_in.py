"""How people come in, and how others do not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from troth.journal.models import AuditEntry
from troth.people.models import Desk, MemberRole, Membership, Person, SignInLink
from troth.people.roles import acting_role, give_role, works_at
from troth.people.sign_in import (
    LINK_LASTS,
    check_password,
    is_link_open,
    request_sign_in_link,
    spend_sign_in_link,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
WORD = "correct horse battery"


@pytest.fixture
def desk() -> Desk:
    """A desk."""
    return Desk.objects.create(slug="one", vendor="One", title="One", prefix="ONE", zone="UTC")


@pytest.fixture
def ann() -> Person:
    """Somebody known."""
    return Person.objects.create_user("Ann@Customer.example", name="Ann")


def test_a_link_lets_its_person_in_once(desk, ann) -> None:
    """Single use: the second POST finds it spent."""
    mailed = request_sign_in_link("ann@customer.EXAMPLE", desk=desk, at=NOON)
    assert mailed is not None
    assert spend_sign_in_link(mailed.token, desk=desk, at=NOON) == ann
    assert spend_sign_in_link(mailed.token, desk=desk, at=NOON) is None
    assert AuditEntry.objects.filter(action="signed in by link", actor_id=ann.pk).count() == 1


def test_looking_at_a_link_spends_nothing(desk, ann) -> None:
    """Mail scanners open every link: a GET shows a button."""
    mailed = request_sign_in_link(ann.email, desk=desk, at=NOON)
    assert mailed is not None
    assert [is_link_open(mailed.token, desk=desk, at=NOON) for _ in range(3)] == [True] * 3
    assert spend_sign_in_link(mailed.token, desk=desk, at=NOON) == ann
    assert not is_link_open(mailed.token, desk=desk, at=NOON)


@pytest.mark.parametrize(("after", "comes_in"), [(LINK_LASTS - timedelta(seconds=1), True), (LINK_LASTS, False)])
def test_a_link_expires(desk, ann, after, comes_in) -> None:
    """At the instant named it no longer counts."""
    mailed = request_sign_in_link(ann.email, desk=desk, at=NOON)
    assert mailed is not None
    assert (spend_sign_in_link(mailed.token, desk=desk, at=NOON + after) == ann) is comes_in


def test_the_token_is_kept_nowhere(desk, ann) -> None:
    """Hashed at rest: who reads the table comes in nowhere."""
    mailed = request_sign_in_link(ann.email, desk=desk, at=NOON)
    assert mailed is not None
    stored = SignInLink.objects.values().get()
    assert mailed.token not in str(stored)
    assert spend_sign_in_link(stored["digest"], desk=desk, at=NOON) is None


def test_a_link_of_one_desk_opens_no_other(desk, ann) -> None:
    """Purpose-bound, desk included."""
    other = Desk.objects.create(slug="two", vendor="Two", title="Two", prefix="TWO", zone="UTC")
    mailed = request_sign_in_link(ann.email, desk=desk, at=NOON)
    assert mailed is not None
    assert spend_sign_in_link(mailed.token, desk=other, at=NOON) is None
    assert spend_sign_in_link(mailed.token, desk=None, at=NOON) is None


def test_strangers_the_barred_and_the_impatient_get_no_link(desk, ann) -> None:
    """None for each; the page says the same to all."""
    assert request_sign_in_link("nobody@x.example", desk=desk, at=NOON) is None
    asked = [request_sign_in_link(ann.email, desk=desk, at=NOON) for _ in range(6)]
    assert [mailed is not None for mailed in asked] == [True] * 5 + [False]
    late = asked[0]
    assert late is not None
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    assert spend_sign_in_link(late.token, desk=desk, at=NOON) is None
    assert request_sign_in_link(ann.email, desk=desk, at=NOON + timedelta(hours=2)) is None


def test_a_password_lets_staff_in_and_a_wrong_one_does_not() -> None:
    """In any spelling of the address; a person without a password has none that matches."""
    bob = Person.objects.create_user("bob@vendor.example", WORD)
    Person.objects.create_user("nopass@vendor.example")
    assert check_password(None, "BOB@vendor.example", WORD, at=NOON) == bob
    assert check_password(None, "bob@vendor.example", "wrong", at=NOON) is None
    assert check_password(None, "nopass@vendor.example", "", at=NOON) is None
    assert check_password(None, "nobody@vendor.example", WORD, at=NOON) is None


def test_guessing_a_password_ends_soon() -> None:
    """After ten tries in a quarter of an hour even the right word waits."""
    bob = Person.objects.create_user("bob@vendor.example", WORD)
    for _ in range(10):
        assert check_password(None, bob.email, "wrong", at=NOON) is None
    assert check_password(None, bob.email, WORD, at=NOON) is None
    assert check_password(None, bob.email, WORD, at=NOON + timedelta(minutes=15)) == bob


def test_an_address_is_one_person_in_any_spelling(ann) -> None:
    """Two accounts that differ in capitals would be two doors to one mailbox."""
    with pytest.raises(IntegrityError):
        Person.objects.create_user("ANN@customer.example")


def test_the_strongest_role_on_a_desk_counts_and_another_desks_does_not(desk, ann) -> None:
    """Roles are per desk."""
    other = Desk.objects.create(slug="two", vendor="Two", title="Two", prefix="TWO", zone="UTC")
    give_role(ann, desk, MemberRole.CUSTOMER)
    give_role(ann, desk, MemberRole.SENIOR)
    give_role(ann, desk, MemberRole.SENIOR)
    assert (acting_role(ann, desk), works_at(ann, desk)) == (MemberRole.SENIOR, True)
    assert (acting_role(ann, other), works_at(ann, other)) == (None, False)
    assert Membership.objects.count() == 2


def test_a_role_nobody_knows_is_refused_by_the_database(desk, ann) -> None:
    """The vocabulary is closed down there too."""
    with pytest.raises(IntegrityError):
        Membership.objects.create(desk=desk, person=ann, role="god")


def test_a_stranger_costs_as_many_commits_as_somebody_known(desk, ann) -> None:
    """A commit takes milliseconds, which anyone can measure: it would tell who is known here."""

    def commits(email: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            request_sign_in_link(email, desk=desk, at=NOON)
        return sum(one["sql"].startswith("RELEASE SAVEPOINT") for one in asked)

    assert commits(ann.email) == commits("stranger@customer.example")


def test_an_address_asked_for_in_vain_is_written_down_without_being_kept(desk) -> None:
    """Who looks for trouble sees that somebody tried many; the addresses themselves are nobody's to read."""
    request_sign_in_link("stranger@customer.example", desk=desk, at=NOON)
    entry = AuditEntry.objects.get()
    assert entry.action == "asked for a sign-in link"
    assert "stranger" not in entry.subject
