"""A new version of the policy and the cases already open, through the door and the worker (decision 11)."""

from datetime import timedelta

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, again, agent, at, netop, opened
from troth.desk import worker as worker_room
from troth.desk.actors import SYSTEM
from troth.desk.adopting import policy_of, up_to
from troth.desk.door import record
from troth.desk.messages import Written
from troth.desk.models import Case, PolicyVersion
from troth.desk.outside import outside
from troth.desk.policies import loaded, publish_file, publish_policy
from troth.desk.store import stored_state
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.hours import instant
from troth.policy import PolicyError
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db

NETOP = (ROOT / "policies" / "netop.md").read_text(encoding="utf-8")
BLEND = "netop@2026-11-01+2027-01-01"


@pytest.fixture(autouse=True)
def read_anew() -> None:
    """Each test publishes texts of its own, at instants of its own choice, under the numbers of the test before."""
    loaded.cache_clear()


def published(when: str, old: str = 'to: "17:00"', new: str = 'to: "16:00"', version: str = "2027-01-01", **more):
    """A later version of Netop's policy, told of when it comes into force unless `at` says otherwise."""
    text = NETOP.replace(old, new).replace("version: 2026-11-01", f"version: {version}")
    assert old not in text
    return publish_policy(text, effective_at=at(when), **{"at": at(when), **more})


def desk_of_old():
    """Netop's desk, its policy published as long ago as it is in force."""
    publish_policy(NETOP, effective_at=LONG_AGO, at=LONG_AGO)
    return netop()


def a_round(when: str) -> object:
    """One round of a worker at that instant."""
    moment = at(when)
    return Worker("one", clock=lambda: moment).run_once(moment)


def story(case: Case) -> list[tuple[object, ...]]:
    """Everything that happened on the case."""
    return list(case.events.order_by("sequence").values_list("sequence", "at", "word", "role", "policy", "data"))


def test_the_worker_brings_it_to_every_open_case_once_and_the_timeline_says_so() -> None:
    """One act by the desk itself, its rulings, the clocks moved; a second round finds nothing to do."""
    desk = desk_of_old()
    cases = [opened(desk).case for _ in range(3)]
    published("2026-03-09 00:00")
    a_round("2026-03-08 23:59")
    assert [again(case).adopted for case in cases] == [[], [], []]
    a_round("2026-03-09 00:00")
    told = [(case.events.filter(word="publish").get(), case.events.filter(word="adopted").get()) for case in cases]
    for act, ruling in told:
        assert (act.role, act.actor, act.at) == ("system", None, at("2026-03-09 00:00"))
        assert (ruling.clause, ruling.policy) == ("updates", BLEND)
    assert {again(case).clocks.get(name="resolve at level 1").due_at for case in cases} == {at("2026-03-13 16:00")}
    assert {policy_of(again(case)).ref for case in cases} == {BLEND}
    before = [story(case) for case in cases]
    assert not a_round("2026-03-09 00:00")
    assert [story(case) for case in cases] == before
    assert list(verify(Case.objects.all())) == []


def test_a_late_worker_changes_nothing() -> None:
    """What comes into force on Monday counts from Monday, though the worker looks on Thursday weeks later."""
    desk = desk_of_old()
    prompt, late = opened(desk, text="").case, opened(desk, text="").case
    a_round("2026-03-06 16:31")
    published("2026-03-09 00:00")
    Case.objects.filter(pk=late.pk).update(lease_until=at("2026-05-07 12:00"))
    for day in ("2026-03-09 00:00", "2026-03-13 15:59", "2026-04-20 10:00", "2026-05-07 11:00"):
        a_round(day)
    a_round("2026-05-07 12:00")
    a_round("2026-05-07 12:00")
    assert story(prompt) == story(late)
    assert {"publish", "clock missed"} <= {entry[2] for entry in story(late)}


def test_an_act_that_comes_before_the_worker_finds_the_new_version_adopted() -> None:
    """Whoever comes first brings it; what is done is decided under it, and the person did only their own act."""
    desk = desk_of_old()
    case, staff = opened(desk).case, agent(desk)
    published("2026-03-09 00:00")
    record(case, Verb.REPLY, by=staff, at=at("2026-03-09 09:00"))
    words = list(case.events.filter(at__gte=at("2026-03-09 00:00")).values_list("word", "at", "actor"))
    assert words[0] == ("publish", at("2026-03-09 00:00"), None)
    assert ("reply", at("2026-03-09 09:00"), staff.person.pk) in words
    a_round("2026-03-09 10:00")
    assert case.events.filter(word="adopted").count() == 1
    assert list(verify(Case.objects.all())) == []


def test_a_case_opened_later_is_under_the_new_version_alone() -> None:
    """It has nothing to adopt."""
    desk = desk_of_old()
    published("2026-03-05 00:00")
    case = opened(desk).case
    a_round("2026-03-09 10:00")
    assert again(case).adopted == []
    assert policy_of(again(case)).ref == "netop@2027-01-01"


def test_a_closed_case_is_left_alone_until_it_is_opened_again() -> None:
    """Then it takes note first, and is decided under what is in force."""
    desk = desk_of_old()
    case, staff = opened(desk).case, agent(desk)
    a_round("2026-03-06 16:31")
    record(case, Verb.CLOSE, by=staff, data={"because": "withdrawn"}, at=at("2026-03-06 16:45"))
    published("2026-03-09 00:00")
    a_round("2026-03-10 10:00")
    assert not case.events.filter(word="publish").exists()
    record(case, Verb.REOPEN, by=staff, at=at("2026-03-10 11:00"))
    assert case.events.filter(word="publish").get().at == at("2026-03-09 00:00")
    assert policy_of(again(case)).ref == BLEND
    assert list(verify(Case.objects.all())) == []


def test_a_version_that_leaves_open_cases_as_they_are_leaves_no_event() -> None:
    """It is noted in the pin, so that no worker looks at the case again because of it."""
    desk = desk_of_old()
    case = opened(desk).case
    a_round("2026-03-08 00:00")
    version = published("2026-03-09 00:00", old="open cases: {hours: from now}", new="open cases: {hours: leave}")
    before = story(case)
    a_round("2026-03-09 00:00")
    assert story(case) == before
    assert again(case).latest_version == version
    assert not a_round("2026-03-09 00:00")
    assert policy_of(again(case)).ref == "netop@2026-11-01"


def test_versions_are_adopted_one_after_the_other() -> None:
    """Each speaks of the cases that are open when it comes, and a late round meets both at their own instants."""
    desk = desk_of_old()
    case = opened(desk).case
    published("2026-03-09 00:00")
    published("2026-03-11 00:00", new='to: "15:00"', version="2027-02-01")
    a_round("2026-03-12 00:00")
    assert list(case.events.filter(word="publish").values_list("at", flat=True)) == [
        at("2026-03-09 00:00"),
        at("2026-03-11 00:00"),
    ]
    assert again(case).clocks.get(name="resolve at level 1").due_at == at("2026-03-13 15:00")
    assert policy_of(again(case)).ref == f"{BLEND}+2027-02-01"


def test_nobody_goes_by_a_version_before_it_was_published() -> None:
    """One dated back reaches open cases when it is told, not before; no verdict is passed on yesterday."""
    desk = desk_of_old()
    case = opened(desk).case
    published("2026-03-07 00:00", at=at("2026-03-10 12:00"))
    a_round("2026-03-10 11:59")
    assert not case.events.filter(word="publish").exists()
    a_round("2026-03-10 12:00")
    assert case.events.filter(word="publish").get().at == at("2026-03-10 12:00")


def test_an_older_version_told_late_is_nobodys() -> None:
    """A case that is under a later one already does not go back."""
    desk = desk_of_old()
    case = opened(desk).case
    published("2026-03-09 00:00")
    a_round("2026-03-09 00:00")
    published("2026-03-08 00:00", new='to: "12:00"', version="2027-02-01", at=at("2026-03-10 12:00"))
    a_round("2026-03-10 13:00")
    assert case.events.filter(word="publish").count() == 1


def test_where_a_dismissal_waits_for_mail_the_version_waits_with_it(monkeypatch) -> None:
    """Decision 29: nothing overtakes what may still be undone by a mail that is lying there."""
    publish = (ROOT / "policies" / "syncro-soft.md").read_text(encoding="utf-8")
    desk = publish_policy(publish, effective_at=LONG_AGO, at=LONG_AGO).desk
    case, staff = opened(desk, when="2026-03-02 11:00", title="It stops").case, agent(desk)
    for when in ("2026-03-02 12:00", "2026-03-03 12:00"):
        record(case, Verb.ASK, by=staff, at=at(when))
    publish_policy(
        publish.replace("version: 2026-11-01", "version: 2027-01-01"),
        effective_at=at("2026-03-20 00:00"),
        at=at("2026-03-20 00:00"),
    )
    heard = int(at("2026-03-03 13:00").timestamp())
    monkeypatch.setattr(outside, "heard_until", lambda _: heard)
    assert [timer["name"] for timer in again(case).state["timers"]] == ["close"]
    a_round("2026-03-20 10:00")
    assert not case.events.filter(word="publish").exists()
    monkeypatch.setattr(outside, "heard_until", lambda _: None)
    Case.objects.update(lease_until=None)
    a_round("2026-03-20 10:00")
    assert again(case).status == "closed"


def test_a_worker_that_dies_midway_leaves_it_to_the_next(monkeypatch) -> None:
    """The pin and the events are written together or not at all."""
    desk = desk_of_old()
    cases = [opened(desk).case for _ in range(4)]
    a_round("2026-03-08 00:00")
    published("2026-03-09 00:00")
    before = [story(case) for case in cases]

    def killed(_steps) -> None:
        raise KeyboardInterrupt

    dying = Worker("dying", clock=lambda: at("2026-03-09 00:00"), batch=2)
    with monkeypatch.context() as patched:
        patched.setattr(worker_room, "save_steps", killed)
        with pytest.raises(KeyboardInterrupt):
            dying.pass_time(at("2026-03-09 00:00"))
    assert [story(case) for case in cases] == before
    assert [again(case).adopted for case in cases] == [[]] * 4
    later = at("2026-03-09 00:00") + timedelta(seconds=61)
    Worker("next", clock=lambda: later).pass_time(later)
    assert [case.events.filter(word="publish").count() for case in cases] == [1] * 4
    assert list(verify(Case.objects.all())) == []


def test_two_workers_bring_it_once() -> None:
    """What one has claimed the other leaves alone, and who overslept writes nothing."""
    desk = desk_of_old()
    case = opened(desk).case
    a_round("2026-03-08 00:00")
    published("2026-03-09 00:00")
    now = at("2026-03-09 00:00")
    slow, quick = Worker("slow", clock=lambda: now), Worker("quick", clock=lambda: now + timedelta(seconds=61))
    claimed = slow.claim(now)
    assert claimed is not None
    assert Worker("other", clock=lambda: now).claim(now) is None
    quick.pass_time(now)
    assert slow.bring_on(claimed[1], claimed[0], now) == (0, 0)
    assert case.events.filter(word="publish").count() == 1


def test_the_pin_is_checked_against_the_events() -> None:
    """A row that says it is under another policy than its events do is a difference."""
    case = opened(desk_of_old()).case
    version = published("2026-03-09 00:00")
    Case.objects.filter(pk=case.pk).update(
        adopted=[[version.pk, version.ref, version.published_at.isoformat()]], latest_version=version
    )
    assert [difference.what for difference in verify(Case.objects.all())] == ["the policy"]
    assert PolicyVersion.objects.count() == 2


def test_a_change_of_facts_meets_the_version_first() -> None:
    """The desk's own acts take the same road as anybody's."""
    desk = desk_of_old()
    case = opened(desk).case
    published("2026-03-09 00:00")
    record(case, Verb.SET, by=SYSTEM, data={"contract": None}, at=at("2026-03-09 09:00"))
    assert again(case).adopted[0][1] == "netop@2027-01-01"


def test_a_page_waits_for_unread_mail_as_the_door_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decision 29: what silence would close is not shown as closed while an answer may lie unread."""
    desk = publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO).desk
    case, one = opened(desk, product="Oxygen XML Editor", answers={"product_state": "unusable"}).case, agent(desk)
    for day in ("2026-03-09 10:00", "2026-03-10 10:00"):
        assert record(case, Verb.ASK, by=one, written=Written("Which file is it?"), at=at(day))
    row, later = again(case), instant(at("2026-05-04 12:00"))
    assert up_to(row, policy_of(row), stored_state(row), later).status == "closed"
    monkeypatch.setattr(outside, "heard_until", lambda _: instant(at("2026-03-10 12:00")))
    assert up_to(row, policy_of(row), stored_state(row), later).status == "waiting"


def test_a_version_that_would_not_fit_an_open_case_is_not_published() -> None:
    """Nothing is stored of it; once the case is closed, it may come."""
    desk = desk_of_old()
    case = opened(desk).case
    text = NETOP.replace("version: 2026-11-01", "version: 2027-01-01")
    text = text.replace("open cases: {hours: from now}", "open cases: {severities: from now}")
    text = text.replace("medium", "middling")
    with pytest.raises(PolicyError, match=r"middling has no value here.*in cases of netop@2026-11-01"):
        publish_policy(text, name="new.md", effective_at=at("2026-03-09 00:00"), at=at("2026-03-09 00:00"))
    assert [version.ref for version in PolicyVersion.objects.all()] == ["netop@2026-11-01"]
    Case.objects.filter(pk=case.pk).update(status="closed")
    assert publish_policy(text, name="new.md", at=at("2026-03-09 00:00")).ref == "netop@2027-01-01"
