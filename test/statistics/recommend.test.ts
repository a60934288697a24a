import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareModes } from "../../src/services/evaluation/compareModes.ts"
import type { EvaluatedAnswer } from "../../src/services/evaluation/EvaluationReport.ts"
import { type Evidence, recommend } from "../../src/statistics/recommend.ts"

const evidence = (given: Partial<Evidence>): Evidence => ({
  n: 100,
  qualityDiff: 0.2,
  standardDeviation: 0.4,
  interval: [0.05, 0.35],
  decided: true,
  costUsd: { traditional: 1, optimized: 1 },
  costDecided: false,
  ...given,
})

const verdictOf = (given: Partial<Evidence>) => recommend(evidence(given)).verdict

describe("a recommendation", () => {
  test.each<[string, Partial<Evidence>, string]>([
    [
      "rule 1: better by more than 0.1 at most 1.2 times the cost",
      { costUsd: { traditional: 1, optimized: 1.2 } },
      "recommend_dspy",
    ],
    ["rule 1 with costs that nobody knows", { costUsd: { traditional: null, optimized: null } }, "recommend_dspy"],
    [
      "rule 2: traditional under 0.8 of the cost, quality within 0.05",
      { qualityDiff: 0.05, decided: false, costUsd: { traditional: 0.79, optimized: 1 }, costDecided: true },
      "recommend_traditional",
    ],
    [
      "rule 2 needs evidence that the costs differ",
      { qualityDiff: 0.05, decided: false, costUsd: { traditional: 0.79, optimized: 1 } },
      "recommend_hybrid",
    ],
    [
      "rule 2 does not speak at 0.8 exactly",
      { qualityDiff: 0.01, decided: false, costUsd: { traditional: 0.8, optimized: 1 }, costDecided: true },
      "recommend_hybrid",
    ],
    ["rule 3: quality within 0.05", { qualityDiff: -0.05, decided: false }, "recommend_hybrid"],
    ["rule 4: not enough data", { decided: false }, "recommend_evaluation"],
    ["rule 4: worse, not enough data", { decided: false, qualityDiff: -0.3 }, "recommend_evaluation"],
    ["decided, though not by more than 0.1", { qualityDiff: 0.1 }, "recommend_dspy"],
    ["decided, though too dear", { costUsd: { traditional: 1, optimized: 3 } }, "recommend_dspy"],
    ["decided for the traditional track", { qualityDiff: -0.2, interval: [-0.3, -0.1] }, "recommend_traditional"],
  ])("follows %s", (_rule, given, verdict) => {
    expect(verdictOf(given)).toBe(verdict)
  })

  test("says which condition failed where the winner is recommended all the same", () => {
    expect(recommend(evidence({ qualityDiff: 0.08 })).reason).toContain("not more than 0.1")
    expect(recommend(evidence({ costUsd: { traditional: 1, optimized: 3 } })).reason).toContain("3.00 times the cost")
    expect(recommend(evidence({ costUsd: { traditional: null, optimized: 3 } })).reason).toContain(
      "one price is unknown",
    )
  })

  test("says how many pairs are missing until it is decided, and none after that", () => {
    const undecided = recommend(evidence({ decided: false, qualityDiff: 0.08, n: 20 }))

    expect(undecided.reason).toMatch(/^not enough data: .* after 20 pairs; about \d+ more are needed$/)
    expect(undecided.nNeeded).toBeGreaterThan(50)
    expect(recommend(evidence({})).nNeeded).toBe(0)
  })

  test("never recommends a change on the evidence of undecided quality alone", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
        fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
        (qualityDiff, traditional, optimized) => {
          const { verdict, nNeeded } = recommend(
            evidence({ qualityDiff, decided: false, costUsd: { traditional, optimized } }),
          )
          expect(["recommend_hybrid", "recommend_evaluation"]).toContain(verdict)
          expect(nNeeded).toBeGreaterThan(0)
          expect(Number.isSafeInteger(nNeeded)).toBe(true)
        },
      ),
    )
  })
})

describe("a comparison", () => {
  const answer = (score: number, costUsd: number | null = 0.001): EvaluatedAnswer => ({
    score,
    outputs: {},
    text: "",
    latencyMs: 100,
    costUsd,
    tokens: { input: 1, output: 1 },
  })
  const repeated = <A>(count: number, item: A): ReadonlyArray<A> => Array.from({ length: count }, () => item)

  test("of 60 pairs with 25 wins and 2 losses is decided", () => {
    const { comparison, recommendation } = compareModes([
      ...repeated(25, { traditional: answer(0), optimized: answer(1) }),
      ...repeated(2, { traditional: answer(1), optimized: answer(0) }),
      ...repeated(33, { traditional: answer(1), optimized: answer(1) }),
    ])

    expect(comparison.qualityDiff).toBeCloseTo(23 / 60)
    expect(comparison.decided).toBe(true)
    expect(comparison.interval[0]).toBeGreaterThan(0)
    expect(comparison.costDiff).toBe(0)
    expect(recommendation.verdict).toBe("recommend_dspy")
  })

  test("of equals at half the price recommends the cheaper", () => {
    const { comparison, recommendation } = compareModes(
      repeated(60, { traditional: answer(1, 0.001), optimized: answer(1, 0.002) }),
    )

    expect(comparison).toMatchObject({ qualityDiff: 0, decided: false })
    expect(comparison.costDiff).toBeCloseTo(0.001)
    expect(recommendation.verdict).toBe("recommend_traditional")
  })

  test("does not know the difference of costs where a price is missing", () => {
    const { comparison } = compareModes([{ traditional: answer(1, null), optimized: answer(1) }])

    expect(comparison.costDiff).toBeNull()
  })
})
