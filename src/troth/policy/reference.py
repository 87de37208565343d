"""The reference of the language, made from the models: it cannot say what the reader does not do.

`troth policy reference --write docs` writes it and the JSON Schema; a test fails when the files in `docs` are stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from troth.policy import rules
from troth.policy.conditions import PAUSES, WORDS, Word
from troth.policy.document import AMENDMENT_MAY, AMENDMENT_NEEDS, FRONT_MATTER
from troth.policy.examples import EXAMPLES
from troth.policy.facets import NOTHING
from troth.policy.findings import CODES
from troth.policy.kinds import KINDS, MOMENTS, NOTICE_MOMENTS, WORKERS, Kind, Shape, model_at
from troth.policy.phrases import either, label
from troth.policy.reference_words import AMENDMENTS, HOURS_KEYS, HOURS_NOTE, INTRODUCTION, VALUES
from troth.policy.references import EACH, KEYS, NEEDS, REFERENCES, RELEASE_PLANS, REQUEST_MOMENTS
from troth.policy.schema import Schema, entry_schema, policy_schema
from troth.policy.vocabulary import Given, Receiver

PAGE: Final = "reference/policy-language.md"
SCHEMA: Final = "policy.schema.json"
SHAPES: Final = {
    Shape.NAMES: "names, each with its settings below it",
    Shape.SETTINGS: "settings",
    Shape.ROWS: "a list of rows",
}
BESIDE: Final = {
    "entitlement": (("`otherwise`", "a basis, or `uncovered`: the last row, for every other case", NOTHING),),
    "notices": (("`nothing automatic`", "`true`, alone in its block", NOTHING),),
}
"""Keys that stand in a kind's blocks and in no model."""
LISTS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "Moments": (MOMENTS, "What a clock may count from, and what may lead to a level."),
    "Acts that meet a clock": (tuple(Given), "What `met by` may name."),
    "Pauses": (PAUSES, "What `paused while` and `held by` may name."),
    "Moments of a notice": (NOTICE_MOMENTS, "When a message may be sent by itself."),
    "Receivers": (tuple(Receiver), "Whom a notice, a missed clock or an escalation may tell."),
    "Places of work": (WORKERS, "Who may work at a level."),
    "Moments of silence": (REQUEST_MOMENTS, "What a silence may count from: the first request, or the second."),
    "Needs": (NEEDS, "What must have been found, or told, before a level or a step of escalation is reached."),
    "Release plans": (RELEASE_PLANS, "By what an error may be corrected."),
}


def reference_files() -> dict[str, str]:
    """Return the text of each file made from the models, by its path in `docs`."""
    schema = json.dumps(policy_schema(), indent=1, ensure_ascii=False)
    return {PAGE: reference_page(), SCHEMA: f"{schema}\n"}


def reference_page() -> str:
    """Return the whole reference in Markdown."""
    parts = [INTRODUCTION.strip(), _front_matter(), VALUES.strip(), "## Kinds of rule"]
    parts.append(
        _grid(("Kind", "Body", "Says"), ((f"[`{k.name}`](#{k.name})", SHAPES[k.shape], k.says) for k in KINDS.values()))
    )
    parts.extend(_kind(kind) for kind in KINDS.values())
    parts.append("## Words of conditions")
    parts.append(
        "A condition is `{word: value}` or `{word: [several, values]}`; all its words must hold. "
        "`not given` may stand beside the values of any word."
    )
    parts.append(
        _grid(("Word", "Asks", "Values"), ((f"`{name}`", word.says, _values(word)) for name, word in WORDS.items()))
    )
    for title, (words, says) in LISTS.items():
        parts.append(f"## {title}\n\n{says}\n\n{_listed(words)}.")
    parts.append(AMENDMENTS.strip())
    parts.append("## Findings\n\nA code never changes its meaning.")
    parts.append(_grid(("Code", "Found"), CODES.items()))
    return "\n\n".join(parts) + "\n"


def _front_matter() -> str:
    return (
        f"## Front matter\n\nA policy needs {_listed(FRONT_MATTER)}; the version is the date on which it takes effect. "
        f"An amendment needs {_listed(AMENDMENT_NEEDS)} and may have {_listed(AMENDMENT_MAY)}."
    )


def _listed(words: tuple[str, ...]) -> str:
    return either((f"`{word}`" for word in words), "and")


def _values(word: Word) -> str:
    if word.declared:
        return f"the names the policy gives ({word.declared})"
    return ", ".join(f"`{value}`" for value in word.values) or "any text"


def _grid(columns: tuple[str, ...], rows: Any) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines.extend(f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in row)} |" for row in rows)
    return "\n".join(lines)


# --- a kind --------------------------------------------------------------------------------------------


def _kind(kind: Kind) -> str:
    parts = [f"### {kind.name}", f"{label(kind.says)}. The body is {SHAPES[kind.shape]}."]
    if kind.model is not None and kind.model.__doc__:
        parts[1] += f" {_doc(kind.model)}"
    if kind.model is None:
        parts[1] += f" {HOURS_NOTE}"
    parts[1] += " Values may depend on a case (`by`)." if kind.varies else " It is the same for every case."
    if kind.names:
        parts.append(f"Names: {_listed(kind.names)}.")
    own = _calendar() if kind.model is None else _keys(kind.name, kind.model, entry_schema(kind.model), ())
    rows = (*own, *(tuple(row) for row in BESIDE.get(kind.name, ())))
    parts.append(_grid(("Key", "Takes", "Without it"), rows))
    parts.append(f"```yaml\n{EXAMPLES[kind.name]}```")
    return "\n\n".join(parts)


def _doc(model: type[BaseModel]) -> str:
    """Return what a model's docstring says beyond its kind, on one line."""
    said = " ".join((model.__doc__ or "").split()).partition(": ")[2]
    return label(said)


def _calendar() -> Iterator[tuple[str, str, str]]:
    yield from ((f"`{key}`", takes, without) for key, takes, without in HOURS_KEYS)


def _keys(kind: str, model: type[BaseModel], schema: Schema, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield each key with what it takes; keys inside a key below it."""
    for name, info in model.model_fields.items():
        key = str(info.alias)
        if name == "clause" or (name == "assumed" and path):
            continue
        here = (*path, key)
        inside = model_at(info.annotation, _steps(info.annotation))
        takes = _inside(info.annotation) if inside else _takes(kind, here, schema["properties"][key])
        if info.description:
            takes += f": {info.description}"
        yield " ".join(f"`{part}`" for part in here), takes, _default(info)
        if inside:
            yield from _keys(kind, inside, entry_schema(inside), here)


def _inside(annotation: Any) -> str:
    """Say that keys of its own follow: once, for each row of a list, or for each name."""
    if get_origin(annotation) is tuple:
        return "a list of rows, each with the keys below"
    if get_origin(annotation) is dict:
        return "names, each with the keys below"
    return "keys of its own, below"


def _steps(annotation: Any) -> tuple[int | str, ...]:
    """Return the steps that lead into what a list or a mapping holds."""
    for steps in ((), (0,)):
        found = model_at(annotation, steps)
        if found is not None and issubclass(found, rules.Rule):
            return steps
    return ()


def _takes(kind: str, path: tuple[str, ...], schema: Schema) -> str:
    names = next((one for one in REFERENCES if one.kind == kind and _is_at(one.path, path)), None)
    sort = _sort(schema)
    if names is None:
        return sort
    what = "name of hours" if names.what == "hours" else names.what
    return f"for each {what}: {sort}" if names.path[-1] == KEYS else sort.replace("a word", f"a {what}")


def _is_at(reference: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return tuple(step for step in reference if step not in {EACH, KEYS}) == path


def _sort(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"an {name}" if name[0] in "aeiou" else f"a {name}"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return _one_of([one for one in schema["anyOf"] if one.get("type") != "null"])
    if schema.get("type") == "array":
        return f"a list: {_sort(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"names, each with {_sort(schema['additionalProperties'])}"
    sorts = {"boolean": "`true` or `false`", "integer": "a whole number", "object": "keys and values"}
    if schema.get("format") == "date":
        return "a date"
    sort = schema.get("type")
    return sorts.get(sort, "a word") if isinstance(sort, str) else "a word"


def _one_of(options: list[Schema]) -> str:
    if len(options) == 2 and options[1].get("type") == "array" and options[1].get("items") == options[0]:  # noqa: PLR2004 - one, or a list of them
        return f"one or more: {_sort(options[0])}"
    return " or ".join(_sort(one) for one in options)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**needed**"
    value = info.default
    if value in (None, "", (), {}):
        return NOTHING
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return _listed(tuple(map(str, value))) if isinstance(value, tuple) else f"`{value}`"
