"""What the test of backups does in processes of its own: `setup`, `write` until told to stop, `check` what is there.

Run as `python -m tests.site.written_to WHAT`, with the database named by the environment.
"""

# ruff: noqa: PLC0415 - models can be imported only once Django is ready

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")


def stop() -> Path:
    """The file whose being there ends the writing."""
    return Path(os.environ["TROTH_TEST_STOP"])


def setup() -> None:
    """A desk with a customer, and nothing else."""
    from django.core.management import call_command

    from tests.desk.making import customer, netop

    call_command("migrate", verbosity=0)
    customer(netop())


def write() -> None:
    """Cases with a file each, and acts on them; after each, how many there are."""
    from django.utils import timezone

    from troth.customers.facts import Draft
    from troth.customers.models import Contact
    from troth.desk.actors import Actor
    from troth.desk.door import note, open_case
    from troth.desk.messages import Enclosed, Written
    from troth.journal.chain import seal
    from troth.policy.vocabulary import Role

    holder = Contact.objects.select_related("person", "desk").get()
    for number in count(1):
        content = f"file {number} ".encode() * 5000
        done = open_case(
            holder.desk,
            by=Actor(holder.person, Role.CUSTOMER),
            draft=Draft(title=f"Case {number}", answers={"environment": "production"}),
            contact=holder,
            at=timezone.now() - timedelta(days=90),
            written=Written(f"Words {number}", enclosed=(Enclosed("log.txt", content),)),
        )
        note(done.case, by=Actor(None, Role.SYSTEM), written=Written(f"Note {number}"))
        seal(timezone.now())
        print(number, flush=True)
        if stop().exists():
            return


def check() -> None:
    """Tells, as JSON, how many cases there are and all that is not as it must be."""
    from troth.desk.auditing import audit
    from troth.desk.crossings import crossings
    from troth.desk.models import Attachment, Case, Counter, Message
    from troth.desk.verify import verify
    from troth.journal.chain import check as check_chain

    faults = [str(difference) for difference in verify(Case.objects.all())]
    faults += [str(drift) for drift in audit(Case.objects.all())]
    faults += [str(fault) for fault in check_chain().faults] + list(crossings())
    numbers = sorted(Case.objects.values_list("number", flat=True))
    if numbers != list(range(1001, 1001 + len(numbers))) or Counter.objects.get().last != 1000 + len(numbers):
        faults.append(f"the cases are no prefix: {numbers}")
    for attachment in Attachment.objects.all():
        try:
            with attachment.file.open("rb") as content:
                if hashlib.sha256(content.read()).hexdigest() != attachment.digest:
                    faults.append(f"attachment {attachment.pk} is not as it came")
        except OSError as error:
            faults.append(f"attachment {attachment.pk}: {error}")
    texts = Message.objects.exclude(direction="note").count()
    if not len(numbers) == Attachment.objects.count() == texts or Message.objects.count() < 2 * len(numbers) - 1:
        faults.append("a case without its message or its file")
    print(json.dumps({"cases": len(numbers), "files": Attachment.objects.count(), "faults": faults}))


if __name__ == "__main__":
    django.setup()
    {"setup": setup, "write": write, "check": check}[sys.argv[1]]()
