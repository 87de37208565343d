"""What every answer says to a browser besides the content policy: which powers a page of ours does without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_USED: Final = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
"""Powers every browser knows by these names; a name it does not know it remarks on."""
OURS: Final = ("publickey-credentials-create", "publickey-credentials-get")
POWERS: Final = ", ".join([*(f"{name}=()" for name in NOT_USED), *(f"{name}=(self)" for name in OURS)])
"""Passkeys are asked for on our own pages; nothing else of the device ever is."""


class SaysNo:
    """Middleware, the outermost: files, errors and pages alike carry these."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with its headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POWERS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
