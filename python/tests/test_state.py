import unittest
from typing import Any

from doubletrack_dspy.failure import Failure
from doubletrack_dspy.freeze import freeze_state

signature = {
    "instructions": "Answer.",
    "inputs": [{"name": "question", "type": "string"}],
    "outputs": [{"name": "answer", "type": "string"}],
}
fields = [{"prefix": "Question:", "description": "${question}"}, {"prefix": "Answer:", "description": "${answer}"}]
reasoning = {"prefix": "Reasoning: Let's think step by step in order to", "description": "${reasoning}"}
predictor: dict[str, Any] = {
    "traces": [],
    "train": [],
    "demos": [{"augmented": True, "question": "q", "answer": "a"}],
    "signature": {"instructions": "Saved.", "fields": fields},
    "lm": {"model": "openai/some-model", "api_base": "http://example.com"},
}


class States(unittest.TestCase):
    def test_a_bare_predictor_and_one_in_a_program(self) -> None:
        for state in (predictor, {"only": predictor, "metadata": {}}):
            program = freeze_state(signature, state)

            self.assertEqual(program["candidate"]["instructions"], "Saved.")
            self.assertEqual(program["model"], "openai/some-model")
            self.assertEqual(len(program["candidate"]["demos"]), 1)

    def test_reasoning_is_recognised_also_as_older_versions_wrote_it(self) -> None:
        whole = {"instructions": "Saved.", "fields": [fields[0], reasoning, fields[1]]}
        for state in ({**predictor, "signature": whole}, {**predictor, "extended_signature": whole}):
            self.assertTrue(freeze_state(signature, state)["candidate"]["reasoning"])

    def test_a_field_with_a_label_of_its_own_is_known_by_the_demos(self) -> None:
        renamed = [fields[0], {"prefix": "The reply:", "description": "short"}]

        freeze_state(signature, {**predictor, "signature": {"instructions": "Saved.", "fields": renamed}})
        with self.assertRaisesRegex(Failure, "has 'answer', the state has 'The reply'"):
            freeze_state(signature, {**predictor, "demos": [], "signature": {"instructions": "Saved.", "fields": renamed}})

    def test_refuses_what_was_cut_short_or_edited(self) -> None:
        for state in (
            [],
            {},
            {"metadata": {}},
            {**predictor, "demos": ["text"]},
            {**predictor, "signature": {"fields": fields}},
            {**predictor, "signature": {"instructions": "x", "fields": None}},
            {**predictor, "signature": {"instructions": "x", "fields": [1, 2]}},
            {**predictor, "signature": {"instructions": "x", "fields": fields[:1]}},
        ):
            with self.subTest(state=state), self.assertRaises(Failure):
                freeze_state(signature, state)
