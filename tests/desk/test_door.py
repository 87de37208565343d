"""What holds of every change of a case, whoever brings it."""

import pytest

from tests.desk.making import again, agent, at, customer, netop, opened, person
from troth.customers.facts import Draft
from troth.desk.actors import SYSTEM, Actor
from troth.desk.door import Recorded, Written, give_to, note, open_case, record
from troth.desk.errors import CrossedDesksError, NoPolicyError, NotAllowedError
from troth.desk.models import Case, Event, Message, Notice
from troth.desk.verify import verify
from troth.engine import Refusal
from troth.journal.models import AppendOnlyError, AuditEntry
from troth.people.models import Desk, MemberRole
from troth.policy.vocabulary import Channel, Role, Verb

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, ...]:
    """How much there is of everything a change of a case writes."""
    return tuple(model.objects.count() for model in (Case, Event, Message, Notice, AuditEntry))


def test_a_case_opens_with_number_promise_message_notice_and_audit() -> None:
    """All that an opening causes is there together."""
    desk = netop()
    done = opened(desk)
    row = again(done.case)
    assert row.label == "NETOP-1001"
    assert (row.severity, row.level, row.status, row.is_covered) == ("critical", "1", "open", True)
    assert {clock.name: clock.state for clock in row.clocks.all()}["respond"] == "running"
    assert row.due_at == row.wake_at == at("2026-03-07 16:30")
    assert [message.text for message in row.messages.all()] == ["It stops."]
    assert row.events.get(sequence=1).data["message"] == row.messages.get().pk
    assert [notice.kind for notice in row.notices.all()] == ["confirmation"]
    assert "NETOP-1001" in row.notices.get().subject
    assert AuditEntry.objects.filter(subject="case NETOP-1001", action="open").exists()
    assert list(verify(Case.objects.all())) == []


def test_numbers_run_on_for_each_desk() -> None:
    """Case numbers are counted per desk."""
    desk = netop()
    assert [opened(desk).case.number for _ in range(3)] == [1001, 1002, 1003]


def test_a_refused_opening_leaves_no_trace() -> None:
    """Decision 18: a channel that opens no cases is refused; the number is not used up either."""
    desk = netop()
    holder = customer(desk)
    before = counts()
    refusal = open_case(
        desk,
        by=Actor(holder.person, Role.CUSTOMER),
        draft=Draft(title="By remote", text="No.", channel=Channel.REMOTE),
        contact=holder,
    )
    assert isinstance(refusal, Refusal)
    assert refusal.clause is not None
    assert counts() == before
    assert opened(desk, holder).case.number == 1001


def test_a_refused_act_leaves_no_trace() -> None:
    """No event, no message, no rulings of the time that had passed, no audit."""
    desk = netop()
    done = opened(desk)
    before, stored = counts(), again(done.case).state
    refusal = record(done.case, Verb.REOPEN, by=agent(desk), at=at("2026-05-01 10:00"), written=Written("Please do."))
    assert isinstance(refusal, Refusal)
    assert (counts(), again(done.case).state) == (before, stored)


def test_time_passes_before_an_act_and_carries_its_own_instants() -> None:
    """A deadline that no worker saw is judged at its instant, not at that of the act which comes upon it."""
    desk = netop()
    done = opened(desk)
    record(done.case, Verb.REPLY, by=agent(desk), at=at("2026-03-10 12:00"), written=Written("Here I am."))
    clock = done.case.clocks.get(name="respond")
    assert (clock.state, clock.missed_at, clock.met_at) == (
        "missed",
        at("2026-03-09 10:30"),
        at("2026-03-10 12:00"),
    )


def test_an_act_at_the_very_instant_of_a_deadline_is_in_time() -> None:
    """Decision 8: at one instant, acts come first."""
    desk = netop()
    done = opened(desk)
    record(done.case, Verb.REPLY, by=agent(desk), at=at("2026-03-09 10:30"), written=Written("Just so."))
    assert done.case.clocks.get(name="respond").state == "met"


def test_an_act_is_never_stamped_before_the_last_event() -> None:
    """Two machines' clocks disagree; the story of a case still runs forward."""
    desk = netop()
    done = opened(desk)
    staff = agent(desk)
    record(done.case, Verb.REPLY, by=staff, at=at("2026-03-09 09:30"), written=Written("First."))
    record(done.case, Verb.REPLY, by=staff, at=at("2026-03-09 09:00"), written=Written("Second."))
    times = list(done.case.events.order_by("sequence").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] == at("2026-03-09 09:30")


def test_a_key_makes_an_opening_safe_to_repeat() -> None:
    """Four clicks, one case."""
    desk = netop()
    holder = customer(desk)
    calls = [
        open_case(
            desk,
            by=Actor(holder.person, Role.CUSTOMER),
            draft=Draft(title="Once", text="Once."),
            contact=holder,
            key="click",
        )
        for _ in range(4)
    ]
    assert [call.was_done for call in calls if isinstance(call, Recorded)] == [False, True, True, True]
    assert {call.case.pk for call in calls if isinstance(call, Recorded)} == {Case.objects.get().pk}


def test_a_key_makes_an_act_safe_to_repeat() -> None:
    """The retry gets the rulings of the first call and writes nothing."""
    desk = netop()
    done, staff = opened(desk), agent(desk)
    call = {"by": staff, "at": at("2026-03-09 09:30"), "written": Written("Once."), "key": "reply 1"}
    first = record(done.case, Verb.REPLY, **call)
    before = counts()
    second = record(done.case, Verb.REPLY, **call)
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert (second.rulings, second.was_done, second.message) == (first.rulings, True, first.message)
    assert counts() == before


def test_a_reply_goes_to_the_case_holder() -> None:
    """What an agent writes is queued as a mail in the transaction that records it."""
    desk = netop()
    done = opened(desk)
    record(done.case, Verb.REPLY, by=agent(desk), at=at("2026-03-09 09:30"), written=Written("Try this."))
    notice = done.case.notices.get(kind="reply")
    assert (notice.body, notice.address) == ("Try this.", done.case.contact.person.email)
    assert notice.subject.startswith("[NETOP-1001]")


def test_a_note_is_seen_by_nobody_outside_and_by_no_rule() -> None:
    """A note meets no clock, sends nothing, adds no event."""
    desk = netop()
    done = opened(desk)
    events = done.case.events.count()
    note(done.case, by=agent(desk), written=Written("He is angry."), at=at("2026-03-09 09:30"))
    assert done.case.messages.get(direction="note").text == "He is angry."
    assert (done.case.events.count(), done.case.notices.exclude(kind="confirmation").count()) == (events, 0)
    with pytest.raises(NotAllowedError):
        note(done.case, by=Actor(done.case.contact.person, Role.CUSTOMER), written=Written("Let me."))


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        (Verb.REPLY, {}),
        (Verb.SET, {"severity": "critical", "contract": None}),
        (Verb.HAND_OVER, {"to": "vendor"}),
        (Verb.CLOSE, {"because": "out of policy"}),
        (Verb.CONFIRM, {}),
    ],
)
def test_a_customer_may_not_do_an_agents_work(verb, data) -> None:
    """The role decides who may ask for what, whatever page or mail asked."""
    done = opened(netop())
    *before, audit = counts()
    with pytest.raises(NotAllowedError):
        record(done.case, verb, by=Actor(done.case.contact.person, Role.CUSTOMER), data=data)
    assert counts() == (*before, audit + 1)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.data["verb"]) == ("was turned away", str(verb))


def test_a_stranger_may_not_write_to_a_case_and_is_not_told_that_it_is_there() -> None:
    """Foreign and absent look the same: the error names no case."""
    desk = netop()
    done = opened(desk)
    other = customer(desk)
    with pytest.raises(NotAllowedError) as refused:
        record(done.case, Verb.CUSTOMER_REPLY, by=Actor(other.person, Role.CUSTOMER), written=Written("Hi."))
    assert refused.value.data["case"] is None


def test_a_contact_of_another_desk_opens_nothing_here() -> None:
    """Desks do not mix."""
    desk = netop()
    elsewhere = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
    holder = customer(elsewhere)
    with pytest.raises(CrossedDesksError):
        open_case(desk, by=SYSTEM, draft=Draft(title="x"), contact=holder)


def test_a_desk_without_a_policy_in_force_promises_nothing() -> None:
    """Before the first version is in force, opening says what to do."""
    desk = netop()
    with pytest.raises(NoPolicyError, match="troth policy publish"):
        open_case(desk, by=SYSTEM, draft=Draft(title="x"), at=at("1999-01-01 10:00"))


def test_a_case_opens_when_its_mail_was_received() -> None:
    """A mail that waited for us loses no time by it."""
    desk = netop()
    done = open_case(
        desk,
        by=SYSTEM,
        draft=Draft(title="x", text="y", channel=Channel.EMAIL),
        contact=customer(desk),
        at=at("2026-03-09 12:00"),
        received_at=at("2026-03-09 11:00"),
    )
    assert isinstance(done, Recorded)
    assert done.case.opened_at == at("2026-03-09 11:00")


def test_a_case_is_given_only_to_someone_who_can_see_it() -> None:
    """Ownership never shows a case to somebody."""
    desk = netop()
    done, staff = opened(desk), agent(desk, MemberRole.SENIOR)
    assert give_to(done.case, by=staff, owner=staff.person).owner == staff.person
    with pytest.raises(NotAllowedError):
        give_to(done.case, by=staff, owner=person())


def test_events_are_never_changed_nor_deleted() -> None:
    """The story of a case is appended to; Python's roads to anything else are shut."""
    event = opened(netop()).case.events.get(sequence=1)
    event.word = "reply"
    for attempt in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(AppendOnlyError):
        Event.objects.update(word="reply")


def test_verify_finds_what_was_changed_behind_the_doors_back() -> None:
    """The stored case, a column, a clock and a missing event are each told by name."""
    done = opened(netop())
    Case.objects.filter(pk=done.case.pk).update(severity="low")
    done.case.clocks.filter(name="respond").update(state="met")
    found = [str(difference) for difference in verify(Case.objects.all())]
    assert len(found) == 2
    assert "severity is stored as 'low'" in found[0]
    assert "clock 'respond'" in found[1]
