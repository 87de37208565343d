"""Rules in words: how a value, a list or a condition reads to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troth.policy.branches import is_branching
from troth.policy.kinds import NOTHING_AUTOMATIC
from troth.policy.located import Mapping, Node, Scalar, Sequence

_FLAGS = {True: "yes", False: "no", None: "nothing"}
_WORDS = {
    "product_state": "state of the product",
    "data_loss": "loss of data",
    "email_intake_down": "mail intake down",
    "kind_of_problem": "kind of problem",
}

CONDITIONS = frozenset({"when", "for", "needs"})
LISTS_OF_CONDITIONS = frozenset({"update first", "needs"})
ANEW = frozenset({"leave", "from now", "from the start"})
"""What `updates` says of `hours`; everywhere else a word there is the name of a calendar."""


def label(key: str) -> str:
    """Return a key as the beginning of a line."""
    words = _WORDS.get(key, key)
    return words[:1].upper() + words[1:]


def either(words: Iterable[str], last: str = "or") -> str:
    """Return `a, b or c`."""
    several = list(words)
    if len(several) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(several) or "nothing"
    return f"{', '.join(several[:-1])} {last} {several[-1]}"


def in_hours(name: str) -> str:
    """Return in which hours time runs: `around the clock`, `in watch hours`."""
    return "around the clock" if name == "always" else f"in {name} hours"


def _substituted(node: Mapping) -> str:
    """Return whose hours take the place of which."""
    parts = []
    for key, value in node.entries:
        name = phrase(value)
        if name == "partner":
            parts.append("in the partner's own hours, where it has its own")
        else:
            parts.append(f"{in_hours(name)} instead of {in_hours(key.text)}")
    return "; ".join(parts)


def condition(node: Node) -> str:
    """Return a condition as a clause: `key is valid and licence is commercial`."""
    if not isinstance(node, Mapping) or not node.entries:
        return "always"
    return " and ".join(f"{_WORDS.get(key.text, key.text)} is {_accepted(value)}" for key, value in node.entries)


def _accepted(node: Node) -> str:
    words = node.items if isinstance(node, Sequence) else (node,)
    return either(word.text for word in words if isinstance(word, Scalar))


def phrase(node: Node | None, key: str = "") -> str:
    """Return any value in words; `key` says what it is the value of."""
    if isinstance(node, Scalar):
        if key == NOTHING_AUTOMATIC or node.is_quoted or not isinstance(node.value, (bool, type(None))):
            return " ".join(node.text.split())
        return _FLAGS[node.value]
    if isinstance(node, Sequence):
        return _listed(node, key)
    if isinstance(node, Mapping):
        if key in CONDITIONS:
            return condition(node)
        if key == "hours":
            return _substituted(node)
        return "; ".join(_pair(name, value) for name, value in node.entries if name.text != "assumed") or "yes"
    return ""


def _pair(key: Scalar, value: Node) -> str:
    if is_branching(key) and isinstance(value, Mapping):
        branches = [f"{', '.join(names)}: {phrase(leaf)}" for names, leaf in _branches(value)]
        return ("; " if any(_inner(branch) for _, branch in value.entries) else ", ").join(branches)
    if key.text in CONDITIONS and isinstance(value, Mapping):
        return f"{key.text} {condition(value)}"
    if key.text == "hours" and isinstance(value, Mapping):
        return _substituted(value)
    if key.text == "hours" and isinstance(value, Scalar) and value.text not in ANEW:
        return in_hours(value.text)
    return f"{key.text} {phrase(value, key.text)}"


def _branches(node: Mapping) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield what each branch gives, under all the names that lead to it: a choice inside a choice is one line each."""
    for name, branch in node.entries:
        named = "otherwise" if name.text == "else" else name.text
        inner = _inner(branch)
        if inner is None:
            yield (named,), branch
        else:
            yield from (((named, *names), leaf) for names, leaf in _branches(inner))


def _inner(branch: Node) -> Mapping | None:
    """Return the choice a branch is, where it is nothing else."""
    if isinstance(branch, Mapping) and len(branch.entries) == 1:
        key, value = branch.entries[0]
        if is_branching(key) and isinstance(value, Mapping):
            return value
    return None


def _listed(node: Sequence, key: str) -> str:
    if key in LISTS_OF_CONDITIONS and all(isinstance(item, Mapping) for item in node.items):
        return either(map(condition, node.items))
    if all(isinstance(item, Scalar) for item in node.items):
        return either((phrase(item) for item in node.items), "and")
    return "; ".join(_item(item) for item in node.items)


def _item(node: Node) -> str:
    """Return an item of a list; one that has a title is called by it, the rest in brackets."""
    title = node.get("title") if isinstance(node, Mapping) else None
    if title is None or not isinstance(node, Mapping):
        return phrase(node)
    rest = tuple((key, value) for key, value in node.entries if key.text != "title")
    return f"{phrase(title)} ({phrase(Mapping(rest, node.line, node.column))})" if rest else phrase(title)
