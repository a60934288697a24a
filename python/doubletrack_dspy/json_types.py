"""Python types from JSON Schema, by a closed grammar: nothing is evaluated, nothing is imported by name."""

from __future__ import annotations

import keyword
from typing import Any, Literal, Optional, Union

import pydantic

from .failure import Failure

MAX_DEPTH = 12
_scalars = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}


def type_of(schema: dict[str, Any], name: str) -> Any:
    """The type that a JSON Schema describes.

    Objects with properties become models, other objects `dict`, arrays `list`, `enum` and `const` `Literal`, alternatives
    `Union`. What the grammar does not know (formats, bounds, conditions) is left out; a schema that refers to itself is
    refused. `name` becomes the name of a model without a title.
    """
    return _type_of(schema, name, schema, 0)


def local_reference(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema that `$ref` points at within its root; a schema without `$ref` as it is."""
    for _ in range(MAX_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        target: Any = root
        for part in reference.removeprefix("#").split("/")[1:]:
            target = target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, dict) else None
        if not reference.startswith("#") or not isinstance(target, dict):
            raise Failure("configuration", f"the schema refers to {reference!r}, which it does not hold")
        schema = target
    raise Failure("configuration", "the schema refers to itself")


def _type_of(schema: Any, name: str, root: dict[str, Any], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Failure("configuration", f"the schema of {name!r} refers to itself or is nested more than {MAX_DEPTH} deep")
    if not isinstance(schema, dict):
        return Any
    schema = local_reference(schema, root)
    if "const" in schema:
        return _literal([schema["const"]])
    if isinstance(schema.get("enum"), list):
        return _literal(schema["enum"])
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            return _union([_type_of(each, f"{name}{n + 1}", root, depth + 1) for n, each in enumerate(schema[key])])
    kind = schema.get("type")
    if isinstance(kind, list):
        return _union([_type_of({**schema, "type": each}, name, root, depth + 1) for each in kind])
    if kind == "array":
        return list[_type_of(schema["items"], f"{name}Item", root, depth + 1)] if "items" in schema else list
    if kind == "object" or (kind is None and "properties" in schema):
        return _object_type(schema, name, root, depth)
    return _scalars.get(kind, Any)


def _object_type(schema: dict[str, Any], name: str, root: dict[str, Any], depth: int) -> Any:
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties or not all(_can_be_attribute(key) for key in properties):
        values = schema.get("additionalProperties")
        return dict[str, _type_of(values, f"{name}Value", root, depth + 1) if isinstance(values, dict) else Any]
    required = schema.get("required") or []
    title = schema.get("title")
    model_name = _class_name(title if isinstance(title, str) and title else name)
    fields = {
        key: _property(each, key in required, _type_of(each, f"{model_name}_{key}", root, depth + 1))
        for key, each in properties.items()
    }
    return pydantic.create_model(model_name, **fields)


def _property(schema: Any, required: bool, type_: Any) -> tuple[Any, Any]:
    description = schema.get("description") if isinstance(schema, dict) else None
    if required:
        return type_, pydantic.Field(description=description)
    return Optional[type_], pydantic.Field(default=None, description=description)


def _literal(values: list[Any]) -> Any:
    if not values or not all(value is None or isinstance(value, (str, int, bool)) for value in values):
        raise Failure("configuration", "the values of an enum are texts, whole numbers, booleans or null")
    return Literal[tuple(values)]


def _union(types: list[Any]) -> Any:
    return Union[tuple(types)]


def _can_be_attribute(name: str) -> bool:
    taken = name.startswith(("_", "model_")) or hasattr(pydantic.BaseModel, name)
    return name.isidentifier() and not keyword.iskeyword(name) and not taken


def _class_name(text: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in text).split()
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name.isidentifier() else f"Model{name}"
