import * as fc from "fast-check"
import {
  type ArithmeticOperator,
  arithmeticOperators,
  type ComparisonOperator,
  comparisonOperators,
  type Expression,
} from "../../src/language/Expression.ts"
import type { Json, JsonObject } from "../../src/Json.ts"
import type { Scope } from "../../src/StepTask.ts"
import { scopeWith } from "./scopes.ts"

/** Any JSON value that survives being printed and read. */
export const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): Json => JSON.parse(JSON.stringify(value)))

const word = fc.constantFrom("a", "b", "text", "content", "items", "n", "length", "x-y", "skipped", "__proto__")
const record = (values: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(word, values, { maxKeys: 4, noNullPrototype: true })

export const scopes: fc.Arbitrary<Scope> = fc
  .record({
    inputs: record(json),
    results: fc.dictionary(word, record(json), { maxKeys: 3, noNullPrototype: true }),
    variables: record(json),
    globalVars: record(json),
  })
  .map(scopeWith)

/** Texts that look like the language more often than chance has it. */
export const languageLike = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("{{", "}}", "inputs.", "steps.", "state.", "a", "b.text", "[0]", ".length"),
      },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          " + ",
          "-",
          " * ",
          "/",
          "%",
          " == ",
          ">",
          " < ",
          " and ",
          " or ",
          "not ",
          "(",
          ")",
          ",",
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "max(",
          "any(",
          "'",
          '"',
          "'@ > 1'",
          " between ",
          " contains ",
          " matches ",
          "1",
          "2.5",
          "@",
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""))

const name = fc.constantFrom("a", "b", "text", "steps", "items", "state", "é", "_x1")
const literal = fc.oneof(
  fc.nat({ max: 1_000 }),
  fc.constantFrom(0.5, 2.25, true, false, null),
  fc.string({ maxLength: 6 }).filter((text) => !text.includes("{{")),
)

/** Any expression that can be written down. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    literal.map((value): Expression => ({ _tag: "Literal", value })),
    fc
      .tuple(name, fc.array(fc.oneof(name, fc.constantFrom("0", "12", "it's", 'a "b" c')), { maxLength: 3 }))
      .map(([head, rest]): Expression => ({ _tag: "Reference", segments: [head, ...rest] })),
    fc.tuple(fc.constantFrom(...arithmeticOperators), tie("node"), tie("node")).map(
      ([operator, left, right]: [ArithmeticOperator, Expression, Expression]): Expression => ({
        _tag: "Arithmetic",
        operator,
        left,
        right,
      }),
    ),
    fc.tuple(fc.constantFrom(...comparisonOperators), tie("node"), tie("node")).map(
      ([operator, left, right]: [ComparisonOperator, Expression, Expression]): Expression => ({
        _tag: "Comparison",
        operator,
        left,
        right,
      }),
    ),
    fc
      .tuple(tie("node"), tie("node"), tie("node"))
      .map(([value, low, high]): Expression => ({ _tag: "Between", value, low, high })),
    tie("node").map((operand): Expression => ({ _tag: "Not", operand })),
    tie("node").map((operand): Expression => ({ _tag: "Negative", operand })),
    fc
      .tuple(fc.constantFrom("All" as const, "Any" as const), fc.array(tie("node"), { minLength: 2, maxLength: 3 }))
      .map(([_tag, operands]): Expression => ({ _tag, operands })),
    fc
      .tuple(fc.constantFrom("max", "min"), fc.array(tie("node"), { minLength: 1, maxLength: 3 }))
      .map(([called, args]): Expression => ({ _tag: "Call", name: called, args })),
    fc.tuple(tie("node"), tie("node")).map(
      ([left, right]): Expression => ({
        _tag: "Call",
        name: "contains",
        args: [left, right],
      }),
    ),
  ),
})).node
