"""Mail that waits for a person: what is held or failed, why, its text and its original, and what to do with it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from troth.desk.scanning import Scan, scan
from troth.engine.events import Refusal
from troth.mail.held import counts, hand_out_original, held_mail, mail_on, read
from troth.mail.models import Received, State
from troth.mail.receiving import retry
from troth.mail.releasing import release
from troth.workspace.pages import ABSENT, Shift, for_workers, shown

ON_A_PAGE: Final = 50
MOST_DIGITS: Final = 12
LONGEST: Final = 100_000


@require_safe
@for_workers
def waiting(request: HttpRequest, shift: Shift) -> HttpResponse:
    """The desk's held and failed mail, newest first, and what became of all that was received."""
    refuse_partners(shift)
    page = Paginator(held_mail(shift.desk), ON_A_PAGE).get_page(request.GET.get("page"))
    statement = [(str(state), number) for state, number in counts(shift.desk).items() if number]
    return shown(request, shift, "mail", {"page": page, "statement": statement})


@require_safe
@for_workers
def one(request: HttpRequest, shift: Shift, number: str) -> HttpResponse:
    """One mail as it reads, with what proves its sender."""
    received = found(shift, number)
    mail = read(received)
    is_cut = len(mail.text) > LONGEST
    text = mail.text[:LONGEST] + "\n[…]" if is_cut else mail.text
    anchor = received.clause.partition("/")[0]
    return shown(request, shift, "mail-one", {"received": received, "mail": mail, "text": text, "anchor": anchor})


@require_safe
@for_workers
def bytes_of(request: HttpRequest, shift: Shift, number: str) -> HttpResponse:
    """The mail byte for byte, always to be saved and never shown as a page of ours; who took it is written down."""
    received = found(shift, number)
    content = hand_out_original(received, by=shift.actor, at=timezone.now())
    if (found_in_it := scan(content)) is not Scan.CLEAR:
        words = "takes it for harmful" if found_in_it is Scan.HARMFUL else "does not answer; try again a little later"
        messages.error(request, f"The original is kept back: the scanner {words}.")
        return HttpResponseRedirect(f"{shift.root}desk/mail/{received.pk}")
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{received.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@for_workers
def settle(request: HttpRequest, shift: Shift, number: str, name: str) -> HttpResponse:
    """A failed mail is tried again; a held one becomes a case, or a reply on the case that is named."""
    received = found(shift, number)
    here = HttpResponseRedirect(f"{shift.root}desk/mail/{received.pk}")
    if name == "retry":
        done = retry([received], at=timezone.now())
        say(request, done[0] if done else received)
        return here
    wanted = request.POST.get("case", "").strip()
    if name not in {"open", "put-on"}:
        raise Http404(ABSENT)
    case = shift.cases().numbered(shift.desk, wanted).first() if name == "put-on" else None
    if name == "put-on" and case is None:
        messages.error(request, f"There is no case {wanted!r} here. A number looks like {shift.desk.prefix}-1042.")
        return here
    taken = release(received, by=shift.actor, at=timezone.now(), case=case)
    if isinstance(taken, Refusal):
        messages.error(request, f"{taken.sentence} {taken.allowed}".strip())
    else:
        say(request, taken)
    return here


def say(request: HttpRequest, received: Received) -> None:
    """What has become of the mail, at the top of the next page."""
    if received.state == State.FAILED:
        messages.error(request, f"It failed again: {received.reason}")
    elif received.case is not None:
        messages.success(request, f"The mail is now on {received.case.label}.")
    else:
        messages.success(request, f"The mail is now {received.state}.")


def found(shift: Shift, number: str) -> Received:
    """The desk's mail of that number; a foreign one and an absent one are the same 404."""
    refuse_partners(shift)
    is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    received = mail_on(shift.desk, int(number)) if is_number else None
    if received is None:
        raise Http404(ABSENT)
    return received


def refuse_partners(shift: Shift) -> None:
    """A partner sees their customers' cases, not the desk's mailbox."""
    if shift.is_partner:
        raise Http404(ABSENT)
