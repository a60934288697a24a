"""DSPy signatures from Doubletrack's signatures (JSON)."""

from __future__ import annotations

from typing import Any, Literal, Optional

import dspy

from .failure import Failure
from .json_types import type_of

_scalars = {"string": str, "integer": int, "number": float, "boolean": bool}
_taken = {"fields", "input_fields", "instructions", "model_config", "output_fields", "self", "signature"}
"""Names that DSPy's signatures and examples use themselves."""


def dspy_signature(signature: dict[str, Any], instructions: str | None = None) -> type[dspy.Signature]:
    """The DSPy signature of a Doubletrack signature, under these instructions or its own.

    Empty instructions are DSPy's default ones. Raises `Failure` with reason `configuration` where DSPy could not have
    such a signature, naming the field.
    """
    inputs, outputs = fields_of(signature, "inputs"), fields_of(signature, "outputs")
    names = [field["name"] for field in inputs + outputs]
    for name in names:
        if not name.isidentifier() or name.startswith("_") or name in _taken:
            raise Failure("configuration", f"DSPy cannot have a field named {name!r}: give it another name of letters, digits and _")
        if names.count(name) > 1:
            raise Failure("configuration", f"two fields are named {name!r}: DSPy keeps inputs and outputs in one name space")
    text = signature.get("instructions") if instructions is None else instructions
    if not isinstance(text, str):
        raise Failure("configuration", "the signature has no instructions")
    fields = {
        **{field["name"]: (python_type(field), dspy.InputField(**_description(field))) for field in inputs},
        **{field["name"]: (python_type(field), dspy.OutputField(**_description(field))) for field in outputs},
    }
    try:
        return dspy.Signature(fields, text if text.strip() else None)
    except (TypeError, ValueError, NameError) as error:
        raise Failure("configuration", f"DSPy refuses the signature: {error}") from error


def with_reasoning(signature: dict[str, Any]) -> dict[str, Any]:
    """The signature that `ChainOfThought` asks for: with `reasoning` ahead of the outputs."""
    if any(field["name"] == "reasoning" for field in signature["inputs"] + signature["outputs"]):
        raise Failure("configuration", "the signature has a field `reasoning` of its own: compile it without reasoning")
    return {**signature, "outputs": [{"name": "reasoning", "type": "string"}, *signature["outputs"]]}


def predictor_of(signature: dict[str, Any], instructions: str | None, reasoning: bool) -> dspy.Module:
    """`Predict` or `ChainOfThought` over the signature."""
    if reasoning:
        with_reasoning(signature)
        return dspy.ChainOfThought(dspy_signature(signature, instructions))
    return dspy.Predict(dspy_signature(signature, instructions))


def python_type(field: dict[str, Any]) -> Any:
    """The type of a field's annotation."""
    plain = _plain_type(field)
    return Optional[plain] if field.get("optional") is True else plain


def _plain_type(field: dict[str, Any]) -> Any:
    kind, schema = field["type"], field.get("schema")
    if kind in _scalars:
        return _scalars[kind]
    if kind == "enum":
        values = field.get("values")
        return Literal[tuple(values)] if values else str
    if isinstance(schema, dict):
        return type_of({"type": kind, **schema}, field["name"])
    return list if kind == "array" else dict[str, Any]


def _description(field: dict[str, Any]) -> dict[str, str]:
    description = field.get("description")
    return {"desc": description} if description else {}


def fields_of(signature: Any, side: str) -> list[dict[str, Any]]:
    """The checked fields of one side of a signature."""
    fields = signature.get(side) if isinstance(signature, dict) else None
    if not isinstance(fields, list) or not fields:
        raise Failure("configuration", f"the signature has no {side}")
    kinds = (*_scalars, "enum", "array", "object")
    for field in fields:
        if not isinstance(field, dict) or not isinstance(field.get("name"), str) or field.get("type") not in kinds:
            raise Failure("configuration", f"{side} of the signature hold {field!r}, which is no field of a known type")
        values = field.get("values")
        if values is not None and not (isinstance(values, list) and values and all(isinstance(each, str) for each in values)):
            raise Failure("configuration", f"the values of the field {field['name']!r} are no list of texts")
    return fields
