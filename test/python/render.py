"""Freezes signatures with demos, and renders them with DSPy's own adapters: a case a line in, a line out."""

import json
import sys

from doubletrack_dspy.canonical import compact_json, signature_hash
from doubletrack_dspy.frozen import frozen_prompts
from doubletrack_dspy.signature import predictor_of
from doubletrack_dspy.values import from_json

import dspy


def main() -> None:
    for line in sys.stdin:
        case = json.loads(line)
        signature, reasoning = case["signature"], case["reasoning"]
        fields = {field["name"]: field for field in signature["inputs"] + signature["outputs"]}
        fields.setdefault("reasoning", {"name": "reasoning", "type": "string"})
        predictor = predictor_of(signature, None, reasoning).predictors()[0]
        predictor.demos = [
            dspy.Example(**{name: from_json(value, fields[name]) for name, value in demo.items()}) for demo in case["demos"]
        ]
        asked = [{name: from_json(value, fields[name]) for name, value in inputs.items()} for inputs in case["inputs"]]
        rendered = {
            name: [adapter.format(predictor.signature, predictor.demos, inputs) for inputs in asked]
            for name, adapter in (("chat", dspy.ChatAdapter()), ("json", dspy.JSONAdapter()))
        }
        frozen = frozen_prompts(signature, predictor.signature, predictor.demos)
        print(compact_json({"frozen": frozen, "rendered": rendered, "signatureHash": signature_hash(signature)}))


main()
