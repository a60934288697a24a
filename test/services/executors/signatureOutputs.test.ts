import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { Field, Signature } from "../../../src/Signature.ts"
import { signatureOutputs } from "../../../src/services/executors/signatureOutputs.ts"

const withOutputs = (first: Field, ...others: ReadonlyArray<Field>): Signature => ({
  instructions: "",
  inputs: [{ name: "message", type: "string" }],
  outputs: [first, ...others],
})

const intent: Field = { name: "intent", type: "enum", values: ["refund", "refund_status", "shipping"] }

describe("the outputs of an answer", () => {
  it.each([
    ["refund", "refund"],
    [" Shipping.\n", "shipping"],
    ["The intent is SHIPPING, I think.", "shipping"],
    ["refund status", "refund_status"],
    ["It is about the refund status", "refund_status"],
    ["shipping or refund", "shipping or refund"],
    ["refunding", "refunding"],
    ["", ""],
  ])("a single label: %j is %j", (text, label) => {
    assert.deepStrictEqual(signatureOutputs(withOutputs(intent), text), { intent: label })
  })

  it("every label is found in its own words, whatever the case and the punctuation around it", () => {
    const label = fc.constantFrom("refund", "refund_status", "shipping")
    const around = fc.constantFrom("", "**", '"', " ", ".\n")
    fc.assert(
      fc.property(label, around, fc.boolean(), (value, mark, loud) => {
        const text = `${mark}${loud ? value.toUpperCase() : value}${mark}`

        assert.deepStrictEqual(signatureOutputs(withOutputs(intent), text), { intent: value })
      }),
    )
  })

  it.each([
    ["integer", "42", 42],
    ["integer", "42.5", "42.5"],
    ["number", " 0.25 ", 0.25],
    ["boolean", "true", true],
    ["boolean", "maybe", "maybe"],
    ["array", '```json\n["a"]\n```', ["a"]],
    ["string", "42", "42"],
  ] as const)("a single %s: %j is %j", (type, text, value) => {
    assert.deepStrictEqual(signatureOutputs(withOutputs({ name: "x", type }), text), { x: value })
  })

  it("come from the object that the answer is, other keys left out", () => {
    const signature = withOutputs(intent, { name: "reply", type: "string" })

    const outputs = signatureOutputs(signature, 'Sure! {"intent": "Refund", "reply": "Dear Ada", "mood": "good"}')

    assert.deepStrictEqual(outputs, { intent: "refund", reply: "Dear Ada" })
  })

  it("are none where several are promised and the answer is no object", () => {
    assert.deepStrictEqual(signatureOutputs(withOutputs(intent, { name: "reply", type: "string" }), "refund"), {})
  })

  it("a single object is the answer itself where that has no key of its name", () => {
    const outputs = signatureOutputs(withOutputs({ name: "order", type: "object" }), '{"id": 7}')

    assert.deepStrictEqual(outputs, { order: { id: 7 } })
  })
})
