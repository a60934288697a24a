import { describe, expect, test } from "vitest"
import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { confidenceSequence } from "../../src/statistics/confidenceSequence.ts"
import { type Decision, policyValue, scoreOfSplit } from "../../src/statistics/doublyRobust.ts"
import { addValue, type Moments, noMoments, standardDeviationOf } from "../../src/statistics/moments.ts"
import { atMostFivePercent } from "./simulateEvidence.ts"

const shares = [0.1, 0.3, 0.8] as const

const drawnScore = (random: SeededRandom, quality: { traditional: number; optimized: number }) => {
  const share = random.pick(shares)
  const assigned = random.fraction() < share ? "optimized" : "traditional"
  const value = random.fraction() < quality[assigned] ? 1 : 0
  return scoreOfSplit({ assigned, share, value, expected: { traditional: 0.9, optimized: 0.4 } })
}

/** Easy and hard rows; the optimized track is better on the hard ones alone, and the log favours it on the easy ones. */
const drawnDecision = (random: SeededRandom): Decision & { readonly hard: boolean } => {
  const hard = random.fraction() < 0.5
  const share = hard ? 0.2 : 0.7
  const assigned = random.fraction() < share ? "optimized" : "traditional"
  const quality = !hard ? 0.9 : assigned === "optimized" ? 0.8 : 0.4
  const value = random.fraction() < quality ? 1 : 0
  const propensity = assigned === "optimized" ? share : 1 - share
  return { hard, assigned, propensity, value, expected: { traditional: 0.7, optimized: 0.7 } }
}

const standardError = (moments: Moments) => standardDeviationOf(moments) / Math.sqrt(moments.n)

describe("doubly robust scores", () => {
  test("have the mean of the difference, however unequal the shares and however wrong the guesses", () => {
    const random = seededRandom(8)
    const scores = Array.from({ length: 20_000 }, () => drawnScore(random, { traditional: 0.6, optimized: 0.85 }))

    const moments = scores.reduce(addValue, noMoments)

    expect(Math.abs(moments.mean - 0.25)).toBeLessThan(3 * standardError(moments))
    expect(standardError(moments)).toBeLessThan(0.02)
  })

  test("are the difference itself where the guess was right", () => {
    const expected = { traditional: 0.25, optimized: 0.75 }

    expect(scoreOfSplit({ assigned: "optimized", share: 0.1, value: 0.75, expected })).toBe(0.5)
    expect(scoreOfSplit({ assigned: "traditional", share: 0.1, value: 0.25, expected })).toBe(0.5)
  })

  test("between equal tracks show a difference at any time in at most 5 of 100 experiments", () => {
    const random = seededRandom(9)
    const repetitions = 200
    const burnIn = 30 / Math.min(...shares)

    const found = Array.from({ length: repetitions }, () => {
      let moments = noMoments
      return Array.from({ length: 800 }, () => {
        moments = addValue(moments, drawnScore(random, { traditional: 0.8, optimized: 0.8 }))
        const sequence = confidenceSequence(moments, { burnIn })
        return sequence !== null && (sequence[0] > 0 || sequence[1] < 0)
      }).includes(true)
    }).filter(Boolean)

    expect(found.length / repetitions).toBeLessThanOrEqual(atMostFivePercent(repetitions))
  })
})

describe("the value of a policy on logged decisions", () => {
  const random = seededRandom(10)
  const log = Array.from({ length: 20_000 }, () => drawnDecision(random))

  test.each([
    ["never optimized", () => 0, 0.65],
    ["always optimized", () => 1, 0.85],
    ["optimized where it is hard", ({ hard }: { hard: boolean }) => (hard ? 1 : 0), 0.85],
    ["half and half", () => 0.5, 0.75],
  ])("is what the policy would have had: %s", (_, policy, truth) => {
    const { value, interval } = policyValue(log, policy)

    expect(value).toBeCloseTo(truth, 1)
    expect(interval![0]).toBeLessThan(truth)
    expect(interval![1]).toBeGreaterThan(truth)
    expect(interval![1] - interval![0]).toBeLessThan(0.1)
  })

  test("is not the mean of the log, which favours the easy rows", () => {
    const optimized = log.filter(({ assigned }) => assigned === "optimized")
    const mean = optimized.reduce((sum, { value }) => sum + value, 0) / optimized.length

    expect(mean).toBeGreaterThan(policyValue(log, () => 1).interval![1])
  })

  test("is unknown of an empty log, and has no interval while the log has little of what the policy would do", () => {
    const agreeing = log.slice(0, 100).map((row) => ({ ...row, assigned: "traditional" as const, propensity: 0.9 }))

    expect(policyValue([], () => 1)).toEqual({ value: null, interval: null })
    expect(policyValue(agreeing.slice(0, 29), () => 0).interval).toBeNull()
    expect(policyValue(agreeing.slice(0, 31), () => 0).interval).not.toBeNull()
    expect(policyValue(agreeing, () => 1).interval).toBeNull()
  })
})
