"""Only the exact address that was issued gives a right, while it holds (MAIL 20)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.reply_address import make, parse, verify

KEY, NONCE, DAY = b"k" * 32, b"n" * 16, dt.date(2026, 3, 31)


def _made(**changes: object) -> str:
    facts = {"desk": "netop", "case_number": 1042, "participant": 7, "nonce": NONCE, "expires_on": DAY}
    return make(KEY, **(facts | {"domain": "desk.example"} | changes))


def _holds(address: str, *, today: dt.date = DAY, nonce: bytes = NONCE, key: bytes = KEY) -> bool:
    claim = parse(address)
    return claim is not None and verify(key, claim, nonce, today=today)


def test_an_issued_address_holds_through_its_last_day() -> None:
    """Equality with the last day is in time, the day after is not."""
    assert _holds(_made())
    assert not _holds(_made(), today=DAY + dt.timedelta(days=1))


def test_it_says_whom_it_stands_for() -> None:
    """Desk, case and participant can be read from it, and are to be verified."""
    claim = parse(_made())
    assert claim is not None
    assert (claim.desk, claim.case_number, claim.participant) == ("netop", 1042, 7)
    assert (claim.expires_on, claim.domain) == (DAY, "desk.example")


def test_every_single_change_before_the_at_sign_breaks_it() -> None:
    """Each character replaced by each other, left out, doubled or upper-cased."""
    address = _made()
    local = address.partition("@")[0]
    for at, old in enumerate(local):
        for new in {"", old + old, "a", "b", "z", "2", "0", old.upper()} - {old}:
            assert not _holds(local[:at] + new + local[at + 1 :] + "@desk.example")


def test_upper_case_truncation_a_new_nonce_and_a_foreign_key_never_match() -> None:
    """Forged, truncated, upper-cased, revoked."""
    address = _made()
    assert not _holds(address.upper())
    assert not _holds(address[:40] + "@desk.example")
    assert not _holds(address, nonce=b"m" * 16)
    assert not _holds(address, key=b"j" * 32)
    assert not _holds("netop+1042@desk.example")


def test_a_part_before_the_at_sign_over_64_octets_is_refused() -> None:
    """RFC 5321; better no address than one that a server cuts."""
    assert len(_made(desk="n" * 13, case_number=10**9, participant=10**6).partition("@")[0]) <= 64
    with pytest.raises(ValueError, match="shorter mail name"):
        _made(desk="n" * 40)
    with pytest.raises(ValueError, match="key"):
        make(b"short", desk="n", case_number=1, participant=1, nonce=NONCE, expires_on=DAY, domain="d.e")


@given(st.integers(1, 10**8), st.integers(1, 10**8), st.dates(dt.date(2026, 1, 1), dt.date(2060, 1, 1)))
def test_what_is_made_is_read_back(case_number: int, participant: int, day: dt.date) -> None:
    """For every case, participant and day."""
    claim = parse(_made(case_number=case_number, participant=participant, expires_on=day))
    assert claim is not None
    assert (claim.case_number, claim.participant, claim.expires_on) == (case_number, participant, day)


@given(st.text(max_size=80))
def test_no_text_raises(value: str) -> None:
    """Whatever stands in To."""
    assert not _holds(value)
