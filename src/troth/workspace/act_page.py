"""One endpoint for each act: everything goes through the door; what is refused stands on the page with its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from troth.desk import door
from troth.desk.adopting import policy_of
from troth.desk.errors import NotAllowedError
from troth.desk.messages import Written
from troth.desk.models import Case as CaseRow
from troth.desk.models import Message
from troth.desk.store import stored_state
from troth.engine import Refusal
from troth.faces.clauses import mark_of
from troth.mail.uploads import complaint_about, enclosed_of
from troth.policy.vocabulary import Status, Verb
from troth.workspace.case_page import Trouble, case_view
from troth.workspace.pages import ABSENT, Shift, for_workers
from troth.workspace.timeline import messages_of
from troth.workspace.wanted import READERS, Wanted, wanted

LONGEST: Final = 100_000
LONGEST_NUMBER: Final = 12
NEEDS_WORDS: Final = frozenset({"reply", "ask", "note"})
CARRIES_FILES: Final = frozenset({"reply", "ask"})
BESIDE: Final = frozenset({"note", "assign", "release"})
"""Acts that are no events: they decide nothing."""

DONE: Final[Mapping[str, str]] = {
    "reply": "Sent.",
    "ask": "Sent; the case waits for the answer.",
    "note": "Noted, for colleagues only.",
    "assign": "It is yours.",
    "release": "Nobody owns it now.",
    "resolve": "Solved.",
    "close": "Closed.",
    "reopen": "Open again.",
}


@require_POST
@for_workers
def act(request: HttpRequest, shift: Shift, number: str, name: str) -> HttpResponse:
    """One act, then the case again; or the case with what stood in the way, and every word kept."""
    row = shift.case(number)
    if name not in READERS and name not in BESIDE:
        raise Http404(ABSENT)
    posted = {key: str(value).replace("\0", "") for key, value in request.POST.items()}
    files = request.FILES.getlist("files") if name in CARRIES_FILES else []
    trouble = do(shift, row, name, posted, files)
    if trouble is not None:
        return case_view(request, shift, shift.case(number), trouble)
    messages.success(request, DONE.get(name, "Done."))
    here = reverse("workspace:case", args=[shift.desk.slug, row.label])
    return HttpResponseRedirect(f"{here}#end" if name in NEEDS_WORDS else here)


def do(
    shift: Shift, row: CaseRow, name: str, posted: Mapping[str, str], files: Sequence[UploadedFile] = ()
) -> Trouble | None:
    """The act is done, or the trouble with it comes back.

    Whether somebody has spoken meanwhile is asked under the case's lock, so nothing slips in between.
    """
    text = posted.get("text", "").strip()
    if name in NEEDS_WORDS and not text:
        return Trouble(name, "There are no words in it yet.", "write some", values=posted)
    complaint = complaint_about(files) or too_long(text)
    if complaint:
        return Trouble(name, complaint, values=posted)
    written = Written(text, enclosed=enclosed_of(files)) if text else None
    try:
        with transaction.atomic():
            held = door.locked(row)
            spoken = spoken_since(shift, held, posted) if name in {*NEEDS_WORDS, "resolve"} else ()
            if spoken:
                return Trouble(name, "Somebody wrote while you were writing.", values=posted, spoken=spoken)
            if unspoken := unheard_by_customer(shift, held, name, posted):
                return unspoken
            if name in BESIDE:
                beside(shift, held, name, text, key_of(shift, posted))
                return None
            return recorded(shift, held, name, posted, written)
    except NotAllowedError as error:
        door.write_turned_away(error, shift.person)  # what the door wrote was rolled back with the rest
        raise PermissionDenied(str(error)) from error


def unheard_by_customer(shift: Shift, row: CaseRow, name: str, posted: Mapping[str, str]) -> Trouble | None:
    """What a form must not slip past a customer: a solution nobody told them, an answer to a case that has ended."""
    if is_repeated(shift, row, posted):
        return None
    based_on = number_in(posted, "based_on")
    if name == "reply" and row.status == Status.CLOSED and based_on is not None and based_on < row.event_count:
        return Trouble(name, "The case was closed while you were writing.", "reopen it, then send", values=posted)
    is_told = posted.get("text", "").strip() or stored_state(row).replies
    if name == "resolve" and not is_told:
        return Trouble(name, "Nobody has told the customer anything yet.", "say what solves it", values=posted)
    return None


def too_long(text: str) -> str:
    """Why these words cannot be taken, or nothing: what somebody wrote is never cut behind their back."""
    if len(text) <= LONGEST:
        return ""
    return f"This is {len(text):,} characters; a message has at most {LONGEST:,}. Send the longer part as a file."


def recorded(
    shift: Shift, row: CaseRow, name: str, posted: Mapping[str, str], written: Written | None
) -> Trouble | None:
    """The act at the door; a refusal becomes the trouble a page shows."""
    asked = wanted(name, posted, shift.zone)
    if asked is None or asked.verb is None:
        return Trouble(name, asked.lacking if asked is not None else "", values=posted)
    verb, data = asked.verb, dict(asked.data)
    done = door.record(
        row,
        verb,
        by=shift.actor,
        data=data,
        written=written,
        key=key_of(shift, posted),
        at=timezone.now(),
    )
    if not isinstance(done, Refusal):
        own(shift, done.case, asked)
        return None
    policy = policy_of(row)
    return Trouble(name, done.sentence, done.allowed, mark_of(policy, shift.root, done.clause), values=posted)


def own(shift: Shift, row: CaseRow, asked: Wanted) -> None:
    """Who writes first to the customer has the case: start typing and it is yours."""
    if row.owner_id is None and asked.verb in {Verb.REPLY, Verb.ASK}:
        door.give_to(row, by=shift.actor, owner=shift.person)


def beside(shift: Shift, row: CaseRow, name: str, text: str, key: str | None) -> None:
    """What stands beside the events: a note, and whose the case is."""
    if name == "note":
        door.note(row, by=shift.actor, written=Written(text), key=key)
    else:
        door.give_to(row, by=shift.actor, owner=shift.person if name == "assign" else None)


def key_of(shift: Shift, posted: Mapping[str, str]) -> str | None:
    """The key that makes a second press do nothing."""
    key = posted.get("idempotency_key", "")[:60]
    return f"desk {shift.person.pk} {key}" if key else None


def spoken_since(shift: Shift, row: CaseRow, posted: Mapping[str, Any]) -> tuple[Message, ...]:
    """What others have written since the form was shown: by event number, notes by their own."""
    based_on, seen = number_in(posted, "based_on"), number_in(posted, "seen")
    if based_on is None or is_repeated(shift, row, posted):
        return ()
    return tuple(
        one
        for one in messages_of(row)
        if one.author_id != shift.person.pk
        and (one.sequence > based_on if one.sequence is not None else seen is not None and one.pk > seen)
    )


def is_repeated(shift: Shift, row: CaseRow, posted: Mapping[str, Any]) -> bool:
    """Whether this very form was taken before: then its second press gets the first one's answer."""
    key = key_of(shift, posted)
    return key is not None and door.done_before(row.desk, key) is not None


def number_in(posted: Mapping[str, Any], name: str) -> int | None:
    """A whole number a form carries, or None."""
    text = str(posted.get(name, ""))
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
