import { expect, test } from "vitest"
import { seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { confidenceSequence } from "../../src/statistics/confidenceSequence.ts"
import { addValue, noMoments } from "../../src/statistics/moments.ts"
import { atMostFivePercent } from "./simulateEvidence.ts"

test("a confidence sequence is that of the published formula", () => {
  const [low, high] = confidenceSequence({ n: 100, mean: 2, m2: 100 })!

  expect(low).toBeCloseTo(2 - 0.3035, 4)
  expect(high).toBeCloseTo(2 + 0.3035, 4)
})

test("says nothing before the burn-in, and narrows after it", () => {
  const width = (n: number) => {
    const sequence = confidenceSequence({ n, mean: 0, m2: n })
    return sequence === null ? null : sequence[1] - sequence[0]
  }

  expect(width(29)).toBeNull()
  expect(width(30)!).toBeGreaterThan(width(100)!)
  expect(width(100)!).toBeGreaterThan(width(10_000)!)
  expect(confidenceSequence(noMoments, { burnIn: 0 })).toBeNull()
})

test("is narrowest, of those tuned to different times, at the time it is tuned to", () => {
  const width = (n: number, tunedTo: number) => confidenceSequence({ n, mean: 0, m2: n }, { tunedTo })![1]

  expect(width(1000, 1000)).toBeLessThan(width(1000, 100))
  expect(width(100, 100)).toBeLessThan(width(100, 1000))
})

test("leaves the true mean out at any time in at most 5 of 100 sequences", () => {
  const random = seededRandom(4)
  const repetitions = 300

  const missed = Array.from({ length: repetitions }, () => {
    let moments = noMoments
    return Array.from({ length: 500 }, () => {
      moments = addValue(moments, -Math.log(1 - random.fraction()))
      const sequence = confidenceSequence(moments)
      return sequence !== null && (sequence[0] > 1 || sequence[1] < 1)
    }).includes(true)
  }).filter(Boolean)

  expect(missed.length / repetitions).toBeLessThanOrEqual(atMostFivePercent(repetitions))
})
