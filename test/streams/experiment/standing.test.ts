import { describe, expect, test } from "vitest"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"
import { standingOf } from "../../../src/streams/experiment/standing.ts"
import { answer, at, failure, fold, pair, rescued, single, started, subject, times } from "./observations.ts"

describe("the share that a program has worked its way up to", () => {
  const canaryShare = (observations: Parameters<typeof fold>[0]) => standingOf(fold(observations)).canaryShare
  const good = single("optimized", answer(1))

  test.each([
    [0, 0.05],
    [9, 0.05],
    [10, 0.1],
    [19, 0.1],
    [20, 0.2],
    [30, 0.4],
    [40, 0.8],
    [50, 1],
    [500, 1],
  ])("after %d answers in a row: %d", (answers, share) => {
    expect(canaryShare(times(answers, good))).toBe(share)
  })

  test("begins anew after a failure, mended or not", () => {
    expect(canaryShare([...times(25, good), rescued(failure(), answer(1))])).toBe(0.05)
    expect(canaryShare([...times(25, good), pair(answer(1), failure())])).toBe(0.05)
  })

  test("is not touched by what says nothing about the program", () => {
    const unreached = rescued(failure("dspy_unavailable"), answer(1))
    const wrongKey = single("optimized", { ...failure("authentication"), invalid: true })

    expect(canaryShare([...times(20, good), unreached, wrongKey, single("traditional", failure())])).toBe(0.2)
  })

  test("counts answers to units that were counted before", () => {
    expect(standingOf(fold(times(10, good), { freshUnit: false })).canaryShare).toBe(0.1)
  })
})

describe("steps that ran both tracks", () => {
  const pairsIn = (...given: Parameters<typeof fold>) => standingOf(fold(...given)).pairs

  test("are counted for the router whether they are evidence or not, as all of them cost two answers", () => {
    const unjudged = pair(answer(null), answer(null))
    const wrongKey = pair(answer(1), { ...failure("authentication"), invalid: true })

    expect(pairsIn([...times(60, unjudged), wrongKey])).toBe(61)
    expect(pairsIn(times(60, pair(answer(1), answer(1))), { freshUnit: false })).toBe(60)
  })

  test("are no others, and none that someone ordered", () => {
    const ordered = pair(answer(1), answer(1), { share: null })

    expect(pairsIn([ordered, single("optimized", answer(1)), rescued(failure(), answer(1))])).toBe(0)
  })
})

describe("the estimated gain", () => {
  const alike = pair(answer(1), answer(1))

  test("is unknown without a held-out score until each track has 5 judged outcomes", () => {
    const benefit = (pairs: number) => standingOf(fold(times(pairs, alike))).benefit

    expect([0, 4, 5].map(benefit)).toEqual([null, null, 0])
  })

  test("stays unknown while one track alone is seen", () => {
    expect(standingOf(fold(times(30, single("traditional", answer(1))))).benefit).toBeNull()
  })

  test("begins as the held-out score, which counts as 50 pairs at most, and is corrected by traffic", () => {
    const withPrior = newExperiment({ ...subject, prior: { benefit: 0.3, n: 400 } }, at)

    const benefits = [0, 50, 450].map((pairs) => standingOf(fold(times(pairs, alike), { from: withPrior })).benefit)

    expect(benefits[0]).toBeCloseTo(0.3)
    expect(benefits[1]).toBeCloseTo(0.15)
    expect(benefits[2]).toBeCloseTo(0.03)
  })

  test("trusts a held-out score of few rows less", () => {
    const withPrior = newExperiment({ ...subject, prior: { benefit: 0.3, n: 10 } }, at)

    expect(standingOf(fold(times(10, alike), { from: withPrior })).benefit).toBeCloseTo(0.15)
  })

  test("weighs a run of one track by how much it says: two halves are a pair", () => {
    const withPrior = newExperiment({ ...subject, prior: { benefit: 0.3, n: 10 } }, at)
    const halves = [single("traditional", answer(0.5)), single("optimized", answer(0.5))]

    expect(standingOf(fold(times(10, halves).flat(), { from: withPrior })).benefit).toBeCloseTo(0.15)
  })
})

test("says nothing of what was not seen", () => {
  expect(standingOf(started)).toEqual({
    pairs: 0,
    outcomes: { traditional: 0, optimized: 0 },
    benefit: null,
    interval: [-1, 1],
    verdict: null,
    guardrail: null,
    canaryShare: 0.05,
  })
})
