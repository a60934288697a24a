import unittest
from typing import Any, Literal, Optional

from doubletrack_dspy.describe import describe
from doubletrack_dspy.failure import Failure
from doubletrack_dspy.signature import dspy_signature, predictor_of
from doubletrack_dspy.values import from_json

import dspy


def signature(*inputs: dict[str, Any], output: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"instructions": "Answer.", "inputs": list(inputs), "outputs": [output or {"name": "answer", "type": "string"}]}


class Signatures(unittest.TestCase):
    def test_types_optionality_and_descriptions(self) -> None:
        built = dspy_signature(
            signature(
                {"name": "a", "type": "number", "description": "how much"},
                {"name": "b", "type": "enum", "values": ["x", "y"], "optional": True},
                {"name": "c", "type": "array", "schema": {"items": {"type": "string"}}},
            )
        )

        self.assertEqual(built.instructions, "Answer.")
        self.assertEqual([field.annotation for field in built.input_fields.values()], [float, Optional[Literal["x", "y"]], list[str]])
        self.assertEqual(built.input_fields["a"].json_schema_extra["desc"], "how much")

    def test_a_described_signature_builds_the_same(self) -> None:
        original = signature(
            {"name": "q", "type": "string", "description": "asked"}, {"name": "n", "type": "integer", "optional": True},
            output={"name": "label", "type": "enum", "values": ["x", "it's"]},
        )  # fmt: skip

        self.assertEqual(describe(dspy_signature(original)), original)

    def test_refuses_what_dspy_cannot_have(self) -> None:
        text = {"type": "string"}
        for wrong in (
            signature({"name": "two words", **text}),
            signature({"name": "_hidden", **text}),
            signature({"name": "instructions", **text}),
            signature({"name": "self", **text}),
            signature({"name": "answer", **text}),
            signature({"name": "a", "type": "date"}),
            signature({"name": "a", "type": "enum", "values": []}),
            {**signature({"name": "a", **text}), "instructions": None},
            signature(),
        ):
            with self.subTest(wrong=wrong), self.assertRaises(Failure) as raised:
                dspy_signature(wrong)
            self.assertEqual(raised.exception.reason, "configuration")

    def test_reasoning_needs_its_name_free(self) -> None:
        taken = signature({"name": "q", "type": "string"}, output={"name": "reasoning", "type": "string"})

        self.assertIsInstance(predictor_of(taken, None, False), dspy.Predict)
        with self.assertRaises(Failure):
            predictor_of(taken, None, True)

    def test_an_image_cannot_be_frozen(self) -> None:
        class Look(dspy.Signature):
            image: dspy.Image = dspy.InputField()
            text: str = dspy.OutputField()

        from doubletrack_dspy.freeze import freeze_module

        with self.assertRaises(Failure):
            freeze_module(dspy.Predict(Look), None)

    def test_a_history_cannot_be_frozen(self) -> None:
        class Chat(dspy.Signature):
            history: dspy.History = dspy.InputField()
            text: str = dspy.OutputField()

        from doubletrack_dspy.freeze import freeze_module

        with self.assertRaises(Failure):
            freeze_module(dspy.Predict(Chat), None)


class Values(unittest.TestCase):
    def test_the_kind_of_a_number_follows_type_and_schema(self) -> None:
        self.assertEqual(repr(from_json(1, {"name": "x", "type": "number"})), "1.0")
        self.assertEqual(repr(from_json(1.0, {"name": "x", "type": "integer"})), "1")
        self.assertEqual(repr(from_json([1.0, 0.5], {"name": "x", "type": "array"})), "[1, 0.5]")
        priced = {"properties": {"price": {"anyOf": [{"type": "number"}, {"type": "null"}]}}}
        self.assertEqual(repr(from_json({"price": 2, "n": 2}, {"name": "x", "type": "object", "schema": priced})), "{'price': 2.0, 'n': 2}")
