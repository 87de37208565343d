"""The log: one JSON object a line, one line a request, and never what would let its reader in.

No token, no address of a page, no body, no name: a request is known by its route (`<slug:desk>/cases/<str:number>`),
a person by their number. On a terminal lines are for people; TROTH_LOG_FORMAT says `json` or `line` itself.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

SECRET: Final = re.compile(
    r"(/sign-in/link/)[^/?#\s\"']+"  # a link that was not used yet
    r"|(/)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w.-])"  # whatever else in an address looks like a key
)
SERVER_ERROR: Final = 500

log = logging.getLogger("troth.request")
current: ContextVar[str] = ContextVar("request", default="")
"""The id of the request in hand: every line told meanwhile bears it."""


def without_tokens(line: str) -> str:
    """The line with every secret in an address cut off; Django names the path it refused."""
    return SECRET.sub(lambda found: f"{found[1] or found[2]}…", line)


class Lines(logging.Formatter):
    """For people: a line of words, and a traceback beneath."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secrets; what a request came to stands in its words."""
        said = without_tokens(super().format(record))
        told = " ".join(f"{name}={value}" for name, value in told_of(record).items())
        return f"{said} {told}" if told else said


class Json(logging.Formatter):
    """For machines: one object a line, whatever the message or the traceback holds."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, without secrets."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": without_tokens(record.getMessage()),
        }
        if current.get():
            entry["request"] = current.get()
        entry.update(told_of(record))
        if record.exc_info:
            entry["error"] = without_tokens(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


def told_of(record: logging.LogRecord) -> dict[str, Any]:
    """What stands beside the words, as the request log hands it over."""
    told: dict[str, Any] = getattr(record, "told", {})
    return told


class RequestLog:
    """Each request has an id, which its answer bears too, and one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The line is written whatever becomes of the request."""
        name, began = secrets.token_hex(8), time.perf_counter()
        held = current.set(name)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            write_line(request, response, (time.perf_counter() - began) * 1000)
            return response
        finally:
            current.reset(held)


def write_line(request: HttpRequest, response: HttpResponseBase, milliseconds: float) -> None:
    """What was asked for by its route, by whom, and what came of it."""
    match = request.resolver_match
    told: dict[str, Any] = {
        "method": request.method,
        "route": match.route if match is not None else "file" if response.streaming else "unknown",
        "status": response.status_code,
        "ms": round(milliseconds, 1),
    }
    person = getattr(request, "_cached_user", None)  # who it is, where a page has asked; asking would cost a query
    if person is not None and person.pk is not None:
        told["person"] = person.pk
    is_probe = match is not None and match.namespace == "health"
    level = logging.ERROR if response.status_code >= SERVER_ERROR else logging.DEBUG if is_probe else logging.INFO
    log.log(level, "request", extra={"told": told})
