"""The JSON Schema of rule blocks, made from the models; editors complete and check a block by it.

It is looser than the reader: names a policy declares, and what must hold between two rules, only `check` knows.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from troth.policy.conditions import WORDS
from troth.policy.kinds import DIMENSIONS, KINDS, NOTHING_AUTOMATIC, Kind, Shape
from troth.policy.vocabulary import NOT_GIVEN

Schema = dict[str, Any]
BY: Final = f"^by ({'|'.join(DIMENSIONS)})$"
AMOUNT: Final = r"^([0-9]+ *(elapsed |business )?(second|minute|hour|day|week)s? *)+$"
TERM: Final = r"^[0-9]+ *(calendar day|month|year)s?$"
SPAN: Final = r"^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"


def policy_schema() -> Schema:
    """Return the schema of all blocks: under `properties` one for each kind."""
    definitions: Schema = {
        "amount": {"type": "string", "pattern": AMOUNT, "examples": ["4 hours", "5 business days", "24 elapsed hours"]},
        "term": {"type": "string", "pattern": TERM, "examples": ["12 months", "30 calendar days"]},
        "condition": _condition(),
        "by": {
            "type": "object",
            "description": "A value for each value of the dimension, or for some of them and else.",
            "patternProperties": {BY: {"type": "object", "minProperties": 1}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule blocks of a support policy",
        "description": "Each property is a kind of rule: the YAML inside a fence with the info string `rule KIND`.",
        "type": "object",
        "properties": {name: _block(kind) for name, kind in KINDS.items()},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _condition() -> Schema:
    words = {}
    for name, word in WORDS.items():
        one: Schema = {"type": ["string", "boolean"]}
        if word.values:
            values: list[str | bool] = list(dict.fromkeys((*map(str, word.values), NOT_GIVEN)))
            values += [value == "true" for value in values if value in {"true", "false"}]
            one = {"enum": values}
        words[name] = {"description": word.says, "anyOf": [one, {"type": "array", "items": one}]}
    return {"type": "object", "properties": words, "additionalProperties": False}


def _block(kind: Kind) -> Schema:
    entry = _entry(kind)
    if kind.shape is Shape.ROWS:
        return {"description": kind.says, "anyOf": [entry, {"type": "array", "items": entry}]}
    if kind.shape is Shape.SETTINGS:
        return {**entry, "description": kind.says}
    named: Schema = {"type": "object", "description": kind.says, "additionalProperties": entry}
    if kind.names:
        named["propertyNames"] = {"enum": [*kind.names]}
    if kind.name == "notices":
        named["properties"] = {NOTHING_AUTOMATIC: {"const": True}}
        named["propertyNames"]["enum"].append(NOTHING_AUTOMATIC)
    return named


def _entry(kind: Kind) -> Schema:
    if kind.model is None:
        return calendar_schema()
    entry = entry_schema(kind.model)
    if kind.name == "products":
        releases = entry["properties"]["releases"]
        releases["additionalProperties"] = {"anyOf": [{"type": "string"}, releases["additionalProperties"]]}
    if kind.name == "entitlement":
        entry["properties"]["otherwise"] = {"type": "string", "description": "a basis, or `uncovered`"}
    return varying(entry) if kind.varies else entry


def entry_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of one entry, everything it is made of written where it stands."""
    schema = model.model_json_schema(by_alias=True)
    inlined: Schema = _inlined(schema, schema.pop("$defs", {}))
    return inlined


def _inlined(schema: Any, definitions: Schema) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if schema.get("title") == "conditions":
        one = {"$ref": "#/$defs/condition"}
        return {"anyOf": [one, {"type": "array", "items": one}]}
    if schema.get("title") in {"amount", "term", "condition"}:
        return {"$ref": f"#/$defs/{schema['title']}"}
    if schema.get("title") == "amount or term":
        return {"anyOf": [{"$ref": "#/$defs/amount"}, {"$ref": "#/$defs/term"}]}
    left_out = {"title", "default", "properties"}
    out = {key: _inlined(value, definitions) for key, value in schema.items() if key not in left_out}
    if "properties" in schema:
        out["properties"] = {
            key: _inlined(value, definitions) for key, value in schema["properties"].items() if key != "clause"
        }
    return out


def varying(schema: Schema) -> Schema:
    """Return the schema of something that may depend on a case: `by` may stand for any value, or bring its keys."""
    out = dict(schema)
    if "properties" in out:
        out["properties"] = {key: _or_by(varying(value)) for key, value in out["properties"].items()}
        out["patternProperties"] = {BY: {"type": "object", "minProperties": 1}}
        out.pop("required", None)
    if isinstance(out.get("items"), dict):
        out["items"] = varying(out["items"])
    return out


def _or_by(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"$ref": "#/$defs/by"}]}


def calendar_schema() -> Schema:
    """Return the schema of one calendar, which `troth.hours` reads."""
    spans: Schema = {"anyOf": [{"type": "string", "pattern": SPAN}, {"type": "array", "items": {"type": "string"}}]}
    words: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    holidays: Schema = {
        "type": "object",
        "properties": {"country": {"type": "string"}, "region": {"type": "string"}, "plus": words, "minus": words},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "zone": {"type": "string"},
            "days": words,
            "from": {"type": "string"},
            "to": {"type": "string"},
            "week": {"type": "object", "additionalProperties": spans},
            "holidays": {"anyOf": [{"type": "string"}, holidays]},
            "half days": {"type": "object", "additionalProperties": spans},
            "day": {"$ref": "#/$defs/amount"},
            "always": {"type": "boolean"},
            "assumed": words,
        },
        "additionalProperties": False,
    }
