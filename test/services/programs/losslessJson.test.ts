import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type LosslessJson, parseLosslessJson } from "../../../src/services/programs/losslessJson.ts"
import { plainValue } from "../../../src/services/programs/losslessValue.ts"

const read = (text: string): LosslessJson => Result.getOrThrow(parseLosslessJson(text))

test("reads what JSON.parse reads, as the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)

      expect(Result.getOrThrow(plainValue(read(text)))).toEqual(JSON.parse(text))
    }),
  )
})

test("refuses what JSON.parse refuses", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', "x", "\n", "\\"),
      (value, at, extra) => {
        const whole = JSON.stringify(value)
        const text = whole.slice(0, at % whole.length) + extra
        const parsed = Result.try((): unknown => JSON.parse(text))

        expect(Result.isSuccess(parseLosslessJson(text))).toBe(Result.isSuccess(parsed))
      },
    ),
    { numRuns: 500 },
  )
})

test("keeps the digits of numbers and the order of keys", () => {
  expect(read('{"b": 1.0, "10": 1, "2": 12345678901234567890, "a": 1e-07}')).toEqual({
    _tag: "object",
    entries: [
      ["b", { _tag: "number", text: "1.0" }],
      ["10", { _tag: "number", text: "1" }],
      ["2", { _tag: "number", text: "12345678901234567890" }],
      ["a", { _tag: "number", text: "1e-07" }],
    ],
  })
})

test("takes the numbers that only Python writes", () => {
  expect(read("[NaN, Infinity, -Infinity]")).toMatchObject({
    items: [{ text: "NaN" }, { text: "Infinity" }, { text: "-Infinity" }],
  })
})

describe("says what is wrong", () => {
  test.each([
    ['{"a": [1, 2', "it is cut short"],
    ['{\n"a": x}', 'line 2: expected a value, not "x"'],
    ["{1: 2}", 'line 1: expected a key, not "1"'],
    ["[1 2]", `line 1: expected ',' or ']', not "2"`],
    ["[".repeat(1000), "it is nested more than 500 deep"],
  ])("%s", (text, message) => {
    expect(parseLosslessJson(text)).toEqual(Result.fail(message))
  })
})
