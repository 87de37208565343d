"""The operator's page: every pipe with what it came to last, all that failed, and a way to mend each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.driver import MailServer
from tests.desk.making import again, person, signed_in
from tests.mail.writing import handed_in, mail
from troth.desk.models import Case, Notice
from troth.desk.outside import outside
from troth.desk.worker import Worker
from troth.journal import periodic
from troth.journal.changes import Changed, note_change
from troth.journal.heartbeat import Heart
from troth.journal.jobs import HOUSE, Runner
from troth.journal.models import AuditEntry, FactChange
from troth.journal.periodic import queue_due
from troth.mail.models import Received, Sent, State
from troth.people.models import MemberRole
from troth.people.roles import give_role

PAGE = "/netop/operator"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """A mail server that a test may switch off."""
    it = MailServer()
    monkeypatch.setattr(outside, "deliver", it.deliver)
    return it


@pytest.fixture
def operator(floor):
    """A browser of somebody who runs the desk and works on no case."""
    who = person("Otto")
    give_role(who, floor.desk, MemberRole.OPERATOR)
    return signed_in(who)


def done_by_the_house(when=None) -> None:
    """What is due is queued and done."""
    when = when or timezone.now()
    queue_due(when)
    Runner("one", lambda: when).run(HOUSE, when, lambda: when)


def text(browser) -> str:
    """The page in words."""
    return " ".join(browser.get(PAGE).content.decode().split())


def fail_for_good(server: MailServer) -> Notice:
    """A confirmation that was tried nine times in vain; the cases' own time stands still meanwhile."""
    server.is_down = True
    when = timezone.now()
    Case.objects.update(wake_at=None)
    for days in range(0, 18, 2):
        Worker("one").send_notices(when + timedelta(days=days))
    return Notice.objects.filter(state="failed").order_by("pk")[0]


def test_a_desk_that_runs_says_so(operator, server) -> None:
    """Each pipe with its last; nothing wants anybody."""
    Worker("one", heartbeat=Heart("one", timezone.now).beat).run_once()
    done_by_the_house()
    page = text(operator)
    assert "All of it runs. Nothing wants you." in page
    assert "cases looked at: 2; all are what their events give" in page
    for name in ("Mail in", "Mail out", "Worker", "Changes", "Jobs", *(each.capitalize() for each in periodic.known)):
        assert f"{name}</h2>" in page


def test_a_worker_that_is_not_heard_is_said_to_be_missing(operator) -> None:
    """With what to do about it."""
    page = text(operator)
    assert "No worker has been heard of late" in page
    assert "Start “troth worker”" in page


def test_changes_that_open_cases_do_not_hear_of_are_said_to_wait(operator, floor) -> None:
    """How many and since when, on the desk they are of; those of another desk are none of its business."""
    for desk, minutes in ((floor.desk.pk, 11), (floor.desk.pk, 1), (floor.desk.pk + 1, 99)):
        note_change(Changed.LICENCE, desk=desk, account=0, at=timezone.now() - timedelta(minutes=minutes))
    assert "Open cases do not hear of what changed in their accounts." in text(operator)
    (pipe,) = [each for each in operator.get(PAGE).context["pipes"] if each.name == "Changes"]
    assert (pipe.waiting.number, pipe.waiting_since) == (2, FactChange.objects.earliest("pk").at)
    Worker("one").run_once()
    assert "Open cases do not hear" not in text(operator)


def test_a_notice_that_failed_for_good_is_sent_again_from_the_page(operator, server) -> None:
    """The button goes away, the mail goes out, and the audit says who pressed it."""
    failed = fail_for_good(server)
    assert f"Send again: confirmation of {failed.case.label}" in text(operator)
    server.is_down = False
    answer = operator.post(f"{PAGE}/notice/{failed.pk}", follow=True)
    assert "is sent again." in answer.content.decode()
    assert f"Send again: confirmation of {failed.case.label}" not in text(operator)
    Worker("one").send_notices(timezone.now())
    failed.refresh_from_db()
    assert failed.state == "sent"
    assert AuditEntry.objects.get(action="sent a failed notice again").role == "operator"
    assert operator.post(f"{PAGE}/notice/{failed.pk}").status_code == 404


def test_cases_that_differ_from_their_events_are_shown_until_they_do_not(operator, floor) -> None:
    """The job is tried again from the page; a second press does nothing."""
    Case.objects.filter(pk=floor.direct.pk).update(level="9")
    done_by_the_house()
    assert "Cases that are not what their events give: 1." in text(operator)
    Case.objects.filter(pk=floor.direct.pk).update(level=again(floor.through_partner).level)
    (pk,) = [each.pk for each in operator.get(PAGE).context["jobs"]]
    assert operator.post(f"{PAGE}/job/{pk}").status_code == 302
    assert operator.post(f"{PAGE}/job/{pk}").status_code == 404
    done_by_the_house()
    page = text(operator)
    assert "not what their events give" not in page
    assert "cases looked at: 2; all are what their events give" in page
    assert AuditEntry.objects.get(action="took up a failed job").subject == "job verify the cases"


def test_a_mail_that_could_not_be_taken_in_is_tried_again_from_the_page(operator, floor) -> None:
    """An operator who is no agent reads neither its subject nor its words."""
    row = handed_in(floor.desk, mail(sender=None, subject="Payroll"), at=timezone.now())
    Received.objects.filter(pk=row.pk).update(state=State.FAILED, try_at=None, reason="RuntimeError: poison")
    page = text(operator)
    assert "RuntimeError: poison" in page
    assert "Payroll" not in page
    answer = operator.post(f"{PAGE}/mail/{row.pk}", follow=True).content.decode()
    assert "The mail is now held." in answer
    assert AuditEntry.objects.get(action="took up a failed mail").subject == f"mail {row.pk}"


def test_mail_of_ours_that_came_back_stands_here_and_on_its_case(operator, floor, settings, tmp_path) -> None:
    """For the operator, for the agent, and for whom it did not reach; a later mail that stays makes it good."""
    settings.TROTH_OUTBOX = tmp_path
    Worker("one").send_notices(timezone.now())
    sent = Sent.objects.get(case=floor.direct)
    Sent.objects.filter(pk=sent.pk).update(returned_at=timezone.now())
    assert sent.address in text(operator)
    of_agent = signed_in(floor.agent.person).get(floor.case()).content.decode()
    assert f"Our mail to {sent.address} came back" in of_agent
    of_customer = signed_in(floor.maria.person).get(f"/netop/cases/{floor.direct.label}").content.decode()
    assert "Our mail to you came back" in of_customer
    Sent.objects.filter(pk=sent.pk).update(returned_at=None)
    assert "came back" not in signed_in(floor.agent.person).get(floor.case()).content.decode()


def test_what_is_another_desks_is_neither_shown_nor_mended(floor, server) -> None:
    """An operator of one desk has nothing to do with the mail of another."""
    from tests.portal.people import syncro  # noqa: PLC0415

    failed, other = fail_for_good(server), person("Olga")
    give_role(other, syncro(), MemberRole.OPERATOR)
    browser = signed_in(other)
    assert failed.address not in browser.get("/syncro-soft/operator").content.decode()
    assert browser.post(f"/syncro-soft/operator/notice/{failed.pk}").status_code == 404
    assert browser.get(PAGE).status_code == 404


@pytest.mark.parametrize("number", ["0", "x", "9" * 40, "²", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("kind", ["notice", "job", "mail", "other"])
def test_what_is_not_there_cannot_be_mended(operator, kind: str, number: str) -> None:
    """404, whatever stands in the address."""
    assert operator.post(f"{PAGE}/{kind}/{number}").status_code == 404


def test_the_page_asks_a_bounded_number_of_questions(operator, server, django_assert_max_num_queries) -> None:
    """However much has failed."""
    operator.get(PAGE)
    with django_assert_max_num_queries(36):
        operator.get(PAGE)
    fail_for_good(server)
    with django_assert_max_num_queries(36):
        operator.get(PAGE)


def test_the_house_tells_its_reasons_to_operators_alone(operator, floor) -> None:
    """A reason may name another desk's case: a manager reads that it failed, and takes nothing of the house up."""
    Case.objects.filter(pk=floor.direct.pk).update(level="9")
    done_by_the_house()
    manager = signed_in(floor.manager.person)
    (job,) = operator.get(PAGE).context["jobs"]
    page = text(manager)
    assert "not what their events give" not in page
    assert floor.direct.label not in page
    assert 'Verify the cases</h2> <p class="look">It failed.</p>' in page
    assert "Try again" not in page
    assert manager.post(f"{PAGE}/job/{job.pk}").status_code == 404
    assert not AuditEntry.objects.filter(action="took up a failed job").exists()
    assert "not what their events give" in text(operator)
    type(floor.manager.person).objects.filter(pk=floor.manager.person.pk).update(is_operator=True)
    assert "not what their events give" in text(manager), "a manager who runs the installation is told"
    assert manager.post(f"{PAGE}/job/{job.pk}").status_code == 302
