"""Every way in which a sign-in link may be wrong, alone and together: only the one that is right in all lets in."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from troth.people.models import Desk, Person, SignInLink
from troth.people.sign_in import LINK_LASTS, digest_of, is_link_open, request_sign_in_link, spend_sign_in_link

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
FAULTS = {
    "purpose": {"purpose": "download"},
    "over": {"expires_at": NOON},
    "used": {"used_at": NOON - timedelta(minutes=1)},
    "elsewhere": {"desk": "other"},
    "of nobody's desk": {"desk": None},
    "barred": {},
    "one letter": {},
}


def test_only_a_link_that_is_right_in_everything_lets_in() -> None:
    """Each fault alone, and each two together; looking tells the same as pressing, but for who is barred."""
    desk, other = (Desk.objects.create(slug=n, vendor=n, title=n, prefix=n.upper(), zone="UTC") for n in ("a", "b"))
    for number, faults in enumerate([(), *((fault,) for fault in FAULTS), *product(FAULTS, FAULTS)]):
        ann = Person.objects.create_user(f"ann{number}@customer.example")
        mailed = request_sign_in_link(ann.email, desk=desk, at=NOON)
        assert mailed is not None
        changes = {name: value for fault in faults for name, value in FAULTS[fault].items()}
        if changes.get("desk") == "other":
            changes["desk"] = other
        if changes:
            SignInLink.objects.filter(digest=digest_of(mailed.token)).update(**changes)
        if "barred" in faults:
            Person.objects.filter(pk=ann.pk).update(is_active=False)
        token = (
            mailed.token[:-1] + ("A" if mailed.token[-1] != "A" else "B") if "one letter" in faults else mailed.token
        )
        assert (spend_sign_in_link(token, desk=desk, at=NOON) == ann) is (not faults), faults
        assert not is_link_open(token, desk=desk, at=NOON) or faults == ("barred",) * len(faults), faults


@pytest.mark.parametrize("lasting", [LINK_LASTS, timedelta(minutes=30)])
def test_a_link_always_has_an_end(lasting) -> None:
    """The column takes no link without one: missing expiry fails closed."""
    assert not SignInLink._meta.get_field("expires_at").null  # noqa: SLF001 - Django's documented way to ask
    assert lasting <= timedelta(minutes=30)


@pytest.mark.parametrize("token", ["", " ", "\0", "x" * 100_000, "\udcff", "%00", "' OR 1=1 --"])
def test_what_is_no_token_opens_nothing(token) -> None:
    """No error either."""
    assert spend_sign_in_link(token, desk=None, at=NOON) is None
    assert not is_link_open(token, desk=None, at=NOON)
