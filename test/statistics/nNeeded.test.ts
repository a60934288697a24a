import { expect, test } from "vitest"
import { nNeeded } from "../../src/statistics/nNeeded.ts"
import { decidedOnPairs, medianDecision, rightIn } from "./simulateEvidence.ts"

test("a true winner is found after about as many pairs as were said to be needed", () => {
  const needed = nNeeded({ difference: 0.2, standardDeviation: Math.sqrt(0.7 * 0.3 + 0.9 * 0.1) }) ?? 0

  const decided = decidedOnPairs(
    { repetitions: 100, pairs: 2000, seed: 5 },
    { traditional: rightIn(0.7), optimized: rightIn(0.9) },
  )

  expect(medianDecision(decided)).toBeGreaterThan(needed / 2)
  expect(medianDecision(decided)).toBeLessThan(needed * 1.5)
})

test("smaller differences and wider spreads need more pairs; none at all is never decided", () => {
  const needed = (difference: number, standardDeviation: number) =>
    nNeeded({ difference, standardDeviation }) ?? Infinity

  expect(needed(0.05, 0.4)).toBeGreaterThan(needed(0.1, 0.4))
  expect(needed(0.05, 0.5)).toBeGreaterThan(needed(0.05, 0.4))
  expect(needed(-0.1, 0.4)).toBe(needed(0.1, 0.4))
  expect(nNeeded({ difference: 0, standardDeviation: 0.4 })).toBeNull()
})
