import fc from "fast-check"
import { expect, test } from "vitest"
import type { Signature } from "../src/Signature.ts"
import { signatureDifference } from "../src/signatureDifference.ts"
import { signatureHash } from "../src/signatureHash.ts"
import { signature as anySignature } from "./services/adapters/arbitraries.ts"

const signature: Signature = {
  instructions: "Sort the message.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [
    { name: "label", type: "enum", values: ["billing", "other"] },
    { name: "score", type: "number" },
  ],
}

test("every field that differs is named, with what it was and what it is", () => {
  const other: Signature = {
    instructions: "Sort it.",
    inputs: [{ name: "message", type: "string", description: "what was written" }],
    outputs: [
      { name: "label", type: "enum", values: ["billing", "sales"], optional: true },
      { name: "reason", type: "string" },
    ],
  }

  expect(signatureDifference(signature, other).split("; ")).toEqual([
    'instructions "Sort the message." → "Sort it."',
    'input "message": description "" → "what was written"',
    'output "score" is gone',
    'output "reason" is new',
    'output "label": labels billing',
    "other → billing",
    "sales",
    'output "label": optional false → true',
  ])
})

test("the order of fields is a difference, where values come from is none", () => {
  const [label, score] = [signature.outputs[0], signature.outputs[1] ?? signature.outputs[0]]

  expect(signatureDifference(signature, { ...signature, outputs: [score, label] })).toBe(
    "order of outputs label, score → score, label",
  )
  expect(
    signatureDifference(signature, {
      ...signature,
      inputs: [{ name: "message", type: "string", template: "{{inputs.m}}" }],
    }),
  ).toBe("")
})

test("there is a difference to name whenever the hashes differ, and none when they are the same", () => {
  fc.assert(
    fc.property(anySignature, anySignature, (was, is) => {
      expect(signatureDifference(was, is) === "").toBe(signatureHash(was) === signatureHash(is))
      expect(signatureDifference(was, was)).toBe("")
    }),
  )
})

test("a change deep in a schema is told apart", () => {
  const withSchema = (type: string): Signature => ({
    ...signature,
    outputs: [{ name: "items", type: "array", schema: { description: "x".repeat(200), items: { type } } }],
  })

  const difference = signatureDifference(withSchema("string"), withSchema("number"))

  expect(difference).toMatch(
    /^output "items": schema …x+","items":\{"type":"string"\}\} → …x+","items":\{"type":"number"\}\}$/,
  )
})
