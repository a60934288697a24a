import { describe, expect, test } from "vitest"
import { seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { addPair, decisive, eValue, evidenceOf, noEvidence, pairsIn } from "../../src/statistics/evidence.ts"
import { nNeeded } from "../../src/statistics/nNeeded.ts"
import { quantile } from "../../src/statistics/quantile.ts"

/** The number of pairs after which the e-value first passes 20, looking after each; null: never. */
const decidedAfter = (next: () => number, most: number): number | null => {
  let evidence = noEvidence
  while (pairsIn(evidence) < most) {
    evidence = addPair(evidence, next(), 0)
    if (eValue(evidence) >= decisive) return pairsIn(evidence)
  }
  return null
}

const pairs = (random: ReturnType<typeof seededRandom>, traditional: number, optimized: number) => () =>
  (random.fraction() < optimized ? 1 : 0) - (random.fraction() < traditional ? 1 : 0)

describe("the evidence of pairs", () => {
  test("calls a winner between equals in at most 5 of 100 runs, though it is looked at after every pair", () => {
    const random = seededRandom(11)

    const winners = Array.from({ length: 300 }, () => decidedAfter(pairs(random, 0.7, 0.7), 300)).filter(
      (n) => n !== null,
    )

    expect(winners.length / 300).toBeLessThanOrEqual(0.05)
  })

  test("finds a true winner after about as many pairs as were said to be needed", () => {
    const random = seededRandom(5)
    const needed = nNeeded({ difference: 0.2, standardDeviation: Math.sqrt(0.7 * 0.3 + 0.9 * 0.1) }) ?? 0

    const found = Array.from({ length: 60 }, () => decidedAfter(pairs(random, 0.7, 0.9), 2000) ?? 2000)

    expect(quantile(found, 0.5)).toBeGreaterThan(needed / 2)
    expect(quantile(found, 0.5)).toBeLessThan(needed * 1.5)
  })

  test("is 1 before the first pair and survives storage", () => {
    const evidence = evidenceOf([1, 0, -1, 0.25])

    expect(eValue(noEvidence)).toBeCloseTo(1)
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence)
  })

  test("stays a number however overwhelming it is", () => {
    expect(eValue(evidenceOf(Array.from({ length: 5000 }, () => 1)))).toBe(Number.MAX_VALUE)
  })
})

test("smaller differences and wider spreads need more pairs; none at all is never decided", () => {
  const needed = (difference: number, standardDeviation: number) =>
    nNeeded({ difference, standardDeviation }) ?? Infinity

  expect(needed(0.05, 0.4)).toBeGreaterThan(needed(0.1, 0.4))
  expect(needed(0.05, 0.5)).toBeGreaterThan(needed(0.05, 0.4))
  expect(needed(-0.1, 0.4)).toBe(needed(0.1, 0.4))
  expect(nNeeded({ difference: 0, standardDeviation: 0.4 })).toBeNull()
})

test("a quantile lies between its neighbours", () => {
  expect(quantile([], 0.5)).toBe(0)
  expect(quantile([5], 0.95)).toBe(5)
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8)
})
