"""Programs from what `program.save("….json")` wrote. Fields stand in such a file by position and without types."""

from __future__ import annotations

import re
from typing import Any

import dspy
from dspy.signatures.signature import infer_prefix

from .failure import Failure
from .signature import fields_of, predictor_of, with_reasoning

_placeholder = re.compile(r"\$\{(\w+)\}")


def predictor_states(state: Any) -> dict[str, dict[str, Any]]:
    """The predictors in a state file, by their path; a bare `Predict` is called `self`, as DSPy calls it."""
    if not isinstance(state, dict):
        raise Failure("invalid_data", "the state is no JSON object")
    if _is_predictor(state):
        return {"self": state}
    found = {name: each for name, each in state.items() if name != "metadata" and isinstance(each, dict) and _is_predictor(each)}
    if not found:
        raise Failure("invalid_data", "the state holds no predictor in the form that DSPy writes from 2.6 on")
    return found


def choose(found: dict[str, Any], name: str | None) -> tuple[str, Any]:
    """The predictor of this name, or the only one."""
    if name is None and len(found) == 1:
        return next(iter(found.items()))
    if name in found:
        return name, found[name]
    which = "which one is meant?" if name is None else f"there is none called {name!r}"
    raise Failure("configuration", f"the program has the predictors {', '.join(found)}: {which} (--predictor)")


def load_predictor(signature: dict[str, Any], state: dict[str, Any]) -> tuple[dspy.Predict, bool]:
    """The predictor with what the state says, and whether it reasons ahead of its outputs.

    Refuses a state with another number of fields, or with names that are not the signature's.
    """
    state = _current(state)
    saved = state["signature"].get("fields")
    if not _all_objects(saved) or not _all_objects(state["demos"]) or not isinstance(state["signature"].get("instructions"), str):
        raise Failure("invalid_data", "the state was cut short or edited: a predictor has instructions, fields and demos")
    names = [field["name"] for field in fields_of(signature, "inputs") + fields_of(signature, "outputs")]
    reasoning = len(saved) == len(names) + 1 and _is_reasoning(saved[len(signature["inputs"])])
    if len(saved) != len(names) + reasoning:
        raise Failure("configuration", f"the state has {len(saved)} fields, the signature {len(names)} ({', '.join(names)})")
    whole = with_reasoning(signature) if reasoning else signature
    for field, kept in zip(whole["inputs"] + whole["outputs"], saved, strict=True):
        if not _may_be(field, kept, state["demos"]):
            raise Failure("configuration", f"where the signature has {field['name']!r}, the state has {_called(kept)!r}")
    module = predictor_of(signature, None, reasoning)
    predictor = module.predictors()[0]
    predictor.load_state({"traces": [], "train": [], "demos": state["demos"], "signature": state["signature"], "lm": None})
    return predictor, reasoning


def _current(state: dict[str, Any]) -> dict[str, Any]:
    """A predictor as DSPy writes it today; 2.5 kept what `ChainOfThought` adds in a signature of its own."""
    extended = state.get("extended_signature")
    rest = {key: each for key, each in state.items() if key != "extended_signature"}
    return {**rest, "signature": extended} if isinstance(extended, dict) else rest


def _all_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_predictor(value: dict[str, Any]) -> bool:
    return isinstance(value.get("demos"), list) and isinstance(value.get("signature"), dict)


def _is_reasoning(field: dict[str, Any]) -> bool:
    return field.get("description") == "${reasoning}" or str(field.get("prefix", "")).startswith("Reasoning:")


def _may_be(field: dict[str, Any], saved: dict[str, Any], demos: list[dict[str, Any]]) -> bool:
    """Whether a field of a state can be the signature's: by its placeholder, its text, its label, or the demos."""
    name = field["name"]
    placeholder = _placeholder.fullmatch(str(saved.get("description", "")))
    if placeholder is not None:
        return placeholder[1] == name
    described = saved.get("description") == field.get("description")
    labelled = saved.get("prefix") == f"{infer_prefix(name)}:"
    return described or labelled or any(name in demo for demo in demos)


def _called(saved: dict[str, Any]) -> str:
    placeholder = _placeholder.fullmatch(str(saved.get("description", "")))
    return placeholder[1] if placeholder else str(saved.get("prefix", "")).removesuffix(":")
