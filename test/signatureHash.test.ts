import { describe, expect, it } from "vitest"
import type { Signature } from "../src/Signature.ts"
import { signatureHash } from "../src/signatureHash.ts"

const signature: Signature = {
  instructions: "Sort the message.",
  inputs: [{ name: "message", type: "string", description: "what was written" }],
  outputs: [
    { name: "intent", type: "enum", values: ["refund", "other"] },
    { name: "tags", type: "array", schema: { type: "array", items: { type: "string" } } },
  ],
}
const [message] = signature.inputs
const [intent, ...rest] = signature.outputs

describe("signatureHash", () => {
  it("stays what it is, so that stored programs are found again", () => {
    expect(signatureHash(signature)).toMatchInlineSnapshot(
      `"aa1c866261858da2d3cdf4fd31ebb4bfb8a143ac244a804e65106e170c4e1d58"`,
    )
  })

  it("does not depend on the order of keys, on the form of accents, or on where inputs come from", () => {
    const same: Signature = {
      outputs: [intent, { schema: { items: { type: "string" }, type: "array" }, type: "array", name: "tags" }],
      inputs: [
        { description: "what was written", type: "string", name: "message", optional: false, template: "{{x}}" },
      ],
      instructions: "Sort the message.",
    }

    expect(signatureHash(same)).toBe(signatureHash(signature))
    expect(signatureHash({ ...signature, instructions: "caf\u00e9" })).toBe(
      signatureHash({ ...signature, instructions: "cafe\u0301" }),
    )
  })

  it.each<[string, Signature]>([
    ["instructions", { ...signature, instructions: "Sort it." }],
    ["a name", { ...signature, inputs: [{ ...message, name: "text" }] }],
    ["a type", { ...signature, inputs: [{ ...message, type: "object" }] }],
    ["a description", { ...signature, inputs: [{ ...message, description: "other" }] }],
    ["whether it is optional", { ...signature, inputs: [{ ...message, optional: true }] }],
    ["a label", { ...signature, outputs: [{ ...intent, values: ["refund", "others"] }, ...rest] }],
    ["the order of labels", { ...signature, outputs: [{ ...intent, values: ["other", "refund"] }, ...rest] }],
    ["a schema", { ...signature, outputs: [intent, { name: "tags", type: "array", schema: { type: "array" } }] }],
    ["a further field", { ...signature, outputs: [...signature.outputs, { name: "more", type: "string" }] }],
    ["the side of a field", { ...signature, inputs: [intent], outputs: [message, ...rest] }],
  ])("changes with %s", (_, changed) => {
    expect(signatureHash(changed)).not.toBe(signatureHash(signature))
  })
})
