"""Doubletrack's candidates and program files (src/Program.ts)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from .canonical import canonical_json, sha256, signature_hash
from .frozen import frozen_prompts
from .values import to_json


def candidate_of(predictor: Any, signature: dict[str, Any], adapter: str, reasoning: bool) -> dict[str, Any]:
    """What a predictor says to a model: instructions and demos under the signature's field names."""
    return {
        "instructions": predictor.signature.instructions,
        "adapter": adapter,
        "reasoning": reasoning,
        "demos": [_demo(dict(demo.items()), signature, reasoning) for demo in predictor.demos],
    }


def program_file(
    predictor: Any, signature: dict[str, Any], adapter: str, reasoning: bool, optimizer_name: str, model: str
) -> dict[str, Any]:
    """A whole program, as far as a predictor alone tells: without data, scores and costs."""
    program = {
        "v": 1,
        "workflow": None,
        "step": None,
        "signature": signature,
        "signatureHash": signature_hash(signature),
        "candidate": candidate_of(predictor, signature, adapter, reasoning),
        "optimizer": {"name": optimizer_name, "engine": "dspy", "settings": {}, "seed": 0},
        "model": model,
        "data": {"fingerprint": sha256(canonical_json([])), "train": 0, "validation": 0, "heldOut": 0},
        "heldOut": None,
        "compilation": {"calls": 0, "tokens": {"input": 0, "output": 0}, "costUsd": None, "trials": 0},
        "frozen": frozen_prompts(signature, predictor.signature, predictor.demos),
    }
    created_at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"v": 1, "id": f"prog-{sha256(canonical_json(program))[:16]}", "createdAt": created_at, **program}


def _demo(demo: dict[str, Any], signature: dict[str, Any], reasoning: bool) -> dict[str, Any]:
    inputs = [field["name"] for field in signature["inputs"]]
    outputs = [*(["reasoning"] if reasoning else []), *(field["name"] for field in signature["outputs"])]
    return {
        "inputs": {name: to_json(demo[name]) for name in inputs if name in demo},
        "outputs": {name: to_json(demo[name]) for name in outputs if name in demo},
        "augmented": demo.get("augmented") is True,
    }
