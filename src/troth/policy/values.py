"""How the values of rules are written: one word for a list of one, `4 hours`, `level 2`, a date for a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from troth.hours import Amount, AmountError, Term


def as_tuple(value: Any) -> Any:
    """Let one word stand for a list of one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _as_amount(value: Any) -> Any:
    """Read `4 hours`; a bare number is refused, because nothing says what it counts."""
    if isinstance(value, Amount):
        return value
    return Amount.parse(value if isinstance(value, str) else str(value))


def _as_word(value: Any) -> Any:
    """Return flags and whole numbers as the words a condition compares."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _as_condition(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(word): tuple(_as_word(one) for one in as_tuple(accepted)) for word, accepted in value.items()}
    return value


def _as_conditions(value: Any) -> Any:
    """Let one condition stand for a list of one."""
    return (value,) if isinstance(value, Mapping) else value


def _as_level(value: Any) -> Any:
    """Return `level 2` and 2 alike as "2"."""
    return value.removeprefix("level ") if isinstance(value, str) else _as_word(value)


def _checked_term(value: str) -> str:
    return str(Term.parse(value))


def _checked_span(value: str) -> str:
    """Refuse what is neither an amount (`30 days`) nor a term (`30 calendar days`)."""
    try:
        return str(Amount.parse(value))
    except AmountError:
        return _checked_term(value)


def as_release(value: Any) -> Any:
    """Let a date alone stand for a release that has nothing else to say."""
    return {"released": value} if isinstance(value, str) else value


class OneOrMore:
    """A list, or one word that stands for a list of one; says so in the JSON Schema too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a list whatever was written."""
        return core_schema.no_info_before_validator_function(as_tuple, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Allow the item alone."""
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


ONE_OR_MORE: Final = OneOrMore()

LevelName = Annotated[
    str, BeforeValidator(_as_level), WithJsonSchema({"type": ["string", "integer"], "title": "level"})
]
SpanOf = Annotated[str, AfterValidator(_checked_span), WithJsonSchema({"type": "string", "title": "amount or term"})]
TermOf = Annotated[str, AfterValidator(_checked_term), WithJsonSchema({"type": "string", "title": "term"})]
Terms = Annotated[tuple[TermOf, ...], ONE_OR_MORE]
AmountOf = Annotated[Amount, BeforeValidator(_as_amount), WithJsonSchema({"type": "string", "title": "amount"})]
Words = Annotated[tuple[str, ...], ONE_OR_MORE]
Condition = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(_as_condition),
    WithJsonSchema({"type": "object", "title": "condition"}),
]
"""Every word must have one of its values; an empty condition always holds."""
Conditions = Annotated[
    tuple[Condition, ...],
    BeforeValidator(_as_conditions),
    WithJsonSchema({"type": "object", "title": "conditions"}),
]
"""Any one of them must hold."""
