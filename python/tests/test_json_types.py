import unittest
from typing import Any, Literal, Optional, Union, get_args

import pydantic

from doubletrack_dspy.failure import Failure
from doubletrack_dspy.json_types import type_of


class JsonTypes(unittest.TestCase):
    def test_scalars_lists_and_maps(self) -> None:
        self.assertIs(type_of({"type": "integer"}, "x"), int)
        self.assertEqual(type_of({"type": "array", "items": {"type": "number"}}, "x"), list[float])
        self.assertEqual(type_of({"type": "array"}, "x"), list)
        self.assertEqual(type_of({"type": "object", "additionalProperties": {"type": "boolean"}}, "x"), dict[str, bool])
        self.assertEqual(type_of({"type": "object"}, "x"), dict[str, Any])

    def test_labels_constants_and_alternatives(self) -> None:
        self.assertEqual(type_of({"enum": ["a", "b"]}, "x"), Literal["a", "b"])
        self.assertEqual(type_of({"const": 3}, "x"), Literal[3])
        self.assertEqual(type_of({"type": ["string", "null"]}, "x"), Optional[str])
        self.assertEqual(type_of({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "x"), Union[int, str])

    def test_objects_become_models_named_by_title_or_place(self) -> None:
        schema = {
            "type": "object",
            "properties": {"street": {"type": "string"}, "size": {"type": "object", "properties": {"m": {"type": "number"}}}},
            "required": ["street"],
        }

        model = type_of(schema, "home address")

        self.assertTrue(issubclass(model, pydantic.BaseModel))
        self.assertEqual(model.__name__, "HomeAddress")
        self.assertEqual(type_of({**schema, "title": "Place"}, "x").__name__, "Place")
        self.assertTrue(model.model_fields["street"].is_required())
        self.assertIn(type(None), get_args(model.model_fields["size"].annotation))

    def test_properties_that_no_attribute_can_be_make_a_dictionary(self) -> None:
        self.assertEqual(type_of({"type": "object", "properties": {"two words": {"type": "string"}}}, "x"), dict[str, Any])
        self.assertEqual(type_of({"type": "object", "properties": {"model_dump": {}}}, "x"), dict[str, Any])

    def test_local_references_are_followed(self) -> None:
        schema = {"type": "array", "items": {"$ref": "#/$defs/n"}, "$defs": {"n": {"type": "integer"}}}

        self.assertEqual(type_of(schema, "x"), list[int])

    def test_refuses_what_refers_to_itself_or_elsewhere(self) -> None:
        tree = {"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}}
        for schema in (tree, {"$ref": "#/$defs/missing"}, {"$ref": "https://example.com/schema"}, {"enum": [{}]}, {"enum": []}):
            with self.subTest(schema=schema), self.assertRaises(Failure) as raised:
                type_of(schema, "x")
            self.assertEqual(raised.exception.reason, "configuration")
