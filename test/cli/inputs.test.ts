import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Result from "effect/Result"
import { parseInputs } from "../../src/cli/inputs.ts"
import { parseStepModes, runModes } from "../../src/cli/stepModes.ts"

const jsonObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("inputs of a file", () => {
  test("are the objects that were written, however they are listed", () => {
    fc.assert(
      fc.property(fc.array(jsonObject, { minLength: 1, maxLength: 5 }), fc.constantFrom(0, 2), (objects, indent) => {
        const lines = objects.map((object) => JSON.stringify(object)).join("\n")

        const fromArray = parseInputs(JSON.stringify(objects, null, indent), "inputs.json")
        const fromLines = parseInputs(lines, "inputs.jsonl")

        expect(fromArray).toEqual(Result.succeed({ runs: asJson(objects), many: true }))
        expect(fromLines).toEqual(fromArray)
      }),
    )
  })

  test("of one object are one run", () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        expect(parseInputs(JSON.stringify(object), "inputs.json")).toEqual(
          Result.succeed({ runs: [asJson(object)], many: false }),
        )
      }),
    )
  })

  test("are never taken from anything else", () => {
    const notAnObject = fc.jsonValue().filter((value) => typeof value !== "object" || value === null)
    fc.assert(
      fc.property(notAnObject, (value) => {
        expect(Result.isFailure(parseInputs(JSON.stringify(value), "inputs.json"))).toBe(true)
        expect(Result.isFailure(parseInputs(JSON.stringify([value]), "inputs.json"))).toBe(true)
        expect(Result.isFailure(parseInputs(JSON.stringify(value), "inputs.jsonl"))).toBe(true)
      }),
    )
  })
})

describe("--step-mode", () => {
  test("takes any step name and any mode of a run, the last one for a step", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__")
    fc.assert(
      fc.property(name, fc.constantFrom(...runModes), fc.constantFrom(...runModes), (step, first, last) => {
        const modes = Result.getOrThrow(parseStepModes([`${step}=${first}`, `${step}=${last}`]))

        expect(modes).toEqual({ [step]: last })
      }),
    )
  })
})
