"""The way back to the files of a case."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from troth.desk.handing_out import write_handed_out
from troth.desk.reads import attachment_on, case_on
from troth.desk.scanning import Scan, look_at
from troth.portal.errors import kept_back
from troth.portal.pages import ABSENT, Visit, signed_in_page


@require_safe
@signed_in_page
def hand_out(request: HttpRequest, visit: Visit, number: str, pk: int) -> HttpResponseBase:
    """A file of a case's conversation, always to be saved and never shown as a page of ours.

    Who took which file is written down, and who asked for one that is not theirs.
    """
    case = case_on(request.user, visit.desk, number)
    attachment = attachment_on(case, pk) if case is not None else None
    found = look_at(attachment, at=timezone.now()) if attachment is not None else None
    leaves = attachment if found is Scan.CLEAR else None
    write_handed_out(visit.desk, leaves, asked=pk, by=visit.person, at=timezone.now())
    if attachment is None or found is None:
        raise Http404(ABSENT)
    if found is not Scan.CLEAR:
        return kept_back(request, found)
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
