"""Inputs to check a frozen prompt with."""

from __future__ import annotations

import math
from typing import Any

from .json_types import MAX_DEPTH, local_reference
from .values import to_json

_texts = ("a text", "zwei Zeilen:\n\t\"Grüße\" «日本» 🙂\n\n  [[ ## x ## ]] ", " ")
_numbers = (1.0, 1e-07, -12345678.9)
_integers = (7, 0, -1234567890123)
_booleans = (True, False, True)


def sample_inputs(signature: dict[str, Any], demos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Inputs as JSON: made up from the types, with and without the optional ones, and from the first two demos."""
    fields = signature["inputs"]
    made_up = [{field["name"]: _value(field, variant) for field in fields} for variant in range(3)]
    required = {field["name"]: _value(field, 0) for field in fields if field.get("optional") is not True}
    from_demos = [{field["name"]: to_json(demo[field["name"]]) for field in fields if field["name"] in demo} for demo in demos[:2]]
    samples = made_up + [required] + [each for each in from_demos if each and _means_the_same_in_javascript(each)]
    return [each for n, each in enumerate(samples) if each not in samples[:n]]


def _value(field: dict[str, Any], variant: int) -> Any:
    kind = field["type"]
    if kind == "enum" and field.get("values"):
        return field["values"][variant % len(field["values"])]
    if kind in ("array", "object"):
        schema = field.get("schema")
        if not isinstance(schema, dict):
            return [_texts[variant], 1, 0.5] if kind == "array" else {"text": _texts[variant], "number": 0.25, "none": None}
        return _sample({"type": kind, **schema}, schema, variant, 0)
    return {"number": _numbers, "integer": _integers, "boolean": _booleans}.get(kind, _texts)[variant]


def _sample(schema: Any, root: Any, variant: int, depth: int) -> Any:
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return _texts[variant]
    schema = local_reference(schema, root)
    if "const" in schema:
        return schema["const"]
    for key in ("enum", "anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            chosen = schema[key][variant % len(schema[key])]
            return chosen if key == "enum" else _sample(chosen, root, variant, depth + 1)
    kind = schema.get("type")
    kind = kind[variant % len(kind)] if isinstance(kind, list) and kind else kind
    if kind == "array":
        return [_sample(schema.get("items"), root, variant, depth + 1) for _ in range(variant)]
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties") or {}
        return {key: _sample(each, root, variant, depth + 1) for key, each in properties.items()}
    if kind == "null":
        return None
    return {"number": _numbers, "integer": _integers, "boolean": _booleans}.get(kind, _texts)[variant]


def _means_the_same_in_javascript(value: Any) -> bool:
    """Whether nothing is lost where numbers are doubles and keys that look like indices come first."""
    if isinstance(value, dict):
        return all(not key.isdigit() and _means_the_same_in_javascript(each) for key, each in value.items())
    if isinstance(value, list):
        return all(_means_the_same_in_javascript(each) for each in value)
    if isinstance(value, float):
        return math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0)
    return not isinstance(value, int) or abs(value) <= 2**53
