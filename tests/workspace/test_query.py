"""The queue's query: what each word asks for, and what is said of a word that asks for nothing."""

import pytest

from troth.people.models import Person
from troth.workspace.query import Asked, Query, read_query

ASKED = Asked(Person(pk=7), ("1", "2", "product management"), ("critical", "high", "medium", "low"))


def read(text: str) -> Query:
    """The query as an agent of Netop's writes it."""
    return read_query(text, ASKED)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("level:2", "(AND: ('level', '2'))"),
        ("LEVEL:2", "(AND: ('level', '2'))"),
        ("level:product", "(AND: ('level', 'product management'))"),
        ("level:product-management", "(AND: ('level', 'product management'))"),
        ("sev:high", "(AND: ('severity', 'high'))"),
        ("sev:h", "(AND: ('severity', 'high'))"),
        ("waiting:customer", "(AND: ('status', 'waiting'), ('waiting_on', 'customer'))"),
        ("waiting:third-party", "(AND: ('status', 'waiting'), ('waiting_on', 'third party'))"),
        ("is:unread", "(AND: ('is_unread', True))"),
        ("-is:unread", "(NOT (AND: ('is_unread', True)))"),
        ('account:"Lund & Berg"', "(AND: ('account__name__icontains', 'Lund & Berg'))"),
        ("printer", "(AND: ('title__icontains', 'printer'))"),
        ("NETOP-1042", "(OR: ('title__icontains', 'NETOP-1042'), ('number', 1042))"),
    ],
)
def test_a_word_asks_for_this(text: str, condition: str) -> None:
    """Each filter builds its own condition; a word without one is looked for in title and number."""
    query = read(text)
    assert [str(term.condition) for term in query.terms] == [condition]
    assert query.mistakes == ()


def test_mine_is_the_reader_s_own() -> None:
    """`is:mine` means whoever asks."""
    condition = read("is:mine").terms[0].condition
    assert condition.children == [("owner", ASKED.person)]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("sevrity:high", "no filter sevrity; severity?"),
        ("colour:red", "no filter colour; known are level, severity, waiting, is, account, owner, product."),
        ("level:9", "no level 9; one of 1, 2, product management."),
        ("sev:hihg", "no severity hihg; high?"),
        ("is:mime", "no state mime; mine?"),
        ("waiting:godot", "no waiting godot; one of customer, third party, upgrade, purchase."),
    ],
)
def test_a_word_it_does_not_know_is_told_with_the_nearest(text: str, mistake: str) -> None:
    """Nothing is guessed: the sentence names the word and what it may have meant."""
    assert read(text) == Query((), (mistake,))


def test_the_other_words_of_a_query_count_though_one_is_wrong() -> None:
    """A mistake does not empty the list."""
    query = read("level:2 sevrity:high printer")
    assert [term.written.strip() for term in query.terms] == ["level:2", "printer"]
    assert len(query.mistakes) == 1


def test_a_term_can_be_taken_out() -> None:
    """A chip's cross leads to the query without it."""
    query = read("level:2 is:mine")
    assert query.without(query.terms[0]) == "is:mine"


@pytest.mark.parametrize(
    "text", ["", "   ", '""', "level:", "x" * 5000, "a " * 500, "'; drop table--", ":::", "1" * 400]
)
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is typed, it is read."""
    assert len(read(text).terms) <= 20
