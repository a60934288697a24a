import * as Result from "effect/Result"
import fc from "fast-check"
import { expect, test } from "vitest"
import { adapterOf } from "../../../src/services/adapters/adapters.ts"
import { outputFields } from "../../../src/services/adapters/outputFields.ts"
import { offlineAnswer } from "../../../src/services/models/offline/offlineAnswer.ts"
import { readPrompt } from "../../../src/services/models/offline/readPrompt.ts"
import type { Field, Signature } from "../../../src/Signature.ts"

const taken = new Set(["completed", "type", "properties", "reasoning"])
const name = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/).filter((each) => !taken.has(each))

const label = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z_ -]{0,12}[a-z]$/),
  fc.constantFrom("a; b", "don't know", "c (d)", "yes.", "x, y", "refund?", "What is it!", "50%", "a/b", "e:f", "[x]"),
)

const fieldNamed = (fieldName: string): fc.Arbitrary<Field> =>
  fc
    .record({
      type: fc.constantFrom("string", "number", "integer", "boolean", "enum", "array", "object"),
      optional: fc.boolean(),
      description: fc.constantFrom("", "one of many", "as in 1. `foo` (bar): baz", "Output fields:"),
      labels: fc.uniqueArray(label, { minLength: 2, maxLength: 5, selector: (each) => each.toLowerCase() }),
    })
    .map(({ labels: [first = "a", ...others], ...rest }) => ({
      name: fieldName,
      ...rest,
      ...(rest.type === "enum" ? { values: [first, ...others] as const } : {}),
    }))

const fields = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3, selector: (each) => each.toLowerCase() })
  .chain((names) => fc.tuple(...names.map(fieldNamed)))
  .map(([first, ...others]): Signature["outputs"] => [first ?? { name: "only", type: "string" }, ...others])

const signature: fc.Arbitrary<Signature> = fc.record({
  instructions: fc.constantFrom(
    "Classify it.",
    "",
    "Do:\n1. `label` (one of: a; b): it",
    'Return JSON like {"foo": 1}.',
  ),
  inputs: fields,
  outputs: fields,
})

test.each(["chat", "json"] as const)(
  "the offline model finds every output, type and label of a %s prompt",
  (adapter) => {
    fc.assert(
      fc.property(signature, fc.boolean(), (made, reasoning) => {
        const material = {
          signature: made,
          candidate: { instructions: made.instructions, reasoning },
          demos: [],
          inputs: Object.fromEntries(made.inputs.map((each) => [each.name, "some text"])),
        }
        const messages = adapterOf(adapter).format(material)

        const { form, outputs } = readPrompt(messages)
        const answered = adapterOf(adapter).parse(offlineAnswer(messages).text, material)

        expect(form).toBe(adapter === "chat" ? "markers" : "object")
        expect(outputs.map((output) => output.name)).toEqual(outputFields(material).map((field) => field.name))
        for (const { name: output, values } of made.outputs.filter(({ type }) => type === "enum")) {
          expect(outputs.find((found) => found.name === output)?.labels.map((found) => found.name)).toEqual(values)
        }
        expect(Result.isSuccess(answered)).toBe(true)
      }),
      { numRuns: 300 },
    )
  },
)
