"""Programs in the ways people write them, saved by DSPy, frozen by us, rendered by DSPy: one a line, as JSON."""

import enum
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, Literal

from doubletrack_dspy.canonical import compact_json
from doubletrack_dspy.describe import describe
from doubletrack_dspy.freeze import freeze_module, freeze_state
from doubletrack_dspy.values import to_json

import dspy
import pydantic

TEXT = "two\nlines\twith «marks», 日本語 🙂 and \"quotes\" "


class Address(pydantic.BaseModel):
    street: str
    number: int


class Person(pydantic.BaseModel):
    name: str = pydantic.Field(description="the whole name")
    addresses: list[Address]
    height: float


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


class Triage(dspy.Signature):
    """Label a message.

    Be strict:
        indented advice
    """

    message: str = dspy.InputField(desc="what the customer wrote")
    urgency: float = dspy.InputField()
    label: Literal["refund", "it's late", 'say "no"'] = dspy.OutputField(desc="the intent")


class Extract(dspy.Signature):
    """Find the people."""

    text: str = dspy.InputField()
    people: list[Person] = dspy.OutputField(desc="everybody named")


class Moved(dspy.Signature):
    person: Person = dspy.InputField()
    known: dict[str, float] = dspy.InputField(desc="prices")
    address: Address = dspy.OutputField()


class Composite(dspy.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hops = [dspy.ChainOfThought("context: list[str], question -> query"), dspy.Predict("query -> done: bool")]
        self.named = {"final": dspy.ChainOfThought(Triage)}
        self.answer = dspy.Predict("query, hits: list[float] -> answer: str, confidence: float")


class WithEnum(dspy.Signature):
    color: Color = dspy.InputField()
    day: date = dspy.InputField()
    other: Color = dspy.OutputField()
    pair: tuple[int, str] = dspy.OutputField()


class WithUnion(dspy.Signature):
    note: str | None = dspy.InputField(desc="may be missing")
    size: int = dspy.OutputField(ge=1, le=5)


def demos(*rows: dict[str, Any]) -> list[dspy.Example]:
    return [dspy.Example(**row) for row in rows]


def with_demos(module: dspy.Module, *rows: dict[str, Any], predictor: str | None = None) -> dspy.Module:
    chosen = dict(module.named_predictors())[predictor] if predictor else module.predictors()[0]
    chosen.demos = demos(*rows)
    return module


def instructed(module: dspy.Module, text: str) -> dspy.Module:
    predictor = module.predictors()[0]
    predictor.signature = predictor.signature.with_instructions(text)
    return module


person = Person(name="Ü", addresses=[Address(street="A\tB", number=1)], height=2.0)
triage = {"message": TEXT, "urgency": 1e-07}
hit = {"augmented": True, "reasoning": "as the text says", "message": "Money back!", "urgency": 1.0, "label": "refund"}
raw = {"message": "Where is it?", "urgency": 0.5, "label": "it's late"}
composite = with_demos(
    with_demos(Composite(), hit, raw, predictor="named['final'].predict"), {"context": ["a", "b\nc"], "question": "q", "query": "x"},
    predictor="hops[0].predict",
)  # fmt: skip

saved = [
    ("bare text", dspy.Predict("question -> answer"), None, {"question": TEXT}),
    ("bare with demos", with_demos(dspy.Predict("question -> answer"), {"question": "a", "answer": "b"}), None, {"question": "a"}),
    ("bare incomplete demo", with_demos(dspy.Predict("a, b -> c"), {"a": "1", "c": "3"}), None, {"a": "x", "b": "y"}),
    ("demo with a null", with_demos(dspy.Predict("a, b -> c"), {"a": None, "b": "2", "c": "3"}), None, {"a": "x"}),
    ("demo with foreign fields", with_demos(dspy.Predict("a -> c"), {"id": 7, "a": "1", "c": "3 "}), None, {"a": "x"}),
    ("reasoning", dspy.ChainOfThought("question -> answer: float"), None, {"question": " "}),
    ("reasoning with a labelled demo", with_demos(dspy.ChainOfThought(Triage), raw), None, triage),
    ("reasoning with both", with_demos(dspy.ChainOfThought(Triage), raw, hit), None, triage),
    ("bare class", with_demos(dspy.Predict(Triage), hit), None, triage),
    ("rewritten instructions", instructed(dspy.Predict(Triage), "Do it.\n\n\tWell, \"quoted\".  "), None, triage),
    ("rewritten, reasoning", instructed(with_demos(dspy.ChainOfThought(Triage), hit), "Think «hard»."), None, triage),
    ("numbers", with_demos(dspy.Predict("i: int, f: float, b: bool -> out: int"), {"i": 1, "f": 1e16, "b": False, "out": 2}), None,
     {"i": 10**15, "f": 100.0, "b": True}),
    ("lists", dspy.Predict("words: list[str], rates: list[float] -> best: list[int]"), None, {"words": [], "rates": [1.0, 1e-07]}),
    ("list in a text field", with_demos(dspy.Predict("context -> answer"), {"context": ["a\nb", "c"], "answer": "d"}), None,
     {"context": ["one", "«two»"]}),
    ("dictionary", dspy.Predict("table: dict[str, int] -> whole: dict[str, Any]"), None, {"table": {"ü": 1, "b c": 2}}),
    ("optional", dspy.Predict("a: Optional[str], n: Optional[float] -> c: Optional[int]"), None, {"a": None, "n": 3.0}),
    ("models", with_demos(dspy.Predict(Extract), {"text": "t", "people": [person]}), None, {"text": TEXT}),
    ("models as inputs", with_demos(dspy.ChainOfThought(Moved), {"person": person, "known": {"x": 1.0}, "address": person.addresses[0]}), None,
     {"person": person, "known": {"a": 1.0, "b": 1e-07}}),
    ("composite, a hop", composite, "hops[0].predict", {"context": ["x", "y"], "question": TEXT}),
    ("composite, by key", composite, "named['final'].predict", triage),
    ("composite, the answer", composite, "answer", {"query": "q", "hits": [1.0, 0.25]}),
]  # fmt: skip

modules = [
    ("enumeration, date and tuple", dspy.Predict(WithEnum), None, {"color": Color.GREEN, "day": date(2026, 8, 23)}),
    ("union by a bar, constraints", with_demos(dspy.Predict(WithUnion), {"note": None, "size": 3}), None, {"note": TEXT}),
]


def main() -> None:
    folder = Path(sys.argv[1])
    for number, (name, module, path, inputs) in enumerate(saved):
        file = folder / f"{number}.json"
        module.save(str(file))
        predictor = dict(module.named_predictors())[path] if path else module.predictors()[0]
        reasoning = "reasoning" in predictor.signature.output_fields
        signature = describe(predictor.signature, "reasoning" if reasoning else None)
        show(name, "state", freeze_state(signature, json.loads(file.read_text("utf-8")), predictor_name=path), predictor, inputs)
    for name, module, path, inputs in saved + modules:
        predictor = dict(module.named_predictors())[path] if path else module.predictors()[0]
        show(name, "module", freeze_module(module, None, predictor_name=path), predictor, inputs)


def show(name: str, way: str, program: dict[str, Any], predictor: Any, inputs: dict[str, Any]) -> None:
    rendered = {
        adapter: each.format(predictor.signature, predictor.demos, inputs)
        for adapter, each in (("chat", dspy.ChatAdapter()), ("json", dspy.JSONAdapter()))
    }
    print(compact_json({"name": name, "way": way, "program": program, "inputs": to_json(inputs), "rendered": rendered}))


if __name__ == "__main__":
    main()
