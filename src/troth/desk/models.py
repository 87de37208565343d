"""Cases: what happened (events, append only), and what lists need of what they came to.

Only `troth.desk.door` and `troth.desk.worker` write here. A row of `Case` is the fold of its events, kept so
that lists need not fold; `troth cases verify` compares the two.
"""

from __future__ import annotations

import secrets

from django.db import models

from troth.customers.models import Account, Amendment, Contact, Partner
from troth.desk.visibility import CaseRows
from troth.engine.events import Act, Ruling
from troth.engine.events import Event as EngineEvent
from troth.hours.instants import instant
from troth.journal.models import AppendOnly
from troth.people.models import Desk, Person
from troth.policy.vocabulary import Found, Role, Verb


class PolicyVersion(AppendOnly):
    """A policy file as it was published, with the dates its calendars came to and the texts of its notices.

    It never changes: what was promised under it is judged by it for ever. `effective_at` says from when new
    cases open under it.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="policy_versions")
    ref = models.CharField(max_length=80)
    version_on = models.DateField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    source = models.TextField()
    dates = models.JSONField(default=dict)
    notices = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "ref"], name="policy_published_once")]
        indexes = [models.Index(fields=["desk", "-effective_at"])]

    def __str__(self) -> str:
        return self.ref


class Counter(models.Model):
    """The last case number a desk gave out."""

    desk = models.OneToOneField(Desk, on_delete=models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=1000)

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.last}"


class Case(models.Model):
    """One case as it stands: the engine's fold in `state`, and beside it the columns lists sort and filter by.

    `policy_version` is the version it was opened under, `amendment` the customer's own agreement that is laid on it
    and on each later one; `adopted` names those it has heard of since (number, ref, published at), `latest_version` is
    the last of them, for the worker to see who is behind.
    `ranked_at` is the instant inside `lane`; `due_at` the most urgent running clock; `wake_at` when the
    worker must look again; `lease_*` which worker is looking. `is_listed` is 1 while somebody has to see the case
    (it is open, or closed with something unread), `is_waiting` while it waits or is watched: numbers and not
    truths, because SQLite finds no bare truth by an index.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="cases")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="cases")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="cases")
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="cases")
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")
    adopted = models.JSONField(default=list)
    latest_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20)
    product = models.CharField(max_length=120, blank=True)

    state = models.JSONField()
    format = models.PositiveSmallIntegerField()
    event_count = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    last_event_at = models.DateTimeField()

    status = models.CharField(max_length=20)
    waiting_on = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=40)
    worked_by = models.CharField(max_length=40)
    basis = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    is_covered = models.BooleanField(null=True)
    is_unread = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    is_listed = models.PositiveSmallIntegerField(default=0)
    is_waiting = models.PositiveSmallIntegerField(default=0)
    lane = models.PositiveSmallIntegerField(default=0)
    ranked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)

    lease_by = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)

    objects = CaseRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "number"], name="case_number_once_a_desk")]
        indexes = [
            # Each list of the queue reads its first rows off an index in the queue's own order, however many there are.
            models.Index(fields=["desk", "is_listed", "lane", "ranked_at", "number"], name="case_listed"),
            models.Index(fields=["desk", "is_listed", "level", "lane", "ranked_at", "number"], name="case_at_level"),
            models.Index(fields=["desk", "is_listed", "owner", "lane", "ranked_at", "number"], name="case_of_owner"),
            models.Index(fields=["desk", "is_waiting", "lane", "ranked_at", "number"], name="case_waiting"),
            models.Index(fields=["desk", "is_listed", "closed_at", "number"], name="case_ended"),
            models.Index(
                fields=["partner", "is_listed", "lane", "ranked_at", "number"],
                condition=models.Q(partner__isnull=False),
                name="case_of_partner",
            ),
            models.Index(fields=["wake_at"], name="case_wake"),
            models.Index(
                fields=["policy_version", "latest_version"],
                condition=~models.Q(status="closed"),
                name="open_case_under",
            ),
            models.Index(fields=["desk", "account", "-opened_at"], name="case_of_account"),
            models.Index(fields=["contact", "-opened_at"], name="case_of_contact"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The case number as people say it, the same in subject, address and command line."""
        return f"{self.desk.prefix}-{self.number}"


class Event(AppendOnly):
    """One act or ruling. Never changed, never deleted; machine data only, so nothing here need be erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    is_act = models.BooleanField()
    word = models.CharField(max_length=40)
    role = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=160, blank=True)
    policy = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="event_once_a_case")]
        indexes = [models.Index(fields=["desk", "word", "at"], name="event_of_kind")]
        ordering = ["case", "sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.word}"

    def to_engine(self) -> EngineEvent:
        """The event as the engine wrote it."""
        at = instant(self.at)
        if self.is_act:
            return Act(at, Verb(self.word), Role(self.role), self.data)
        return Ruling(at, Found(self.word), self.clause, self.policy, self.reason, self.data)


class ClockRow(models.Model):
    """A clock of a case as it stands, for lists and reports; the fold is the truth."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    clause = models.CharField(max_length=160)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="clock_once_a_case")]
        indexes = [models.Index(fields=["desk", "state", "due_at"], name="clock_due")]
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class Message(models.Model):
    """What somebody wrote on a case. It stands apart from the events so that it can be erased.

    `direction` is customer (to us), us (to the customer), note (for colleagues) or automatic.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField(null=True)
    direction = models.CharField(max_length=20)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    mail_id = models.CharField(max_length=255, blank=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="message_of_case")]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.direction} {self.at:%Y-%m-%d %H:%M}"


def random_name(_: models.Model, name: str) -> str:
    """Where an attachment is kept; nothing of the name its sender gave it is in there."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token}"


class Attachment(models.Model):
    """A file that came with a message, under a random stored name; the given name is only ever shown."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    cleared_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to=random_name, max_length=120)

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A message the desk owes someone: its text frozen when it was queued, then sent by a job.

    Its identity is (case, event, kind, recipient): whatever happens to workers, there is one.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    recipient = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="notices")
    subject = models.CharField(max_length=250)
    body = models.TextField()
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    mail_id = models.CharField(max_length=255, blank=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence", "kind", "recipient"], name="notice_once")]
        indexes = [models.Index(fields=["desk", "state", "-failed_at"], name="notice_in_state")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"

    @property
    def stable_id(self) -> str:
        """The id a receiver may remember: the same however often this is sent."""
        return f"{self.case_id}.{self.sequence}.{self.kind.replace(' ', '-')}.{self.pk}"


class Done(models.Model):
    """What came of a call that carried a key, so that its retry gets the same answer and does nothing.

    Of an act that was recorded, `first` to `last` are its events.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="key_used_once_a_desk")]

    def __str__(self) -> str:
        return self.key
