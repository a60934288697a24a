import { TestScheduler } from "rxjs/testing"
import { describe, expect, test } from "vitest"
import type { ExperimentReport } from "../../src/ExperimentReport.ts"
import type { Recommendation } from "../../src/Recommendation.ts"
import { experimentReport } from "../../src/streams/experiment/experimentReport.ts"
import { recommendationsOf$ } from "../../src/streams/recommendations.ts"
import { begun } from "./experiment/experiments.ts"

const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const recommending = (step: string, recommendation: Recommendation | null): ExperimentReport => ({
  ...experimentReport(begun({ step }), { control: "running", decidedJointly: false }),
  recommendation,
})
const evaluate: Recommendation = { verdict: "recommend_evaluation", reason: "not enough data", nNeeded: 80 }
const still: Recommendation = { ...evaluate, nNeeded: 79 }
const dspy: Recommendation = { verdict: "recommend_dspy", reason: "better", nNeeded: 0 }
const reports = {
  n: recommending("triage", null),
  e: recommending("triage", evaluate),
  s: recommending("triage", still),
  d: recommending("triage", dspy),
  r: recommending("reply", dspy),
}
const change = (
  { key, workflow, step, programId }: ExperimentReport,
  to: Recommendation,
  before: Recommendation | null,
) => ({
  workflow,
  step,
  programId,
  experiment: key,
  recommendation: to,
  before,
})

describe("recommendationsOf$", () => {
  test("tells when an experiment recommends something else, and what it was before", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("n-e-s-d-d|", reports))

      expectObservable(changes$).toBe("--a---b--|", {
        a: change(reports.e, evaluate, null),
        b: change(reports.d, dspy, still),
      })
    })
  })

  test("tells of each experiment by itself", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("drdr|", reports))

      expectObservable(changes$).toBe("ab--|", { a: change(reports.d, dspy, null), b: change(reports.r, dspy, null) })
    })
  })

  test("tells again what is recommended anew after the question was reopened", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("dnd#", reports))

      expectObservable(changes$).toBe("a-a#", { a: change(reports.d, dspy, null) })
    })
  })
})
