"""Tables below every other room: they name desks and persons by number, never by foreign key."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Someone tried to change or delete a row that is kept as it was written."""


class AppendOnlyRows(models.QuerySet[Any]):
    """Rows are added and read; the two ways to change many at once are shut."""

    def update(self, **changes: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted.")


class AppendOnly(models.Model):
    """A row that is written once. The guard is for mistakes, not for attackers: those the audit chain shows."""

    objects = AppendOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written the first time, refused ever after."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} is never deleted.")


class AuditEntry(AppendOnly):
    """Who did what to which thing, written in the transaction that did it.

    Persons stand here by number only, so that one can be erased without a gap in the record. `digest` is of subject
    and data with `salt`; once the salt is gone it tells nobody what they were, and the chain still holds. `place` and
    `link` are given once, when the entry is sealed (`troth.journal.chain`).
    """

    at = models.DateTimeField(db_index=True)
    desk_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, default="")
    digest = models.CharField(max_length=64, default="")
    place = models.PositiveBigIntegerField(null=True)
    link = models.CharField(max_length=64, default="")

    class Meta:
        indexes = [
            models.Index(fields=["desk_id", "at"]),
            models.Index(fields=["subject"]),
            models.Index(fields=["desk_id", "id"], condition=models.Q(place=None), name="audit_not_sealed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["desk_id", "place"], condition=models.Q(place__isnull=False), name="place_once_a_chain"
            ),
            models.UniqueConstraint(
                fields=["place"],
                condition=models.Q(place__isnull=False, desk_id=None),
                name="place_once_without_a_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject}"


class AuditSeal(AppendOnly):
    """So far a chain of audit entries has come: `link` is that of the entry at `place`, the last one sealed.

    `chain` is the number of a desk, 0 for the entries without one. `digest` binds each seal to the one before.
    """

    chain = models.BigIntegerField()
    number = models.PositiveBigIntegerField()
    place = models.PositiveBigIntegerField()
    link = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="seal_once_a_chain")]

    def __str__(self) -> str:
        return f"{self.chain}:{self.number}:{self.digest}"


class FactChange(models.Model):
    """A licence, contract, partner or purchase changed; the worker brings it to the account's open cases.

    Rooms below the desk cannot call it, so they leave this row in the transaction of their own change.
    """

    desk_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    brought_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["brought_at", "id"])]

    def __str__(self) -> str:
        return f"{self.what} of account {self.account_id}"


class Rate(models.Model):
    """How often something was tried in one stretch of time; shared by all workers."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="one_count_a_stretch")]

    def __str__(self) -> str:
        return f"{self.count} since {self.starts_at:%H:%M:%S}"


class Schedule(models.Model):
    """One thing the house does again and again: when it is due next, and what came of it last.

    `failed_at` stands only while its last try failed; `job` is the job it was last queued as.
    """

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    job = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    came_to = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A worker was alive then; who has not been heard for a while has ended, or hangs."""

    worker = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.worker} at {self.heard_at:%Y-%m-%d %H:%M:%S}"
