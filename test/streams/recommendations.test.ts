import { TestScheduler } from "rxjs/testing"
import { describe, expect, test } from "vitest"
import type { Experiment } from "../../src/Experiment.ts"
import type { Recommendation } from "../../src/Recommendation.ts"
import { experimentChanges } from "../../src/streams/experiment/experimentChanges.ts"
import { addToRecommendations, noRecommendations, recommendationsOf$ } from "../../src/streams/recommendations.ts"
import { begun } from "./experiment/experiments.ts"
import { answer, pair, states, times, wonBy } from "./experiment/observations.ts"

const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const recommending = (step: string, recommendation: Recommendation | null, told = recommendation): Experiment => ({
  ...begun({ step }),
  recommendation,
  told: told === null ? null : { verdict: told.verdict, n: 20 },
})
const evaluate: Recommendation = { verdict: "recommend_evaluation", reason: "not enough data", nNeeded: 80 }
const still: Recommendation = { ...evaluate, nNeeded: 79 }
const dspy: Recommendation = { verdict: "recommend_dspy", reason: "better", nNeeded: 0 }
const experiments = {
  n: recommending("triage", null),
  e: recommending("triage", evaluate),
  s: recommending("triage", still),
  d: recommending("triage", dspy),
  w: recommending("triage", dspy, evaluate),
  r: recommending("reply", dspy),
}
const change = (
  { key, subject: { workflow, step, programId } }: Experiment,
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
      const changes$ = recommendationsOf$(cold("n-e-s-d-d|", experiments))

      expectObservable(changes$).toBe("--a---b--|", {
        a: change(experiments.e, evaluate, null),
        b: change(experiments.d, dspy, evaluate),
      })
    })
  })

  test("tells of each experiment by itself", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("drdr|", experiments))

      expectObservable(changes$).toBe("ab--|", {
        a: change(experiments.d, dspy, null),
        b: change(experiments.r, dspy, null),
      })
    })
  })

  test("tells again what is recommended anew after the question was reopened", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("dnd#", experiments))

      expectObservable(changes$).toBe("a-a#", { a: change(experiments.d, dspy, null) })
    })
  })

  test("does not tell what is not certain enough to be told", () => {
    marbles().run(({ cold, expectObservable }) => {
      const changes$ = recommendationsOf$(cold("w-e-w-d|", experiments))

      expectObservable(changes$).toBe("--a---b|", {
        a: change(experiments.e, evaluate, null),
        b: change(experiments.d, dspy, evaluate),
      })
    })
  })

  test("tells of an experiment what the events tell that are made of it", () => {
    const turning = [pair(answer(1), answer(0.7)), pair(answer(0.7), answer(1)), pair(answer(1), answer(1))]
    const way = states([...times(40, turning).flat(), ...wonBy("optimized", 150)])
    const facts = way.slice(1).flatMap((after, index) => experimentChanges(way[index]!, after))

    const told: Array<string> = []
    way.reduce((before, experiment) => {
      const after = addToRecommendations(before, experiment)
      told.push(...after.changes.map(({ recommendation }) => recommendation.verdict))
      return after
    }, noRecommendations)

    expect(told.length).toBeGreaterThan(1)
    expect(told).toEqual(facts.flatMap((fact) => (fact._tag === "RecommendationMade" ? [fact.verdict] : [])))
  })
})
