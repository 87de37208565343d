"""What must be read again is sealed: bound to purpose and key, and readable through a change of key."""

import pytest

from troth.journal.sealing import UnreadableSealError, key_id, seal, unseal

OLD, NEW = "an old key for tests only " * 3, "a new key for tests only " * 3


def test_what_was_sealed_is_read_and_does_not_show(settings):
    """The same text twice is sealed differently."""
    first, second = (seal("secret", purpose="a") for _ in range(2))
    assert "secret" not in first
    assert first != second
    assert [unseal(each, purpose="a") for each in (first, second)] == ["secret"] * 2


def test_a_seal_is_bound_to_its_purpose():
    """A row moved into another table opens nothing there."""
    with pytest.raises(UnreadableSealError):
        unseal(seal("secret", purpose="a"), purpose="b")


def test_a_changed_key_still_opens_while_it_is_named(settings):
    """The new one seals; without the old one named, what it sealed is gone."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    sealed = seal("secret", purpose="a")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert unseal(sealed, purpose="a") == "secret"
    assert seal("more", purpose="a").startswith(key_id(NEW))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UnreadableSealError):
        unseal(sealed, purpose="a")


@pytest.mark.parametrize("sealed", ["", "secret", "12345678:", "12345678:gAAAA", ":" * 9, "é:ü"])
def test_what_is_no_seal_is_refused(sealed):
    """Never read as it stands."""
    with pytest.raises(UnreadableSealError):
        unseal(sealed, purpose="a")


def test_a_seal_that_was_touched_is_refused():
    """One character of it; not one of the last, whose bits do not all count."""
    sealed = seal("secret", purpose="a")
    middle = len(sealed) // 2
    with pytest.raises(UnreadableSealError):
        unseal(sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :], purpose="a")
