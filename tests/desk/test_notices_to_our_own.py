"""Whom the policy's words of receivers reach, and what the desk tells its own people besides its notices."""

import pytest

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, again, agent, at, customer, opened, person
from troth.customers.models import Partner, PartnerUser
from troth.desk.actors import Actor
from troth.desk.door import record
from troth.desk.models import Case, Notice
from troth.desk.notices import Occasion, members, recipients
from troth.desk.policies import publish_policy
from troth.desk.texts import CALL_DUE, ESCALATION
from troth.desk.worker import Worker
from troth.hours import instant
from troth.people.models import Desk, MemberRole
from troth.policy import read_policy
from troth.policy.vocabulary import Receiver, Role, Verb

pytestmark = pytest.mark.django_db

PATH = """

## Above us {#escalation}

```rule escalation
staff: {tells: staff}
manager: {tells: [manager, partner], needs: occurred, after: staff}
```

## Silence {#silence}

```rule silence
- from: request 1
  steps:
    - {after: 1 business day, attempt: email}
    - {after: 2 business days, attempt: phone}
    - {after: 3 business days, close: silence, needs attempts: 2}
```
"""


def telephoning(**notices: str) -> Desk:
    """Netop with a path above it and a rule of silence that has somebody telephone."""
    source = (ROOT / "policies" / "netop.md").read_text(encoding="utf-8") + PATH
    return publish_policy(source, name="netop.md", notices=notices, effective_at=LONG_AGO).desk


def told(case: Case, kind: str) -> list[tuple[str, str]]:
    """To whom notices of one kind are queued: their address, and the state of each."""
    return list(case.notices.filter(kind=kind).order_by("pk").values_list("address", "state"))


def escalated(case: Case, by: Actor, to: str, **more: object) -> None:
    """Let the customer take a step of the path above the desk."""
    record(again(case), Verb.ESCALATE, by=by, data={"to": to, **more}, at=at("2026-03-06 16:40"))


def test_a_step_of_the_customers_path_tells_those_it_names() -> None:
    """The people of the desk, once each; the customer, who did it, gets no mail about it."""
    desk = telephoning()
    chief, worker = agent(desk, MemberRole.MANAGER), agent(desk)
    contact = customer(desk)
    case = opened(desk, contact).case
    holder = Actor(contact.person, Role.CUSTOMER)
    escalated(case, holder, "staff")
    assert told(case, ESCALATION) == [(worker.person.email, "queued")]
    escalated(case, holder, "manager", occurred=instant(at("2026-03-06 09:00")))
    assert told(case, ESCALATION)[1:] == [(chief.person.email, "queued")]
    (mail,) = case.notices.filter(person=chief.person)
    assert case.label in mail.subject
    assert "escalated" in mail.body
    assert f"/desk/cases/{case.label}" in mail.body


def test_a_step_that_is_refused_tells_nobody() -> None:
    """Without the occurrence, and without the step before it, the manager hears nothing."""
    desk = telephoning()
    agent(desk, MemberRole.MANAGER)
    contact = customer(desk)
    case = opened(desk, contact).case
    escalated(case, Actor(contact.person, Role.CUSTOMER), "manager")
    assert told(case, ESCALATION) == []


def test_who_has_the_case_is_its_staff() -> None:
    """Once somebody has taken the case, `staff` is that person and not the whole room."""
    desk = telephoning()
    one, other = agent(desk), agent(desk)
    contact = customer(desk)
    case = opened(desk, contact).case
    Case.objects.filter(pk=case.pk).update(owner=other.person)
    escalated(case, Actor(contact.person, Role.CUSTOMER), "staff")
    assert told(case, ESCALATION) == [(other.person.email, "queued")]
    assert one.person.email not in dict(told(case, ESCALATION))


def test_a_telephone_call_that_is_due_is_told_to_whom_the_case_belongs() -> None:
    """The desk does not telephone: it says that somebody has to; an attempt by mail is the customer's alone."""
    desk = telephoning()
    worker = agent(desk)
    case = opened(desk).case
    record(case, Verb.ASK, by=worker, data={}, at=at("2026-03-09 11:00"))
    when = at("2026-03-10 11:00")
    Worker("one", clock=lambda: when).pass_time(when)
    assert told(case, CALL_DUE) == []
    when = at("2026-03-11 11:00")
    Worker("two", clock=lambda: when).pass_time(when)
    assert told(case, CALL_DUE) == [(worker.person.email, "queued")]


def test_a_policy_may_word_what_its_own_people_are_told() -> None:
    """As it may with every other notice."""
    desk = telephoning(**{"escalation.en": "Subject: Up with {case}\n\nSomebody wants you.\n"})
    agent(desk)
    contact = customer(desk)
    case = opened(desk, contact).case
    escalated(case, Actor(contact.person, Role.CUSTOMER), "staff")
    assert [notice.subject for notice in case.notices.filter(kind=ESCALATION)] == [f"Up with {case.label}"]


def test_a_partner_is_told_of_its_own_customers_only() -> None:
    """On a case without a partner the word stands for nobody, and nothing has failed."""
    desk = telephoning()
    helper, rival = Partner.objects.create(desk=desk, name="Helper"), Partner.objects.create(desk=desk, name="Rival")
    ours, theirs = person("Ours"), person("Theirs")
    PartnerUser.objects.create(desk=desk, person=ours, partner=helper)
    PartnerUser.objects.create(desk=desk, person=theirs, partner=rival)
    case = opened(desk).case
    policy = read_policy(ROOT / "policies" / "netop.md")
    assert list(recipients(Occasion(case, policy), [Receiver.PARTNER])) == []
    case.partner = helper
    assert [one.person for one in recipients(Occasion(case, policy), [Receiver.PARTNER])] == [ours]


@pytest.mark.parametrize("name", [word for word in Receiver if word is not Receiver.CASE_HOLDER])
def test_each_word_of_the_language_stands_for_somebody(name: Receiver) -> None:
    """No word falls through to whoever is there; a word the language has not is an error, not a guess."""
    desk = telephoning()
    case = opened(desk).case
    helper = Partner.objects.create(desk=desk, name="Helper")
    PartnerUser.objects.create(desk=desk, person=person("Ours"), partner=helper)
    case.partner = helper
    for role in (MemberRole.STAFF, MemberRole.MANAGER):
        agent(desk, role)
    assert members(Occasion(case, read_policy(ROOT / "policies" / "netop.md")), name)


def test_a_word_the_language_has_not_reaches_nobody() -> None:
    """What the checker refuses in a file the desk refuses too."""
    case = opened(telephoning()).case
    with pytest.raises(ValueError, match="boss"):
        list(recipients(Occasion(case, read_policy(ROOT / "policies" / "netop.md")), ["boss"]))
    assert not Notice.objects.filter(recipient__startswith="boss").exists()
