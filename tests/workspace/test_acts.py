"""What is done from a case's page: each act through the door, refusals shown, no word lost, nothing sent unread."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.making import again, signed_in
from tests.workspace.conftest import Floor
from troth.desk.door import give_to, note, record
from troth.desk.messages import Written
from troth.desk.models import Attachment, Case, Event, Message, Notice
from troth.journal.models import AuditEntry
from troth.policy.vocabulary import Verb
from troth.workspace.wanted import READERS


@pytest.fixture
def client(floor: Floor) -> Client:
    """The agent's browser."""
    return signed_in(floor.agent.person)


def text_of(answer: object) -> str:
    """The page's words as a person reads them."""
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def last_act(case: Case) -> Event:
    """The last thing somebody did on the case."""
    return Event.objects.filter(case=case, is_act=True).order_by("sequence").last()


FORMS = [
    ("reply", {"text": "Have a look at this."}, Verb.REPLY, {}),
    ("reply", {"text": "Here is a way.", "gives": "workaround"}, Verb.REPLY, {"gives": ["workaround"]}),
    ("ask", {"text": "Which version?"}, Verb.ASK, {}),
    ("severity", {"severity": "low"}, Verb.SET, {"severity": "low"}),
    ("version", {"version": "11.0"}, Verb.SET, {"version": "11.0"}),
    ("escalate", {}, Verb.ESCALATE, {}),
    ("hand-over", {"to": "2"}, Verb.HAND_OVER, {"to": "2"}),
    ("find", {"cause": "settings"}, Verb.FIND, {"cause": "settings"}),
    ("exclude", {"as": "third-party-or-network"}, Verb.EXCLUDE, {"as": "third-party-or-network"}),
    ("wait", {"on": "third party", "ref": "77-1"}, Verb.WAIT, {"on": "third party", "ref": "77-1"}),
    ("monitor", {"until": "2026-03-20T10:00"}, Verb.MONITOR, {"until": 1773997200}),
    ("log", {"minutes": "25", "activity": "work"}, Verb.LOG, {"minutes": 25, "activity": "work"}),
    ("contact", {"available": "no"}, Verb.CONTACT, {"available": False}),
    ("call", {"how": "customer"}, Verb.CALL, {"from": "customer"}),
    ("call", {"how": "missed"}, Verb.CALL, {"from": "desk", "reached": False}),
    ("resolve", {"by": "workaround", "text": "Do it so."}, Verb.RESOLVE, {"by": "workaround"}),
    ("close", {"because": "withdrawn"}, Verb.CLOSE, {"because": "withdrawn"}),
]


@pytest.mark.parametrize(("name", "posted", "verb", "data"), FORMS)
def test_an_act_is_recorded_as_the_form_says(floor: Floor, client: Client, name, posted, verb, data) -> None:
    """One endpoint for each, through the door, by this person in this role."""
    answer = client.post(floor.case(f"/{name}"), posted)
    assert answer.status_code == 302, text_of(answer)
    done = last_act(floor.direct)
    kept = {key: value for key, value in done.data.items() if key not in {"message", "release"}}
    assert (done.word, done.actor, done.role, kept) == (verb, floor.agent.person, "staff", data)
    said = Message.objects.filter(case=floor.direct, author=floor.agent.person).last()
    assert (said.text if said else "") == posted.get("text", "")
    assert client.get(floor.case()).status_code == 200


def test_no_form_is_untested() -> None:
    """Every form the workspace reads is in the table above or has a test of its own below."""
    assert set(READERS) - {name for name, *_ in FORMS} == {"resume", "reopen", "no-action"}


def test_a_case_is_taken_up_again_reopened_and_read(floor: Floor, client: Client) -> None:
    """The three acts that need a past."""
    client.post(floor.case("/wait"), {"on": "third party"})
    assert client.post(floor.case("/resume")).status_code == 302
    assert again(floor.direct).status == "open"
    client.post(floor.case("/resolve"), {"by": "explanation", "text": "It is meant so."})
    assert client.post(floor.case("/reopen")).status_code == 302
    assert again(floor.direct).status == "open"
    client.post(floor.case("/resolve"), {"by": "explanation", "text": "It is meant so."})
    record(floor.direct, Verb.CUSTOMER_REPLY, by=floor.speaking(floor.maria), written=Written("Thanks"))
    assert client.post(floor.case("/no-action")).status_code == 302
    assert not again(floor.direct).is_unread


def test_every_offered_act_can_be_done(floor: Floor, client: Client) -> None:
    """What stands on the page as a button the policy does not refuse with the form's own values."""
    body = client.get(floor.case()).content.decode()
    offered = set(re.findall(rf'action="{floor.case()}/([a-z-]+)"', body)) - {"reply", "note"}
    assert {"severity", "hand-over", "escalate", "wait", "resolve", "find", "exclude", "assign"} <= offered
    assert not {"reopen", "resume", "no-action"} & offered


def test_what_a_reply_does_stands_beside_it(floor: Floor, client: Client) -> None:
    """Before it is sent, asked of the engine itself."""
    said = text_of(client.get(floor.case()))
    assert re.search(r"workaround\s+meets .*resolve at level 1", said)
    assert re.search(r"nothing special\s+meets respond", said)
    assert "Send to Holder" in said
    assert "Save note for Netop" in said


def test_a_note_of_a_partner_s_case_names_all_its_readers(floor: Floor) -> None:
    """Nobody learns afterwards who could read it."""
    said = text_of(signed_in(floor.partner.person).get(floor.case(row=floor.through_partner)))
    assert "Save note for Netop and Allday IT" in said


def test_a_note_is_no_act_and_goes_to_nobody(floor: Floor, client: Client) -> None:
    """It stands on yellow paper; no event, no mail."""
    before, mails = floor.direct.event_count, Notice.objects.count()
    assert client.post(floor.case("/note"), {"text": "Between us: line 12."}).status_code == 302
    assert again(floor.direct).event_count == before
    assert Notice.objects.count() == mails
    body = client.get(floor.case()).content.decode()
    assert re.search(r'entry-note".*Between us: line 12\.', body, re.DOTALL)


def test_a_refused_act_stands_on_the_page_with_its_clause(floor: Floor, client: Client) -> None:
    """The sentence, the §, what would be allowed; the form is still filled in, and nothing was recorded."""
    before = again(floor.direct).event_count
    answer = client.post(floor.case("/hand-over"), {"to": "product management"})
    said = text_of(answer)
    assert answer.status_code == 409
    assert "Only a proven error goes to Netop product management." in said
    assert "What can be done: record what replication found first" in said
    assert "levels" in said
    assert 'value="product management" checked' in answer.content.decode()
    assert again(floor.direct).event_count == before


def test_a_refused_reply_keeps_its_words(floor: Floor, client: Client) -> None:
    """The case was closed meanwhile; resolving is refused, the words are there."""
    client.post(floor.case("/resolve"), {"by": "explanation", "text": "It is meant so."})
    answer = client.post(floor.case("/ask"), {"text": "One more thing I need to know."})
    assert answer.status_code == 409
    assert "One more thing I need to know.</textarea>" in answer.content.decode()


def test_a_solution_that_nobody_told_the_customer_is_asked_for_in_words(floor: Floor, client: Client) -> None:
    """One press of a button explains nothing; after an answer the words may be left out."""
    answer = client.post(floor.case("/resolve"), {"by": "explanation"})
    assert answer.status_code == 409
    assert "Nobody has told the customer anything yet." in text_of(answer)
    assert again(floor.direct).status == "open"
    client.post(floor.case("/reply"), {"text": "It is meant so, and here is why."})
    assert client.post(floor.case("/resolve"), {"by": "explanation"}).status_code == 302
    assert again(floor.direct).status == "closed"


def test_an_answer_to_a_case_that_ended_meanwhile_stops_with_its_words(floor: Floor, client: Client) -> None:
    """Also where it was oneself who closed it, in another window."""
    based_on = again(floor.direct).event_count
    client.post(floor.case("/resolve"), {"by": "explanation", "text": "Done."})
    answer = client.post(floor.case("/reply"), {"text": "A long answer.", "based_on": str(based_on)})
    assert answer.status_code == 409
    assert "closed while you were writing" in text_of(answer)
    assert not Message.objects.filter(case=floor.direct, text="A long answer.").exists()


@pytest.mark.parametrize(
    ("name", "posted", "says"),
    [
        ("reply", {"text": "  "}, "There are no words in it yet."),
        ("severity", {}, "severity is empty"),
        ("severity", {"severity": "grave"}, "There is no severity “grave” here."),
        ("wait", {"on": "godot"}, "A case waits on one of"),
        ("monitor", {"until": "soon"}, "Say until when"),
        ("monitor", {"until": "2020-01-01T10:00"}, "passed already"),
        ("log", {"minutes": "many"}, "Minutes are a whole number"),
        ("reply", {"text": "x", "gives": "gold"}, "A reply gives one of"),
        ("find", {"cause": "magic"}, "one of: settings, unintended use, error"),
        ("resolve", {"by": "prayer", "text": "Pray."}, "not resolved here by “prayer”"),
        ("close", {"because": "boredom"}, "A case is closed because it is one of"),
        ("close", {"because": "silence"}, "A case is closed because it is one of"),
        ("monitor", {"until": "9999-12-31T10:00"}, "too far away"),
        ("monitor", {"until": "0001-01-01T00:00"}, "passed already"),
        ("version", {"version": "\0"}, "version is empty"),
    ],
)
def test_a_form_that_makes_no_sense_is_told_so(floor: Floor, client: Client, name, posted, says) -> None:
    """A sentence on the page, no error, nothing recorded."""
    before = again(floor.direct).event_count
    answer = client.post(floor.case(f"/{name}"), posted)
    assert answer.status_code == 409
    assert says in text_of(answer)
    assert again(floor.direct).event_count == before


def form_values(body: str, name: str) -> dict[str, str]:
    """The hidden fields of a form on the page."""
    form = body[body.index(f'action="/netop/desk/cases/NETOP-1001/{name}"') :]
    return dict(
        re.findall(
            r'type="hidden" name="(based_on|seen|idempotency_key)" value="([^"]*)"', form.partition("</form>")[0]
        )
    )


def test_who_writes_against_an_old_event_number_is_stopped(floor: Floor, client: Client) -> None:
    """Somebody spoke since: nothing is sent, the new words stand there, and sending anyway works."""
    held = form_values(client.get(floor.case()).content.decode(), "reply")
    record(floor.direct, Verb.CUSTOMER_REPLY, by=floor.speaking(floor.maria), written=Written("It works again."))
    answer = client.post(floor.case("/reply"), {**held, "text": "Please restart it."})
    said = text_of(answer)
    assert answer.status_code == 409
    assert "somebody wrote while you were writing" in said
    assert "It works again." in said
    assert "Send anyway to Holder" in said
    assert "Change" in said
    assert "Please restart it.</textarea>" in answer.content.decode()
    assert not Message.objects.filter(text="Please restart it.").exists()
    anew = form_values(answer.content.decode(), "reply")
    assert client.post(floor.case("/reply"), {**anew, "text": "Please restart it."}).status_code == 302
    assert Message.objects.filter(text="Please restart it.").count() == 1


def test_a_colleague_s_note_stops_a_reply_too(floor: Floor, client: Client) -> None:
    """A note has no event number; it is counted by its own."""
    held = form_values(client.get(floor.case()).content.decode(), "reply")
    note(floor.direct, by=floor.colleague, written=Written("Do not tell them to restart."))
    answer = client.post(floor.case("/reply"), {**held, "text": "Please restart it."})
    assert answer.status_code == 409
    assert "Do not tell them to restart." in text_of(answer)


@pytest.mark.parametrize("by_whom", ["themselves", "nobody"])
def test_what_nobody_else_said_stops_nothing(floor: Floor, client: Client, by_whom: str) -> None:
    """One's own words and rulings of time are no reason to stop."""
    held = form_values(client.get(floor.case()).content.decode(), "reply")
    if by_whom == "themselves":
        client.post(floor.case("/reply"), {"text": "First."})
    else:
        record(floor.direct, Verb.LOG, by=floor.colleague, data={"minutes": 5, "activity": "work"})
    assert client.post(floor.case("/reply"), {**held, "text": "Second."}).status_code == 302


def test_pressing_twice_sends_once(floor: Floor, client: Client) -> None:
    """The form's key is used up by its first press, also where somebody wrote between the two."""
    held = form_values(client.get(floor.case()).content.decode(), "reply")
    for _ in range(2):
        assert client.post(floor.case("/reply"), {**held, "text": "Once."}).status_code == 302
        record(floor.direct, Verb.CUSTOMER_REPLY, by=floor.speaking(floor.maria), written=Written("Thanks."))
    assert Message.objects.filter(text="Once.").count() == 1


def test_files_go_with_a_reply_under_safe_names(floor: Floor, client: Client, settings, tmp_path) -> None:
    """Two files of one name stay two; what is too large or too many is told, and the words are kept."""
    settings.MEDIA_ROOT = tmp_path
    twice = [SimpleUploadedFile("../../fix.txt", b"one"), SimpleUploadedFile("fix.txt", b"two")]
    assert client.post(floor.case("/reply"), {"text": "Two files.", "files": twice}).status_code == 302
    kept = Attachment.objects.order_by("pk")
    assert [file.size for file in kept] == [3, 3]
    assert len({file.name for file in kept}) == 2
    assert not any("/" in file.name for file in kept)
    assert all(file.name in text_of(client.get(floor.case())) for file in kept)
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    answer = client.post(floor.case("/reply"), {"text": "Too many.", "files": many})
    assert answer.status_code == 409
    assert "Too many.</textarea>" in answer.content.decode()
    assert Attachment.objects.count() == 2


def test_the_first_to_answer_owns_the_case(floor: Floor, client: Client) -> None:
    """Start typing and the case is yours; one that has an owner keeps them."""
    client.post(floor.case("/reply"), {"text": "Hello."})
    assert again(floor.direct).owner == floor.agent.person
    signed_in(floor.colleague.person).post(floor.case("/reply"), {"text": "Hello too."})
    assert again(floor.direct).owner == floor.agent.person


def test_assigning_and_giving_back(floor: Floor, client: Client) -> None:
    """Whose the case is decides nothing and leaves no event."""
    before = again(floor.direct).event_count
    client.post(floor.case("/assign"))
    assert again(floor.direct).owner == floor.agent.person
    client.post(floor.case("/release"))
    assert again(floor.direct).owner is None
    assert again(floor.direct).event_count == before


@pytest.mark.parametrize("name", ["exclude", "close"])
def test_a_partner_may_not_do_what_is_the_vendor_s(floor: Floor, name: str) -> None:
    """The page does not offer it, and posting it all the same is refused."""
    client = signed_in(floor.partner.person)
    path = floor.case(row=floor.through_partner)
    assert f'action="{path}/{name}"' not in client.get(path).content.decode()
    posted = {"as": "third-party-or-network", "because": "withdrawn"}
    assert client.post(f"{path}/{name}", posted).status_code == 403
    assert AuditEntry.objects.filter(action="was turned away", actor_id=floor.partner.person.pk).count() == 1


def test_a_partner_works_their_own_case(floor: Floor) -> None:
    """Answers, asks, hands over to the vendor, as a partner."""
    client = signed_in(floor.partner.person)
    path = floor.case(row=floor.through_partner)
    for name, posted in (
        ("reply", {"text": "I see it."}),
        ("ask", {"text": "Since when?"}),
        ("hand-over", {"to": "vendor"}),
    ):
        assert client.post(f"{path}/{name}", posted).status_code == 302
    assert again(floor.through_partner).level == "2"
    assert last_act(floor.through_partner).role == "partner"


def test_words_are_shown_as_words(floor: Floor, client: Client) -> None:
    """What somebody wrote never becomes part of the page."""
    client.post(floor.case("/note"), {"text": "<script>alert(1)</script>"})
    client.post(floor.case("/log"), {"minutes": "5", "activity": "<b>x</b>"})
    body = client.get(floor.case()).content.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body
    assert "<b>x</b>" not in body


def test_the_page_asks_a_fixed_number_of_questions(floor: Floor, client: Client, django_assert_max_num_queries) -> None:
    """However long the conversation."""
    for number in range(12):
        note(floor.direct, by=floor.colleague, written=Written(f"note {number}"))
    give_to(floor.direct, by=floor.agent, owner=floor.agent.person)
    client.get(floor.case())
    with django_assert_max_num_queries(14):
        client.get(floor.case())


def test_the_proof_counts_the_time_out(floor: Floor, client: Client) -> None:
    """Spans, sums and what would change it, on the clock's own zone."""
    said = text_of(client.get(floor.case("/why/respond")))
    assert "Target: respond by Mon 9 Mar 09:00" in said or "respond by" in said
    assert "Counted out" in said
    assert "2 hours" in said
    assert "Europe/Copenhagen" in said
    assert "Met by confirmation or reply." in said


WEIRD = (
    *(
        "\0",
        "a\0b",
        "\u202eevil",
        "x" * 50_000,
        "9" * 5000,
        "-1",
        "²",
        "٣",
        "1e9",
        "<script>",
        "{message}",
        "\r\nBcc: x@y.z",
    ),
    *(
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-06T15:00+99:99",
        "2026-W10",
        "2026-03-29T02:30",
    ),
)
NAMES = (
    "text",
    "severity",
    "version",
    "to",
    "cause",
    "as",
    "on",
    "ref",
    "until",
    "minutes",
    "activity",
    "by",
    "because",
)


@pytest.mark.parametrize("name", [*READERS, "note", "assign"])
def test_nothing_that_is_posted_breaks_a_page(floor: Floor, client: Client, name: str) -> None:
    """Done, refused or told so: never an error of ours. Numbers and keys a form carries are values like any other."""
    for value in WEIRD:
        posted = dict.fromkeys(NAMES, value) | dict.fromkeys(("based_on", "seen", "idempotency_key"), value)
        assert client.post(floor.case(f"/{name}"), posted).status_code in {302, 409}, (name, value[:40])
