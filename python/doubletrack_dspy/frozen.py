"""The messages that DSPy's adapters send, taken from DSPy itself, with only the inputs left to fill in."""

from __future__ import annotations

from typing import Any

import dspy

from .canonical import compact_json, sha256
from .failure import Failure
from .samples import sample_inputs
from .values import from_json

ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter}


def frozen_prompts(
    signature: dict[str, Any], dspy_signature: type[dspy.Signature], demos: list[Any]
) -> list[dict[str, Any]]:
    """A FrozenPrompt (src/Program.ts) for each adapter.

    `signature` is Doubletrack's, for the names and types of the inputs; `dspy_signature` and `demos` are what the program
    holds. Raises `Failure` where the prompt is more than texts and values, such as images, tools or a history.
    """
    return [_frozen_prompt(adapter, signature, dspy_signature, demos) for adapter in ADAPTERS]


def messages_of(adapter: str, signature: type[dspy.Signature], demos: list[Any], inputs: dict[str, Any]) -> list[dict[str, str]]:
    """The whole messages for these inputs, by DSPy."""
    messages = ADAPTERS[adapter]().format(signature, [_mapping(demo) for demo in demos], inputs)
    if not all(isinstance(message.get("content"), str) for message in messages):
        raise Failure("configuration", "the prompt holds more than text (an image, a file, a tool): it cannot be frozen")
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def _frozen_prompt(
    adapter: str, signature: dict[str, Any], dspy_signature: type[dspy.Signature], demos: list[Any]
) -> dict[str, Any]:
    system, *turns, closing = messages_of(adapter, dspy_signature, demos, {})
    types = {field["name"]: field for field in signature["inputs"]}
    parity = []
    for inputs in sample_inputs(signature, [_mapping(demo) for demo in demos]):
        values = {name: from_json(value, types[name]) for name, value in inputs.items()}
        messages = messages_of(adapter, dspy_signature, demos, values)
        if messages[:-1] != [system, *turns] or not messages[-1]["content"].endswith(closing["content"]):
            raise Failure("configuration", "earlier messages depend on the inputs (a history does that): it cannot be frozen")
        parity.append({"inputs": inputs, "sha256": sha256(compact_json(messages))})
    return {
        "adapter": adapter,
        "system": system["content"],
        "demos": turns,
        "closing": closing["content"],
        "parity": parity,
        "dspyVersion": dspy.__version__,
    }


def _mapping(demo: Any) -> dict[str, Any]:
    return dict(demo.items())
