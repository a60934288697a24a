import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { JsonObject } from "../../../src/Json.ts"
import { decodeProgram, encodeProgram, programId } from "../../../src/services/programs/programFile.ts"
import { aProgram } from "./aProgram.ts"

const values = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true }).map(asJson)

const anyProgram = fc
  .record({
    instructions: fc.string({ unit: "binary" }),
    model: fc.string(),
    demos: fc.array(fc.record({ inputs: values, outputs: values, augmented: fc.boolean() }), { maxLength: 3 }),
    settings: values,
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    frozen: fc.boolean(),
  })
  .map(({ instructions, model, demos, settings, score, frozen }) =>
    aProgram({
      model,
      candidate: { instructions, adapter: "json", reasoning: true, demos },
      optimizer: { name: "gepa", engine: "dspy", settings, seed: 1 },
      heldOut: { metric: "f1", baseline: score, optimized: score, n: 3, interval: [-score, score] },
      ...(frozen ? { frozen: [aFrozenPrompt] } : {}),
    }),
  )

const aFrozenPrompt = {
  adapter: "chat",
  system: "Be brief.",
  demos: [{ role: "user", content: "Hi" }],
  closing: "Now answer.",
  parity: [{ inputs: { question: "1e-07?" }, sha256: "ab".repeat(32) }],
  dspyVersion: "3.3.1",
} as const

/** As a file would hold it. */
function asJson(value: unknown) {
  return Schema.decodeUnknownSync(JsonObject)(JSON.parse(JSON.stringify(value)))
}

/** The error of decoding this text. */
const refusal = (text: string) => Result.getOrThrow(Result.flip(decodeProgram(text, "p.json")))

test("what is written is read again, whatever the program", () => {
  fc.assert(
    fc.property(anyProgram, (program) => {
      const text = encodeProgram(program)

      expect(encodeProgram(Result.getOrThrow(decodeProgram(text, "p.json")))).toBe(text)
    }),
    { numRuns: 60 },
  )
})

test("a file is readable: keys in the order of the schema, two spaces, a line end", () => {
  const text = encodeProgram(aProgram())

  expect(text).toMatch(/^\{\n {2}"v": 1,\n {2}"id": "prog-[\da-f]{16}",\n {2}"createdAt"/)
  expect(text.endsWith("}\n")).toBe(true)
})

test("the id follows from the content, not from when it was made", () => {
  const later = aProgram({ createdAt: "2027-01-01T00:00:00.000Z" })

  expect(later.id).toBe(aProgram().id)
  expect(aProgram({ model: "a/other" }).id).not.toBe(aProgram().id)
})

describe("a file that is wrong is refused with what is wrong", () => {
  const text = encodeProgram(aProgram())

  test("cut short, wherever", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length - 3 }), (length) => {
        expect(refusal(text.slice(0, length))).toMatchObject({
          reason: "damaged",
          message: expect.stringMatching(/^p\.json: it is (cut short|not JSON)/),
        })
      }),
    )
  })

  test("edited by hand", () => {
    const edited = text.replace("Answer in one word.", "Answer in two words.")

    expect(refusal(edited).message).toMatch(
      new RegExp(`^p\\.json: it was edited: its id ${aProgram().id} does not match its content, which has prog-`),
    )
  })

  test("a signature changed together with the id", () => {
    const { id: _id, ...content } = aProgram()
    const changed = { ...content, signature: { ...content.signature, instructions: "Something else." } }

    expect(refusal(encodeProgram({ ...changed, id: programId(changed) })).message).toContain("does not have the hash")
  })

  test("of a later version", () => {
    expect(refusal(text.replace('"v": 1', '"v": 2'))).toMatchObject({
      reason: "unsupported",
      message: expect.stringMatching(/of version 2, and this release reads version 1\. Update doubletrack/),
    })
  })

  test.each(["{}", "[]", "null", '{"traces":[],"demos":[]}'])("something else: %s", (other) => {
    expect(refusal(other)).toMatchObject({ reason: "unsupported", message: expect.stringContaining("no program file") })
  })

  test("a key that is missing is named", () => {
    expect(refusal(text.replace('"optimizer"', '"optimiser"')).message).toMatch(/no whole program: .*optimizer/)
  })
})
