import fc from "fast-check"
import { expect, test } from "vitest"
import { adoption } from "../../../src/services/optimization/adoption.ts"

const criteria = { leastGain: 0, largestCostIncrease: 0.2 }
const right = (rows: number, of: number, costUsd: number | null = 1) => ({
  name: "the traditional track",
  scores: Array.from({ length: of }, (_, row) => (row < rows ? 1 : 0)),
  costUsd,
})

test("a program that is better for certain is adopted", () => {
  expect(adoption(right(90, 100), right(60, 100), criteria)).toEqual({
    adopted: true,
    reason: expect.stringMatching(
      /^quality \+0\.300 over the traditional track on 100 held-out rows \(95 % interval \+0\.\d+ to \+0\.\d+\)$/,
    ),
  })
})

test("a gain that may be chance is not enough", () => {
  const { adopted, reason } = adoption(right(62, 100), right(60, 100), criteria)

  expect(adopted).toBe(false)
  expect(reason).toContain("the whole interval has to be above 0")
})

test("the interval, not the mean, has to reach the least gain", () => {
  const { adopted, reason } = adoption(right(90, 100), right(60, 100), { ...criteria, leastGain: 0.28 })

  expect(adopted).toBe(false)
  expect(reason).toContain("0.28 or above (adoption.leastGain)")
})

test("a program that costs too much is rejected for that alone, and says so", () => {
  const { adopted, reason } = adoption(right(90, 100, 3), right(60, 100, 1), criteria)

  expect(adopted).toBe(false)
  expect(reason).toMatch(/^rejected for its cost alone: .*3\.0 times as much; 1\.2 times as much is allowed/)
})

test("costs that are equal or not known do not count", () => {
  for (const [after, before] of [
    [0, 0],
    [null, 1],
    [1, null],
    [1.2, 1],
  ] as const) {
    expect(adoption(right(90, 100, after), right(60, 100, before), criteria).adopted).toBe(true)
  }
})

test("a program is never adopted over one that is as good or better", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))),
      (rows) => {
        const before = { name: "x", scores: rows.map(([a, b]) => Math.max(a, b)), costUsd: null }
        const after = { scores: rows.map(([a]) => a), costUsd: null }

        expect(adoption(after, before, criteria).adopted).toBe(false)
      },
    ),
  )
})
