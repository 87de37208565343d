"""What every page knows before its view says anything: the reader's theme, keys, and the desk's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
KEYS = ("on", "off")
KEYS_COOKIE = "keys"


def faces(request: HttpRequest) -> dict[str, str]:
    """Give ``theme``, ``keys`` (empty: the layout's own default) and ``desk_root``.

    The theme comes from a cookie, so the server renders it: no flash of the wrong one, no script.
    ``desk_root`` is ``/<desk>/`` where the address names a desk, else ``/``.
    """
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    keys = request.COOKIES.get(KEYS_COOKIE, "")
    match = request.resolver_match
    desk = str(match.kwargs.get("desk", "")) if match else ""
    return {
        "theme": theme if theme in THEMES else "system",
        "keys": keys if keys in KEYS else "",
        "desk_root": f"/{desk}/" if desk else "/",
    }
