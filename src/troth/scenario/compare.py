"""Holds what a scenario expects against what a case shows, and tells each difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from troth.engine import Clock
from troth.hours import moment
from troth.scenario.script import Expected, When
from troth.scenario.view import View


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected, all three in words."""

    what: str
    expected: str
    got: str


def differences(expected: Expected, view: View) -> Iterator[Difference]:
    """Yield how the view differs from one key of `expect`."""
    if expected.name == "clocks":
        for name, wanted in expected.value.items():
            yield from _clock_differences(name, wanted, view)
        return
    got = view.value(expected.name)
    if expected.name in {"balance", "next"}:
        yield from _part_differences(expected.name, expected.value, got, view)
        return
    is_same = _SAME.get(expected.name, _same)
    if not is_same(expected.value, got, view):
        yield Difference(expected.name, told(expected.value, view), told(_instant_of(expected, got, view), view))


def _same(expected: Any, got: Any, view: View) -> bool:
    """Lists compare as whole sets, instants to the second, all else by value."""
    if isinstance(expected, When):
        return bool(expected.at(view.policy.zone) == got)
    if isinstance(expected, tuple):
        return set(expected) == set(got)
    return bool(expected == got) and isinstance(expected, bool) == isinstance(got, bool)


def _same_notices(expected: Any, got: Any, _view: View) -> bool:
    return Counter(expected) == Counter(got)


def matches_clause(expected: str, got: str) -> bool:
    """Whether a citation is the one expected: `X` is section X or any entry of it, `X/Y` exactly that."""
    return got == expected or ("/" not in expected and got.startswith(f"{expected}/"))


def _same_downloads(expected: Any, got: Any, view: View) -> bool:
    return bool(got) == expected if isinstance(expected, bool) else _same(expected, got, view)


_SAME: dict[str, Callable[[Any, Any, View], bool]] = {
    "notices": _same_notices,
    "clause": lambda expected, got, _view: any(matches_clause(expected, clause) for clause in got),
    "downloads": _same_downloads,
}


def _part_differences(name: str, wanted: Any, got: Any, view: View) -> Iterator[Difference]:
    """Compare a mapping key by key; a key that is not named is not checked."""
    if wanted is None or got is None:
        if wanted is not got:
            yield Difference(name, told(wanted, view), told(_told_instants(got, view), view))
        return
    for key, value in wanted.items():
        if not _same(value, got.get(key), view):
            shown = _at(got.get(key), view) if isinstance(value, When) else got.get(key)
            yield Difference(f"{name} {key}", told(value, view), told(shown, view))


def _clock_differences(name: str, wanted: Any, view: View) -> Iterator[Difference]:
    clock = view.clocks.get(name)
    what = f'clock "{name}"'
    if wanted is None:
        if clock is not None:
            yield Difference(what, "no such clock", _told_clock(clock, view))
        return
    if clock is None:
        known = ", ".join(view.clocks) or "none"
        yield Difference(what, "a clock of this name", f"none (the case has: {known})")
        return
    if "state" in wanted and wanted["state"] != str(clock.state):
        yield Difference(f"{what} state", wanted["state"], _told_clock(clock, view))
    if "kind" in wanted and wanted["kind"] != str(clock.kind):
        yield Difference(f"{what} kind", wanted["kind"], str(clock.kind))
    if "clause" in wanted and not matches_clause(wanted["clause"], clock.clause):
        yield Difference(f"{what} clause", wanted["clause"], clock.clause)
    if "due" in wanted and not _same(wanted["due"], clock.due_at, view):
        yield Difference(f"{what} due", told(wanted["due"], view), _at(clock.due_at, view))


def _told_clock(clock: Clock, view: View) -> str:
    due = f", due {_at(clock.due_at, view)}" if clock.due_at is not None else ""
    return f"{clock.state}{due}"


def _instant_of(expected: Expected, got: Any, view: View) -> Any:
    """Show an instant as one where the word is one."""
    is_instant = isinstance(expected.value, When) or expected.name == "queued_at"
    return _at(got, view) if is_instant and isinstance(got, int) else got


def _told_instants(got: Any, view: View) -> Any:
    if isinstance(got, dict) and "at" in got:
        return f"{got['what']} at {_at(got['at'], view)}"
    return got


def _at(instant: int | None, view: View) -> str:
    if instant is None:
        return "none"
    return moment(instant, view.policy.zone).strftime("%Y-%m-%d %H:%M:%S")


def told(value: Any, view: View) -> str:
    """Return a value in words."""
    if isinstance(value, When):
        return _at(value.at(view.policy.zone), view)
    if isinstance(value, tuple):
        return f"[{', '.join(sorted(map(str, value)))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {told(entry, view)}" for key, entry in value.items())
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
