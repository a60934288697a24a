"""Values between JSON and Python."""

from __future__ import annotations

from typing import Any

import pydantic

from .json_types import local_reference


def from_json(value: Any, field: dict[str, Any]) -> Any:
    """The Python value of a field's JSON value.

    JSON that passed through JavaScript has one kind of number. What a type or schema calls `number` is a float; every
    other number without a fraction is an int. `renderValue` on the TypeScript side holds to the same rule.
    """
    kind = field["type"]
    schema = {"type": kind} if kind in ("number", "integer") else field.get("schema")
    return _typed(value, schema, schema)


def _typed(value: Any, schema: Any, root: Any) -> Any:
    schema = _only_schema(schema, root)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        kind = schema.get("type")
        if kind == "number" or (isinstance(kind, list) and "number" in kind and "integer" not in kind):
            return float(value)
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(value, list):
        return [_typed(each, schema.get("items"), root) for each in value]
    properties, others = schema.get("properties"), schema.get("additionalProperties")
    known = properties if isinstance(properties, dict) else {}
    return {key: _typed(each, known.get(key, others), root) for key, each in value.items()}


def _only_schema(schema: Any, root: Any) -> dict[str, Any]:
    """The schema that applies; an empty one where several could."""
    if not isinstance(schema, dict):
        return {}
    schema = local_reference(schema, root)
    alternatives = schema.get("anyOf", schema.get("oneOf"))
    if not isinstance(alternatives, list):
        return schema
    others = [each for each in alternatives if not (isinstance(each, dict) and each.get("type") == "null")]
    return _only_schema(others[0], root) if len(others) == 1 else {}


def to_json(value: Any) -> Any:
    """The JSON value of what DSPy or a user's module holds."""
    if isinstance(value, pydantic.BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(each) for each in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    try:
        return pydantic.TypeAdapter(type(value)).dump_python(value, mode="json")
    except Exception:  # a value of the user's own type, which may raise anything
        return str(value)
