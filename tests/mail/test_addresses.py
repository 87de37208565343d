"""Addresses are read as people wrote them, and never guessed from a name (MAIL 10 and 30)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.addresses import Address, addresses

TABLE = {
    "a@b.c": [("", "a@b.c")],
    "<a@b.c>": [("", "a@b.c")],
    "Ann Lee <a@b.c>": [("Ann Lee", "a@b.c")],
    '"Lee, Ann" <a@b.c>, d@e.f': [("Lee, Ann", "a@b.c"), ("", "d@e.f")],
    "a@b.c (Ann (the first) Lee)": [("Ann (the first) Lee", "a@b.c")],
    "=?utf-8?q?Lee=2C_Ann?= <a@b.c>": [("Lee, Ann", "a@b.c")],
    "=?utf-8?q?evil=40x.y?= <a@b.c>": [("evil@x.y", "a@b.c")],
    '"boss@x.y" <a@b.c>': [("boss@x.y", "a@b.c")],
    "boss@x.y <a@b.c>": [("boss@x.y", "a@b.c")],
    "Friends: a@b.c, Dan <d@e.f>;": [("", "a@b.c"), ("Dan", "d@e.f")],
    "undisclosed-recipients:;": [],
    "<@relay:a@b.c>": [("", "a@b.c")],
    "mailto:a@b.c": [("", "a@b.c")],
    "Ann <a@b.c": [("Ann", "a@b.c")],
    "Ann <<a@b.c>>": [("Ann", "a@b.c")],
    "Ann a@b.c": [("Ann", "a@b.c")],
    '"no end <a@b.c>': [("no end", "a@b.c")],
    "(no end <a@b.c>": [("(no end", "a@b.c")],
    "a@b.c; d@e.f": [("", "a@b.c"), ("", "d@e.f")],
    "a@b.c,, ,d@e.f": [("", "a@b.c"), ("", "d@e.f")],
    '"a b"@c.d': [("", '"a b"@c.d')],
    "a@b@c": [],
    "MAILER-DAEMON": [],
    "Ann <>": [],
    "a@b.c\r\nBcc: x@y.z": None,
    "": [],
}


@pytest.mark.parametrize(("value", "wanted"), TABLE.items())
def test_addresses_are_read(value: str, wanted: list[tuple[str, str]] | None) -> None:
    """One line of the table each; None asks only that it does not raise."""
    found = addresses(value.encode()).value
    if wanted is not None:
        assert list(found) == [Address(name, email) for name, email in wanted]


@given(st.text(alphabet='ab@.,;:<>()"\\ =?\t\n\x00é', max_size=60))
def test_any_line_gives_addresses_or_none(value: str) -> None:
    """Each address that is given has its two halves and nothing that could add a header."""
    for address in addresses(value.encode()).value:
        local, _, domain = address.email.rpartition("@")
        assert local
        assert domain
        assert not {"\r", "\n", "\x00"} & set(address.email + address.name)
