"""What somebody wrote while their session had ended, kept until they have signed in (FACES 4.3)."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, QueryDict

KEY: Final = "kept"
LONGEST: Final = 400_000
NEVER: Final = ("csrfmiddlewaretoken", "password")


def keep(request: HttpRequest, back: str) -> None:
    """The form's words wait in the session for the page `back`, which shows them again."""
    words = request.POST.copy()
    for name in NEVER:
        words.pop(name, None)
    body = words.urlencode()
    if len(body) <= LONGEST:
        request.session[KEY] = {"at": back, "form": request.path, "body": body}


def take(request: HttpRequest) -> tuple[str, QueryDict] | None:
    """The address of the form whose words were kept for this page, and these, once; None where nothing was."""
    kept = request.session.get(KEY)
    if not kept or kept.get("at") != request.path:
        return None
    del request.session[KEY]
    return kept["form"], QueryDict(kept["body"])
