"""The queue: the policy's order, lists by tab and query, taking a case, and a fixed number of questions."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk.making import again, opened, signed_in
from tests.workspace.conftest import Floor
from troth.desk.door import give_to, record
from troth.desk.messages import Written
from troth.policy.vocabulary import Verb
from troth.workspace import queue_rows
from troth.workspace.queue_rows import kept

QUEUE = "/netop/desk/queue"


@pytest.fixture
def client(floor: Floor) -> Client:
    """The agent's browser."""
    return signed_in(floor.agent.person)


def numbers(body: str) -> list[str]:
    """The cases of a list, in its order."""
    return re.findall(r'id="row-([A-Z]+-\d+)"', body)


def listed(client: Client, **asked: str) -> list[str]:
    """The cases of the list that was asked for."""
    return numbers(client.get(QUEUE, asked).content.decode())


def test_rows_stand_in_the_order_of_the_policy(floor: Floor, client: Client) -> None:
    """Severity first; among equals the one that is due soonest."""
    low = opened(floor.desk, floor.maria, "2026-03-02 10:00", answers={"environment": "lab", "workaround": "available"})
    older = opened(floor.desk, floor.maria, "2026-03-05 10:00")
    first = again(floor.through_partner), again(older.case), again(floor.direct)
    due = [row.label for row in sorted(first, key=lambda row: row.ranked_at)]
    assert listed(client) == [*due, low.case.label]


def test_each_tab_holds_its_own(floor: Floor, client: Client) -> None:
    """Mine, unowned, by level, waiting, closed."""
    mine = opened(floor.desk, floor.maria).case
    give_to(mine, by=floor.agent, owner=floor.agent.person)
    waits = opened(floor.desk, floor.maria).case
    record(waits, Verb.ASK, by=floor.agent, written=Written("Which one?"))
    done = opened(floor.desk, floor.maria).case
    record(done, Verb.RESOLVE, by=floor.agent, data={"by": "explanation"})
    up = opened(floor.desk, floor.maria).case
    record(up, Verb.ESCALATE, by=floor.agent)
    assert listed(client, list="mine") == [mine.label]
    assert mine.label not in listed(client, list="unowned")
    assert listed(client, list="waiting") == [waits.label]
    assert listed(client, list="closed") == [done.label]
    assert up.label in listed(client, list="2")
    assert up.label not in listed(client, list="1")
    assert done.label not in listed(client)


def test_a_case_with_a_word_after_the_end_is_on_the_open_list(floor: Floor, client: Client) -> None:
    """Closed, but somebody has yet to read what the customer wrote."""
    record(floor.direct, Verb.RESOLVE, by=floor.agent, data={"by": "explanation"})
    assert floor.direct.label not in listed(client)
    record(floor.direct, Verb.CUSTOMER_REPLY, by=floor.speaking(floor.maria), written=Written("Not quite."))
    body = client.get(QUEUE).content.decode()
    assert floor.direct.label in numbers(body)
    assert "To be read" in body


def test_a_query_narrows_the_list(floor: Floor, client: Client) -> None:
    """Filters, negation, words of the title."""
    assert listed(client, q="account:lund") == [floor.direct.label]
    assert listed(client, q="-account:lund") == [floor.through_partner.label]
    assert listed(client, q="drop") == [floor.through_partner.label]
    assert listed(client, q=floor.direct.label) == [floor.direct.label]


def test_a_wrong_word_is_told_and_the_rest_still_counts(floor: Floor, client: Client) -> None:
    """The sentence is: no filter sevrity; severity?"""
    body = client.get(QUEUE, {"q": "sevrity:high drop"}).content.decode()
    assert "no filter sevrity; severity?" in body
    assert numbers(body) == [floor.through_partner.label]


def test_late_is_a_filter_and_a_mark(floor: Floor, client: Client) -> None:
    """A clock whose time has passed and whose answer is still owed; each case stands there once."""
    late = opened(floor.desk, floor.maria, "2026-02-10 10:00").case
    record(late, Verb.CALL, by=floor.agent, data={"from": "customer", "reached": False})
    assert listed(client, q="is:late") == [late.label]
    assert "Missed: " in client.get(QUEUE, {"q": "is:late"}).content.decode()
    assert late.label not in listed(client, q="-is:late")


def test_an_empty_list_says_what_comes_next(floor: Floor, client: Client) -> None:
    """It reads: Nothing due. Next: 1042, tomorrow 09:40."""
    body = client.get(QUEUE, {"list": "mine"}).content.decode()
    assert "Nothing due." in body
    assert re.search(r"Next: \d+, \w{3} ", body)
    assert "Show the whole list" in client.get(QUEUE, {"q": "nosuchword"}).content.decode()


def test_take_next_takes_the_first_free_one_of_the_desk_s_own(floor: Floor, client: Client) -> None:
    """In the policy's order, what a partner has left out; a second press finds the next or nothing."""
    answer = client.post(f"{QUEUE}/take")
    assert answer["Location"] == floor.case()
    assert again(floor.direct).owner == floor.agent.person
    assert client.post(f"{QUEUE}/take")["Location"] == QUEUE
    assert again(floor.through_partner).owner is None


def test_a_partner_takes_what_is_theirs(floor: Floor) -> None:
    """The partner's own cases only."""
    client = signed_in(floor.partner.person)
    assert client.post(f"{QUEUE}/take")["Location"] == floor.case(row=floor.through_partner)


def test_whoever_was_quicker_keeps_the_case(floor: Floor, client: Client) -> None:
    """Assigning asks under the lock."""
    give_to(floor.direct, by=floor.colleague, owner=floor.colleague.person)
    answer = client.post(f"{QUEUE}/assign", {"case": floor.direct.label, "list": "unowned"}, follow=True)
    assert "has an owner already" in answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{QUEUE}?list=unowned"
    assert again(floor.direct).owner == floor.colleague.person


def test_a_list_of_fifty_asks_as_many_questions_as_one_of_five(floor: Floor, client: Client) -> None:
    """House rule: no page asks more of the database the longer its list is."""
    counts = []
    for more in (3, 45):
        for _ in range(more):
            opened(floor.desk, floor.maria)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(QUEUE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 9


def test_a_long_list_comes_in_pages(floor: Floor, client: Client) -> None:
    """Fifty on a page, then the way further down and back."""
    for _ in range(50):
        opened(floor.desk, floor.maria)
    first, second = client.get(QUEUE).content.decode(), client.get(QUEUE, {"page": "2"}).content.decode()
    assert len(numbers(first)) == 50
    assert len(numbers(second)) == 2
    assert not set(numbers(first)) & set(numbers(second))
    assert "page=2" in first
    assert "Earlier in the list" in second


class Emptied(dict):
    """What is kept, emptied by another thread as soon as somebody has looked whether a thing is in it."""

    def __contains__(self, key: object) -> bool:
        there = super().__contains__(key)
        self.clear()
        return there


def test_a_list_is_drawn_while_another_thread_empties_what_is_kept(
    floor: Floor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row is read once more, or taken from what was there; nobody sees an error."""
    before = listed(client)
    monkeypatch.setattr(kept, "read", Emptied(kept.read))
    monkeypatch.setattr(kept, "drawn", {})
    assert before
    assert listed(client) == before


def test_what_is_kept_is_replaced_and_never_emptied_in_anothers_hands(
    floor: Floor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is reading from it goes on reading."""
    kept.forget()
    listed(client)
    held = kept.read
    known = dict(held)
    monkeypatch.setattr(queue_rows, "MOST_READ", 0)
    opened(floor.desk, floor.maria)
    listed(client)
    assert known
    assert held == known
