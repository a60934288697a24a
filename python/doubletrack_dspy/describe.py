"""Doubletrack's signatures (JSON) from DSPy's."""

from __future__ import annotations

import enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import dspy
import pydantic
from dspy.adapters.types.base_type import Type as RichType

from .failure import Failure

_scalars = {str: "string", int: "integer", float: "number", bool: "boolean"}


def describe(signature: type[dspy.Signature], without: str | None = None) -> dict[str, Any]:
    """The Doubletrack signature of a DSPy one, leaving out the output named `without`."""
    outputs = [_field(name, info) for name, info in signature.output_fields.items() if name != without]
    return {
        "instructions": signature.instructions,
        "inputs": [_field(name, info) for name, info in signature.input_fields.items()],
        "outputs": outputs,
    }


def _field(name: str, info: Any) -> dict[str, Any]:
    annotation, optional = _without_none(info.annotation)
    rich = [each for each in RichType.extract_custom_type_from_annotation(annotation) if each is not dspy.Reasoning]
    if rich or annotation is dspy.History:
        kind = (rich or [annotation])[0].__name__
        raise Failure("configuration", f"the field {name!r} is a dspy.{kind}: only prompts of text and values can be frozen")
    description = (info.json_schema_extra or {}).get("desc")
    return {
        "name": name,
        **_type(name, annotation),
        **({"description": description} if description and description != f"${{{name}}}" else {}),
        **({"optional": True} if optional else {}),
    }


def _without_none(annotation: Any) -> tuple[Any, bool]:
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    if type(None) not in members:
        return annotation, False
    others = tuple(member for member in members if member is not type(None))
    return (others[0] if len(others) == 1 else Union[others]), True


def _type(name: str, annotation: Any) -> dict[str, Any]:
    if annotation is dspy.Reasoning:
        return {"type": "string"}
    if annotation in _scalars:
        return {"type": _scalars[annotation]}
    values = _labels(annotation)
    if values:
        return {"type": "enum", "values": values}
    try:
        schema = pydantic.TypeAdapter(annotation).json_schema()
    except Exception as error:  # pydantic raises errors of many kinds here
        raise Failure("configuration", f"the field {name!r} has a type without a JSON Schema ({annotation!r})") from error
    kind = schema.get("type")
    if kind in ("array", "object"):
        return {"type": kind, "schema": schema}
    if kind in ("string", "integer", "number", "boolean"):
        return {"type": kind}
    raise Failure("configuration", f"the field {name!r} can hold values of several types ({annotation!r}): give it one")


def _labels(annotation: Any) -> list[str] | None:
    if get_origin(annotation) is Literal:
        values = list(get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        values = [member.value for member in annotation]
    else:
        return None
    return values if values and all(isinstance(value, str) for value in values) else None
