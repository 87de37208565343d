"""Every commit is a crash point with a name, and production code knows nothing of it.

The name is that of the function whose transaction it is, `desk.door.record`, with *before* or *after*. They are
found where all writing ends, at Django's connection, so that a commit somebody adds next year is one too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITES = ("INSERT", "UPDATE", "DELETE")
Listener = Callable[[str], None]


def watch(listener: Listener) -> None:
    """From now on `listener` hears of each commit of this process, just before and just after it."""
    from django.db import connection  # noqa: PLC0415 - Django must be ready first

    commit = connection.commit

    def told() -> None:
        name = whose()
        listener(f"{name}: before commit")
        commit()
        listener(f"{name}: after commit")

    def by_itself(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        if context["connection"].in_atomic_block or not sql.lstrip().upper().startswith(WRITES):
            return execute(sql, params, many, context)
        name = whose()
        listener(f"{name}: before commit")
        result = execute(sql, params, many, context)
        listener(f"{name}: after commit")
        return result

    connection.commit = told
    connection.execute_wrappers.append(by_itself)


def whose() -> str:
    """The function of ours that began this transaction, below the frameworks and our own wrappers."""
    import troth  # noqa: PLC0415

    house = Path(troth.__file__).parent
    frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to ask who calls
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(house) and "<locals>" not in frame.f_code.co_qualname:
            return f"{'.'.join(file.relative_to(house).with_suffix('').parts)}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return "somebody"
