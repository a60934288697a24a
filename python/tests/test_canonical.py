import unittest

from doubletrack_dspy.canonical import canonical_json, compact_json, javascript_number


class Canonical(unittest.TestCase):
    def test_numbers_read_as_javascript_writes_them(self) -> None:
        expected = {
            1.0: "1", 0.5: "0.5", -0.0: "0", 1e20: "100000000000000000000", 1e21: "1e+21", 1.5e300: "1.5e+300",
            1e-6: "0.000001", 1e-7: "1e-7", -123.456: "-123.456", 2**53: "9007199254740992", float("nan"): "null",
        }  # fmt: skip
        self.assertEqual({number: javascript_number(number) for number in expected}, expected)

    def test_keys_are_sorted_by_code_units(self) -> None:
        self.assertEqual(canonical_json({"b": [1.0, True, None], "a!": 1, "a": "\u00fc"}), '{"a":"\u00fc","a!":1,"b":[1,true,null]}')
        self.assertEqual(canonical_json({"\uffff": 1, "\U0001f642": 2}), '{"\U0001f642":2,"\uffff":1}')

    def test_half_a_surrogate_pair_is_escaped(self) -> None:
        self.assertEqual(compact_json("\ud800\u00fc"), '"\\ud800\u00fc"')
