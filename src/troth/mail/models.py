"""Mail as it came, what became of it, and what was sent: every mail that was accepted is a row here for ever."""

from __future__ import annotations

import secrets
from enum import StrEnum

from django.db import models

from troth.desk.models import Case, Message, Notice
from troth.people.models import Desk, Person

NONCE_BYTES = 16


class State(StrEnum):
    """What became of a mail; *stored* is the only one that is still on its way."""

    STORED = "stored"
    CASE = "case"
    REPLY = "reply"
    AUTOMATIC = "automatic"
    HELD = "held"
    FAILED = "failed"


class Proof(StrEnum):
    """What shows that a mail is from whom it says; only the first shows anything, the others are likely."""

    SIGNED_ADDRESS = "signed address"
    THREAD = "thread"
    SUBJECT = "subject"
    NONE = ""


class Mailbox(models.Model):
    """An address at which a desk receives mail, and from which it writes."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="mailboxes")
    address = models.EmailField(max_length=254, unique=True)

    def __str__(self) -> str:
        return self.address


class Received(models.Model):
    """One mail that we accepted. Its bytes lie in `RawMail`, written in the same transaction as this row.

    `content_key` is what makes two deliveries one mail. `try_at` is when a worker looks at it (again), None
    once nothing more is to be done by itself. `reason` says in words why it is held, failed or automatic.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="received")
    content_key = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12, default=State.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    clause = models.CharField(max_length=160, blank=True)

    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    mail_id = models.CharField(max_length=998, blank=True)
    proof = models.CharField(max_length=20, blank=True, default=Proof.NONE)
    defects = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="mails")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="mails")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "content_key"], name="mail_kept_once_a_mailbox")]
        indexes = [
            models.Index(fields=["desk", "try_at"], name="mail_waiting"),
            models.Index(fields=["desk", "state", "-received_at"], name="mail_in_state"),
            models.Index(fields=["mailbox", "mail_id"], name="mail_by_id"),
            models.Index(fields=["mailbox", "sender", "received_at"], name="mail_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} from {self.sender or 'unknown sender'}"


class RawMail(models.Model):
    """A mail byte for byte as it was handed to us; kept apart so that lists do not load it."""

    received = models.OneToOneField(Received, on_delete=models.CASCADE, related_name="raw", primary_key=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"the bytes of mail {self.received_id}"


def new_nonce() -> bytes:
    """What makes the reply addresses of a participant hold; another one makes all earlier ones void."""
    return secrets.token_bytes(NONCE_BYTES)


class Participant(models.Model):
    """A person who may add to a case by mail to a signed address of their own.

    A new nonce revokes every address they were given; `revoked_at` does it for good.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    nonce = models.BinaryField(max_length=NONCE_BYTES, default=new_nonce)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="participant_once_a_case")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.case_id}"


class Sent(models.Model):
    """One mail of ours, its id and bytes stored before it was handed over: a second try sends the same mail.

    One that answers a held mail has no case and no notice. `returned_at` is when it came back to us.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="sent")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="sent_mails")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, null=True, related_name="mail")
    mail_id = models.CharField(max_length=255, unique=True)
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    made_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    content = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["case", "made_at"], name="sent_of_case"),
            models.Index(
                fields=["desk", "-returned_at"], condition=models.Q(returned_at__isnull=False), name="sent_in_vain"
            ),
        ]

    def __str__(self) -> str:
        return self.mail_id
