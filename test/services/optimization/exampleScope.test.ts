import { expect, test } from "vitest"
import { exampleScope } from "../../../src/services/optimization/exampleScope.ts"
import type { Field } from "../../../src/Signature.ts"

const scopeOf = (template: string | undefined, value = "hello") => {
  const field: Field = { name: "text", type: "string", ...(template === undefined ? {} : { template }) }
  return exampleScope({ inputs: [field] }, { inputs: { text: value } })
}

test("an example's inputs are the run's inputs", () => {
  expect(scopeOf(undefined)).toEqual({ inputs: { text: "hello" }, results: {}, variables: {} })
})

test.each([
  ["{{steps.draft.text}}", { results: { draft: { text: "hello" } } }],
  ["{{ draft.outputs.summary }}", { results: { draft: { outputs: { summary: "hello" } } } }],
  ["{{inputs.message}}", { inputs: { text: "hello", message: "hello" } }],
  ["{{variables.tone}}", { variables: { tone: "hello" } }],
  ["{{steps.__proto__.x}}", { inputs: { text: "hello" } }],
  ["Dear {{inputs.name}}", { inputs: { text: "hello" }, results: {}, variables: {} }],
])("what %s reads is there", (template, expected) => {
  expect(scopeOf(template)).toMatchObject(expected)
  expect(Object.prototype).not.toHaveProperty("x")
})
