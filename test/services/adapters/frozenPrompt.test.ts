import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import type { Json } from "../../../src/Json.ts"
import type { FrozenPrompt } from "../../../src/Program.ts"
import type { Field, Signature } from "../../../src/Signature.ts"
import { checkParity, formatFrozen } from "../../../src/services/adapters/frozenPrompt.ts"

const signatureOf = (first: Field, ...others: ReadonlyArray<Field>): Signature => ({
  instructions: "Answer.",
  inputs: [first, ...others],
  outputs: [{ name: "answer", type: "string" }],
})

const frozen: FrozenPrompt = {
  adapter: "chat",
  system: "the system",
  demos: [
    { role: "user", content: "a question" },
    { role: "assistant", content: "an answer\n" },
  ],
  closing: "the closing",
  parity: [],
  dspyVersion: "3.3.1",
}

const rendered = (value: Json, field: Omit<Field, "name">): string | undefined => {
  const messages = formatFrozen(frozen, signatureOf({ name: "x", ...field }), { x: value })
  return /^\[\[ ## x ## \]\]\n(.*)\n\nthe closing$/s.exec(messages.at(-1)?.content ?? "")?.[1]
}

describe("a frozen prompt", () => {
  test("is the system message, the demos, then the inputs in the signature's order and the closing", () => {
    const signature = signatureOf({ name: "question", type: "string" }, { name: "n", type: "integer", optional: true })

    const messages = formatFrozen(frozen, signature, { n: 3, other: "left out", question: " as it is \n" })

    expect(messages).toEqual([
      { role: "system", content: "the system" },
      ...frozen.demos,
      { role: "user", content: "[[ ## question ## ]]\n as it is \n\n\n[[ ## n ## ]]\n3\n\nthe closing" },
    ])
  })

  test("leaves out an input that is not given, and shows one that is null", () => {
    const signature = signatureOf({ name: "a", type: "string" }, { name: "b", type: "string", optional: true })

    const [withNull, without] = [{ a: "x", b: null }, { a: "x" }].map(
      (inputs) => formatFrozen(frozen, signature, inputs).at(-1)?.content,
    )

    expect(withNull).toBe("[[ ## a ## ]]\nx\n\n[[ ## b ## ]]\nNone\n\nthe closing")
    expect(without).toBe("[[ ## a ## ]]\nx\n\nthe closing")
  })

  test.each<readonly [Json, Omit<Field, "name">, string]>([
    [1, { type: "number" }, "1.0"],
    [-0, { type: "number" }, "-0.0"],
    [1e-7, { type: "number" }, "1e-07"],
    [0.0001, { type: "number" }, "0.0001"],
    [1e15, { type: "number" }, "1000000000000000.0"],
    [1.5e16, { type: "number" }, "1.5e+16"],
    [-123.456, { type: "number" }, "-123.456"],
    [1, { type: "integer" }, "1"],
    [1e21, { type: "integer" }, "1000000000000000000000"],
    [true, { type: "boolean" }, "True"],
    [2, { type: "string" }, "2"],
    [[], { type: "string" }, "N/A"],
    [["one"], { type: "string" }, "«one»"],
    [["one", "two\nlines"], { type: "string" }, "[1] «one»\n[2] «««\n    two\n    lines\n»»»"],
    [["one"], { type: "string", optional: true }, '["one"]'],
    [[1, 0.5, "ü", null, false], { type: "array" }, '[1, 0.5, "ü", null, false]'],
    [[1, 2], { type: "array", schema: { items: { type: "number" } } }, "[1.0, 2.0]"],
    [{ a: { b: 1 } }, { type: "object" }, '{"a": {"b": 1}}'],
    [
      { price: 2, count: 2 },
      {
        type: "object",
        schema: {
          properties: { price: { $ref: "#/$defs/price" }, count: { type: "integer" } },
          $defs: { price: { anyOf: [{ type: "number" }, { type: "null" }] } },
        },
      },
      '{"price": 2.0, "count": 2}',
    ],
  ])("writes %j in a field %j as Python does", (value, field, text) => {
    expect(rendered(value, field)).toBe(text)
  })
})

describe("the check of a frozen prompt", () => {
  const signature = signatureOf({ name: "x", type: "number" })
  const inputs = { x: 2 }
  const sha256 = createHash("sha256")
    .update(
      '[{"role":"system","content":"the system"},{"role":"user","content":"a question"},{"role":"assistant","content":"an answer\\n"},{"role":"user","content":"[[ ## x ## ]]\\n2.0\\n\\nthe closing"}]',
    )
    .digest("hex")
  const checked = { ...frozen, parity: [{ inputs, sha256 }] }

  test("passes where the bytes are those that were recorded", () => {
    expect(Result.isSuccess(checkParity(checked, signature))).toBe(true)
  })

  test.each([
    [
      "an edited system message",
      { ...checked, system: "the systen" },
      signature,
      /other bytes than DSPy 3\.3\.1 for 1 of 1/,
    ],
    ["an edited demo", { ...checked, demos: frozen.demos.slice(1) }, signature, /other bytes/],
    ["another type of an input", checked, signatureOf({ name: "x", type: "integer" }), /other bytes/],
    ["no recorded hashes", frozen, signature, /no hashes to check it by/],
  ])("refuses %s", (_, prompt, under, message) => {
    const result = checkParity(prompt, under)

    expect(Result.isFailure(result) ? result.failure.message : "").toMatch(message)
  })
})
