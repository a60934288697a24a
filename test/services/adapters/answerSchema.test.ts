import { expect, test } from "vitest"
import { answerSchema } from "../../../src/services/adapters/answerSchema.ts"

test("a provider can hold the model to plain outputs: all keys there, nothing beside them", () => {
  const schema = answerSchema([
    { name: "label", type: "enum", values: ["a", "b"], description: "which" },
    { name: "score", type: "number", optional: true },
    { name: "tags", type: "array", schema: { items: { type: "string", minLength: 2 }, minItems: 1 } },
  ])

  expect(schema).toEqual({
    type: "object",
    properties: {
      label: { type: "string", enum: ["a", "b"], description: "which" },
      score: { anyOf: [{ type: "number" }, { type: "null" }] },
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["label", "score", "tags"],
    additionalProperties: false,
  })
})

test.each([
  ["an object without a schema", { name: "any", type: "object" }],
  ["a list of anything", { name: "any", type: "array" }],
  [
    "an object with a key that may be missing",
    { name: "any", type: "object", schema: { properties: { a: { type: "string" } } } },
  ],
  ["a reference", { name: "any", type: "array", schema: { items: { $ref: "#/$defs/x" } } }],
] as const)("%s is more open than providers allow, so none is asked", (_, field) => {
  expect(answerSchema([field])).toBeUndefined()
})

test("an object whose keys are all required is closed", () => {
  const inner = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] }

  expect(answerSchema([{ name: "it", type: "object", schema: inner }])).toMatchObject({
    properties: { it: { ...inner, additionalProperties: false } },
  })
})
