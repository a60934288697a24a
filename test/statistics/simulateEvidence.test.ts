import { describe, expect, test } from "vitest"
import {
  atMostFivePercent,
  decidedByPeeking,
  decidedOnPairs,
  decidedOnSplits,
  equal,
  medianDecision,
  rightIn,
  shareDecided,
  threeLevels,
  truthRefuted,
} from "./simulateEvidence.ts"

const simulation = { repetitions: 200, pairs: 300, seed: 1 }
const most = atMostFivePercent(simulation.repetitions)

describe("between equal tracks, looked at after every observation, a winner is called in at most 5 of 100 experiments", () => {
  test.each([0.5, 0.7, 0.9, 0.95])("of pairs that are right with a probability of %d", (quality) => {
    const decided = decidedOnPairs(simulation, equal(rightIn(quality)))

    expect(shareDecided(decided)).toBeLessThanOrEqual(most)
  })

  test("of pairs that can be half right", () => {
    expect(shareDecided(decidedOnPairs(simulation, equal(threeLevels)))).toBeLessThanOrEqual(most)
  })

  test.each([
    [0.5, 0.7],
    [0.5, 0.95],
    [0.1, 0.7],
    [0.1, 0.95],
  ])("of runs of which %d go to the optimized track, right with a probability of %d", (share, quality) => {
    const decided = decidedOnSplits(simulation, equal(rightIn(quality)), share)

    expect(shareDecided(decided)).toBeLessThanOrEqual(most)
  })

  test("which looking at p-values does not achieve", () => {
    const decided = decidedByPeeking(simulation, equal(rightIn(0.7)))

    expect(shareDecided(decided)).toBeGreaterThan(0.3)
  })
})

test("the true difference is refuted in at most 5 of 100 experiments, with pairs and changing shares of traffic", () => {
  const tracks = { traditional: rightIn(0.6), optimized: rightIn(0.85) }

  expect(shareDecided(truthRefuted(simulation, tracks, 0.25))).toBeLessThanOrEqual(most)
})

describe("a true difference is found", () => {
  test("of 0.90 and 0.95: in half of the experiments within 450 pairs", () => {
    const tracks = { traditional: rightIn(0.9), optimized: rightIn(0.95) }

    const decided = decidedOnPairs({ repetitions: 400, pairs: 2000, seed: 2 }, tracks)

    expect(medianDecision(decided)).toBeLessThanOrEqual(450)
    expect(shareDecided(decided)).toBeGreaterThan(0.95)
  })

  test("of 0.70 and 0.95: within some hundred runs of which every tenth goes to the optimized track", () => {
    const tracks = { traditional: rightIn(0.7), optimized: rightIn(0.95) }

    const decided = decidedOnSplits({ repetitions: 100, pairs: 1500, seed: 3 }, tracks, 0.1)

    expect(medianDecision(decided)).toBeLessThan(500)
  })
})
