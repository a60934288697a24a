import * as Result from "effect/Result"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { JsonObject } from "../../../src/Json.ts"
import { renderMarked, chatAdapter } from "../../../src/services/adapters/chatAdapter.ts"
import { jsonAdapter, renderJson } from "../../../src/services/adapters/jsonAdapter.ts"
import { signature, valuesFor } from "./arbitraries.ts"

const candidate = { instructions: "", reasoning: false }

const answered = signature.chain((made) => fc.tuple(fc.constant(made), valuesFor(made.outputs)))

test("outputs written in sections are read as what they were, up to space around a text", () => {
  fc.assert(
    fc.property(answered, ([made, outputs]) => {
      const read = chatAdapter.parse(renderMarked(made.outputs, outputs), { signature: made, candidate })

      expect(Result.map(read, trimmed)).toEqual(Result.succeed(trimmed(outputs)))
    }),
    { numRuns: 500 },
  )
})

test("outputs written as JSON are read as what they were", () => {
  fc.assert(
    fc.property(answered, ([made, outputs]) => {
      const read = jsonAdapter.parse(renderJson(made.outputs, outputs), { signature: made, candidate })

      expect(read).toEqual(Result.succeed(outputs))
    }),
    { numRuns: 500 },
  )
})

test("either adapter reads what the other writes", () => {
  fc.assert(
    fc.property(answered, ([made, outputs]) => {
      fc.pre(Object.keys(outputs).length > 0)
      const material = { signature: made, candidate }

      const read = jsonAdapter.parse(renderMarked(made.outputs, outputs), material)
      expect(Result.map(read, trimmed)).toEqual(Result.succeed(trimmed(outputs)))
      expect(chatAdapter.parse(renderJson(made.outputs, outputs), material)).toEqual(Result.succeed(outputs))
    }),
  )
})

test("reading is total: any text is outputs or a reason", () => {
  fc.assert(
    fc.property(signature, fc.string({ unit: "binary", maxLength: 200 }), (made, text) => {
      for (const adapter of [chatAdapter, jsonAdapter]) {
        const read = adapter.parse(text, { signature: made, candidate })
        if (Result.isFailure(read)) expect(read.failure.message).not.toBe("")
      }
    }),
  )
})

const trimmed = (outputs: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, typeof value === "string" ? value.trim() : value]),
  )
