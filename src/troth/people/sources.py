"""Where a request comes from: the address that limits count by, which a visitor cannot choose."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

UNIX: Final = "unix"
HOUSEHOLD: Final = 64
"""The part of an IPv6 address that belongs to one customer of a network; below it addresses are free."""


def source_of(request: HttpRequest) -> str:
    """The visitor's address as the last server we trust saw it, an IPv6 one by its network; "" where nothing says it.

    `X-Forwarded-For` is read from its end, and only as far as trusted servers (TROTH_PROXIES) wrote it: what
    stands before that is the visitor's own invention.
    """
    seen = parsed(request.META.get("REMOTE_ADDR", ""))
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and is_trusted(seen):
        further = parsed(hops.pop())
        if further is None:
            break
        seen = further
    return counted_as(seen)


def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address written here, with or without a port; None where there is none."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_trusted(address: IPv4Address | IPv6Address | None) -> bool:
    """Whether a server at this address tells the truth about whom it speaks for; None is a local socket."""
    if address is None:
        return UNIX in settings.TROTH_PROXIES
    return any(address in ip_network(one, strict=False) for one in settings.TROTH_PROXIES if one != UNIX)


def counted_as(address: IPv4Address | IPv6Address | None) -> str:
    """What limits know the address by."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOUSEHOLD), strict=False))
    return str(address) if address is not None else ""
