"""A supported line, but not its newest release: the case waits until the customer has updated (SYN-16)."""

from __future__ import annotations

from troth.engine.clocks import stand_still
from troth.engine.hearing import Hearing
from troth.engine.silence import end_silence
from troth.policy.vocabulary import Found, Lifecycle, Status, WaitingOn

_SUPPORTED = {Lifecycle.CURRENT, Lifecycle.PRIOR}


def look_at_version(h: Hearing, *, is_confirmed: bool) -> None:
    """Rule the wait for an upgrade where a confirmed version is behind, and its end where it no longer is."""
    lifecycle = h.policy.lifecycle
    rule = lifecycle.behind_latest_minor if lifecycle is not None else None
    if lifecycle is None or rule is None or not is_confirmed or h.case.status in {Status.CLOSED, Status.RESOLVED}:
        return
    release = h.case.facts.release
    is_waiting = h.case.status is Status.WAITING and h.case.waiting_on == WaitingOn.UPGRADE
    is_behind = release.minor == "behind" and release.lifecycle in _SUPPORTED
    clause = h.policy.clause_of("lifecycle")
    if is_behind and not is_waiting:
        end_silence(h)
        h.rule(Found.WAITING, clause, f"{release.latest} is out", {"on": str(rule.wait_on), "for": release.latest})
    elif is_waiting and not is_behind:
        h.rule(Found.OPEN_AGAIN, clause, "updated")
    stand_still(h)
