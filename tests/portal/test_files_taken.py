"""Who takes a file of a case is written down; so is who asks for one that is not theirs."""

import pytest
from django.urls import reverse

from tests.desk.making import agent, customer, netop, opened, person, signed_in
from troth.desk.door import note
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment
from troth.journal.models import AuditEntry

pytestmark = pytest.mark.django_db


def taken() -> list[tuple[object, ...]]:
    """What the record says of files."""
    rows = AuditEntry.objects.filter(action__contains="attachment").order_by("pk")
    return list(rows.values_list("action", "subject", "actor_id", "role"))


def test_a_file_taken_is_an_entry_with_who_and_which() -> None:
    """And each refusal one too, alike for what is foreign, hidden and absent."""
    desk = netop()
    holder = customer(desk)
    case = opened(desk, holder).case
    worker = agent(desk)
    note(case, by=worker, written=Written("see", enclosed=(Enclosed("a.txt", b"a"),)))
    hidden = Attachment.objects.get()
    assert (
        signed_in(holder.person).get(reverse("portal:file", args=["netop", case.label, hidden.pk])).status_code == 404
    )
    Attachment.objects.filter(pk=hidden.pk).update(message=case.messages.get(sequence=1))
    address = reverse("portal:file", args=["netop", case.label, hidden.pk])
    stranger = person()
    assert b"".join(signed_in(holder.person).get(address).streaming_content) == b"a"
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(stranger).get(reverse("portal:file", args=["netop", case.label, 10**17])).status_code == 404
    assert taken() == [
        ("was refused an attachment", f"attachment {hidden.pk}", holder.person.pk, "customer"),
        ("took an attachment", f"attachment {hidden.pk}", holder.person.pk, "customer"),
        ("was refused an attachment", f"attachment {hidden.pk}", stranger.pk, "person"),
        ("was refused an attachment", f"attachment {10**17}", stranger.pk, "person"),
    ]
