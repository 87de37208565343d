"""Runs a scenario through the desk's own door and a worker: the driver of `troth.scenario` with a database."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from troth.customers.facts import Draft
from troth.customers.models import Account, Contact
from troth.desk.actors import Actor
from troth.desk.auditing import audit
from troth.desk.door import open_case, record
from troth.desk.errors import NotAllowedError
from troth.desk.models import Case, Notice
from troth.desk.notices import REPLY
from troth.desk.outside import outside
from troth.desk.policies import publish_amendment, publish_policy
from troth.desk.store import stored_state
from troth.desk.texts import CALL_DUE, ESCALATION
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.engine import Act, Refusal
from troth.engine.facts import Facts
from troth.hours import Instant, instant, moment
from troth.people.models import Person
from troth.policy import Policy
from troth.policy.vocabulary import Notice as Kind
from troth.scenario import Seen, last_word

UNSAID = (REPLY, ESCALATION, CALL_DUE)
"""Kinds of which a scenario does not speak: what a person wrote, and what goes to the desk's own people."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class MailServer:
    """Takes what it is handed and keeps it; refuses everything while `is_down`, and always what it `refuses`."""

    def __init__(self) -> None:
        self.taken: list[Notice] = []
        self.is_down = False
        self.refuses: frozenset[str] = frozenset()

    def deliver(self, notice: Notice) -> str:
        """The notice is taken, or refused as a server that is down does."""
        if self.is_down or notice.kind in self.refuses:
            message = "the mail server is down"
            raise ConnectionRefusedError(message)
        self.taken.append(notice)
        return f"<{notice.stable_id}@test>"


class DeskDriver:
    """Holds one case in the database; its time is what the scenario says, never the wall's.

    An agreement named among the facts is published from `folder` and given to the holder's account.
    """

    def __init__(self, policy: Policy, folder: Path = Path()) -> None:
        self.folder = folder
        self.version = publish_policy(policy.source, name="policy.md", effective_at=LONG_AGO)
        self.desk = self.version.desk
        self.now = LONG_AGO
        self.worker = Worker("scenario", clock=lambda: self.now)
        self.case: Case | None = None
        self.mail = MailServer()
        outside.deliver = self.mail.deliver
        person = Person.objects.create_user("holder@customer.example", name="Case Holder")
        self.contact = Contact.objects.create(desk=self.desk, person=person)
        self.told: set[tuple[int, str]] = set()
        self.keys = count(1)

    def pass_time(self, until: Instant) -> None:
        """One round of the worker at that instant."""
        self.now = moment(until)
        self.worker.run_once(self.now)

    def open(self, act: Act) -> Refusal | None:
        """The case is opened through the door, and the confirmation handed over at once."""
        facts = Facts.from_json(act.data["facts"])
        if facts.confirmation == "fails":
            self.mail.refuses = frozenset({Kind.CONFIRMATION})
        if facts.amendment is not None:
            self.agree(self.folder / facts.amendment)
        result = open_case(
            self.desk,
            by=Actor(None, act.by),
            draft=Draft(title="As the scenario tells it"),
            contact=self.contact,
            facts=facts,
            at=moment(act.at),
            key=f"open {next(self.keys)}",
        )
        if isinstance(result, Refusal):
            return result
        self.case = result.case
        # The scenario's confirmation arrives at the opening's own instant, before the other acts of it.
        self.worker.send_notices(moment(act.at))
        return None

    def agree(self, file: Path) -> None:
        """The holder's account has this agreement of its own, since long ago."""
        known = publish_amendment(file.read_text(), name=file.name, desk=self.desk, effective_at=LONG_AGO)
        account = Account.objects.create(desk=self.desk, name="With an agreement", amendment=known.name)
        self.contact.account = account
        self.contact.save()

    def act(self, act: Act) -> Refusal | None:
        """The act goes through the door; refused, there or by the policy, it must have left nothing."""
        assert self.case is not None
        before = self.case.events.count()
        try:
            result = record(
                self.case,
                act.verb,
                by=Actor(None, act.by),
                data=act.data,
                at=moment(act.at),
                key=f"act {next(self.keys)}",
            )
        except NotAllowedError as turned_away:
            result = Refusal("not-allowed", str(turned_away))
        if isinstance(result, Refusal):
            assert self.case.events.count() == before, "a refused act left a trace"
            return result
        assert instant(result.case.last_event_at) == act.at
        return None

    def publish(self, policy: Policy, at: Instant) -> None:
        """The policy is in force from then on; nobody tells the case, the worker or its next act must find it."""
        publish_policy(policy.source, name="policy.md", effective_at=moment(at), at=moment(at))

    def look(self) -> Seen:
        """What is stored, compared with its events first."""
        if self.case is None:
            return Seen(None)
        self.case.refresh_from_db()
        assert list(verify(Case.objects.filter(pk=self.case.pk))) == []
        assert list(audit(Case.objects.filter(pk=self.case.pk))) == []
        owed = {
            (notice.sequence, notice.kind) for notice in self.case.notices.exclude(kind__in=UNSAID) if arrived(notice)
        }
        fresh, self.told = owed - self.told, owed
        events = [event.to_engine() for event in self.case.events.all()]
        return Seen(stored_state(self.case), tuple(kind for _, kind in sorted(fresh)), last_word(events))


def arrived(notice: Notice) -> bool:
    """Whether a scenario counts it as sent: a confirmation that could not be handed over was not."""
    return notice.kind != Kind.CONFIRMATION or notice.state == "sent"
