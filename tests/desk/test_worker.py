"""What the worker brings about, and that no number of workers, late or frozen, brings it about twice."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from tests.desk.making import again, agent, at, customer, netop, opened
from troth.customers.models import Account, Licence
from troth.desk.actors import SYSTEM
from troth.desk.delivering import send_again
from troth.desk.door import Written, record
from troth.desk.models import Case, Event, Notice
from troth.desk.outside import outside
from troth.desk.verify import Difference, verify, verify_all
from troth.desk.worker import Worker, record_many
from troth.journal.changes import Changed, note_change
from troth.journal.jobs import MAIL, AmissError
from troth.journal.models import AuditEntry, FactChange
from troth.people.models import MemberRole
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db

LATER = at("2026-05-04 12:00")


def worker_at(when, name="one", lease=timedelta(seconds=60)) -> Worker:
    """A worker whose clock stands still."""
    return Worker(name, clock=lambda: when, lease=lease)


def test_time_alone_takes_a_case_from_level_1_to_product_management() -> None:
    """Each deadline that passes takes effect at its own instant, though the worker comes weeks late."""
    done = opened(netop())
    worker_at(LATER).run_once()
    row = again(done.case)
    assert row.level == "product management"
    missed = row.clocks.get(name="resolve at level 1")
    assert (missed.state, missed.missed_at) == ("missed", at("2026-03-13 16:30"))
    reached = row.events.filter(word="level").values_list("at", flat=True)
    assert list(reached)[1] == at("2026-03-13 16:30")
    assert list(verify(Case.objects.all())) == []


def test_a_late_worker_changes_nothing() -> None:
    """Many small rounds and one great one come to the same events."""
    desk = netop()
    often, once = opened(desk).case, opened(desk).case
    when = at("2026-03-06 17:00")
    while when < LATER:
        Case.objects.filter(pk=once.pk).update(lease_until=LATER + timedelta(days=1))
        worker_at(when).pass_time(when)
        when += timedelta(days=3)
    Case.objects.filter(pk=once.pk).update(lease_until=None)
    worker_at(LATER).pass_time(LATER)
    story = [
        list(case.events.filter(is_act=False).values_list("sequence", "at", "word", "data")) for case in (often, once)
    ]
    assert story[0] == story[1]
    assert len(story[0]) > 10


def test_nothing_happens_a_second_early() -> None:
    """A deadline takes effect exactly once, never early."""
    done = opened(netop())
    early = at("2026-03-07 16:29").replace(second=59)
    assert worker_at(early).pass_time(early) == (0, 0)
    assert worker_at(early).pass_time(at("2026-03-07 16:30"))[0] == 1
    assert worker_at(early).pass_time(at("2026-03-07 16:30")) == (0, 0)
    assert again(done.case).clocks.get(name="case id").state == "missed"


def test_of_two_workers_one_has_the_case() -> None:
    """What is claimed nobody else can claim until the lease is over."""
    opened(netop())
    first, second = worker_at(LATER, "first"), worker_at(LATER, "second")
    claimed = first.claim(LATER)
    assert claimed is not None
    assert second.claim(LATER) is None
    assert first.bring_on(claimed[1], claimed[0], LATER)[0] == 1


def test_a_worker_stopped_past_its_lease_writes_nothing_when_it_wakes() -> None:
    """The lease is looked at under the lock: another may have the case by now, or nobody; it is not ours."""
    done = opened(netop())
    sleeper = worker_at(LATER, "sleeper")
    token, keys = sleeper.claim(LATER) or ("", [])
    before = Event.objects.count()
    awake = LATER + timedelta(seconds=61)
    assert record_many(keys, token, awake, lambda: awake) == (0, 0)
    assert Event.objects.count() == before
    assert worker_at(awake, "other").pass_time(awake)[0] == 1
    after = Event.objects.count()
    assert record_many(keys, token, awake, lambda: awake) == (0, 0)
    assert Event.objects.count() == after
    assert again(done.case).lease_by == ""


def test_a_case_that_fails_does_not_hold_up_the_others() -> None:
    """Each case is isolated; the failing one keeps its lease and is tried again when it ends."""
    desk = netop()
    bad, good = opened(desk).case, opened(desk).case
    Case.objects.filter(pk=bad.pk).update(state={"format": 999})
    assert worker_at(LATER).pass_time(LATER)[0] == 1
    assert again(good).level == "product management"
    assert again(bad).lease_until == LATER + timedelta(seconds=60)


def test_a_confirmation_handed_over_is_an_act_on_the_case(mail) -> None:
    """Decision 12: `confirm` is recorded when the mail was taken, and meets what it meets; once."""
    done = opened(netop())
    when = at("2026-03-06 16:31")
    assert worker_at(when).send_notices(when) == (1, 0)
    assert worker_at(when).send_notices(when) == (0, 0)
    assert [notice.kind for notice in mail.taken] == ["confirmation"]
    assert done.case.events.filter(word="confirm").count() == 1
    assert done.case.clocks.get(name="respond").state == "met"


def test_a_notice_that_is_not_taken_is_tried_again_and_at_last_stands_as_failed(mail) -> None:
    """Nothing owed is ever lost from sight."""
    opened(netop())
    mail.is_down = True
    when = at("2026-03-06 16:31")
    for _ in range(9):
        worker_at(when).send_notices(when)
        when += timedelta(days=2)
    notice = Notice.objects.get(kind="confirmation")
    assert (notice.state, notice.attempts) == ("failed", 9)
    assert "the mail server is down" in notice.failure


def test_a_confirmation_counts_from_when_the_server_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow server takes nothing off the vendor's time: the act has the instant after, not the round's beginning."""
    done = opened(netop())
    began, taken = at("2026-03-06 16:31"), at("2026-03-06 16:33")
    clock = [began]

    def slowly(notice: Notice) -> str:
        clock[0] = taken
        return f"<{notice.pk}@test>"

    monkeypatch.setattr(outside, "deliver", slowly)
    Worker("slow", clock=lambda: clock[0]).run_once()
    assert done.case.events.get(word="confirm").at == taken
    assert Notice.objects.get(kind="confirmation").sent_at == taken


def test_who_overslept_a_notice_does_not_put_off_what_another_has_sent(mail) -> None:
    """A server that hangs past the lease fails for one worker; what the other sent meanwhile is not sent again."""
    opened(netop())
    when = at("2026-03-06 16:31")
    sleeper = worker_at(when, "sleeper").runner
    overslept = sleeper.claim(MAIL, when)
    assert overslept is not None
    awake = when + timedelta(seconds=61)
    assert worker_at(awake, "other").send_notices(awake) == (1, 0)
    assert sleeper.do(overslept, when, lambda: when)
    assert len(mail.taken) == 1
    assert Notice.objects.get(kind="confirmation").state == "sent"


def test_who_overslept_a_notice_writes_nothing_of_its_own_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    """It went twice, under one id; what is written tells of the one who held it, and the act is recorded once."""
    done = opened(netop())
    when = at("2026-03-06 16:31")
    awake = when + timedelta(seconds=61)
    ids: list[str] = []

    def hanging(notice: Notice) -> str:
        ids.append(notice.stable_id)
        if len(ids) == 1:
            assert worker_at(awake, "other").send_notices(awake) == (1, 0)
        return f"<{len(ids)}@test>"

    monkeypatch.setattr(outside, "deliver", hanging)
    worker_at(when, "sleeper").send_notices(when)
    notice = Notice.objects.get(kind="confirmation")
    assert (len(ids), len(set(ids))) == (2, 1)
    assert (notice.sent_at, notice.mail_id) == (awake, "<2@test>")
    assert [event.at for event in done.case.events.filter(word="confirm")] == [awake]


def test_a_notice_and_the_job_that_sends_it_are_queued_with_what_owes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 3: where the queue cannot be written, the case is not opened either."""

    def full(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    desk = netop()
    monkeypatch.setattr("troth.desk.store.queue", full)
    with pytest.raises(OSError, match="full"):
        opened(desk)
    assert (Case.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_slow_server_keeps_a_round_from_nothing_but_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten mails of half a minute each: none is begun after ten seconds, so a deadline waits for one, not for ten."""
    desk, clock = netop(), [at("2026-03-06 16:31")]
    for _ in range(10):
        opened(desk)

    def slowly(notice: Notice) -> str:
        clock[0] += timedelta(seconds=30)
        return f"<{notice.pk}@test>"

    monkeypatch.setattr(outside, "deliver", slowly)
    assert Worker("slow", clock=lambda: clock[0]).run_once().sent == 1
    assert Notice.objects.filter(state="queued").count() == 9


def test_a_failed_notice_is_sent_again_by_a_person_with_all_its_tries(mail) -> None:
    """Once, however often they press; who did it stands in the audit."""
    desk = netop()
    opened(desk)
    operator = agent(desk, MemberRole.MANAGER)
    notice = Notice.objects.get(kind="confirmation")
    when = at("2026-03-06 16:31")
    assert send_again(notice, by=operator.person, role="manager", at=when) is False
    mail.is_down = True
    for _ in range(9):
        worker_at(when).send_notices(when)
        when += timedelta(days=2)
    mail.is_down = False
    assert worker_at(when).send_notices(when) == (0, 0)
    assert send_again(notice, by=operator.person, role="manager", at=when) is True
    assert send_again(notice, by=operator.person, role="manager", at=when) is False
    worker_at(when).send_notices(when)
    assert [taken.kind for taken in mail.taken].count("confirmation") == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.failure) == ("sent", 1, "")
    entry = AuditEntry.objects.get(action="sent a failed notice again")
    assert (entry.actor_id, entry.desk_id, entry.subject) == (operator.person.pk, desk.pk, f"notice {notice.pk}")


@pytest.mark.parametrize("is_there", [False, True])
def test_a_database_that_is_away_ends_the_round_and_is_no_cases_fault(is_there, monkeypatch) -> None:
    """Each case would only wait for it once more. One case's own trouble, however the driver calls it, ends nothing."""
    desk = netop()
    bad, good = opened(desk).case, opened(desk).case

    def in_trouble(keys, *rest):
        if bad.pk in keys:
            raise OperationalError("database is locked")
        return record_many(keys, *rest)

    monkeypatch.setattr("troth.desk.worker.record_many", in_trouble)
    monkeypatch.setattr("troth.desk.worker.answers", lambda: is_there)
    if is_there:
        assert worker_at(LATER).pass_time(LATER)[0] == 1
        assert again(good).level == "product management"
    else:
        with pytest.raises(OperationalError):
            worker_at(LATER).pass_time(LATER)


def test_a_confirmation_that_went_and_cannot_be_recorded_is_not_sent_for_ever(mail) -> None:
    """A case that cannot be decided on costs its holder a few repetitions, never one a minute without end."""
    done = opened(netop())
    Case.objects.filter(pk=done.case.pk).update(state={"format": 999})
    when = at("2026-03-06 16:31")
    for _ in range(12):
        worker_at(when).send_notices(when)
        when += timedelta(days=2)
    assert len(mail.taken) == 9
    assert Notice.objects.get(kind="confirmation").state == "failed"


def test_a_notice_for_nobody_is_seen_to_have_failed() -> None:
    """A case without a case-holder still owes its notices, and says why they cannot go."""
    desk = netop()
    done = opened(desk)
    Case.objects.filter(pk=done.case.pk).update(contact=None)
    record(done.case, Verb.REPLY, by=agent(desk), written=Written("Hello?"), at=at("2026-03-09 10:00"))
    notice = done.case.notices.get(kind="reply")
    assert (notice.state, notice.address) == ("failed", "")
    assert "nobody" in notice.failure


def test_dismissals_wait_for_unread_mail() -> None:
    """Decision 29: what would close a case waits until the mailboxes have been read; the rest goes on."""
    done = opened(netop())
    asked: list[str] = []

    def heard(desk):
        asked.append(desk.slug)
        return 0

    before, outside.heard_until = outside.heard_until, heard
    try:
        worker_at(LATER).pass_time(LATER)
    finally:
        outside.heard_until = before
    assert asked == ["netop"]
    assert again(done.case).level == "product management"


def test_a_licence_bought_reaches_the_accounts_open_cases_once() -> None:
    """Decision 17: a change of licence turns an uncovered case into a covered one; clocks start then."""
    desk = netop()
    account = Account.objects.create(desk=desk, name="Late")
    done = opened(desk, customer(desk, account, has_licence=False))
    assert again(done.case).is_covered is False
    Licence.objects.create(desk=desk, account=account, bought_on="2026-03-09")
    note_change(Changed.LICENCE, desk=desk.pk, account=account.pk, at=at("2026-03-09 10:00"))
    when = at("2026-03-09 10:05")
    assert worker_at(when).run_once().changes == 1
    assert worker_at(when).run_once().changes == 0
    row = again(done.case)
    assert row.is_covered is True
    assert row.events.filter(word="set").count() == 1
    assert row.clocks.get(name="respond").started_at == when


def test_a_change_that_cannot_be_brought_does_not_hold_up_the_rest() -> None:
    """One case that cannot be decided on stops neither other changes nor deadlines; its change is tried again."""
    desk = netop()
    accounts = [Account.objects.create(desk=desk, name=name) for name in ("Bad", "Good")]
    bad, good = (opened(desk, customer(desk, account, has_licence=False)).case for account in accounts)
    Case.objects.filter(pk=bad.pk).update(state={"format": 999})
    for account in accounts:
        Licence.objects.create(desk=desk, account=account, bought_on="2026-03-09")
        note_change(Changed.LICENCE, desk=desk.pk, account=account.pk, at=at("2026-03-09 10:00"))
    assert worker_at(LATER).run_once(at("2026-03-09 10:05")).changes == 1
    assert again(good).is_covered is True
    assert worker_at(LATER).run_once(at("2026-03-09 10:06")).changes == 0


def test_many_changes_that_cannot_be_brought_do_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round goes on past them; one that finds more than a round takes is followed by one that goes on from there."""
    monkeypatch.setattr("troth.desk.changes.AT_ONCE", 5)
    monkeypatch.setattr("troth.desk.changes.SLICES", 2)
    desk = netop()
    bad, good = (Account.objects.create(desk=desk, name=name) for name in ("Bad", "Good"))
    case = opened(desk, customer(desk, bad, has_licence=False)).case
    Case.objects.filter(pk=case.pk).update(state={"format": 999})
    for account in [bad] * 8 + [good] + [bad] * 3 + [good]:
        note_change(Changed.LICENCE, desk=desk.pk, account=account.pk, at=at("2026-03-09 10:00"))
    one = worker_at(at("2026-03-09 10:05"))
    assert [one.run_once().changes for _ in range(3)] == [1, 1, 0]
    assert FactChange.objects.filter(brought_at=None).count() == 11
    Case.objects.filter(pk=case.pk).update(state=opened(desk).case.state)
    FactChange.objects.filter(account_id=bad.pk).update(account_id=good.pk)
    assert sum(one.run_once().changes for _ in range(3)) == 11


def test_an_act_at_the_desk_and_a_worker_meet_on_one_case() -> None:
    """An act between claim and writing is not lost: what is written follows from the row as it is then."""
    desk = netop()
    done = opened(desk)
    one = worker_at(LATER)
    token, keys = one.claim(LATER) or ("", [])
    record(
        done.case,
        Verb.CLOSE,
        by=agent(desk, MemberRole.MANAGER),
        data={"because": "withdrawn"},
        at=at("2026-03-09 09:05"),
    )
    assert one.bring_on(keys, token, LATER) == (0, 0)
    assert again(done.case).status == "closed"
    assert record(done.case, Verb.CONFIRM, by=SYSTEM, at=LATER)
    assert list(verify(Case.objects.all())) == []


def test_the_nights_verification_names_how_many_cases_differ() -> None:
    """The job raises what a person must see, and comes to a line otherwise."""
    desk = netop()
    bad = opened(desk).case
    opened(desk)
    assert verify_all(LATER) == "cases looked at: 2; all are what their events give"
    Case.objects.filter(pk=bad.pk).update(level="9")
    with pytest.raises(AmissError, match="give: 1"):
        verify_all(LATER)


def test_a_case_that_changed_while_it_was_read_is_not_taken_for_a_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What seems to differ is looked at again under its lock."""
    case = opened(netop()).case
    torn = [Difference(str(case), "event_count", 4, 5)]
    monkeypatch.setattr("troth.desk.verify.verify", lambda cases: iter(torn))
    assert verify_all(LATER).startswith("cases looked at: 1")
